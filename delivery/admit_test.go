package delivery

import "testing"

func TestACancelledWindowTakesNoOrderThoughItWasOpenedAgain(t *testing.T) {
	w := Window{Terms: Terms{Capacity: 1}, OrderBy: 2}
	if err := w.admit(1); err != nil {
		t.Fatal(err)
	}
	w.Cancelled = true
	if err := w.admit(1); err == nil {
		t.Error("a cancelled window takes an order")
	}
}
