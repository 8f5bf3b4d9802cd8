// Package money is amounts in minor units of a currency, and the arithmetic
// that the marketplace needs of them. It never rounds in silence: what rounds says how.
package money

import (
	"math"
	"math/bits"
	"strings"

	"github.com/bojanz/currency"

	"github.com/artisan-eats/artisan/fault"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
)

// Amount is minor units (cents; yen) of an ISO 4217 currency. The JSON form is
// the public one: {"amount": 1250, "currency": "USD"}.
type Amount struct {
	Minor    int64  `json:"amount"`
	Currency string `json:"currency"`
}

// Max is the most that one amount may be, in minor units: far above any order,
// far enough below the int64's end that sums of many stay exact.
const Max = 1_000_000_000_000

// Milli is how many parts a unit of quantity has: quantities are thousandths of
// a piece or of a kilogram.
const Milli = 1000

// New makes an amount.
func New(minor int64, currencyCode string) Amount { return Amount{minor, currencyCode} }

// Add sums two amounts of one currency. It fails on two currencies and beyond Max.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.Currency != b.Currency {
		return Amount{}, fault.Newf(fault.Invalid, "currency_mismatch",
			"Amounts in %s and %s cannot be added.", a.Currency, b.Currency)
	}
	sum := a.Minor + b.Minor
	if sum > Max || sum < -Max {
		return Amount{}, errTooLarge
	}
	return Amount{sum, a.Currency}, nil
}

// Times is the price of a quantity in thousandths of the priced unit, rounded
// half away from zero to whole minor units. It fails beyond Max.
func (a Amount) Times(milli int64) (Amount, error) {
	minor, err := mulDiv(a.Minor, milli, Milli)
	return Amount{minor, a.Currency}, err
}

// BasisPoints is a share of the amount in hundredths of a percent, rounded half away from zero.
func (a Amount) BasisPoints(bp int64) (Amount, error) {
	minor, err := mulDiv(a.Minor, bp, 10_000)
	return Amount{minor, a.Currency}, err
}

var errTooLarge = fault.New(fault.Invalid, "amount_too_large", "That is more than one order can come to.")

// mulDiv is a*b/by rounded half away from zero, in 128 bits in between.
func mulDiv(a, b, by int64) (int64, error) {
	negative := (a < 0) != (b < 0)
	hi, lo := bits.Mul64(abs(a), abs(b))
	lo, carry := bits.Add64(lo, uint64(by)/2, 0)
	hi += carry
	if hi >= uint64(by) {
		return 0, errTooLarge
	}
	quotient, _ := bits.Div64(hi, lo, uint64(by))
	if quotient > Max {
		return 0, errTooLarge
	}
	if negative {
		return -int64(quotient), nil
	}
	return int64(quotient), nil
}

func abs(v int64) uint64 {
	if v < 0 {
		return uint64(math.MaxUint64) - uint64(v) + 1
	}
	return uint64(v)
}

// Format writes an amount as people of a locale (BCP 47) read it: "$12.50".
func (a Amount) Format(locale string) string {
	amount, err := currency.NewAmountFromInt64(a.Minor, a.Currency)
	if err != nil {
		return a.Decimal() + " " + a.Currency
	}
	return currency.NewFormatter(currency.NewLocale(locale)).Format(amount)
}

// Decimal writes the bare number with the currency's decimals: "12.50".
func (a Amount) Decimal() string {
	amount, err := currency.NewAmountFromInt64(a.Minor, a.Currency)
	if err != nil {
		amount, _ = currency.NewAmountFromInt64(a.Minor, "USD")
	}
	return amount.Number()
}

// Parse reads a bare decimal number ("12.5") as an amount of a currency; more
// decimals than the currency has are refused.
func Parse(number, currencyCode string) (Amount, error) {
	amount, err := currency.NewAmount(number, currencyCode)
	if err != nil || strings.ContainsAny(number, "eE") {
		return Amount{}, fault.Newf(fault.Invalid, "invalid_amount", "%q is not an amount of %s.", number,
			currencyCode).Because(err)
	}
	digits, _ := currency.GetDigits(currencyCode)
	if rounded := amount.RoundTo(digits, currency.RoundHalfUp); !rounded.Equal(amount) {
		return Amount{}, fault.Newf(fault.Invalid, "invalid_amount", "%s has %d decimals; %q has more.",
			currencyCode, digits, number)
	}
	minor, err := amount.Int64()
	if err != nil || minor > Max || minor < -Max {
		return Amount{}, errTooLarge
	}
	return Amount{minor, currencyCode}, nil
}

// Digits is how many decimals a currency has; two where there is no such currency.
func Digits(currencyCode string) int {
	digits, known := currency.GetDigits(currencyCode)
	if !known {
		return 2
	}
	return int(digits)
}

// ValidCurrency reports whether the code is an ISO 4217 currency.
func ValidCurrency(code string) bool { return currency.IsValid(code) }

// Proto is the amount on the wire between services.
func (a Amount) Proto() *moneyv1.Money {
	return &moneyv1.Money{Amount: a.Minor, Currency: a.Currency}
}

// FromProto reads an amount from the wire; nil is the zero Amount.
func FromProto(m *moneyv1.Money) Amount { return Amount{m.GetAmount(), m.GetCurrency()} }
