package account_test

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
)

func TestAnOlderPageOfAnAddressUndoesNone(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		bearer := m.SignIn(t, "dairy@example.org")
		cookie := "session=" + strings.TrimPrefix(bearer[1], "Bearer ")
		made := m.Ask(t, 201, edgetest.Call{
			Method: "POST", Path: "/api/v1/addresses", Header: bearer,
			Body: `{"line1": "1 Hill Road", "postal_code": "97201", "city": "Portland", "country": "US"}`,
		})
		at := "/account/addresses/" + made["id"].(string)
		old, young := m.Tab(t, cookie, at, at), m.Tab(t, cookie, at, at)
		young.Saves(t, "line1", " 2 Hill Road ")
		young.Saves(t)
		old.Form.Set("line1", "3 Hill Road")
		old.Form.Set("line2", "Back door")
		old.IsAsked(t, []string{"line1"}, "Leave what is there now: 2 Hill Road", "Take yours: 3 Hill Road")
		if got := addressNow(t, m, bearer); got["line1"] != "2 Hill Road" || got["line2"] != "" ||
			got["country"] != "US" {
			t.Fatalf("it is saved: %v", got)
		}
		old.Saves(t, "take.line1", edgetest.TakeNow)
		if got := addressNow(t, m, bearer); got["line1"] != "2 Hill Road" || got["line2"] != "Back door" ||
			got["country"] != "US" {
			t.Errorf("saved as %v", got)
		}
	})
}

func addressNow(t *testing.T, m *edgetest.Market, bearer []string) map[string]any {
	t.Helper()
	return m.Ask(t, 200,
		edgetest.Call{
			Method: "GET", Path: "/api/v1/addresses",
			Header: bearer,
		})["addresses"].([]any)[0].(map[string]any)
}
