package edge

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// stale makes every session one that has shown who has it eleven minutes ago.
func (s *Shop) stale(factors ...string) {
	s.peers.set(func(p *peers) {
		p.session = func(a *identityv1.GetSessionResponse) {
			a.SteppedUpUntil, a.Factors, a.TwoFactors = s.clock.Now().Add(-time.Minute).UnixMilli(), factors,
				len(factors) > 0
		}
	})
}

// asksFirst are all routes that a session alone does not open. A route that has the mark and is not here
// fails, and one that is here and lost its mark.
var asksFirst = []string{
	"POST /api/v1/orders/{id}/refunds", "POST /operator/orders/{id}/refunds",
	"POST /operator/producers/{id}/approval", "GET /operator/producers/{id}/approval",
	"PUT /api/v1/account/password", "PUT /api/v1/account/email", "GET /account/password",
	"POST /account/password", "GET /account/email", "POST /account/email",
	"GET /operator/log.csv", "GET /operator/log.jsonl", "GET /account/data.json", "GET /account/delete",
	"POST /account/delete",
	"POST /account/security/passkeys", "POST /account/security/passkeys/{id}/delete",
	"GET /account/security/app", "POST /account/security/app",
	"POST /account/security/app/delete", "POST /account/security/codes", "POST /operator/security",
	"POST /operator/security/reset",
	"GET /producer/people", "POST /producer/people", "POST /producer/people/{person}",
	"GET /producer/people/{person}/remove", "POST /producer/people/{person}/remove",
	"POST /producer/invitations/{id}/delete", "GET /operator/windows/{id}/cancel",
	"POST /operator/windows/{id}/cancel",
}

// TestWhatMattersMostIsAskedFirst walks every route with a session that has shown nothing for eleven minutes.
func TestWhatMattersMostIsAskedFirst(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.stale()
	want := map[string]bool{}
	for _, pattern := range asksFirst {
		want[pattern] = true
	}
	for _, rt := range s.edge.routes {
		if rt.Plain != nil || rt.Live != nil {
			continue
		}
		method, at, _ := strings.Cut(rt.Pattern, " ")
		path := strings.NewReplacer("{$}", "", "{id}", placedOrder, "{variant}", wheel, "{window}", saturday,
			"{part}", onePart, "{key}", "nothing", "{service}", "payments").Replace(at)
		answer, body := s.send(t, call{method: method, path: path, header: []string{"Cookie", "session=operator", "Sec-Fetch-Site", "same-origin", "Content-Type", "application/x-www-form-urlencoded"}}) //nolint:bodyclose // send closes it
		asks := strings.HasPrefix(answer.Header.Get("Location"), "/step-up?next=") ||
			(answer.StatusCode == http.StatusForbidden && strings.Contains(string(body), "/step-up?next=")) ||
			strings.Contains(string(body), `"step_up_required"`)
		if asks != want[rt.Pattern] {
			t.Errorf("%s asks first: %t (%d)", rt.Pattern, asks, answer.StatusCode)
		}
		delete(want, rt.Pattern)
	}
	for pattern := range want {
		t.Errorf("%s is no route", pattern)
	}
	if s.peers.count("Refund")+s.peers.count("Erase")+s.peers.count("SetDeskFactors")+
		s.peers.count("AddPasskey") != 0 {
		t.Error("something was done before it was asked")
	}
}

