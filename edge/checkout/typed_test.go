package checkout_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestABasketIsMadeByTheFirstThingInIt(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/cart/lines", "", url.Values{"variant_id": {edgetest.Wheel}, "quantity": {"2"}})
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != "/cart" || len(v.Cookies) != 1 ||
		v.Cookies[0].Value != edgetest.GuestCart {
		t.Fatalf("status %d to %s with %v", v.Status, v.Header.Get("Location"), v.Cookies)
	}
	v = s.Open(t, "/cart/lines", "cart="+edgetest.GuestCart,
		url.Values{"variant_id": {edgetest.Wheel}, "quantity": {"1"}})
	if set := s.Peers.Last["SetLine"].(*orderingv1.SetLineRequest); v.Status != http.StatusSeeOther ||
		set.GetQuantity() != 3000 {
		t.Errorf("one more of two is %d", set.GetQuantity())
	}
	v = s.Open(t, "/cart/lines", "cart="+edgetest.GuestCart,
		url.Values{"variant_id": {edgetest.Wheel}, "quantity": {"half"}})
	if v.Status != http.StatusUnprocessableEntity || len(v.Find("p", "role", "alert")) != 1 {
		t.Errorf("half a piece is answered with %d", v.Status)
	}
	v = s.Open(t, "/cart/lines/"+edgetest.Wheel, "cart="+edgetest.GuestCart,
		url.Values{"quantity": {"2"}, "remove": {"1"}})
	if set := s.Peers.Last["SetLine"].(*orderingv1.SetLineRequest); v.Status != http.StatusSeeOther ||
		set.GetQuantity() != 0 {
		t.Errorf("what is removed is set to %d", set.GetQuantity())
	}
}

func TestACheckoutLeadsToItsOrder(t *testing.T) {
	s := edgetest.Open(t)
	form := s.Open(t, "/checkout", "cart="+edgetest.GuestCart, nil)
	key := form.Value("key")
	if form.Status != http.StatusOK || key == "" {
		t.Fatalf("status %d, key %q", form.Status, key)
	}
	v := s.Open(t, "/checkout", "cart="+edgetest.GuestCart, edgetest.Typed(key))
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != "/orders/"+edgetest.PlacedOrder+
		"?new=1" {
		t.Fatalf("status %d to %s", v.Status, v.Header.Get("Location"))
	}
	sent := s.Peers.Last["Checkout"].(*orderingv1.CheckoutRequest)
	if sent.GetIdempotencyKey() != key || sent.GetPaymentMethod() != "test" ||
		sent.GetPaymentToken() != "ok" || sent.GetContact().GetAddress() != nil {
		t.Errorf("ordering was asked for %v", sent)
	}
	toDoor := edgetest.Typed("another")
	toDoor.Set("window_id", edgetest.Evening)
	s.Open(t, "/checkout", "cart="+edgetest.GuestCart, toDoor)
	sent = s.Peers.Last["Checkout"].(*orderingv1.CheckoutRequest)
	if sent.GetContact().GetAddress().GetLine1() != "1 Hill Road" {
		t.Error("a delivery goes nowhere")
	}
	if len(v.Cookies) != 3 || v.Cookies[0].Path != "/orders/"+edgetest.PlacedOrder {
		t.Errorf("cookies %v", v.Cookies)
	}
	order := s.Open(t, "/orders/"+edgetest.PlacedOrder, "order="+v.Cookies[0].Value, nil)
	if order.Status != http.StatusOK || !strings.Contains(order.Text(), "Ann Example") {
		t.Errorf("the order is answered with %d", order.Status)
	}
	if other := s.Open(t, "/orders/"+edgetest.PlacedOrder, "", nil); other.Status != http.StatusNotFound {
		t.Errorf("another visitor is answered with %d", other.Status)
	}
}

// TestNothingTypedIsLost lets a checkout fail in every way: what was typed stays, what is
// wrong is said beside it, and the key is new only where the order cannot exist.
func TestNothingTypedIsLost(t *testing.T) {
	for _, c := range []struct {
		err    *fault.Error
		status int
		beside string
		newKey bool
	}{
		{web.Invalid("email", "Enter an e-mail address."), 422, "w-email", true},
		{fault.New(fault.Conflict, "out_of_stock", "Short.",
			fault.Field{Name: edgetest.Wheel, Message: "Only 1 left."}), 409, "w-" + edgetest.Wheel, true},
		{fault.New(fault.Conflict, "window_full", "This window is full."), 409, "", true},
		{fault.New(fault.Declined, "payment_declined", "The payment was declined."), 402, "", true},
		{fault.New(fault.Unavailable, "payment_unavailable", "The provider is down."), 503, "", true},
		{fault.New(fault.Unknown, "unknown", "It is not known."), 503, "", false},
	} {
		t.Run(c.err.Code, func(t *testing.T) {
			s := edgetest.Open(t)
			s.Peers.Fail("Checkout", c.err)
			v := s.Open(t, "/checkout", "cart="+edgetest.GuestCart, edgetest.Typed("the-key"))
			if v.Status != c.status || v.Value("name") != "Ann <Example>" ||
				v.Value("email") != "ann@example.org" || v.Value("address.line1") != "1 Hill Road" {
				t.Errorf("status %d, name %q", v.Status, v.Value("name"))
			}
			if notes := v.Find("textarea", "name", "note"); len(notes) != 1 ||
				!strings.Contains(notes[0].FirstChild.Data, "twice") {
				t.Error("the note is lost")
			}
			if len(v.Find("input", "name", "window_id", "value", edgetest.Saturday, "checked", "")) != 1 ||
				len(v.Find("input", "value", "test:ok", "checked", "")) != 1 {
				t.Error("the window or the payment is lost")
			}
			if len(v.Find("div", "role", "alert"))+len(v.Find("p", "role", "alert")) != 1 ||
				(c.beside != "" && len(v.Find("p", "id", c.beside)) != 1) {
				t.Errorf("nothing says %s", c.err.Message)
			}
			if changed := v.Value("key") != "the-key"; changed != c.newKey {
				t.Errorf("the key is %q", v.Value("key"))
			}
		})
	}
}
