package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestAnAccountHasOrdersAndAddresses(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/account", edgetest.AsAnn, nil)
	v.Says(t, http.StatusOK, "Order "+trade.OrderNumber(edgetest.PlacedOrder), "Confirmed",
		"1 Hill Road, Portland")
	for _, action := range []string{
		edgetest.OrderAt + "/again", "/account/addresses/" + edgetest.HomeAddress + "/delete",
		"/sign-out", "/account/sign-out",
	} {
		if len(v.Find("form", "action", action, "method", "post")) != 1 {
			t.Errorf("there is no button for %s", action)
		}
	}
	for _, to := range []string{
		"/account/addresses/" + edgetest.HomeAddress, "/account/new-address",
		"/account/data.json", "/account/delete",
	} {
		if len(v.Find("a", "href", to)) != 1 {
			t.Errorf("there is no way to %s", to)
		}
	}
}

// TestAMemberSignsOutEverywhere has three sessions of one account and one of another, on real services.
func TestAMemberSignsOutEverywhere(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		session := func(email string) string {
			return "session=" +
				strings.TrimPrefix(m.SignIn(t, email)[1], "Bearer ")
		}
		mine := []string{
			session("dairy@example.org"), session("dairy@example.org"),
			session("dairy@example.org"),
		}
		somebodyElses := session("op@example.org")
		form := url.Values{"as": {"acc_x_1"}}
		if v := m.Open(t, "/account/sign-out", mine[0], form); v.Status != http.StatusConflict ||
			m.Open(t, "/account", mine[0], nil).Status != http.StatusOK {
			t.Errorf("somebody else's form is answered with %d", v.Status)
		}
		form.Set("as", m.AccountID(t))
		v := m.Open(t, "/account/sign-out", mine[0], form)
		if v.Status != http.StatusSeeOther || len(v.Cookies) != 5 || v.Cookies[0].MaxAge >= 0 {
			t.Errorf("status %d, cookies %v", v.Status, v.Cookies)
		}
		for i, cookie := range mine {
			if v := m.Replica.Open(t, "/account", cookie, nil); !strings.HasPrefix(v.Header.Get("Location"),
				"/sign-in") {
				t.Errorf("session %d lives: status %d", i, v.Status)
			}
		}
		if v := m.Open(t, "/account", somebodyElses, nil); v.Status != http.StatusOK {
			t.Errorf("somebody else is signed out: status %d", v.Status)
		}
	})
}

func TestAddressesAreKeptByTheirOwner(t *testing.T) {
	s := edgetest.Open(t)
	if v := s.Open(t, "/account/addresses/"+edgetest.HomeAddress, edgetest.AsAnn,
		nil); v.Status != http.StatusOK ||
		v.Value("line1") != "1 Hill Road" {
		t.Errorf("status %d, %q", v.Status, v.Value("line1"))
	}
	form := url.Values{"as": {"acc_x_1"}, "key": {"k"}, "city": {"Portland <b>"}}
	v := s.Open(t, "/account/addresses", edgetest.AsAnn, form)
	v.Says(t, http.StatusUnprocessableEntity, "Street and number: This is required.")
	if v.Value("city") != "Portland <b>" || len(v.Find("b")) != 0 {
		t.Errorf("the town is %q", v.Value("city"))
	}
	form.Set("line1", "2 Hill Road")
	for _, at := range []string{
		"/account/addresses", "/account/addresses/" + edgetest.HomeAddress,
		"/account/addresses/" + edgetest.HomeAddress + "/delete",
	} {
		if v := s.Open(t, at, edgetest.AsAnn, form); v.Status != http.StatusSeeOther ||
			v.Header.Get("Location") != "/account" {
			t.Errorf("%s: status %d", at, v.Status)
		}
		before := s.Peers.Count("PutAddress") + s.Peers.Count("DeleteAddress")
		s.Open(t, at, "session=other", form).Says(t, http.StatusConflict,
			"You are signed in as Bob now, and this form was somebody else's.")
		if after := s.Peers.Count("PutAddress") + s.Peers.Count("DeleteAddress"); after != before {
			t.Errorf("%s changed something for somebody else", at)
		}
	}
	if v := s.Open(t, "/account/addresses/adr_x_none", edgetest.AsAnn, nil); v.Status != http.StatusNotFound {
		t.Errorf("no address is answered with %d", v.Status)
	}
}

