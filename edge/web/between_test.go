package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
)

// TestTornFormsHaveAPage sends what no page of the shop sends.
func TestTornFormsHaveAPage(t *testing.T) {
	s := edgetest.Open(t)
	for name, c := range map[string]struct {
		kind, body string
		status     int
		says       string
	}{
		"another type": {
			"application/json", `{"email": "a@b.example"}`, http.StatusUnsupportedMediaType,
			"takes the form of its own page only",
		},
		"no type": {
			"", "email=x", http.StatusUnsupportedMediaType,
			"takes the form of its own page only",
		},
		"half a percent": {
			edgetest.FormType, "email=%e2%8", http.StatusBadRequest,
			"This form did not arrive whole.",
		},
		"no hexadecimal": {
			edgetest.FormType, "email=%zz", http.StatusBadRequest,
			"This form did not arrive whole.",
		},
		"thousands": {
			edgetest.FormType, strings.Repeat("a=1&", maxFields), http.StatusBadRequest,
			"This form did not arrive whole.",
		},
		"far too large": {
			edgetest.FormType, "email=" + strings.Repeat("a", edgetest.MaxSent),
			http.StatusRequestEntityTooLarge, "This is too large: 1 MiB at most can be sent.",
		},
		"nothing":       {edgetest.FormType, "", http.StatusUnprocessableEntity, "E-mail"},
		"no names":      {edgetest.FormType, "=&=&&=x", http.StatusUnprocessableEntity, "E-mail"},
		"a broken name": {edgetest.FormType, "%ff=%ff", http.StatusUnprocessableEntity, "E-mail"},
		"another language": {
			edgetest.FormType + "; charset=latin1", "email=x", http.StatusUnsupportedMediaType,
			"takes the form of its own page only",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s.Peers.Fail("SignUp", web.Invalid("email", "Enter an e-mail address."))
			v := s.Post(t, "/sign-up", c.kind, c.body)
			v.Says(t, c.status, c.says)
			if len(v.Find("h1")) != 1 {
				t.Error("this is no whole page")
			}
		})
	}
}