func TestARefundIsAskedForBeforeItsForm(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.stale()
	v := s.open(t, "/operator/orders/"+placedOrder, "session=operator", nil)
	if links := v.find("a", "href", "/step-up?next=%2Foperator%2Forders%2F"+placedOrder+
		"%3Frefund%3D1"); len(links) != 1 || len(v.find("input", "name", "amount")) != 0 {
		t.Errorf("%d ways to show who one is, and %d forms", len(links),
			len(v.find("input", "name", "amount")))
	}
	page := s.open(t, "/step-up?next=%2Foperator%2Forders%2F"+placedOrder, "session=operator", nil)
	if page.status != http.StatusOK || len(page.find("input", "type", "password")) != 1 ||
		page.value("next") != "/operator/orders/"+placedOrder {
		t.Fatalf("status %d, next %q", page.status, page.value("next"))
	}
	form := url.Values{
		"as": {accounts["operator"].GetId()}, "next": {page.value("next")},
		"password": {"wrong"},
	}
	if v := s.open(t, "/step-up", "session=operator", form); v.status != http.StatusUnprocessableEntity ||
		v.value("password") != "" {
		t.Errorf("a wrong password: %d, %q", v.status, v.value("password"))
	}
	form.Set("password", "right")
	if v := s.open(t, "/step-up", "session=operator", form); v.status != http.StatusSeeOther ||
		v.header.Get("Location") != "/operator/orders/"+placedOrder {
		t.Errorf("%d to %s", v.status, v.header.Get("Location"))
	}
	form.Set("next", "//evil.example/")
	if v := s.open(t, "/step-up", "session=operator", form); v.header.Get("Location") != "/account" {
		t.Errorf("it leads to %s", v.header.Get("Location"))
	}
	form.Set("as", "somebody else")
	if v := s.open(t, "/step-up", "session=operator", form); v.status != http.StatusConflict {
		t.Errorf("somebody else's form: %d", v.status)
	}
	s.peers.set(func(p *peers) { p.session = nil })
	if v := s.open(t, "/step-up?next=/cart", "session=operator", nil); v.header.Get("Location") != "/cart" {
		t.Error("who has just shown it is asked again")
	}
	if v := s.open(t, "/operator/orders/"+placedOrder+"?refund=1", "session=operator",
		nil); len(v.find("details", "open", "")) != 1 {
		t.Error("the refund's form is not open")
	}
}

func TestAFormThatComesTooLateSaysWhereToGo(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.stale("totp")
	answer, body := s.send(t, call{ //nolint:bodyclose // send closes it
		method: http.MethodPost, path: "/operator/orders/" + placedOrder + "/refunds", body: "key=k&amount=1",
		header: []string{
			"Cookie", "session=operator", "Sec-Fetch-Site", "same-origin", "Content-Type",
			"application/x-www-form-urlencoded", "Referer", s.URL + "/operator/orders/" + placedOrder +
				"?market=portland",
		},
	})
	if answer.StatusCode != http.StatusForbidden ||
		!strings.Contains(string(body), `href="/step-up?next=%2Foperator%2Forders%2F`+placedOrder+
			`%3Fmarket%3Dportland"`) {
		t.Errorf("status %d: %s", answer.StatusCode, body)
	}
	page := s.open(t, "/step-up?next=/cart", "session=operator", nil)
	if len(page.find("input", "type", "password")) != 0 || len(page.find("input", "name", "code")) != 1 {
		t.Error("who has a second factor is asked for the password")
	}
}

// TestADeskIsLockedUntilItsSecondFactorIsThere walks every route of the desks as who has none, though the
// desk asks for it.
func TestADeskIsLockedUntilItsSecondFactorIsThere(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, has := range []bool{false, true} {
		s.peers.set(func(p *peers) {
			p.session = func(a *identityv1.GetSessionResponse) {
				a.FactorRequiredSince = 1
				if has {
					a.Factors, a.SteppedUpUntil = []string{"totp"}, 0
				}
			}
		})
		to := map[bool]string{false: "/account/security", true: "/step-up?next="}[has]
		for _, rt := range s.edge.routes {
			if (rt.Rule != web.Producing && rt.Rule != web.Operating) || rt.Plain != nil {
				continue
			}
			method, at, _ := strings.Cut(rt.Pattern, " ")
			path := strings.NewReplacer("{id}", placedOrder, "{variant}", wheel, "{window}", saturday,
				"{part}", onePart, "{key}", "nothing", "{service}", "payments").Replace(at)
			answer, body := s.send(t, call{method: method, path: path, header: []string{"Cookie", "session=operator", "Sec-Fetch-Site", "same-origin"}}) //nolint:bodyclose // send closes it
			if !strings.HasPrefix(answer.Header.Get("Location"), to) &&
				answer.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %d to %q: %.100s", rt.Pattern, answer.StatusCode,
					answer.Header.Get("Location"), body)
			}
		}
		if v := s.open(t, "/orders/"+placedOrder, "session=operator", nil); v.status != http.StatusNotFound {
			t.Errorf("an operator who is locked out reads an order: %d", v.status)
		}
		if v := s.open(t, "/account", "session=operator", nil); v.status != http.StatusOK ||
			len(v.find("a", "href", "/operator")) < 2 {
			t.Errorf("the own account: %d", v.status)
		}
		if v := s.open(t, "/sell", "session=producer", nil); v.status == http.StatusOK {
			t.Error("a maker who is locked out applies again")
		}
	}
	if v := s.open(t, "/account/security", "session=operator", nil); !strings.Contains(v.text(),
		"show once more") {
		t.Errorf("the page says %s", v.text())
	}
}

