package account_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

func cookieOf(v *edgetest.View, name string) *http.Cookie {
	at := slices.IndexFunc(v.Cookies, func(c *http.Cookie) bool { return c.Name == name })
	if at < 0 {
		return nil
	}
	return v.Cookies[at]
}

func TestSignUpWaitsForTheLinkAndGoesOnWhereItBegan(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/sign-up", edgetest.WithCart, url.Values{
		"email": {"ann@example.org"}, "password": {"long enough"},
		"next": {"/checkout"},
	})
	v.Says(t, http.StatusOK, "Look into your mail")
	begun := cookieOf(v, web.SignUpCookie)
	if begun == nil || !begun.HttpOnly || len(v.Cookies) != 1 {
		t.Fatalf("cookies %v", v.Cookies)
	}
	browser := edgetest.WithCart + "; " + web.SignUpCookie + "=" + begun.Value
	shown := s.Open(t, "/confirm?token=new", browser, nil)
	shown.Says(t, http.StatusOK, "for ann@example.org")
	if len(shown.Find("input", "name", "password")) != 0 || s.Peers.Count("FollowLink") != 0 {
		t.Error("the browser that began it is asked for a password, or looking at the link has followed it")
	}
	done := s.Open(t, "/confirm", browser, url.Values{"token": {"new"}})
	if done.Status != http.StatusSeeOther || done.Header.Get("Location") != "/checkout" ||
		cookieOf(done, web.SessionCookie) == nil || cookieOf(done, deviceCookie) == nil ||
		cookieOf(done, web.SignUpCookie).MaxAge >= 0 {
		t.Errorf("status %d to %s, cookies %v", done.Status, done.Header.Get("Location"), done.Cookies)
	}
	if cookieOf(done, web.CartCookie) != nil {
		t.Error("the basket is gone")
	}
}

func TestAnotherBrowserHasToChooseThePassword(t *testing.T) {
	s := edgetest.Open(t)
	shown := s.Open(t, "/confirm?token=new", "", nil)
	if len(shown.Find("input", "name", "password")) != 1 {
		t.Error("no password is asked for")
	}
	s.Open(t, "/confirm", "", url.Values{"token": {"new"}}).Says(t, http.StatusUnprocessableEntity,
		"Use at least 10 characters.")
	done := s.Open(t, "/confirm", "",
		url.Values{"token": {"new"}, "password": {"long enough"}, "name": {"Ann"}})
	asked := s.Peers.Last["FollowLink"].(*identityv1.FollowLinkRequest)
	if done.Status != http.StatusSeeOther || asked.GetPassword() != "long enough" ||
		asked.GetName() != "Ann" {
		t.Errorf("status %d, %v", done.Status, asked)
	}
	s.Open(t, "/confirm?token=old", "", nil).Says(t, http.StatusNotFound, "no longer good")
	s.Open(t, "/confirm", "", url.Values{"token": {"old"}}).Says(t, http.StatusNotFound, "no longer good")
}

func TestWhatOtherLinksDo(t *testing.T) {
	s := edgetest.Open(t)
	for token, says := range map[string]string{
		"mine":  "Your e-mail address is confirmed.",
		"other": "From now on you sign in with it", "thief": "Your account is yours again",
	} {
		done := s.Open(t, "/confirm", edgetest.AsAnn, url.Values{"token": {token}})
		done.Says(t, http.StatusOK, says)
		if renewed := cookieOf(done, web.SessionCookie); (renewed != nil) != (token == "other") {
			t.Errorf("%s sets %v", token, done.Cookies)
		}
	}
}

// TestALinkToAnAddressAsksWhoIsNotSignedIn follows links in a browser that is not the account's.
func TestALinkToAnAddressAsksWhoIsNotSignedIn(t *testing.T) {
	s := edgetest.Open(t)
	for token, says := range map[string]string{
		"mine":  "Your e-mail address is confirmed.",
		"other": "From now on you sign in with it",
	} {
		if shown := s.Open(t, "/confirm?token="+token, "", nil); shown.Status != http.StatusOK ||
			len(shown.Find("input", "name", "password", "autocomplete", "current-password")) != 1 {
			t.Errorf("%s: status %d, and no password is asked for", token, shown.Status)
		}
		s.Open(t, "/confirm", "", url.Values{"token": {token}, "password": {"wrong"}}).Says(t,
			http.StatusUnprocessableEntity, "This is not your password.")
		s.Open(t, "/confirm", "", url.Values{"token": {token}, "password": {"right"}}).Says(t, http.StatusOK,
			says)
	}
}

