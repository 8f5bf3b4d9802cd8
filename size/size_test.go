package size_test

import (
	"testing"

	"github.com/artisan-eats/artisan/size"
)

func TestWhatIsWeighedHoldsTheKilogramOfItsPrice(t *testing.T) {
	for unit, want := range map[string]string{"kg": "By weight", "g": "By weight, 1 g", "": "By weight"} {
		if got := size.Name("By weight", 1, unit, true); got != want {
			t.Errorf("1 %s: got %q, want %q", unit, got, want)
		}
	}
	if got := size.Name("", 1000, "g", true) + size.Among("S1", 2, true); got != "by weight" {
		t.Errorf("without a title it is called %q", got)
	}
}

func TestAVariantAmongOthersAlwaysHasAName(t *testing.T) {
	if a, b := size.Among("S1", 2, false), size.Among("", 2, false); a != "S1" || b != "#2" {
		t.Errorf("called %q and %q", a, b)
	}
}

func TestATitleSaysWhatAPieceHoldsOnce(t *testing.T) {
	for _, c := range []struct {
		title string
		value float64
		unit  string
		want  string
	}{
		{"", 250, "g", "250 g"},
		{"", 1, "kg", "1 kg"},
		{"Jar", 250, "g", "Jar, 250 g"},
		{"Jar, 250 g", 250, "g", "Jar, 250 g"},
		{"250g jar", 250, "g", "250g jar"},
		{"Quarter, 0,25 kg", 250, "g", "Quarter, 0,25 kg"},
		{"Bottle (75 cl)", 0.75, "l", "Bottle (75 cl)"},
		{"1 lb", 454, "g", "1 lb"},
		{"1 litre", 1, "l", "1 litre"},
		{"2 for 1", 2, "kg", "2 for 1, 2 kg"},
		{"Box of 12", 6, "eggs", "Box of 12, 6 eggs"},
		{"12 eggs", 12, "egg", "12 eggs"},
		{"Bunch", 1, "bunch", "Bunch"},
		{"Bunch", 2, "bunch", "Bunch, 2 bunch"},
		{"", 1, "bulb", "1 bulb"},
		{"", 2, "bulb", "2 bulb"},
		{"Wheel", 0, "", "Wheel"},
		{"Wheel", 0, "g", "Wheel"},
		{"Wheel", 3, "", "Wheel"},
		{"", 0, "", ""},
		{" ", 0.3333333, "kg", "0.3333 kg"},
		{"1.5 l", 1500, "g", "1.5 l, 1500 g"},
	} {
		if got := size.Name(c.title, c.value, c.unit, false); got != c.want {
			t.Errorf("%q with %g %s: got %q, want %q", c.title, c.value, c.unit, got, c.want)
		}
	}
}
