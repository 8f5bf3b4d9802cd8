package edge

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/api"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

const asAnn = "session=shopper"

func (f fakeIdentity) RequestReset(
	ctx context.Context, r *identityv1.RequestResetRequest,
) (*identityv1.RequestResetResponse, error) {
	return &identityv1.RequestResetResponse{}, f.called(ctx, "RequestReset", r)
}

func (f fakeIdentity) ResetPassword(
	ctx context.Context, r *identityv1.ResetPasswordRequest,
) (*identityv1.ResetPasswordResponse, error) {
	if r.GetToken() != "good-token" {
		return nil,
			fault.New(fault.NotFound, "reset_expired",
				"This link does not work any more. Please ask for another one.")
	}
	return &identityv1.ResetPasswordResponse{
		Account: accounts["shopper"], SessionToken: "shopper",
		ExpiresAt: 1,
	}, f.called(ctx, "ResetPassword", r)
}

func (f fakeIdentity) Erase(
	ctx context.Context, r *identityv1.EraseRequest,
) (*identityv1.EraseResponse, error) {
	if r.GetPassword() != "right" {
		return nil,
			fault.New(fault.Unauthenticated, "bad_credentials",
				"The e-mail address or the password is wrong.")
	}
	return &identityv1.EraseResponse{}, f.called(ctx, "Erase", r)
}

func TestAnAccountHasOrdersAndAddresses(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/account", asAnn, nil)
	v.says(t, http.StatusOK, "Order "+trade.OrderNumber(placedOrder), "Confirmed", "1 Hill Road, Portland")
	for _, action := range []string{
		orderAt + "/again", "/account/addresses/" + homeAddress + "/delete",
		"/sign-out", "/account/sign-out",
	} {
		if len(v.find("form", "action", action, "method", "post")) != 1 {
			t.Errorf("there is no button for %s", action)
		}
	}
	for _, to := range []string{
		"/account/addresses/" + homeAddress, "/account/new-address",
		"/account/data.json", "/account/delete",
	} {
		if len(v.find("a", "href", to)) != 1 {
			t.Errorf("there is no way to %s", to)
		}
	}
}

// TestAMemberSignsOutEverywhere has three sessions of one account and one of another, on real services.
func TestAMemberSignsOutEverywhere(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		session := func(email string) string {
			return "session=" +
				strings.TrimPrefix(m.signIn(t, email)[1], "Bearer ")
		}
		mine := []string{
			session("dairy@example.org"), session("dairy@example.org"),
			session("dairy@example.org"),
		}
		somebodyElses := session("op@example.org")
		form := url.Values{"as": {"acc_x_1"}}
		if v := m.open(t, "/account/sign-out", mine[0], form); v.status != http.StatusConflict ||
			m.open(t, "/account", mine[0], nil).status != http.StatusOK {
			t.Errorf("somebody else's form is answered with %d", v.status)
		}
		form.Set("as", m.accountID(t))
		v := m.open(t, "/account/sign-out", mine[0], form)
		if v.status != http.StatusSeeOther || len(v.cookies) != 5 || v.cookies[0].MaxAge >= 0 {
			t.Errorf("status %d, cookies %v", v.status, v.cookies)
		}
		for i, cookie := range mine {
			if v := m.replica.open(t, "/account", cookie, nil); !strings.HasPrefix(v.header.Get("Location"),
				"/sign-in") {
				t.Errorf("session %d lives: status %d", i, v.status)
			}
		}
		if v := m.open(t, "/account", somebodyElses, nil); v.status != http.StatusOK {
			t.Errorf("somebody else is signed out: status %d", v.status)
		}
	})
}