func TestASecondStepFollowsThePassword(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/sign-in", "", url.Values{
		"email": {"half@example.org"}, "password": {"right"},
		"next": {"/checkout"},
	})
	to := v.header.Get("Location")
	if v.status != http.StatusSeeOther || to != "/sign-in/second?next=%2Fcheckout&with=passkey+totp" ||
		len(v.cookies) != 1 || v.cookies[0].Name != "pending" || !v.cookies[0].HttpOnly {
		t.Fatalf("%d to %s with %v", v.status, to, v.cookies)
	}
	step := s.open(t, to, "pending=half", nil)
	if step.status != http.StatusOK || len(step.find("form", "data-passkey", "second_factor")) != 1 ||
		step.value("next") != "/checkout" {
		t.Fatalf("status %d", step.status)
	}
	form := url.Values{"next": {"/checkout"}, "with": {"passkey totp"}, "code": {"654 321"}}
	if wrong := s.open(t, "/sign-in/second", "pending=half",
		form); wrong.status != http.StatusUnprocessableEntity || wrong.value("code") != "654 321" {
		t.Errorf("a wrong code: %d, %q", wrong.status, wrong.value("code"))
	}
	form.Set("code", "123456")
	in := s.open(t, "/sign-in/second", "pending=half", form)
	if in.status != http.StatusSeeOther || in.header.Get("Location") != "/checkout" || len(in.cookies) != 2 ||
		in.cookies[0].Name != "session" || in.cookies[1].MaxAge >= 0 {
		t.Errorf("%d to %s with %v", in.status, in.header.Get("Location"), in.cookies)
	}
	if late := s.open(t, "/sign-in/second", "pending=old", form); late.status != http.StatusUnauthorized ||
		len(late.find("input", "type", "password")) != 1 {
		t.Errorf("a sign-in that took too long: %d", late.status)
	}
	if none := s.open(t, "/sign-in/second", "", nil); none.header.Get("Location") != "/sign-in" {
		t.Errorf("without a sign-in: %s", none.header.Get("Location"))
	}
}

func TestAPasskeyIsAskedForAndSignsIn(t *testing.T) {
	s := openShop(t, DefaultLimits)
	page := s.open(t, "/sign-in?next=/checkout", "", nil)
	if len(page.find("form", "data-passkey", "sign_in", "action", "/sign-in/passkey")) != 1 ||
		len(page.find("input", "autocomplete", "username webauthn")) != 1 || len(page.find("noscript")) == 0 {
		t.Error("the sign-in page has no passkeys")
	}
	for purpose, token := range map[string]string{
		"sign_in": "", "register": "shopper", "step_up": "shopper",
		"second_factor": "half",
	} {
		answer, body := s.send(t, call{ //nolint:bodyclose // send closes it
			method: http.MethodPost, path: "/passkeys/options", body: `{"purpose": "` + purpose + `"}`,
			header: []string{
				"Cookie", "session=shopper; pending=half", "Sec-Fetch-Site", "same-origin",
				"Content-Type", "application/json",
			},
		})
		sent := s.peers.last["BeginPasskey"].(*identityv1.BeginPasskeyRequest)
		if answer.StatusCode != http.StatusOK ||
			string(body) != `{"challenge":"challenge","options":{"challenge":"AAAA"}}` ||
			sent.GetToken() != token {
			t.Errorf("%s: %d, %s, of %q", purpose, answer.StatusCode, body, sent.GetToken())
		}
	}
	form := url.Values{"challenge": {"challenge"}, "credential": {"forged"}, "next": {"/checkout"}}
	if v := s.open(t, "/sign-in/passkey", "", form); v.status != http.StatusUnauthorized ||
		v.value("next") != "/checkout" {
		t.Errorf("a forged one: %d", v.status)
	}
	form.Set("credential", "signed")
	if v := s.open(t, "/sign-in/passkey", "", form); v.status != http.StatusSeeOther ||
		v.header.Get("Location") != "/checkout" || v.cookies[0].Name != "session" {
		t.Errorf("%d to %s", v.status, v.header.Get("Location"))
	}
}

