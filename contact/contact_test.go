package contact

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/artisan-eats/artisan/fault"
)

func TestAContactIsChecked(t *testing.T) {
	good := Details{
		Email: " Ann@example.org", Name: " Ann ", Phone: "(503) 555-0100", Note: "one\r\ntwo",
		Address: &Address{Line1: "1 Mill Lane", PostalCode: "97201", City: "Portland", Country: "us"},
	}
	got, err := Checked(good)
	if err != nil || got.Email != "ann@example.org" || got.Name != "Ann" || got.Note != "one\ntwo" ||
		got.Address.Country != "US" {
		t.Errorf("Checked = %+v, %v", got, err)
	}
	if good.Address.Country != "us" {
		t.Error("Checked changed what it was given")
	}
	for name, test := range map[string]struct {
		change func(*Details)
		fields []string
	}{
		"nothing": {func(c *Details) { *c = Details{} }, []string{"email", "name"}},
		"an empty address": {
			func(c *Details) { c.Address = &Address{} },
			[]string{"address.line1", "address.postal_code", "address.city"},
		},
		"blanks":      {func(c *Details) { c.Name = " \t" }, []string{"name"}},
		"NUL":         {func(c *Details) { c.Name = "a\x00b" }, []string{"name"}},
		"bad UTF-8":   {func(c *Details) { c.Address.City = "\xff\xfe" }, []string{"address.city"}},
		"a header":    {func(c *Details) { c.Name = "Ann\r\nBcc: x@example.org" }, []string{"name"}},
		"an escape":   {func(c *Details) { c.Note = "\x1b[2J" }, []string{"note"}},
		"a long name": {func(c *Details) { c.Name = strings.Repeat("ä", 201) }, []string{"name"}},
		"a long line": {
			func(c *Details) { c.Address.Line2 = strings.Repeat("x", 201) },
			[]string{"address.line2"},
		},
		"a long note":    {func(c *Details) { c.Note = strings.Repeat("x", 1001) }, []string{"note"}},
		"words":          {func(c *Details) { c.Phone = "call me" }, []string{"phone"}},
		"too few digits": {func(c *Details) { c.Phone = "1234" }, []string{"phone"}},
		"a country": {
			func(c *Details) { c.Address.Country = "USA" },
			[]string{"address.country"},
		},
		"a name of 200": {func(c *Details) { c.Name = strings.Repeat("ä", 200) }, nil},
		"HTML":          {func(c *Details) { c.Name = "<script>alert(1)</script>" }, nil},
		"no address":    {func(c *Details) { c.Address = nil }, nil},
		"no country":    {func(c *Details) { c.Address.Country = "" }, nil},
	} {
		c := good
		address := *good.Address
		c.Address = &address
		test.change(&c)
		_, err := Checked(c)
		if fields := fieldNames(err); !slices.Equal(fields, test.fields) {
			t.Errorf("%s: wrong fields %v, want %v", name, fields, test.fields)
		}
	}
}

func TestPhonesAreReadHoweverTheyAreWritten(t *testing.T) {
	for typed, want := range map[string]string{
		"+49\u00a030\u00a0123456": "+49 30 123456", "+33\u202f6\u202f12 34 56": "+33 6 12 34 56",
		"503‐555‑0100": "503-555-0100", "503–555—0100": "503-555-0100", "٠٥٠١٢٣٤٥٦٧": "0501234567",
		"۰۹۱۲۳۴۵۶۷۸۹": "09123456789", "\u202a+1 503 555 0100\u202c": "+1 503 555 0100",
		"＋８１（３）１２３４５": "+81(3)12345", "०१२३४५": "012345", "−12345": "-12345", "": "",
	} {
		c, err := Checked(Details{Email: "ann@example.org", Name: "Ann", Phone: typed})
		if err != nil || c.Phone != want {
			t.Errorf("%q: got %q, %v, want %q", typed, c.Phone, err, want)
		}
	}
	for _, typed := range []string{"call me", "٠٥٠", "50ЗЗ55", "503\u2028555", "½5555"} {
		if c, err := Checked(Details{
			Email: "ann@example.org", Name: "Ann",
			Phone: typed,
		}); err == nil {
			t.Errorf("%q is read as %q", typed, c.Phone)
		}
	}
}

func fieldNames(err error) (names []string) {
	if err == nil {
		return nil
	}
	for _, field := range fault.Of(err).Fields {
		names = append(names, field.Name)
	}
	return names
}

func TestACheckedContactIsPlainText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(),
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
		c, err := Checked(Details{
			Email: "ann@example.org", Name: text.Draw(t, "name"),
			Note: text.Draw(t, "note"), Phone: text.Draw(t, "phone"),
		})
		if err != nil {
			return
		}
		if again, err := Checked(c); err != nil || again != c {
			t.Errorf("checked again: %v, %v", again, err)
		}
		for _, s := range []string{c.Name, c.Phone} {
			if strings.ContainsFunc(s, unicode.IsControl) {
				t.Errorf("%q passed", s)
			}
		}
	})
}
