package checkout_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

const changeAt = edgetest.OrderAt + "/change"

// TestAnOrderIsChangedByItsPage goes the whole way, as a guest with the order's link: what it would be is
// shown before anything is done.
func TestAnOrderIsChangedByItsPage(t *testing.T) {
	s := edgetest.Open(t)
	if v := s.Open(t, edgetest.OrderAt, edgetest.WithOrder, nil); len(v.Find("a", "href", changeAt)) != 1 {
		t.Fatal("there is no way to change it")
	}
	v := s.Open(t, changeAt, edgetest.WithOrder+"; cart="+edgetest.GuestCart, nil)
	v.Says(t, http.StatusOK, "Change order", "Hill Tomme", "Add from your basket", "As it is now")
	if v.Value("version") != "0" || v.Value("q."+edgetest.Wheel) != "2" || v.Value("key") == "" {
		t.Errorf("version %q, quantity %q, key %q", v.Value("version"), v.Value("q."+edgetest.Wheel),
			v.Value("key"))
	}
	typed := url.Values{
		"version": {"0"}, "key": {"one"}, "q." + edgetest.Wheel: {"3"}, "window_id": {""},
		"do": {"look"},
	}
	v = s.Open(t, changeAt, edgetest.WithOrder, typed)
	v.Says(t, http.StatusOK, "This is what order", "3 × Hill Tomme", "Instead of 2", "Total so far", "$48.00",
		"$72.00", "$24.00 more is set aside.", "A test card")
	if last := s.Peers.Last["ChangeOrder"].(*orderingv1.ChangeOrderRequest); !last.GetLook() {
		t.Fatal("looking at a change makes it")
	}
	if v.Value("total") != "7200" || v.Value("q."+edgetest.Wheel) != "3" || v.Value("key") != "one" {
		t.Errorf("the review goes on with total %q, quantity %q, key %q", v.Value("total"),
			v.Value("q."+edgetest.Wheel), v.Value("key"))
	}
	typed.Set("do", "save")
	typed.Set("total", "7200")
	typed.Set("payment", "test:ok")
	v = s.Open(t, changeAt, edgetest.WithOrder, typed)
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != edgetest.OrderAt+"?changed=1" {
		t.Fatalf("status %d to %s", v.Status, v.Header.Get("Location"))
	}
	last := s.Peers.Last["ChangeOrder"].(*orderingv1.ChangeOrderRequest)
	if last.GetLook() || last.GetIdempotencyKey() != "one" || last.GetPaymentToken() != "ok" ||
		last.GetExpectedTotal().GetAmount() != 7200 || last.GetLines()[0].GetQuantity() != 3000 {
		t.Errorf("asked for %v", last)
	}
	s.Open(t, edgetest.OrderAt+"?changed=1", edgetest.WithOrder, nil).Says(t, http.StatusOK,
		"Your order is changed")
}

// TestWhatIsAddedLeavesTheBasket adds what is in the basket to what the order has of it.
func TestWhatIsAddedLeavesTheBasket(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, changeAt, edgetest.WithOrder+"; cart="+edgetest.GuestCart,
		url.Values{
			"version": {"0"}, "key": {"one"}, "q." + edgetest.Wheel: {"2"}, "add": {edgetest.Wheel},
			"do": {"save"},
		})
	if v.Status != http.StatusSeeOther {
		t.Fatalf("status %d", v.Status)
	}
	if last := s.Peers.Last["ChangeOrder"].(*orderingv1.ChangeOrderRequest); len(last.GetLines()) != 1 ||
		last.GetLines()[0].GetQuantity() != 4000 {
		t.Errorf("asked for %v", last.GetLines())
	}
	if set := s.Peers.Last["SetLine"].(*orderingv1.SetLineRequest); set.GetVariantId() != edgetest.Wheel ||
		set.GetQuantity() != 0 {
		t.Errorf("the basket is set to %v", set)
	}
}

func TestAChangeThatCannotBeSaysWhy(t *testing.T) {
	for code, c := range map[string]struct {
		say    string
		status int
		at     string // what is on the page that says it
	}{
		"order_changed":    {"This order has changed since you looked at it.", 409, "See what it comes to"},
		"window_full":      {"The last place in this window has just gone.", 409, "See what it comes to"},
		"payment_declined": {"The payment was declined.", 402, "Change the order"},
		"price_changed":    {"Prices have changed since you saw them.", 409, "Change the order"},
		"too_late":         {"cannot be changed any more", 409, "Order again"},
	} {
		s := edgetest.Open(t)
		said := map[string]string{
			"too_late": "This order is being packed and cannot be changed any more.",
		}[code]
		if said == "" {
			said = c.say
		}
		kind := fault.Conflict
		if code == "payment_declined" {
			kind = fault.Declined
		}
		s.Peers.Fail("ChangeOrder", fault.New(kind, code, said))
		v := s.Open(t, changeAt, edgetest.WithOrder, url.Values{
			"version": {"0"}, "key": {"one"}, "q." + edgetest.Wheel: {"3"},
			"do": {"save"},
		})
		v.Says(t, c.status, c.say, c.at)
		if v.Value("key") == "one" {
			t.Errorf("after %s the form goes on with a key that is used up", code)
		}
	}
	s := edgetest.Open(t)
	s.Open(t, changeAt, edgetest.WithOrder, url.Values{
		"version": {"0"}, "q." + edgetest.Wheel: {"a lot"},
		"do": {"look"},
	}).Says(t, http.StatusUnprocessableEntity, "Nothing is changed yet")
	if s.Peers.Count("ChangeOrder") != 0 {
		t.Error("what makes no sense is asked for")
	}
	if v := s.Open(t, changeAt, "", nil); v.Status != http.StatusNotFound {
		t.Errorf("somebody else's order: %d", v.Status)
	}
}

// TestThereIsNoWayToChangeWhatCannotBe looks at an order whose cut-off is over, at one that is packed, and as
// who packs it.
func TestThereIsNoWayToChangeWhatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		order func(*orderingv1.Order)
		as    string
		ways  int
	}{
		"as it is": {nil, edgetest.WithOrder, 1},
		"somebody else's is out": {func(o *orderingv1.Order) {
			o.Parts = append(o.Parts, &orderingv1.Part{ProducerId: "x", Status: state.PartCancelled})
		}, edgetest.WithOrder, 1},
		"packed": {
			func(o *orderingv1.Order) { o.Parts[0].Status = state.PartPacked },
			edgetest.WithOrder, 0,
		},
		"cancelled": {
			func(o *orderingv1.Order) { o.Status = state.OrderCancelled }, edgetest.WithOrder,
			0,
		},
		"its maker": {nil, "session=producer", 0},
		"no such window": {
			func(o *orderingv1.Order) { o.WindowId = "win_portland_none" }, edgetest.WithOrder,
			0,
		},
	} {
		s := edgetest.Open(t)
		s.Peers.Set(func(p *edgetest.Peers) { p.Order = c.order })
		if v := s.Open(t, edgetest.OrderAt, c.as, nil); len(v.Find("a", "href", changeAt)) != c.ways {
			t.Errorf("%s: there are %d ways to change it", name, len(v.Find("a", "href", changeAt)))
		}
	}
}
