package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

func TestAFormThatComesTooLateSaysWhereToGo(t *testing.T) {
	s := edgetest.Open(t)
	s.Stale("totp")
	answer, body := s.Send(t, edgetest.Call{
		Method: http.MethodPost, Path: "/operator/orders/" + edgetest.PlacedOrder + "/refunds",
		Body: "key=k&amount=1",
		Header: []string{
			"Cookie", "session=operator", "Sec-Fetch-Site", "same-origin", "Content-Type",
			"application/x-www-form-urlencoded", "Referer", s.URL + "/operator/orders/" +
				edgetest.PlacedOrder +
				"?market=portland",
		},
	})
	if answer.StatusCode != http.StatusForbidden ||
		!strings.Contains(string(body), `href="/step-up?next=%2Foperator%2Forders%2F`+edgetest.PlacedOrder+
			`%3Fmarket%3Dportland"`) {
		t.Errorf("status %d: %s", answer.StatusCode, body)
	}
	page := s.Open(t, "/step-up?next=/cart", "session=operator", nil)
	if len(page.Find("input", "type", "password")) != 0 || len(page.Find("input", "name", "code")) != 1 {
		t.Error("who has a second factor is asked for the password")
	}
}

func TestASecondStepFollowsThePassword(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/sign-in", "", url.Values{
		"email": {"half@example.org"}, "password": {"right"},
		"next": {"/checkout"},
	})
	to := v.Header.Get("Location")
	if v.Status != http.StatusSeeOther || to != "/sign-in/second?next=%2Fcheckout&with=passkey+totp" ||
		len(v.Cookies) != 1 || v.Cookies[0].Name != "pending" || !v.Cookies[0].HttpOnly {
		t.Fatalf("%d to %s with %v", v.Status, to, v.Cookies)
	}
	step := s.Open(t, to, "pending=half", nil)
	if step.Status != http.StatusOK || len(step.Find("form", "data-passkey", "second_factor")) != 1 ||
		step.Value("next") != "/checkout" {
		t.Fatalf("status %d", step.Status)
	}
	form := url.Values{"next": {"/checkout"}, "with": {"passkey totp"}, "code": {"654 321"}}
	if wrong := s.Open(t, "/sign-in/second", "pending=half",
		form); wrong.Status != http.StatusUnprocessableEntity || wrong.Value("code") != "654 321" {
		t.Errorf("a wrong code: %d, %q", wrong.Status, wrong.Value("code"))
	}
	form.Set("code", "123456")
	in := s.Open(t, "/sign-in/second", "pending=half", form)
	if in.Status != http.StatusSeeOther || in.Header.Get("Location") != "/checkout" || len(in.Cookies) != 2 ||
		in.Cookies[0].Name != "session" || in.Cookies[1].MaxAge >= 0 {
		t.Errorf("%d to %s with %v", in.Status, in.Header.Get("Location"), in.Cookies)
	}
	if late := s.Open(t, "/sign-in/second", "pending=old", form); late.Status != http.StatusUnauthorized ||
		len(late.Find("input", "type", "password")) != 1 {
		t.Errorf("a sign-in that took too long: %d", late.Status)
	}
	if none := s.Open(t, "/sign-in/second", "", nil); none.Header.Get("Location") != "/sign-in" {
		t.Errorf("without a sign-in: %s", none.Header.Get("Location"))
	}
}

func TestAPasskeyIsAskedForAndSignsIn(t *testing.T) {
	s := edgetest.Open(t)
	page := s.Open(t, "/sign-in?next=/checkout", "", nil)
	if len(page.Find("form", "data-passkey", "sign_in", "action", "/sign-in/passkey")) != 1 ||
		len(page.Find("input", "autocomplete", "username webauthn")) != 1 || len(page.Find("noscript")) == 0 {
		t.Error("the sign-in page has no passkeys")
	}
	for purpose, token := range map[string]string{
		"sign_in": "", "register": "shopper", "step_up": "shopper",
		"second_factor": "half",
	} {
		answer, body := s.Send(t, edgetest.Call{
			Method: http.MethodPost, Path: "/passkeys/options", Body: `{"purpose": "` + purpose + `"}`,
			Header: []string{
				"Cookie", "session=shopper; pending=half", "Sec-Fetch-Site", "same-origin",
				"Content-Type", "application/json",
			},
		})
		sent := s.Peers.Last["BeginPasskey"].(*identityv1.BeginPasskeyRequest)
		if answer.StatusCode != http.StatusOK ||
			string(body) != `{"challenge":"challenge","options":{"challenge":"AAAA"}}` ||
			sent.GetToken() != token {
			t.Errorf("%s: %d, %s, of %q", purpose, answer.StatusCode, body, sent.GetToken())
		}
	}
	form := url.Values{"challenge": {"challenge"}, "credential": {"forged"}, "next": {"/checkout"}}
	if v := s.Open(t, "/sign-in/passkey", "", form); v.Status != http.StatusUnauthorized ||
		v.Value("next") != "/checkout" {
		t.Errorf("a forged one: %d", v.Status)
	}
	form.Set("credential", "signed")
	if v := s.Open(t, "/sign-in/passkey", "", form); v.Status != http.StatusSeeOther ||
		v.Header.Get("Location") != "/checkout" || v.Cookies[0].Name != "session" {
		t.Errorf("%d to %s", v.Status, v.Header.Get("Location"))
	}
}

func TestFactorsAreMadeAndRemovedByTheirOwnerOnly(t *testing.T) {
	s := edgetest.Open(t)
	own := edgetest.Accounts["shopper"].GetId()
	for path, c := range map[string]struct {
		form   url.Values
		method string
		shows  string // or leads back
	}{
		"/account/security/passkeys": {url.Values{
			"name":      {"My phone"},
			"challenge": {"challenge"}, "credential": {"signed"},
		}, "AddPasskey", "7k2m9x-"},
		"/account/security/passkeys/" + edgetest.OnePasskey + "/delete": {url.Values{}, "RemovePasskey", ""},
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
		if v := s.Open(t, path, "session=shopper", c.form); v.Status != http.StatusConflict ||
			s.Peers.Count(c.method) != 0 {
			t.Errorf("%s of somebody else: %d", path, v.Status)
		}
		c.form.Set("as", own)
		v := s.Open(t, path, "session=shopper", c.form)
		if s.Peers.Count(c.method) != 1 ||
			(c.shows == "" && v.Header.Get("Location") != "/account/security") ||
			!strings.Contains(v.Text(), c.shows) {
			t.Errorf("%s: %d to %q: %s", path, v.Status, v.Header.Get("Location"), v.Text())
		}
		if v.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %s", path, v.Header.Get("Cache-Control"))
		}
	}
	app := s.Open(t, "/account/security/app", "session=shopper", nil)
	if len(app.Find("svg", "role", "img")) != 1 ||
		!strings.Contains(strings.Join(strings.Fields(app.Text()), " "), "GEZD GNBV GY3T QOJQ") {
		t.Error("the key of the app is not to be seen")
	}
	wrong := s.Open(t, "/account/security/app", "session=shopper",
		url.Values{"as": {own}, "code": {"000000"}})
	if wrong.Status != http.StatusUnprocessableEntity ||
		len(wrong.Find("input", "name", "code", "aria-invalid", "true")) != 1 {
		t.Errorf("a wrong first code: %d", wrong.Status)
	}
}
