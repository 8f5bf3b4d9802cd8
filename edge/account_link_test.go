package edge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/checkout"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

func cookieOf(v *view, name string) *http.Cookie {
	at := slices.IndexFunc(v.cookies, func(c *http.Cookie) bool { return c.Name == name })
	if at < 0 {
		return nil
	}
	return v.cookies[at]
}

func TestSignUpWaitsForTheLinkAndGoesOnWhereItBegan(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/sign-up", withCart, url.Values{
		"email": {"ann@example.org"}, "password": {"long enough"},
		"next": {"/checkout"},
	})
	v.says(t, http.StatusOK, "Look into your mail")
	begun := cookieOf(v, web.SignUpCookie)
	if begun == nil || !begun.HttpOnly || len(v.cookies) != 1 {
		t.Fatalf("cookies %v", v.cookies)
	}
	browser := withCart + "; " + web.SignUpCookie + "=" + begun.Value
	shown := s.open(t, "/confirm?token=new", browser, nil)
	shown.says(t, http.StatusOK, "for ann@example.org")
	if len(shown.find("input", "name", "password")) != 0 || s.peers.count("FollowLink") != 0 {
		t.Error("the browser that began it is asked for a password, or looking at the link has followed it")
	}
	done := s.open(t, "/confirm", browser, url.Values{"token": {"new"}})
	if done.status != http.StatusSeeOther || done.header.Get("Location") != "/checkout" ||
		cookieOf(done, web.SessionCookie) == nil || cookieOf(done, deviceCookie) == nil ||
		cookieOf(done, web.SignUpCookie).MaxAge >= 0 {
		t.Errorf("status %d to %s, cookies %v", done.status, done.header.Get("Location"), done.cookies)
	}
	if cookieOf(done, web.CartCookie) != nil {
		t.Error("the basket is gone")
	}
}

func TestAnotherBrowserHasToChooseThePassword(t *testing.T) {
	s := openShop(t, DefaultLimits)
	shown := s.open(t, "/confirm?token=new", "", nil)
	if len(shown.find("input", "name", "password")) != 1 {
		t.Error("no password is asked for")
	}
	s.open(t, "/confirm", "", url.Values{"token": {"new"}}).says(t, http.StatusUnprocessableEntity,
		"Use at least 10 characters.")
	done := s.open(t, "/confirm", "",
		url.Values{"token": {"new"}, "password": {"long enough"}, "name": {"Ann"}})
	asked := s.peers.last["FollowLink"].(*identityv1.FollowLinkRequest)
	if done.status != http.StatusSeeOther || asked.GetPassword() != "long enough" ||
		asked.GetName() != "Ann" {
		t.Errorf("status %d, %v", done.status, asked)
	}
	s.open(t, "/confirm?token=old", "", nil).says(t, http.StatusNotFound, "no longer good")
	s.open(t, "/confirm", "", url.Values{"token": {"old"}}).says(t, http.StatusNotFound, "no longer good")
}

func TestWhatOtherLinksDo(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for token, says := range map[string]string{
		"mine":  "Your e-mail address is confirmed.",
		"other": "From now on you sign in with it", "thief": "Your account is yours again",
	} {
		done := s.open(t, "/confirm", asAnn, url.Values{"token": {token}})
		done.says(t, http.StatusOK, says)
		if renewed := cookieOf(done, web.SessionCookie); (renewed != nil) != (token == "other") {
			t.Errorf("%s sets %v", token, done.cookies)
		}
	}
}

// TestALinkToAnAddressAsksWhoIsNotSignedIn follows links in a browser that is not the account's.
func TestALinkToAnAddressAsksWhoIsNotSignedIn(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for token, says := range map[string]string{
		"mine":  "Your e-mail address is confirmed.",
		"other": "From now on you sign in with it",
	} {
		if shown := s.open(t, "/confirm?token="+token, "", nil); shown.status != http.StatusOK ||
			len(shown.find("input", "name", "password", "autocomplete", "current-password")) != 1 {
			t.Errorf("%s: status %d, and no password is asked for", token, shown.status)
		}
		s.open(t, "/confirm", "", url.Values{"token": {token}, "password": {"wrong"}}).says(t,
			http.StatusUnprocessableEntity, "This is not your password.")
		s.open(t, "/confirm", "", url.Values{"token": {token}, "password": {"right"}}).says(t, http.StatusOK,
			says)
	}
}

