package edge

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

const changeAt = orderAt + "/change"

// TestAnOrderIsChangedByItsPage goes the whole way, as a guest with the order's link: what it would be is
// shown before anything is done.
func TestAnOrderIsChangedByItsPage(t *testing.T) {
	s := openShop(t, DefaultLimits)
	if v := s.open(t, orderAt, withOrder, nil); len(v.find("a", "href", changeAt)) != 1 {
		t.Fatal("there is no way to change it")
	}
	v := s.open(t, changeAt, withOrder+"; cart="+guestCart, nil)
	v.says(t, http.StatusOK, "Change order", "Hill Tomme", "Add from your basket", "As it is now")
	if v.value("version") != "0" || v.value("q."+wheel) != "2" || v.value("key") == "" {
		t.Errorf("version %q, quantity %q, key %q", v.value("version"), v.value("q."+wheel), v.value("key"))
	}
	typed := url.Values{
		"version": {"0"}, "key": {"one"}, "q." + wheel: {"3"}, "window_id": {""},
		"do": {"look"},
	}
	v = s.open(t, changeAt, withOrder, typed)
	v.says(t, http.StatusOK, "This is what order", "3 × Hill Tomme", "Instead of 2", "Total so far", "$48.00",
		"$72.00", "$24.00 more is set aside.", "A test card")
	if last := s.peers.last["ChangeOrder"].(*orderingv1.ChangeOrderRequest); !last.GetLook() {
		t.Fatal("looking at a change makes it")
	}
	if v.value("total") != "7200" || v.value("q."+wheel) != "3" || v.value("key") != "one" {
		t.Errorf("the review goes on with total %q, quantity %q, key %q", v.value("total"),
			v.value("q."+wheel), v.value("key"))
	}
	typed.Set("do", "save")
	typed.Set("total", "7200")
	typed.Set("payment", "test:ok")
	v = s.open(t, changeAt, withOrder, typed)
	if v.status != http.StatusSeeOther || v.header.Get("Location") != orderAt+"?changed=1" {
		t.Fatalf("status %d to %s", v.status, v.header.Get("Location"))
	}
	last := s.peers.last["ChangeOrder"].(*orderingv1.ChangeOrderRequest)
	if last.GetLook() || last.GetIdempotencyKey() != "one" || last.GetPaymentToken() != "ok" ||
		last.GetExpectedTotal().GetAmount() != 7200 || last.GetLines()[0].GetQuantity() != 3000 {
		t.Errorf("asked for %v", last)
	}
	s.open(t, orderAt+"?changed=1", withOrder, nil).says(t, http.StatusOK, "Your order is changed")
}

