package input_test

import (
	"testing"

	"github.com/artisan-eats/artisan/edge/input"
)

// maxQuantity is what a line may ask for at most, in units.
const maxQuantity = 1_000_000

func TestQuantitiesAreReadExactly(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "2": 2000, "1.5": 1500, "0.35": 350, "0.001": 1, "2.0": 2000, "0.3500": 350,
		"1000000": 1_000_000_000,
	} {
		if got, err := input.ParseQuantity(text); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "-1", "-0", "1e18", "1E2", "1000000000000000000", "1000000.001", "1.0001", "0.0005", ".5", "1.",
		"+1", "NaN", "Infinity", "0x10", "1,5", " 1", "1_000", "١",
	} {
		if got, err := input.ParseQuantity(text); err == nil {
			t.Errorf("%q was read as %d", text, got)
		}
	}
}

func TestQuantitiesAreWrittenAsTheyAreRead(t *testing.T) {
	for _, text := range []string{"0", "12", "3.25", "0.35", "0.001", "1000000"} {
		milli, err := input.ParseQuantity(text)
		if err != nil || input.Quantity(milli).String() != text {
			t.Errorf("%q comes back as %q, %v", text, input.Quantity(milli), err)
		}
	}
}

func FuzzParseQuantity(f *testing.F) {
	for _, seed := range []string{
		"2", "1.5", "0.35", "-1", "1e18", "1.", ".1", "999999.999", "00001",
		"1.0000000",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		milli, err := input.ParseQuantity(text)
		if err != nil {
			return
		}
		again, err := input.ParseQuantity(input.Quantity(milli).String())
		if err != nil || again != milli || milli < 0 || milli > maxQuantity*1000 {
			t.Errorf("%q is %d, and %d when it is written and read again (%v)", text, milli, again, err)
		}
	})
}