func TestFactorsAreMadeAndRemovedByTheirOwnerOnly(t *testing.T) {
	s := openShop(t, DefaultLimits)
	own := accounts["shopper"].GetId()
	for path, c := range map[string]struct {
		form   url.Values
		method string
		shows  string // or leads back
	}{
		"/account/security/passkeys": {url.Values{
			"name":      {"My phone"},
			"challenge": {"challenge"}, "credential": {"signed"},
		}, "AddPasskey", "7k2m9x-"},
		"/account/security/passkeys/" + onePasskey + "/delete": {url.Values{}, "RemovePasskey", ""},
		"/account/security/app": {
			url.Values{"code": {"123456"}},
			"ConfirmTotp", "7k2m9x-",
		},
		"/account/security/app/delete": {url.Values{}, "RemoveTotp", ""},
		"/account/security/codes": {
			url.Values{},
			"MakeRecoveryCodes",
			"7k2m9x-",
		},
	} {
		c.form.Set("as", "somebody else")
		if v := s.open(t, path, "session=shopper", c.form); v.status != http.StatusConflict ||
			s.peers.count(c.method) != 0 {
			t.Errorf("%s of somebody else: %d", path, v.status)
		}
		c.form.Set("as", own)
		v := s.open(t, path, "session=shopper", c.form)
		if s.peers.count(c.method) != 1 ||
			(c.shows == "" && v.header.Get("Location") != "/account/security") ||
			!strings.Contains(v.text(), c.shows) {
			t.Errorf("%s: %d to %q: %s", path, v.status, v.header.Get("Location"), v.text())
		}
		if v.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %s", path, v.header.Get("Cache-Control"))
		}
	}
	app := s.open(t, "/account/security/app", "session=shopper", nil)
	if len(app.find("svg", "role", "img")) != 1 ||
		!strings.Contains(strings.Join(strings.Fields(app.text()), " "), "GEZD GNBV GY3T QOJQ") {
		t.Error("the key of the app is not to be seen")
	}
	wrong := s.open(t, "/account/security/app", "session=shopper",
		url.Values{"as": {own}, "code": {"000000"}})
	if wrong.status != http.StatusUnprocessableEntity ||
		len(wrong.find("input", "name", "code", "aria-invalid", "true")) != 1 {
		t.Errorf("a wrong first code: %d", wrong.status)
	}
}

func TestAnOperatorSaysWhichDesksAskForASecondFactor(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/operator/security", "session=operator",
		url.Values{"producer": {"2026-12-01"}, "operator": {""}})
	if v.status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", v.status, v.text())
	}
	sent := s.peers.last["SetDeskFactors"].(*identityv1.SetDeskFactorsRequest)
	if len(sent.GetDesks()) != 2 || sent.GetDesks()[0].GetRequiredFrom() != 0 ||
		sent.GetDesks()[1].GetRequiredFrom() != time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC).UnixMilli() {
		t.Errorf("it asked for %v", sent)
	}
	if v := s.open(t, "/operator/security", "session=operator",
		url.Values{"producer": {"soon"}}); v.status != http.StatusUnprocessableEntity ||
		v.value("producer") != "soon" || s.peers.count("SetDeskFactors") != 1 {
		t.Errorf("no day: %d, %q", v.status, v.value("producer"))
	}
	if v := s.open(t, "/operator/security/reset", "session=operator",
		url.Values{"email": {"dairy@example.org"}}); v.status != http.StatusSeeOther ||
		s.peers.count("ResetFactors") != 1 {
		t.Errorf("a reset: %d", v.status)
	}
}