// TestWhatIsAddedLeavesTheBasket adds what is in the basket to what the order has of it.
func TestWhatIsAddedLeavesTheBasket(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, changeAt, withOrder+"; cart="+guestCart,
		url.Values{"version": {"0"}, "key": {"one"}, "q." + wheel: {"2"}, "add": {wheel}, "do": {"save"}})
	if v.status != http.StatusSeeOther {
		t.Fatalf("status %d", v.status)
	}
	if last := s.peers.last["ChangeOrder"].(*orderingv1.ChangeOrderRequest); len(last.GetLines()) != 1 ||
		last.GetLines()[0].GetQuantity() != 4000 {
		t.Errorf("asked for %v", last.GetLines())
	}
	if set := s.peers.last["SetLine"].(*orderingv1.SetLineRequest); set.GetVariantId() != wheel ||
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
		s := openShop(t, DefaultLimits)
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
		s.peers.fail("ChangeOrder", fault.New(kind, code, said))
		v := s.open(t, changeAt, withOrder, url.Values{
			"version": {"0"}, "key": {"one"}, "q." + wheel: {"3"},
			"do": {"save"},
		})
		v.says(t, c.status, c.say, c.at)
		if v.value("key") == "one" {
			t.Errorf("after %s the form goes on with a key that is used up", code)
		}
	}
	s := openShop(t, DefaultLimits)
	s.open(t, changeAt, withOrder, url.Values{
		"version": {"0"}, "q." + wheel: {"a lot"},
		"do": {"look"},
	}).says(t, http.StatusUnprocessableEntity, "Nothing is changed yet")
	if s.peers.count("ChangeOrder") != 0 {
		t.Error("what makes no sense is asked for")
	}
	if v := s.open(t, changeAt, "", nil); v.status != http.StatusNotFound {
		t.Errorf("somebody else's order: %d", v.status)
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
		"as it is": {nil, withOrder, 1},
		"somebody else's is out": {func(o *orderingv1.Order) {
			o.Parts = append(o.Parts, &orderingv1.Part{ProducerId: "x", Status: state.PartCancelled})
		}, withOrder, 1},
		"packed":         {func(o *orderingv1.Order) { o.Parts[0].Status = state.PartPacked }, withOrder, 0},
		"cancelled":      {func(o *orderingv1.Order) { o.Status = state.OrderCancelled }, withOrder, 0},
		"its maker":      {nil, "session=producer", 0},
		"no such window": {func(o *orderingv1.Order) { o.WindowId = "win_portland_none" }, withOrder, 0},
	} {
		s := openShop(t, DefaultLimits)
		s.peers.set(func(p *peers) { p.order = c.order })
		if v := s.open(t, orderAt, c.as, nil); len(v.find("a", "href", changeAt)) != c.ways {
			t.Errorf("%s: there are %d ways to change it", name, len(v.find("a", "href", changeAt)))
		}
	}
}

func TestAMakerSeesAtTheDeskWhatWasChanged(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.order = func(o *orderingv1.Order) {
			o.Parts[0].ChangedAt, o.Parts[0].WindowChanged, o.Parts[0].Moves = 17, true, 3
			o.Parts[0].Changes = []*orderingv1.LineChange{
				{
					ProductTitle: "Hill Tomme", VariantTitle: "Wheel", SoldBy: "each", Before: 1000,
					After: 2000,
				},
				{ProductTitle: "Plum jam", Before: 1000},
				{ProductTitle: "Quark", SoldBy: "weight", After: 500},
			}
		}
	})
	v := s.open(t, "/producer/orders/"+placedOrder, "session=producer", nil)
	v.says(t, http.StatusOK, "The shopper has changed this order.", "Hill Tomme, Wheel: 2 instead of 1",
		"Plum jam: none any more, instead of 1", "Quark: 0.5 kg", "Another time or place")
	if v.value("seen") != "17" || v.value("moves") != "3" {
		t.Errorf("the form has seen %q and %q moves", v.value("seen"), v.value("moves"))
	}
	form := url.Values{"to": {"accepted"}, "seen": {"17"}, "moves": {"3"}}
	s.open(t, "/producer/orders/"+placedOrder+"/parts/"+onePart, "session=producer", form)
	if last := s.peers.last["AdvancePart"].(*orderingv1.AdvancePartRequest); last.ChangedAt == nil ||
		last.GetChangedAt() != 17 || last.Moves == nil || last.GetMoves() != 3 {
		t.Errorf("asked for %v", last)
	}
	v = s.open(t, "/producer/orders", "session=producer",
		url.Values{"to": {"accepted"}, "chosen": {placedOrder + ":3"}})
	v.says(t, http.StatusOK,
		"Changed: Another time or place; Hill Tomme, Wheel: 2 instead of 1; Plum jam: none any more, instead of 1")
	s.peers.fail("AdvancePart",
		fault.New(fault.Conflict, "order_changed",
			"This order has changed since you looked at it. Please look at it again."))
	v = s.open(t, "/producer/orders/"+placedOrder+"/parts/"+onePart, "session=producer", form)
	if v.status != http.StatusConflict || !strings.Contains(v.text(), "has changed since you looked at it") {
		t.Errorf("status %d", v.status)
	}
}
