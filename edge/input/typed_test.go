package input_test

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/input"
)

func TestAmountsAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]int64{
		"12.50": 1250, "12,50": 1250, "12,5": 1250, "12": 1200,
		"12.5\t": 1250, "0": 0, "0.05": 5,
	} {
		if got, err := input.TypedAmount(typed, "USD"); err != nil || got.Minor != want {
			t.Errorf("%q is %d, %v; want %d", typed, got.Minor, err, want)
		}
	}
	if got, err := input.TypedAmount("1200", "JPY"); err != nil || got.Minor != 1200 {
		t.Errorf("1200 yen are %v, %v", got, err)
	}
	for _, typed := range []string{
		"", ".", ",", "-1", "+1", "1.", ".5", "1,250", "1.250", "1.2.3", "1,2,3",
		"1.234,50", "1e3", "1 000", "$5", "٣", "NaN", strings.Repeat("9", 30),
	} {
		if got, err := input.TypedAmount(typed, "USD"); err == nil {
			t.Errorf("%q was read as %v", typed, got)
		}
	}
	for _, typed := range []string{"12.50", "1,200", "1200.0"} {
		if got, err := input.TypedAmount(typed, "JPY"); err == nil {
			t.Errorf("%q yen were read as %v", typed, got)
		}
	}
}

func TestATypedNumberThatCouldBeTwoIsNeither(t *testing.T) {
	for typed, want := range map[string]string{
		"1,250": "1250 or 1.25.", "12,000": "12000 or 12.",
		"7,333\t": "7333 or 7.333.",
	} {
		if got, err := input.TypedQuantity(typed); err == nil ||
			!strings.Contains(err.Error(), "This can be "+want) {
			t.Errorf("%q is read as %v, %v", typed, got, err)
		}
		if got, err := input.TypedAmount(typed, "KWD"); err == nil ||
			!strings.Contains(err.Error(), "such as 1.250") {
			t.Errorf("%q dinars are read as %v, %v", typed, got, err)
		}
	}
	for typed, want := range map[string]int64{
		"0,250": 250, "1,25": 1250, "1.250": 1250, "1250": 1_250_000,
		"1234,500": 1_234_500,
	} {
		if got, err := input.TypedQuantity(typed); err != nil || got != want {
			t.Errorf("%q is read as %v, %v", typed, got, err)
		}
	}
}
