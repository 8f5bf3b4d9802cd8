package edge

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/host"
)

// checkFault checks that an error is a clear no to the client.
func checkFault(t *testing.T, err error) {
	t.Helper()
	f := fault.Of(err)
	if status := web.StatusOf(f); status < 400 || status > 499 || f.Code == "" || f.Message == "" {
		t.Errorf("the fault is %d %+v", status, f)
	}
}

func problemFields(err error) []string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	var names []string
	for _, field := range f.Fields {
		names = append(names, field.Name)
	}
	return names
}

// TestEveryRouteHasARule walks the table: nothing is served to whoever comes
// because somebody forgot to say who may.
func TestEveryRouteHasARule(t *testing.T) {
	s := openShop(t, DefaultLimits)
	seen := map[string]bool{}
	for _, rt := range s.edge.routes {
		if rt.Rule == web.Nobody {
			t.Errorf("%s has no rule", rt.Pattern)
		}
		if seen[rt.Pattern] {
			t.Errorf("%s is there twice", rt.Pattern)
		}
		seen[rt.Pattern] = true
		if kinds := btoi(rt.Personal != nil) + btoi(rt.Shared != nil) + btoi(rt.Plain != nil) +
			btoi(rt.Live != nil); kinds != 1 {
			t.Errorf("%s is answered in %d ways", rt.Pattern, kinds)
		}
		if rt.Shared != nil && rt.Rule != web.Anyone {
			t.Errorf("%s is the same for everybody, but not for anyone", rt.Pattern)
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestRolesOpenWhatTheyShould tries every guarded route as everybody.
func TestRolesOpenWhatTheyShould(t *testing.T) {
	s := openShop(t, DefaultLimits)
	opens := map[web.Rule][]string{
		web.Member:    {"shopper", "producer", "operator"},
		web.Producing: {"producer", "operator"},
		web.Operating: {"operator"},
	}
	path := strings.NewReplacer("{id}", placedOrder, "{part}", onePart, "{variant}", wheel)
	for _, rt := range s.edge.routes {
		if rt.Rule == web.Anyone {
			continue
		}
		method, at, _ := strings.Cut(rt.Pattern, " ")
		for _, who := range []string{"", "shopper", "producer", "operator"} {
			c := call{method: method, path: path.Replace(at)}
			if who != "" {
				c.header = []string{"Authorization", "Bearer " + who}
			}
			answer, _ := s.send(t, c) //nolint:bodyclose // send closes it
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

func TestTheRuleOfNobodyOpensToNobody(t *testing.T) {
	for who, account := range accounts {
		if web.Nobody.Allows(account) == nil {
			t.Errorf("the zero rule lets the %s in", who)
		}
	}
}

func TestAWrongMethodIsToldTheRightOnes(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for path, allow := range map[string]string{
		"/api/v1/products": "GET, HEAD", "/api/v1/carts/x/checkout": "POST", "/cart": "GET, HEAD",
		"/api/v1/addresses/x": "PUT, DELETE",
	} {
		answer, _ := s.send(t, call{method: "PATCH", path: path}) //nolint:bodyclose // send closes it
		if answer.StatusCode != http.StatusMethodNotAllowed || answer.Header.Get("Allow") != allow {
			t.Errorf("PATCH %s: %d, Allow %q; want %q", path, answer.StatusCode, answer.Header.Get("Allow"),
				allow)
		}
	}
}

// TestEveryAnswerIsGuarded walks all routes, and what is none, over HTTPS and without.
func TestEveryAnswerIsGuarded(t *testing.T) {
	for base, always := range map[string]string{
		"https://shop.example":  "max-age=31536000; includeSubDomains",
		"http://127.0.0.1:8080": "",
	} {
		s := openShop(t, DefaultLimits, func(c *host.Config) { c.BaseURL = base })
		calls := []call{
			{method: "GET", path: "/nothing"},
			{method: "GET", path: "/api/v1/nothing"},
			{method: "PATCH", path: "/cart"},
			{method: "GET", path: "/m//portland"},
			{method: "GET", path: "/images/tomme.jpg"},
		}
		fill := strings.NewReplacer("{$}", "", "{id}", placedOrder, "{part}", onePart, "{variant}", wheel)
		for _, rt := range s.edge.routes {
			method, at, _ := strings.Cut(rt.Pattern, " ")
			calls = append(calls, call{method: method, path: fill.Replace(at)},
				call{
					method: method, path: fill.Replace(at),
					header: []string{"Authorization", "Bearer operator"},
				})
		}
		for _, c := range calls {
			if strings.HasSuffix(c.path, "/events") && len(c.header) > 0 {
				continue // it has no end
			}
			answer, _ := s.send(t, c) //nolint:bodyclose // send closes it
			s.guarded(t, c, answer.Header, always)
		}
	}
}

func (s *Shop) guarded(t *testing.T, c call, h http.Header, always string) {
	t.Helper()
	policy := h.Get("Content-Security-Policy")
	if h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(policy, "frame-ancestors 'none'") ||
		!strings.Contains(policy, "default-src 'none'") ||
		strings.Contains(policy, "unsafe") || h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
		t.Errorf("%s %s is answered with %v", c.method, c.path, h)
	}
	referrer := "strict-origin-when-cross-origin"
	if strings.HasPrefix(c.path, "/api/") {
		referrer = "no-referrer"
	}
	if h.Get("Referrer-Policy") != referrer || h.Get("Strict-Transport-Security") != always {
		t.Errorf("%s %s: referrers %q, transport %q", c.method, c.path, h.Get("Referrer-Policy"),
			h.Get("Strict-Transport-Security"))
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, rt := range s.edge.routes {
		method, at, _ := strings.Cut(rt.Pattern, " ")
		if method == http.MethodGet {
			continue
		}
		for _, header := range [][]string{
			{"Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Site", "same-site"},
			{"Origin", "https://evil.example"},
		} {
			answer, body := s.send(t, call{method: method, path: at, header: append(header, "Cookie", "session=operator")}) //nolint:bodyclose // send closes it
			if answer.StatusCode != http.StatusForbidden || !strings.Contains(string(body), "This was sent from another site. Nothing was done") {
				t.Errorf("%s with %v: status %d", rt.Pattern, header, answer.StatusCode)
			}
		}
	}
}

func TestCookiesAreSecureBeyondADemo(t *testing.T) {
	for _, c := range []struct {
		config host.Config
		name   string
		secure bool
	}{
		{host.Config{Demo: true}, "session", false},
		{host.Config{Demo: true, BaseURL: "http://127.0.0.1:8080"}, "session", false},
		{host.Config{Demo: true, BaseURL: "https://demo.example"}, "__Host-session", true},
		{host.Config{BaseURL: "http://shop.example"}, "__Host-session", true},
		{host.Config{}, "__Host-session", true},
	} {
		cookie := web.NewCookies(c.config).Make(web.SessionCookie, "token", "/", web.CartLives)
		if cookie.Name != c.name || cookie.Secure != c.secure || !cookie.HttpOnly ||
			cookie.SameSite != http.SameSiteLaxMode || cookie.Valid() != nil {
			t.Errorf("%+v gives %v", c.config, cookie)
		}
	}
	order := web.NewCookies(host.Config{}).Make(web.OrderCookie, "token", "/orders/x", orderLives)
	if order.Name != "__Secure-order" || order.Path != "/orders/x" || !order.Secure {
		t.Errorf("an order's cookie is %v", order)
	}
}

func TestTheMailboxIsOfTheDemoOnly(t *testing.T) {
	demo := openShop(t, DefaultLimits)
	if answer, _ := demo.send(t, call{method: "GET", path: "/dev/mail"}); answer.StatusCode != http.StatusOK { //nolint:bodyclose // send closes it
		t.Errorf("the demo answers %d", answer.StatusCode)
	}
	shop := openShop(t, DefaultLimits, func(c *host.Config) { c.Demo, c.Secret = false, make([]byte, 32) })
	if answer, _ := shop.send(t, call{method: "GET", path: "/dev/mail"}); answer.StatusCode != http.StatusNotFound { //nolint:bodyclose // send closes it
		t.Errorf("a shop answers %d", answer.StatusCode)
	}
}

func TestReadinessIsTheHosts(t *testing.T) {
	s := openShop(t, DefaultLimits)
	if answer, _ := s.send(t, call{method: "GET", path: "/readyz"}); answer.StatusCode != http.StatusServiceUnavailable { //nolint:bodyclose // send closes it
		t.Errorf("a host that has not started is answered with %d", answer.StatusCode)
	}
}

// TestAPanicIsAPlainProblem lets a handler panic; the visitor sees nothing of it.
func TestAPanicIsAPlainProblem(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.edge.site.Ordering = nil
	answer, body := s.send(t, call{method: "GET", path: "/api/v1/carts/" + guestCart}) //nolint:bodyclose // send closes it
	if answer.StatusCode != http.StatusInternalServerError || strings.Contains(string(body), "nil pointer") {
		t.Errorf("status %d: %s", answer.StatusCode, body)
	}
	if s.edge.gates[web.Carting].Running() != 0 {
		t.Error("a place is still taken")
	}
}

// TestTheStyleSheetIsLight keeps to what a first view may weigh.
func TestTheStyleSheetIsLight(t *testing.T) {
	for _, name := range []string{"style.css", "desk.css"} {
		sheet, err := readAsset(name)
		if err != nil || len(sheet) > 14<<10 || bytes.Contains(sheet, []byte("/*")) {
			t.Errorf("%s has %d bytes (%v)", name, len(sheet), err)
		}
	}
}
