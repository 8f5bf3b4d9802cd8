package edge_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/host"
)

// TestEveryRouteHasARule walks the table: nothing is served to whoever comes
// because somebody forgot to say who may.
func TestEveryRouteHasARule(t *testing.T) {
	s := edgetest.Open(t)
	seen := map[string]bool{}
	for _, rt := range s.Routes {
		if rt.Rule == web.Nobody {
			t.Errorf("%s has no rule", rt.Pattern)
		}
		if seen[rt.Pattern] {
			t.Errorf("%s is there twice", rt.Pattern)
		}
		seen[rt.Pattern] = true
		if kinds := edgetest.Btoi(rt.Personal != nil) + edgetest.Btoi(rt.Shared != nil) +
			edgetest.Btoi(rt.Plain != nil) +
			edgetest.Btoi(rt.Live != nil); kinds != 1 {
			t.Errorf("%s is answered in %d ways", rt.Pattern, kinds)
		}
		if rt.Shared != nil && rt.Rule != web.Anyone {
			t.Errorf("%s is the same for everybody, but not for anyone", rt.Pattern)
		}
	}
}

// TestRolesOpenWhatTheyShould tries every guarded route as everybody.
func TestRolesOpenWhatTheyShould(t *testing.T) {
	s := edgetest.Open(t)
	opens := map[web.Rule][]string{
		web.Member:    {"shopper", "producer", "operator"},
		web.Producing: {"producer", "operator"},
		web.Operating: {"operator"},
	}
	path := strings.NewReplacer("{id}", edgetest.PlacedOrder, "{part}", edgetest.OnePart, "{variant}",
		edgetest.Wheel)
	for _, rt := range s.Routes {
		if rt.Rule == web.Anyone {
			continue
		}
		method, at, _ := strings.Cut(rt.Pattern, " ")
		for _, who := range []string{"", "shopper", "producer", "operator"} {
			c := edgetest.Call{Method: method, Path: path.Replace(at)}
			if who != "" {
				c.Header = []string{"Authorization", "Bearer " + who}
			}
			answer, _ := s.Send(t, c)
			open := strings.Contains(strings.Join(opens[rt.Rule], " "), who) && who != ""
			refused := answer.StatusCode == http.StatusUnauthorized ||
				answer.StatusCode == http.StatusForbidden ||
				strings.HasPrefix(answer.Header.Get("Location"), "/sign-in")
			if open == refused {
				t.Errorf("%s as %q: status %d", rt.Pattern, who, answer.StatusCode)
			}
		}
	}
}

// TestEveryAnswerIsGuarded walks all routes, and what is none, over HTTPS and without.
func TestEveryAnswerIsGuarded(t *testing.T) {
	for base, always := range map[string]string{
		"https://shop.example":  "max-age=31536000; includeSubDomains",
		"http://127.0.0.1:8080": "",
	} {
		s := edgetest.Open(t, func(c *host.Config) { c.BaseURL = base })
		calls := []edgetest.Call{
			{Method: "GET", Path: "/nothing"},
			{Method: "GET", Path: "/api/v1/nothing"},
			{Method: "PATCH", Path: "/cart"},
			{Method: "GET", Path: "/m//portland"},
			{Method: "GET", Path: "/images/tomme.jpg"},
		}
		fill := strings.NewReplacer("{$}", "", "{id}", edgetest.PlacedOrder, "{part}", edgetest.OnePart,
			"{variant}", edgetest.Wheel)
		for _, rt := range s.Routes {
			method, at, _ := strings.Cut(rt.Pattern, " ")
			calls = append(calls, edgetest.Call{Method: method, Path: fill.Replace(at)},
				edgetest.Call{
					Method: method, Path: fill.Replace(at),
					Header: []string{"Authorization", "Bearer operator"},
				})
		}
		for _, c := range calls {
			if strings.HasSuffix(c.Path, "/events") && len(c.Header) > 0 {
				continue // it has no end
			}
			answer, _ := s.Send(t, c)
			guarded(t, s, c, answer.Header, always)
		}
	}
}

func guarded(t *testing.T, s *edgetest.Shop, c edgetest.Call, h http.Header, always string) {
	t.Helper()
	policy := h.Get("Content-Security-Policy")
	if h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(policy, "frame-ancestors 'none'") ||
		!strings.Contains(policy, "default-src 'none'") ||
		strings.Contains(policy, "unsafe") || h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
		t.Errorf("%s %s is answered with %v", c.Method, c.Path, h)
	}
	referrer := "strict-origin-when-cross-origin"
	if strings.HasPrefix(c.Path, "/api/") {
		referrer = "no-referrer"
	}
	if h.Get("Referrer-Policy") != referrer || h.Get("Strict-Transport-Security") != always {
		t.Errorf("%s %s: referrers %q, transport %q", c.Method, c.Path, h.Get("Referrer-Policy"),
			h.Get("Strict-Transport-Security"))
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	s := edgetest.Open(t)
	for _, rt := range s.Routes {
		method, at, _ := strings.Cut(rt.Pattern, " ")
		if method == http.MethodGet {
			continue
		}
		for _, header := range [][]string{
			{"Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Site", "same-site"},
			{"Origin", "https://evil.example"},
		} {
			answer, body := s.Send(t, edgetest.Call{
				Method: method, Path: at,
				Header: append(header, "Cookie", "session=operator"),
			})
			if answer.StatusCode != http.StatusForbidden ||
				!strings.Contains(string(body), "This was sent from another site. Nothing was done") {
				t.Errorf("%s with %v: status %d", rt.Pattern, header, answer.StatusCode)
			}
		}
	}
}

func TestTheMailboxIsOfTheDemoOnly(t *testing.T) {
	demo := edgetest.Open(t)
	if answer, _ := demo.Send(t,
		edgetest.Call{Method: "GET", Path: "/dev/mail"}); answer.StatusCode != http.StatusOK {
		t.Errorf("the demo answers %d", answer.StatusCode)
	}
	shop := edgetest.Open(t, func(c *host.Config) { c.Demo, c.Secret = false, make([]byte, 32) })
	if answer, _ := shop.Send(t,
		edgetest.Call{Method: "GET", Path: "/dev/mail"}); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a shop answers %d", answer.StatusCode)
	}
}

func TestReadinessIsTheHosts(t *testing.T) {
	s := edgetest.Open(t)
	if answer, _ := s.Send(t,
		edgetest.Call{Method: "GET", Path: "/readyz"}); answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a host that has not started is answered with %d", answer.StatusCode)
	}
}

// TestTheStyleSheetIsLight keeps to what a first view may weigh.
func TestTheStyleSheetIsLight(t *testing.T) {
	s := edgetest.Open(t)
	for _, name := range []string{"style.css", "desk.css"} {
		answer, sheet := s.Send(t,
			edgetest.Call{Method: "GET", Path: "/static/" + name})
		if answer.StatusCode != http.StatusOK || len(sheet) > 14<<10 || bytes.Contains(sheet, []byte("/*")) {
			t.Errorf("%s has %d bytes (%d)", name, len(sheet), answer.StatusCode)
		}
	}
}
