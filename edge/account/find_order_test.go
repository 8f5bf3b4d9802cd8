package account_test

import (
	"net/http"
	"net/url"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestWhoHasLostAnOrderIsLedToIt(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, edgetest.OrderAt, "", nil)
	v.Says(t, http.StatusNotFound, "We can mail you the link again.")
	if len(v.Find("a", "href", "/find-order")) != 1 {
		t.Error("who cannot open an order is not led to its link")
	}
	v = s.Open(t, "/find-order?number=T9W4BC", "", nil)
	v.Says(t, http.StatusOK, "Find my order")
	if v.Value("number") != "T9W4BC" {
		t.Errorf("the number is %q", v.Value("number"))
	}
	v = s.Open(t, "/find-order", "", url.Values{"number": {"T9W4BC"}, "email": {"ann@example.org"}})
	v.Says(t, http.StatusOK, "If there is an order with this number and this address")
	if sent := s.Peers.Last["MailOrderLink"].(*notifyv1.MailOrderLinkRequest); sent.GetNumber() != "T9W4BC" ||
		sent.GetEmail() != "ann@example.org" {
		t.Errorf("asked for %v", sent)
	}
	s.Peers.Fail("MailOrderLink", fault.New(fault.Invalid, "invalid", "Please look at it.",
		fault.Field{Name: "number", Message: "It is six letters."}))
	v = s.Open(t, "/find-order", "", url.Values{"number": {"T9"}, "email": {"ann@example.org"}})
	v.Says(t, http.StatusUnprocessableEntity, "It is six letters.")
	if v.Value("number") != "T9" || v.Value("email") != "ann@example.org" {
		t.Error("what was typed is lost")
	}
}

func TestAMemberIsShownWhatTheirAddressOrdered(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Session = func(r *identityv1.GetSessionResponse) {
			account := proto.CloneOf(edgetest.Accounts["shopper"])
			account.EmailVerified = true
			r.Account = account
		}
	})
	for _, path := range []string{"/account", "/api/v1/orders"} {
		s.Open(t, path, "session=shopper", nil)
		sent := s.Peers.Last["ListOrders"].(*orderingv1.ListOrdersRequest)
		if sent.GetCustomerId() != "acc_x_1" || len(sent.GetGuestIds()) != 1 ||
			sent.GetGuestIds()[0] != "cus_x_2" {
			t.Errorf("%s asks for %v", path, sent)
		}
	}
	s.Peers.Fail("FindCustomers", edgetest.ErrDown)
	if v := s.Open(t, "/account", "session=shopper", nil); v.Status != http.StatusOK {
		t.Errorf("while nobody can tell: %d", v.Status)
	}
	if sent := s.Peers.Last["ListOrders"].(*orderingv1.ListOrdersRequest); len(sent.GetGuestIds()) != 0 {
		t.Errorf("while nobody can tell is asked for %v", sent)
	}
}