// TestSignUpAnswersAlikeWhoeverAsks compares the whole answers, and what was asked of whom for them.
func TestSignUpAnswersAlikeWhoeverAsks(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		var bodies []string
		for _, email := range []string{"dairy@example.org", "nobody@example.org"} {
			answer, body := m.Send(t, edgetest.Call{
				Method: "POST", Path: "/api/v1/accounts",
				Body: `{"email": "` + email +
					`", "password": "a long password"}`,
			})
			if answer.StatusCode != http.StatusAccepted {
				t.Errorf("%s: status %d: %s", email, answer.StatusCode, body)
			}
			page := m.Open(t, "/sign-up", "", url.Values{"email": {email}, "password": {"a long password"}})
			text := strings.ReplaceAll(page.Text(), email, "")
			if begun := cookieOf(page, web.SignUpCookie); begun == nil || len(page.Cookies) != 1 {
				t.Errorf("%s: cookies %v", email, page.Cookies)
			}
			bodies = append(bodies, string(body)+text)
		}
		if bodies[0] != bodies[1] {
			t.Errorf("answered\n%s\nand\n%s", bodies[0], bodies[1])
		}
	})
}

func TestOwnPasswordAndAddressAreChangedWithTheOldPassword(t *testing.T) {
	s := edgetest.Open(t)
	form := url.Values{
		"as": {"acc_x_1"}, "password": {"wrong"}, "new_password": {"long enough"},
		"email": {"ann@new.example"},
	}
	for _, at := range []string{"/account/password", "/account/email"} {
		v := s.Open(t, at, edgetest.AsAnn, form)
		v.Says(t, http.StatusUnprocessableEntity, "This is not your password.")
		if v.Value("password") != "" || v.Value("new_password") != "" {
			t.Errorf("%s sends a password back", at)
		}
		s.Open(t, at, "session=other", form).Says(t, http.StatusConflict, "You are signed in as Bob now")
	}
	form.Set("password", "right")
	changed := s.Open(t, "/account/password", edgetest.AsAnn, form)
	changed.Says(t, http.StatusOK, "Your password is changed")
	if c := cookieOf(changed, web.SessionCookie); c == nil || c.Value != "renewed" {
		t.Errorf("the session goes on as %v", changed.Cookies)
	}
	s.Open(t, "/account/email", edgetest.AsAnn, form).Says(t, http.StatusOK, "Look into your mail")
	s.Open(t, "/account/verify", edgetest.AsAnn, form).Says(t, http.StatusOK, "Look into your mail")
}

func TestSessionsAreEndedOneByOne(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/account/sessions", edgetest.AsAnn, nil)
	v.Says(t, http.StatusOK, "Firefox on Linux")
	v.Says(t, http.StatusOK, "A program (curl)")
	if forms := v.Find("form", "action", "/account/sessions/phone/end"); len(forms) != 1 ||
		len(v.Find("form", "action", "/account/sessions/here/end")) != 0 {
		t.Error("the own session can be ended here, or another one cannot")
	}
	s.Open(t, "/account/sessions/phone/end", "session=other", url.Values{"as": {"acc_x_1"}}).Says(t,
		http.StatusConflict, "somebody else's")
	if s.Peers.Count("EndSession") != 0 {
		t.Error("somebody else's form has ended one")
	}
	if v := s.Open(t, "/account/sessions/phone/end", edgetest.AsAnn,
		url.Values{"as": {"acc_x_1"}}); v.Status != http.StatusSeeOther {
		t.Errorf("status %d", v.Status)
	}
	if asked := s.Peers.Last["EndSession"].(*identityv1.EndSessionRequest); asked.GetId() != "phone" ||
		asked.GetSessionToken() != "shopper" {
		t.Errorf("asked to end %v", asked)
	}
}

// TestSigningOutForgetsAll walks all ways to leave.
func TestSigningOutForgetsAll(t *testing.T) {
	s := edgetest.Open(t)
	kept := append(edgetest.OrderIDs(3), "nonsense", "ord_portland_x")
	cookies := edgetest.AsAnn + "; cart=" + edgetest.GuestCart + "; orders=" + strings.Join(kept, ".")
	for path, form := range map[string]url.Values{
		"/sign-out": {}, "/account/sign-out": {"as": {"acc_x_1"}},
		"/account/delete": {"as": {"acc_x_1"}, "password": {"right"}},
	} {
		s.Peers.Set(func(p *edgetest.Peers) { p.NoOrders = true })
		v := s.Open(t, path, cookies, form)
		if v.Status >= http.StatusBadRequest {
			t.Fatalf("%s: status %d", path, v.Status)
		}
		for name, at := range map[string]string{
			web.SessionCookie: "/", web.CartCookie: "/",
			edgetest.OrdersCookie: "/", edgetest.ProofsCookie: "/", visitCookie: "/",
			web.OrderCookie: web.OrderPath(kept[2]),
		} {
			if value, left, set := v.CookieAt(name, at); left || !set || value != "" {
				t.Errorf("%s leaves the cookie %s at %s: %v", path, name, at, v.Cookies)
			}
		}
		if len(v.Cookies) != 8 || !strings.Contains(v.Header.Get("Clear-Site-Data"), "storage") {
			t.Errorf("%s: cookies %v, %q", path, v.Cookies, v.Header.Get("Clear-Site-Data"))
		}
	}
}
