package order

import (
	"testing"
)

// TestAnOrderIsDisownedWhereNobodyStandsForIt is told of each kind of order that its letter's recipient knows
// nothing of it.
func TestAnOrderIsDisownedWhereNobodyStandsForIt(t *testing.T) {
	guest := Order{
		ID: "ord_x_1", CustomerID: "cus_x_1", Status: Confirmed, PaymentMethod: "pickup",
		Parts: []Part{{Status: PartNew}}, Steps: []Step{{Status: Confirmed}},
	}
	with := func(change func(*Order)) Order {
		o := guest
		change(&o)
		return o
	}
	for name, c := range map[string]struct {
		order Order
		off   bool
	}{
		"a guest's, to pay at pickup": {guest, true},
		"a guest's, paid by card":     {with(func(o *Order) { o.PaymentMethod = "test" }), false},
		"a member's":                  {with(func(o *Order) { o.CustomerID = "cus_x_2" }), false},
		"one that was confirmed": {
			with(func(o *Order) { o.Confirmation = &Confirmation{Confirmed: true} }), false,
		},
		"one that is being packed": {
			with(func(o *Order) { o.Parts = []Part{{Status: PartPacked}} }),
			false,
		},
		"one that is cancelled already": {with(func(o *Order) { o.Status = Cancelled }), false},
	} {
		o := c.order
		events, err := Disown(&o, noon)
		if err != nil || (len(events) == 1) != c.off || (c.off && o.Status != Cancelled) ||
			(!c.off && o.Status != c.order.Status) {
			t.Errorf("%s: %v, %v, the order is %s", name, events, err, o.Status)
		}
	}
}
