package money_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/artisan-eats/artisan/money"
)

func TestTimesRoundsHalfAwayFromZero(t *testing.T) {
	for _, c := range []struct{ price, milli, want int64 }{
		{1250, 2000, 2500}, {1999, 350, 700}, {1, 500, 1}, {1, 499, 0}, {-1, 500, -1}, {0, 1000, 0},
	} {
		got, err := money.New(c.price, "USD").Times(c.milli)
		if err != nil || got.Minor != c.want {
			t.Errorf("%d x %d/1000 = %v, %v; want %d", c.price, c.milli, got.Minor, err, c.want)
		}
	}
}

func TestTimesIsExactOrRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price, milli := rapid.Int64().Draw(t, "price"), rapid.Int64().Draw(t, "milli")
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(price), big.NewInt(milli)),
			big.NewInt(1000))
		got, err := money.New(price, "USD").Times(milli)
		off := new(big.Rat).Sub(new(big.Rat).SetInt64(got.Minor), exact)
		if err == nil && off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%d x %d/1000 = %d, off by %s", price, milli, got.Minor, off)
		}
		if err != nil && exact.Abs(exact).Cmp(big.NewRat(money.Max, 1)) < 0 {
			t.Fatalf("%d x %d/1000 was refused: %v", price, milli, err)
		}
	})
}

func TestAddRefusesTwoCurrenciesAndTooMuch(t *testing.T) {
	if _, err := money.New(1, "USD").Add(money.New(1, "EUR")); err == nil {
		t.Error("dollars and euros were added")
	}
	if _, err := money.New(money.Max, "USD").Add(money.New(1, "USD")); err == nil {
		t.Error("a sum beyond Max was accepted")
	}
}

func TestParseAndFormat(t *testing.T) {
	for _, c := range []struct {
		number, currency string
		minor            int64
		text             string
	}{
		{"12.5", "USD", 1250, "$12.50"}, {"1250", "JPY", 1250, "¥1,250"}, {"0.01", "EUR", 1, "€0.01"},
	} {
		got, err := money.Parse(c.number, c.currency)
		if err != nil || got.Minor != c.minor {
			t.Errorf("Parse(%q, %s) = %v, %v", c.number, c.currency, got, err)
		}
		if text := got.Format("en-US"); text != c.text {
			t.Errorf("%v reads %q, want %q", got, text, c.text)
		}
	}
	for _, bad := range []string{"", "x", "1.005", "1e3", "99999999999999", "1,5", "NaN"} {
		if got, err := money.Parse(bad, "USD"); err == nil {
			t.Errorf("Parse(%q) = %v, want a fault", bad, got)
		}
	}
}