// TestSignUpAnswersAlikeWhoeverAsks compares the whole answers, and what was asked of whom for them.
func TestSignUpAnswersAlikeWhoeverAsks(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		var bodies []string
		for _, email := range []string{"dairy@example.org", "nobody@example.org"} {
			answer, body := m.send(t, call{method: "POST", path: "/api/v1/accounts", body: `{"email": "` + email + `", "password": "a long password"}`}) //nolint:bodyclose // send closes it
			if answer.StatusCode != http.StatusAccepted {
				t.Errorf("%s: status %d: %s", email, answer.StatusCode, body)
			}
			page := m.open(t, "/sign-up", "", url.Values{"email": {email}, "password": {"a long password"}})
			text := strings.ReplaceAll(page.text(), email, "")
			if begun := cookieOf(page, web.SignUpCookie); begun == nil || len(page.cookies) != 1 {
				t.Errorf("%s: cookies %v", email, page.cookies)
			}
			bodies = append(bodies, string(body)+text)
		}
		if bodies[0] != bodies[1] {
			t.Errorf("answered\n%s\nand\n%s", bodies[0], bodies[1])
		}
	})
}

func TestOwnPasswordAndAddressAreChangedWithTheOldPassword(t *testing.T) {
	s := openShop(t, DefaultLimits)
	form := url.Values{
		"as": {"acc_x_1"}, "password": {"wrong"}, "new_password": {"long enough"},
		"email": {"ann@new.example"},
	}
	for _, at := range []string{"/account/password", "/account/email"} {
		v := s.open(t, at, asAnn, form)
		v.says(t, http.StatusUnprocessableEntity, "This is not your password.")
		if v.value("password") != "" || v.value("new_password") != "" {
			t.Errorf("%s sends a password back", at)
		}
		s.open(t, at, "session=other", form).says(t, http.StatusConflict, "You are signed in as Bob now")
	}
	form.Set("password", "right")
	changed := s.open(t, "/account/password", asAnn, form)
	changed.says(t, http.StatusOK, "Your password is changed")
	if c := cookieOf(changed, web.SessionCookie); c == nil || c.Value != "renewed" {
		t.Errorf("the session goes on as %v", changed.cookies)
	}
	s.open(t, "/account/email", asAnn, form).says(t, http.StatusOK, "Look into your mail")
	s.open(t, "/account/verify", asAnn, form).says(t, http.StatusOK, "Look into your mail")
}

func TestSessionsAreEndedOneByOne(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/account/sessions", asAnn, nil)
	v.says(t, http.StatusOK, "Firefox on Linux")
	v.says(t, http.StatusOK, "A program (curl)")
	if forms := v.find("form", "action", "/account/sessions/phone/end"); len(forms) != 1 ||
		len(v.find("form", "action", "/account/sessions/here/end")) != 0 {
		t.Error("the own session can be ended here, or another one cannot")
	}
	s.open(t, "/account/sessions/phone/end", "session=other", url.Values{"as": {"acc_x_1"}}).says(t,
		http.StatusConflict, "somebody else's")
	if s.peers.count("EndSession") != 0 {
		t.Error("somebody else's form has ended one")
	}
	if v := s.open(t, "/account/sessions/phone/end", asAnn,
		url.Values{"as": {"acc_x_1"}}); v.status != http.StatusSeeOther {
		t.Errorf("status %d", v.status)
	}
	if asked := s.peers.last["EndSession"].(*identityv1.EndSessionRequest); asked.GetId() != "phone" ||
		asked.GetSessionToken() != "shopper" {
		t.Errorf("asked to end %v", asked)
	}
}

func TestNewsEndWithTheSessionTheyAreReadUnder(t *testing.T) {
	s := openShop(t, DefaultLimits)
	_, lines := s.listen(t, asAnn) //nolint:bodyclose // listen closes it
	next(t, lines, "data: ")
	// signed out elsewhere
	s.peers.fail("GetSession", fault.New(fault.Unauthenticated, "no_session", "Please sign in."))
	for lines.Scan() { //nolint:revive // it ends by itself
	}
	if lines.Err() != nil || s.edge.live.Used() != 0 {
		t.Errorf("%d are told on, %v", s.edge.live.Used(), lines.Err())
	}
}

func TestNewsGoOnWhileNobodyCanTellWhoseTheyAre(t *testing.T) {
	s := openShop(t, DefaultLimits)
	_, lines := s.listen(t, asAnn) //nolint:bodyclose // listen closes it
	next(t, lines, "data: ")
	v := &web.Visit{
		Request: s.request(t, call{method: "GET", path: "/"}), Site: s.edge.site,
		Account: accounts["shopper"],
	}
	s.peers.fail("GetSession", fault.New(fault.Unavailable, "unavailable", "Down."))
	if v.Request.Header.Set("Cookie", asAnn); checkout.HasLeft(v, t.Context()) {
		t.Error("the news end where identity is down")
	}
	s.peers.fail("GetSession", nil)
	if checkout.HasLeft(v, t.Context()) {
		t.Error("the news end of who is signed in")
	}
}