func TestDeletingAnAccountIsMeant(t *testing.T) {
	s := edgetest.Open(t)
	s.Open(t, "/account/delete", edgetest.AsAnn, nil).Says(t, http.StatusOK, "This cannot be taken back.")
	form := url.Values{"as": {"acc_x_1"}, "password": {"right"}}
	s.Open(t, "/account/delete", edgetest.AsAnn, form).Says(t, http.StatusConflict, "is still under way")
	asked := s.Peers.Last["ListOrders"].(*orderingv1.ListOrdersRequest)
	if asked.GetCustomerId() != "acc_x_1" || len(asked.GetStatuses()) == 0 {
		t.Errorf("what is under way is asked with %v", asked)
	}
	s.Peers.Set(func(p *edgetest.Peers) { p.NoOrders = true })
	s.Open(t, "/account/delete", "session=other", form).Says(t, http.StatusConflict,
		"You are signed in as Bob now")
	form.Set("password", "wrong")
	v := s.Open(t, "/account/delete", edgetest.AsAnn, form)
	v.Says(t, http.StatusUnprocessableEntity, "Password: This is not your password.")
	if v.Value("password") != "" || s.Peers.Count("Erase") != 0 {
		t.Error("the password is sent back, or something is deleted")
	}
	form.Set("password", "right")
	v = s.Open(t, "/account/delete", edgetest.AsAnn, form)
	v.Says(t, http.StatusOK, "Your account is deleted")
	if len(v.Cookies) != 5 || v.Cookies[0].MaxAge >= 0 {
		t.Errorf("cookies %v", v.Cookies)
	}
}

// TestTheLastOwnerOfAShopIsToldWhatToDo stays until the operator has closed the shop.
func TestTheLastOwnerOfAShopIsToldWhatToDo(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		token := m.Token(t, "dairy@example.org")
		me := m.Ask(t, http.StatusOK,
			edgetest.Call{
				Method: "GET", Path: "/api/v1/account",
				Header: []string{"Authorization", "Bearer " + token},
			})["id"].(string)
		form := url.Values{"as": {me}, "password": {"a long password"}}
		m.Open(t, "/account/delete", "session="+token, form).Says(t, http.StatusConflict,
			"only owner of a shop that is open here", "Make somebody else an owner first")
		catalog := catalogv1connect.NewCatalogServiceClient(m.Process.Client("catalog"))
		if _, err := catalog.ApproveProducer(t.Context(),
			&catalogv1.ApproveProducerRequest{Id: m.Producer}); err != nil {
			t.Fatal(err)
		}
		m.Open(t, "/account/delete", "session="+token, form).Says(t, http.StatusOK, "Your account is deleted")
	})
}

// TestLeavingWantsThePassword leaves it out, with an account that may do everything else just now.
func TestLeavingWantsThePassword(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		m.Member(t, "ann@example.org", edgetest.Password, "Ann")
		token := m.Token(t, "ann@example.org")
		me := m.Ask(t, http.StatusOK,
			edgetest.Call{
				Method: "GET", Path: "/api/v1/account",
				Header: []string{"Authorization", "Bearer " + token},
			})["id"].(string)
		for _, form := range []url.Values{
			{"as": {me}},
			{"as": {me}, "password": {""}},
			{"as": {me}, "password": {"wrong"}, "by_shop": {"true"}},
		} {
			m.Open(t, "/account/delete", "session="+token, form).Says(t, http.StatusUnprocessableEntity,
				"Password: This is not your password.")
		}
		m.Token(t, "ann@example.org") // or there is no such account any more
	})
}

func TestAForgottenPasswordIsSetByALink(t *testing.T) {
	s := edgetest.Open(t)
	if v := s.Open(t, "/sign-in", "", nil); len(v.Find("a", "href", "/forgotten")) != 1 {
		t.Fatal("there is no way to a new password")
	}
	s.Open(t, "/forgotten", "", url.Values{"email": {"ann@example.org"}}).Says(t, http.StatusOK,
		"If there is an account with this address, we have sent a link to it.")
	s.Peers.Fail("RequestReset", web.Invalid("email", "Enter an e-mail address."))
	v := s.Open(t, "/forgotten", "", url.Values{"email": {"ann"}})
	v.Says(t, http.StatusUnprocessableEntity, "E-mail: Enter an e-mail address.")
	if v.Value("email") != "ann" {
		t.Errorf("what was typed is %q", v.Value("email"))
	}
	s.Peers.Fail("RequestReset",
		fault.New(fault.Exhausted, "too_many_attempts", "There were too many tries. Please wait."))
	s.Open(t, "/forgotten", "", url.Values{"email": {"ann@example.org"}}).Says(t, http.StatusTooManyRequests,
		"There were too many tries. Please wait.")

	v = s.Open(t, "/reset-password?token=good-token", "", nil)
	if v.Value("token") != "good-token" ||
		len(v.Find("meta", "name", "referrer", "content", "no-referrer")) != 1 ||
		len(v.Find("meta", "name", "robots", "content", "noindex")) != 1 {
		t.Errorf("the token is %q, %v", v.Value("token"), v.Header)
	}
	v = s.Open(t, "/reset-password", "", url.Values{"token": {"old-token"}, "password": {"a long password"}})
	v.Says(t, http.StatusNotFound, "This link does not work any more.", "Send me another link")
	v = s.Open(t, "/reset-password", "", url.Values{"token": {"good-token"}, "password": {"a long password"}})
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != "/account" || len(v.Cookies) != 1 ||
		v.Cookies[0].Name != web.SessionCookie {
		t.Errorf("status %d to %s", v.Status, v.Header.Get("Location"))
	}
}