func TestAddressesAreKeptByTheirOwner(t *testing.T) {
	s := openShop(t, DefaultLimits)
	if v := s.open(t, "/account/addresses/"+homeAddress, asAnn, nil); v.status != http.StatusOK ||
		v.value("line1") != "1 Hill Road" {
		t.Errorf("status %d, %q", v.status, v.value("line1"))
	}
	form := url.Values{"as": {"acc_x_1"}, "key": {"k"}, "city": {"Portland <b>"}}
	v := s.open(t, "/account/addresses", asAnn, form)
	v.says(t, http.StatusUnprocessableEntity, "Street and number: This is required.")
	if v.value("city") != "Portland <b>" || len(v.find("b")) != 0 {
		t.Errorf("the town is %q", v.value("city"))
	}
	form.Set("line1", "2 Hill Road")
	for _, at := range []string{
		"/account/addresses", "/account/addresses/" + homeAddress,
		"/account/addresses/" + homeAddress + "/delete",
	} {
		if v := s.open(t, at, asAnn, form); v.status != http.StatusSeeOther ||
			v.header.Get("Location") != "/account" {
			t.Errorf("%s: status %d", at, v.status)
		}
		before := s.peers.count("PutAddress") + s.peers.count("DeleteAddress")
		s.open(t, at, "session=other", form).says(t, http.StatusConflict,
			"You are signed in as Bob now, and this form was somebody else's.")
		if after := s.peers.count("PutAddress") + s.peers.count("DeleteAddress"); after != before {
			t.Errorf("%s changed something for somebody else", at)
		}
	}
	if v := s.open(t, "/account/addresses/adr_x_none", asAnn, nil); v.status != http.StatusNotFound {
		t.Errorf("no address is answered with %d", v.status)
	}
}

func TestDeletingAnAccountIsMeant(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.open(t, "/account/delete", asAnn, nil).says(t, http.StatusOK, "This cannot be taken back.")
	form := url.Values{"as": {"acc_x_1"}, "password": {"right"}}
	s.open(t, "/account/delete", asAnn, form).says(t, http.StatusConflict, "is still under way")
	asked := s.peers.last["ListOrders"].(*orderingv1.ListOrdersRequest)
	if asked.GetCustomerId() != "acc_x_1" || len(asked.GetStatuses()) == 0 {
		t.Errorf("what is under way is asked with %v", asked)
	}
	s.peers.set(func(p *peers) { p.noOrders = true })
	s.open(t, "/account/delete", "session=other", form).says(t, http.StatusConflict,
		"You are signed in as Bob now")
	form.Set("password", "wrong")
	v := s.open(t, "/account/delete", asAnn, form)
	v.says(t, http.StatusUnprocessableEntity, "Password: This is not your password.")
	if v.value("password") != "" || s.peers.count("Erase") != 0 {
		t.Error("the password is sent back, or something is deleted")
	}
	form.Set("password", "right")
	v = s.open(t, "/account/delete", asAnn, form)
	v.says(t, http.StatusOK, "Your account is deleted")
	if len(v.cookies) != 5 || v.cookies[0].MaxAge >= 0 {
		t.Errorf("cookies %v", v.cookies)
	}
}

// TestTheLastOwnerOfAShopIsToldWhatToDo stays until the operator has closed the shop.
func TestTheLastOwnerOfAShopIsToldWhatToDo(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		token := m.token(t, "dairy@example.org")
		me := m.ask(t, http.StatusOK,
			call{
				method: "GET", path: "/api/v1/account",
				header: []string{"Authorization", "Bearer " + token},
			})["id"].(string)
		form := url.Values{"as": {me}, "password": {"a long password"}}
		m.open(t, "/account/delete", "session="+token, form).says(t, http.StatusConflict,
			"only owner of a shop that is open here", "Make somebody else an owner first")
		catalog := catalogv1connect.NewCatalogServiceClient(m.process.Client("catalog"))
		if _, err := catalog.ApproveProducer(t.Context(),
			&catalogv1.ApproveProducerRequest{Id: m.producer}); err != nil {
			t.Fatal(err)
		}
		m.open(t, "/account/delete", "session="+token, form).says(t, http.StatusOK, "Your account is deleted")
	})
}

func TestAMemberTakesAllDataAlong(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.messages = []*notifyv1.Message{
			{To: "ann@example.org", Subject: "Your order"},
			{To: "dairy@example.org", ProducerId: dairy},
		}
	})
	answer, body := s.send(t, call{method: "GET", path: "/account/data.json", header: []string{"Cookie", asAnn}}) //nolint:bodyclose // send closes it
	var data api.ExportJSON
	if err := json.Unmarshal(body, &data); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v: %s", answer.StatusCode, err, body)
	}
	if data.Account.Email != "ann@example.org" || len(data.Addresses) != 1 || len(data.Orders) != 1 ||
		data.Orders[0].Contact.Name != "Ann Example" || len(data.Orders[0].Messages) != 1 {
		t.Errorf("what is taken along is %s", body)
	}
	if !strings.Contains(answer.Header.Get("Content-Disposition"), "attachment") ||
		answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", answer.Header)
	}
}

