package feed

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Price is what a price's cell says.
type Price struct {
	// Number is a bare decimal, "1250.5"; empty when the cell is.
	Number string
	// Currency is the ISO 4217 code that the cell names; empty when it names none.
	Currency string
}

// Errors of numbers are sentences for the person who has the file.
var (
	errNoNumber = errors.New("This is not a number.")                                                                                            //nolint:staticcheck // for people
	errNegative = errors.New("This is less than nothing.")                                                                                       //nolint:staticcheck // for people
	errLarge    = errors.New("This number is too large.")                                                                                        //nolint:staticcheck // for people
	errNoParent = errors.New("The file has no such parent, or it stands too far away.")                                                          //nolint:staticcheck // for people
	errNoUnits  = errors.New("A number above zero is needed.")                                                                                   //nolint:staticcheck // for people
	errNoUnit   = errors.New("A unit is needed: mg, g, kg, oz, lb, t, ml, cl, dl, l, kl or gal; or a name for the pieces in variant_unit_name.") //nolint:staticcheck // for people
	errNoStock  = errors.New("A quantity is needed, or 1 in on_demand.")                                                                         //nolint:staticcheck // for people
	errMissing  = errors.New("This is needed.")                                                                                                  //nolint:staticcheck // for people
	errVariable = errors.New("The price is set at the till: without a price this cannot be sold here.")                                          //nolint:staticcheck // for people
)

// parsePrice reads a price as people and spreadsheets write them: currency signs
// before or behind, thousands separators, decimal points or commas.
func parsePrice(s string, r reading) (Price, error) {
	s = strings.TrimSpace(strings.Map(printable, s))
	if s == "" {
		return Price{}, nil
	}
	if strings.EqualFold(s, "variable") {
		return Price{}, errVariable
	}
	before, number, behind := splitNumber(s)
	if number == "" {
		return Price{}, errNoNumber
	}
	if strings.ContainsAny(before, "-−(") {
		return Price{}, errNegative
	}
	currency, err := currencyOf(before, behind)
	if err != nil {
		return Price{}, err
	}
	if number, err = r.settle(number, currency); err != nil {
		return Price{}, err
	}
	number, err = decimal(number)
	return Price{number, currency}, err
}

// splitNumber parts a cell into its digits, with separators between, and what is around.
func splitNumber(s string) (before, number, behind string) {
	first := strings.IndexAny(s, "0123456789")
	if first < 0 {
		return s, "", ""
	}
	last := strings.LastIndexAny(s, "0123456789") + 1
	if first > 0 && (s[first-1] == '.' || s[first-1] == ',') && (first == 1 || s[first-2] < 'A') {
		first--
	}
	return strings.TrimSpace(s[:first]), s[first:last], strings.TrimSpace(s[last:])
}

// signs are those that mean one currency only.
var signs = map[string]string{
	"€": "EUR", "£": "GBP", "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD",
	"R$": "BRL",
	"₹":  "INR", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "₪": "ILS", "₺": "TRY", "₴": "UAH", "₩": "KRW",
}

// currencyOf reads what stands around a price. Signs that many currencies share name none.
func currencyOf(before, behind string) (string, error) {
	behind = strings.TrimLeft(behind, ".,-–— ") // "12.–", "12,-"
	for _, word := range []string{before, behind} {
		switch {
		case word == "" || word == "$" || word == "¥" || word == "kr" || word == "kr." || word == "Fr" ||
			word == "Fr.":
		case signs[word] != "":
			return signs[word], nil
		case len(word) == 3 &&
			strings.IndexFunc(word,
				func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) }) < 0:
			return strings.ToUpper(word), nil
		case len(word) == 4 && word[3] == '$':
			return strings.ToUpper(word[:3]), nil
		default:
			return "", errNoNumber
		}
	}
	return "", nil
}

// decimal makes a bare decimal of digits with separators.
func decimal(s string) (string, error) {
	s = strings.Map(func(r rune) rune {
		if r == '\'' || r == '’' || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	point := decimalSign(s)
	var out strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			out.WriteByte(c)
		case i == point:
			out.WriteByte('.')
		case c != '.' && c != ',':
			return "", errNoNumber
		}
	}
	number := strings.TrimLeft(out.String(), "0")
	if number == "" || number[0] == '.' {
		number = "0" + number
	}
	if whole, _, _ := strings.Cut(number, "."); len(whole) > 15 || len(number) > 30 {
		return "", errLarge
	}
	return number, nil
}

// decimalSign is where the decimals begin; -1 when there are none.
func decimalSign(s string) int {
	dot, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	switch {
	case dot >= 0 && comma >= 0:
		return max(dot, comma)
	case dot >= 0 && strings.Count(s, ".") == 1:
		return dot
	case comma >= 0 && strings.Count(s, ",") == 1:
		return comma
	}
	return -1
}

// parseAmount reads a quantity or a weight: a bare number.
func parseAmount(s string, r reading) (float64, error) {
	s = line(s)
	if s == "" {
		return 0, nil
	}
	negative := strings.HasPrefix(s, "-") || strings.HasPrefix(s, "−")
	if negative {
		_, size := utf8.DecodeRuneInString(s)
		s = s[size:]
	}
	if s == "" ||
		strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune("0123456789.,' ’", r) }) >= 0 {
		return 0, errNoNumber
	}
	if !strings.ContainsAny(s, "0123456789") {
		return 0, errNoNumber
	}
	number, err := r.settle(s, "")
	if err == nil {
		number, err = decimal(number)
	}
	if err != nil {
		return 0, err
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0, errNoNumber
	}
	if negative {
		value = -value
	}
	return value, nil
}

// maxQuantity is the most pieces or kilograms that a row may have in stock.
const maxQuantity = 1_000_000

// milli is a quantity in thousandths. Pieces are whole: a part of one is left out.
func milli(quantity float64, byWeight bool) (int64, error) {
	if quantity > maxQuantity {
		return 0, errLarge
	}
	if byWeight {
		return int64(math.Round(quantity * 1000)), nil
	}
	return int64(quantity) * 1000, nil
}
