package contact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/mailbox"
)

// MaxName is the longest name of a person, in characters.
const MaxName = 200

// The longest of other texts, in characters.
const (
	maxPhone    = 40
	maxLine     = 200
	maxPostcode = 20
	maxCity     = 100
	maxNote     = 1000
)

// Address is where something is brought.
type Address struct {
	ID         string
	Line1      string
	Line2      string
	PostalCode string
	City       string
	Region     string
	// Country is ISO 3166-1 alpha-2; empty means the market's.
	Country string
}

// Details are whom an order is for.
type Details struct {
	Email string
	Name  string
	Phone string
	// Address is nil when nothing is delivered.
	Address *Address
	Note    string
}

// Checked answers a contact as it is to be kept, with spaces trimmed and the e-mail
// address normal, or fault.Invalid "invalid" with the wrong fields by their
// names in the public API: email, name, phone, note, address.line1, ...
func Checked(c Details) (Details, error) {
	var check Check
	email, ok := mailbox.Normal(c.Email)
	check.Require(ok, "email", "Enter an e-mail address, like name@example.org.")
	c.Email = email
	c.Name = check.text("name", c.Name, MaxName, required)
	c.Phone = check.text("phone", plainPhone(c.Phone), maxPhone, optional)
	check.Require(isPhone(c.Phone), "phone", "Enter a phone number, or leave it out.")
	c.Note = check.text("note", strings.ReplaceAll(c.Note, "\r\n", "\n"), maxNote, optional|lines)
	if c.Address != nil {
		address := check.address("address.", *c.Address)
		c.Address = &address
	}
	return c, check.Err()
}

// CheckedAddress is Checked for an address alone, with the fields line1, city, ...
func CheckedAddress(a Address) (Address, error) {
	var check Check
	a = check.address("", a)
	return a, check.Err()
}

// plainPhone is a phone number in the characters that a telephone has: address books and pages write it with
// others that look the same, with marks that nobody sees, or in the digits of another writing.
func plainPhone(phone string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < utf8.RuneSelf:
			return r
		case unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.Is(unicode.Pd, r), r == '\u2212', r == '\u2043':
			return '-'
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		if plain := norm.NFKC.String(string(r)); len(plain) == 1 {
			return rune(plain[0])
		}
		if unicode.IsDigit(r) {
			return digit(r)
		}
		return r
	}, phone)
}

// digit is the ASCII digit of one of any writing: each has its ten in a row, the zero's code ending the run
// before it.
func digit(r rune) rune {
	value := rune(0)
	for unicode.IsDigit(r-value-1) && value < 9 {
		value++
	}
	return '0' + value
}

// isPhone: empty, or 5 to 20 digits with the usual marks around them.
func isPhone(phone string) bool {
	digits := 0
	for _, r := range phone {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case !strings.ContainsRune("+-()./ x#", r):
			return false
		}
	}
	return phone == "" || (digits >= 5 && digits <= 20)
}

// need says what a text has to be.
type need int

const (
	optional need = 0
	required need = 1 << (iota - 1)
	lines         // line ends are allowed
)

// Check gathers what is wrong with what people write of themselves.
type Check struct{ fault.Check }

// Line answers a text of one line that may be left out, with the space around it trimmed. longest is in
// characters.
func (c *Check) Line(name, s string, longest int) string { return c.text(name, s, longest, optional) }

// text answers a text with the space around it trimmed.
func (c *Check) text(name, s string, longest int, n need) string {
	s = strings.TrimSpace(s)
	c.Require(n&required == 0 || s != "", name, "This is needed.")
	c.Require(utf8.RuneCountInString(s) <= longest, name, "This is too long.")
	c.Require(isPlain(s, n&lines != 0), name, "This holds characters that cannot be used.")
	return s
}

// isPlain: valid UTF-8 without control characters.
func isPlain(s string, lineEnds bool) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && (r != '\n' || !lineEnds)
	})
}

func (c *Check) address(prefix string, a Address) Address {
	a.Line1 = c.text(prefix+"line1", a.Line1, maxLine, required)
	a.Line2 = c.text(prefix+"line2", a.Line2, maxLine, optional)
	a.PostalCode = c.text(prefix+"postal_code", a.PostalCode, maxPostcode, required)
	a.City = c.text(prefix+"city", a.City, maxCity, required)
	a.Region = c.text(prefix+"region", a.Region, maxCity, optional)
	a.Country = strings.ToUpper(strings.TrimSpace(a.Country))
	c.Require(isCountry(a.Country), prefix+"country", "Enter a country's two letters, or leave it out.")
	return a
}

func isCountry(code string) bool {
	return code == "" || (len(code) == 2 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "")
}
