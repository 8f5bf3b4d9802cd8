package input

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

// BadText says why a line of text from outside is refused; "" when it is fine.
func BadText(s string, limit int) string {
	if !utf8.ValidString(s) {
		return locale.Key("This must be UTF-8.")
	}
	if utf8.RuneCountInString(s) > limit {
		return "This is too long: " + strconv.Itoa(limit) + " characters at most."
	}
	for _, c := range s {
		if c < ' ' || c == 0x7f {
			return locale.Key("This has characters that are not text.")
		}
	}
	return ""
}

// badProse is BadText for text of several lines.
func badProse(s string, limit int) string {
	return BadText(strings.NewReplacer("\r", " ", "\n", " ", "\t", " ").Replace(s), limit)
}

// maxQuantity bounds what one line may ask for, in units.
const maxQuantity = 1_000_000

// ErrPieces refuses a part of a piece.
var (
	errQuantity      = errors.New(locale.Key("Write a plain number, with a point and three decimals at most.")) //nolint:staticcheck // a sentence for people
	ErrPieces        = errors.New(locale.Key("This is sold by the piece: write a whole number."))               //nolint:staticcheck // a sentence for people
	errQuantityRange = errors.New(locale.Key("A quantity goes from 0 to 1000000."))                             //nolint:staticcheck // a sentence for people
)

// ParseQuantity reads a quantity as thousandths, exactly as it is written: "2",
// "1.5", "0.35". There is no exponent, no sign, and nothing is rounded.
func ParseQuantity(s string) (int64, error) {
	if strings.HasPrefix(s, "-") {
		return 0, errQuantityRange
	}
	whole, part, pointed := strings.Cut(s, ".")
	part = strings.TrimRight(part, "0")
	if !Digits(whole) || whole == "" || !Digits(part) || len(part) > 3 ||
		(pointed && strings.HasSuffix(s, ".")) {
		return 0, errQuantity
	}
	units, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || units > maxQuantity {
		return 0, errQuantityRange
	}
	thousandths, _ := strconv.ParseInt((part + "000")[:3], 10, 64)
	milli := units*money.Milli + thousandths
	if milli > maxQuantity*money.Milli {
		return 0, errQuantityRange
	}
	return milli, nil
}

// TypedQuantity is ParseQuantity for what people type: with a comma too.
func TypedQuantity(s string) (int64, error) {
	if large, small, doubt := bothWays(s); doubt {
		return 0, errors.New("This can be " + large + " or " + small + ". Write the one that is meant, with a point for decimals.") //nolint:staticcheck // a sentence for people
	}
	return ParseQuantity(typedNumber(s))
}

// bothWays are the two numbers that one with a comma can be, such as "1,250"; doubt is false when it is but
// one.
func bothWays(s string) (large, small string, doubt bool) {
	whole, part, _ := strings.Cut(strings.TrimSpace(s), ",")
	if len(part) != 3 || len(whole) > 3 || !Digits(whole+part) || strings.Trim(whole, "0") == "" {
		return "", "", false
	}
	return whole + part, strings.TrimSuffix(whole+"."+strings.TrimRight(part, "0"), "."), true
}

// typedNumber is a number as people type it, with a point: "12,50" is "12.50". What has
// both, or several of one, stays what it is, and is no number.
func typedNumber(s string) string {
	s = strings.TrimSpace(s)
	if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		return strings.Replace(s, ",", ".", 1)
	}
	return s
}

// TypedAmount reads an amount as people type it: "12.50", "12,50", "1200" where the currency has no decimals.
// There is no sign and nothing between thousands: "1,250" is refused where it could be read in two ways.
func TypedAmount(s, currency string) (money.Amount, error) {
	number := typedNumber(s)
	whole, part, pointed := strings.Cut(number, ".")
	example := money.New(1250, currency).Decimal()
	_, decimals, _ := strings.Cut(example, ".")
	_, _, doubt := bothWays(s)
	if doubt || whole == "" || !Digits(whole) || !Digits(part) || (pointed && part == "") ||
		len(part) > len(decimals) {
		return money.Amount{},
			fault.Newf(fault.Invalid, "invalid_amount", "Write an amount of %s such as %s.", currency,
				example)
	}
	return money.Parse(number, currency)
}

// Digits reports whether a text has digits only.
func Digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Quantity is thousandths of a unit, written in JSON as a number of units.
type Quantity int64

// String is the number, without zeros behind: "0.35".
func (q Quantity) String() string {
	units, part := int64(q)/money.Milli, int64(q)%money.Milli
	text := strconv.FormatInt(units, 10)
	if part == 0 {
		return text
	}
	return text + "." + strings.TrimRight(strconv.FormatInt(money.Milli+part, 10)[1:], "0")
}

// MarshalJSON writes 12 or 3.25.
func (q Quantity) MarshalJSON() ([]byte, error) { return []byte(q.String()), nil }
