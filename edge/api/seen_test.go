package api_test

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
)

// TestAProgramHoldsItsChangesToWhatItHasSeen sends each PUT with If-Match and with a version, and as before
// with neither.
func TestAProgramHoldsItsChangesToWhatItHasSeen(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		bearer := m.SignIn(t, "dairy@example.org")
		address := m.Ask(t, 201, edgetest.Call{
			Method: "POST", Path: "/api/v1/addresses", Header: bearer,
			Body: `{"line1": "1 Hill Road", "postal_code": "97201", "city": "Portland"}`,
		})
		cart := m.Ask(t, 201,
			edgetest.Call{Method: "POST", Path: "/api/v1/carts", Body: `{"market": "portland"}`})
		for name, put := range map[string]held{
			"address": {
				"/api/v1/addresses/" + address["id"].(string),
				`"postal_code": "97201", "city": "Portland", "line1": `,
				[]string{`"1 Hill Road"`, `"2 Hill Road"`, `"3 Hill Road"`},
				bearer,
			},
			"producer": {
				"/api/v1/producers/" + m.Producer, `"town": "Sandy", "story": `,
				[]string{`"We milk."`, `"We milk twice."`, `"We rest."`},
				bearer,
			},
			"line": {
				"/api/v1/carts/" + cart["id"].(string) + "/lines/" + m.Piece, `"quantity": `,
				[]string{"1", "2", "3"},
				nil,
			},
		} {
			t.Run(name, func(t *testing.T) { holds(t, m, put) })
		}
	})
}

// held is a PUT, and what it may say.
type held struct {
	at, field string
	say       []string
	header    []string
}

func holds(t *testing.T, m *edgetest.Market, put held) {
	t.Helper()
	body := func(say string, more ...string) string {
		return "{" + put.field + say + strings.Join(more, "") +
			"}"
	}
	answer := func(status int, body string, header ...string) map[string]any {
		t.Helper()
		return m.Ask(t, status,
			edgetest.Call{Method: "PUT", Path: put.at, Body: body, Header: append(header, put.header...)})
	}
	first := answer(200, body(put.say[0]))["version"].(string)
	second := answer(200, body(put.say[1]), "If-Match", `"`+first+`"`)["version"].(string)
	if first == second {
		t.Error("what says something else has the same version")
	}
	if again := answer(200, body(put.say[1]), "If-Match", `"`+first+`"`)["version"]; again != second {
		t.Errorf("the same again has the version %v, want %s", again, second)
	}
	for _, tag := range []string{`"` + first + `"`, `W/"` + second + `"`, second, `"x", "y"`, `""`} {
		if refused := answer(412, body(put.say[2]), "If-Match", tag); refused["code"] != web.ErrUnmatched {
			t.Errorf("If-Match %s is refused with %v", tag, refused)
		}
	}
	stale := `, "version": "` + first + `"`
	if refused := answer(409, body(put.say[2], stale)); refused["code"] != "changed_since" {
		t.Errorf("an older version is refused with %v", refused)
	}
	for _, tag := range []string{`"x", "` + second + `"`, "*"} {
		// which counts before the body's
		if third := answer(200, body(put.say[2], stale), "If-Match", tag)["version"]; third == second {
			t.Errorf("If-Match %s changes nothing", tag)
		}
		answer(200, body(put.say[1])) // as before there was this
	}
}
