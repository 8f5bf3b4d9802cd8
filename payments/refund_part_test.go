package payments

import (
	"errors"
	"testing"
)

// collected is an order of two makers and a fee that was collected, a tenth being the commission.
func collected(t *testing.T) Payment {
	t.Helper()
	p := Payment{OrderID: "ord_x_1", Method: "test", Currency: "USD", Status: Capturing, Authorised: 5000}
	p.Details.Sale = Sale{Total: 3500, Fee: 500, Parts: []Part{{"dairy", 2000}, {"bakery", 1000}}}
	p, _, err := p.captured(1000, 1)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func has(p Payment, account string) (minor int64) {
	for _, c := range p.Details.Credits {
		if c.Account == account {
			minor += c.Minor
		}
	}
	return minor
}

func TestARefundOfAPartIsTakenFromItsMakerAlone(t *testing.T) {
	p := collected(t)
	p, entries, err := p.promise(Refund{Key: "a", Minor: 500, Producer: "dairy"}, 2, 2)
	if err != nil || !balanced(entries) {
		t.Fatal(err, entries)
	}
	if dairy, bakery, cut, fee := has(p, payable+"dairy"), has(p, payable+"bakery"), has(p, commission), has(p, delivery); dairy != 1350 || bakery != 900 || cut != 250 || fee != 500 {
		t.Errorf("after it the dairy has %d, the bakery %d, the market %d and %d", dairy, bakery, cut, fee)
	}
	if _, _, err = p.promise(Refund{Key: "b", Minor: 1501, Producer: "dairy"}, 2, 2); !errors.Is(err, errTooMuch) {
		t.Errorf("more than is left of the part: %v", err)
	}
	if _, _, err = p.promise(Refund{Key: "a", Minor: 500, Producer: "bakery"}, 2, 2); !errors.Is(err, errKeyReused) {
		t.Errorf("the same key for another part: %v", err)
	}
	if again, entries, err := p.promise(Refund{Key: "a", Minor: 500, Producer: "dairy"}, 2, 2); err != nil || len(entries) != 0 || again.Refunded != 500 {
		t.Errorf("said twice: %v, %v, %d", err, entries, again.Refunded)
	}
	if _, _, err = p.promise(Refund{Key: "c", Minor: 1, Producer: "nobody"}, 2, 2); !errors.Is(err, errNoPart) {
		t.Errorf("of nobody's part: %v", err)
	}
	p, entries, err = p.promise(Refund{Key: "d", Minor: 1500, Producer: "dairy"}, 2, 2)
	if err != nil || !balanced(entries) || has(p, payable+"dairy") != 0 || has(p, commission) != 100 {
		t.Errorf("all of a part: %v; the dairy has %d, the market %d", err, has(p, payable+"dairy"), has(p, commission))
	}
	p, entries, err = p.promise(Refund{Key: "e", Minor: 1500}, 2, 2)
	if err != nil || !balanced(entries) || p.Refunded != p.Captured {
		t.Errorf("the rest: %v, %d of %d", err, p.Refunded, p.Captured)
	}
}

func TestALineIsPaidBackOnceAtTheMost(t *testing.T) {
	p := collected(t)
	p, _, err := p.promise(Refund{Key: "a", Minor: 300, Producer: "dairy", Variant: "brie", lineTotal: 400}, 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = p.promise(Refund{Key: "b", Minor: 101, Producer: "dairy", Variant: "brie", lineTotal: 400}, 2, 2); !errors.Is(err, errTooMuch) {
		t.Errorf("more than is left of the line: %v", err)
	}
	if _, _, err = p.promise(Refund{Key: "b", Minor: 100, Producer: "dairy", Variant: "brie", lineTotal: 400}, 2, 2); err != nil {
		t.Errorf("the rest of the line: %v", err)
	}
	// What was paid back of the whole order is left of no part either.
	p = collected(t)
	p, _, _ = p.promise(Refund{Key: "a", Minor: 3500 - 35}, 2, 2)
	if _, _, err = p.promise(Refund{Key: "b", Minor: 400, Producer: "dairy", Variant: "brie", lineTotal: 400}, 2, 2); !errors.Is(err, errTooMuch) {
		t.Errorf("of what is left of nothing: %v", err)
	}
}