// TestDataOfManyOrdersIsAskedForByThePage counts the calls: they are as many for a page of orders as for one.
func TestDataOfManyOrdersIsAskedForByThePage(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.messages = []*notifyv1.Message{{To: "ann@example.org", Subject: "Your order"}}
		for i := range 120 {
			p.orders = append(p.orders, &orderingv1.Order{
				Id:     fmt.Sprintf("ord_portland_%d", i),
				Market: "portland", Status: state.OrderDone,
			})
		}
	})
	_, body := s.send(t, call{method: "GET", path: "/account/data.json", header: []string{"Cookie", asAnn}}) //nolint:bodyclose // send closes it
	var data api.ExportJSON
	if err := json.Unmarshal(body, &data); err != nil || len(data.Orders) != 120 {
		t.Fatalf("%d orders are taken along: %v", len(data.Orders), err)
	}
	for _, o := range data.Orders {
		if len(o.Messages) != 1 || o.Messages[0].Subject != "Your order "+o.ID {
			t.Errorf("%s has the messages %v", o.ID, o.Messages)
		}
	}
	for method, pages := range map[string]int{
		"ListOrders": 3, "Open": 3, "ListOrderMessages": 3,
		"ListMessages": 0,
	} {
		if n := s.peers.count(method); n != pages {
			t.Errorf("%s is asked %d times for 3 pages", method, n)
		}
	}
}

// TestLeavingWantsThePassword leaves it out, with an account that may do everything else just now.
func TestLeavingWantsThePassword(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		m.member(t, "ann@example.org", walkPassword, "Ann")
		token := m.token(t, "ann@example.org")
		me := m.ask(t, http.StatusOK,
			call{
				method: "GET", path: "/api/v1/account",
				header: []string{"Authorization", "Bearer " + token},
			})["id"].(string)
		for _, form := range []url.Values{
			{"as": {me}},
			{"as": {me}, "password": {""}},
			{"as": {me}, "password": {"wrong"}, "by_shop": {"true"}},
		} {
			m.open(t, "/account/delete", "session="+token, form).says(t, http.StatusUnprocessableEntity,
				"Password: This is not your password.")
		}
		m.token(t, "ann@example.org") // or there is no such account any more
	})
}

func TestAForgottenPasswordIsSetByALink(t *testing.T) {
	s := openShop(t, DefaultLimits)
	if v := s.open(t, "/sign-in", "", nil); len(v.find("a", "href", "/forgotten")) != 1 {
		t.Fatal("there is no way to a new password")
	}
	s.open(t, "/forgotten", "", url.Values{"email": {"ann@example.org"}}).says(t, http.StatusOK,
		"If there is an account with this address, we have sent a link to it.")
	s.peers.fail("RequestReset", web.Invalid("email", "Enter an e-mail address."))
	v := s.open(t, "/forgotten", "", url.Values{"email": {"ann"}})
	v.says(t, http.StatusUnprocessableEntity, "E-mail: Enter an e-mail address.")
	if v.value("email") != "ann" {
		t.Errorf("what was typed is %q", v.value("email"))
	}
	s.peers.fail("RequestReset",
		fault.New(fault.Exhausted, "too_many_attempts", "There were too many tries. Please wait."))
	s.open(t, "/forgotten", "", url.Values{"email": {"ann@example.org"}}).says(t, http.StatusTooManyRequests,
		"There were too many tries. Please wait.")

	v = s.open(t, "/reset-password?token=good-token", "", nil)
	if v.value("token") != "good-token" ||
		len(v.find("meta", "name", "referrer", "content", "no-referrer")) != 1 ||
		len(v.find("meta", "name", "robots", "content", "noindex")) != 1 {
		t.Errorf("the token is %q, %v", v.value("token"), v.header)
	}
	v = s.open(t, "/reset-password", "", url.Values{"token": {"old-token"}, "password": {"a long password"}})
	v.says(t, http.StatusNotFound, "This link does not work any more.", "Send me another link")
	v = s.open(t, "/reset-password", "", url.Values{"token": {"good-token"}, "password": {"a long password"}})
	if v.status != http.StatusSeeOther || v.header.Get("Location") != "/account" || len(v.cookies) != 1 ||
		v.cookies[0].Name != web.SessionCookie {
		t.Errorf("status %d to %s", v.status, v.header.Get("Location"))
	}
}
