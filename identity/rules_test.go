package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode"

	"github.com/alexedwards/argon2id"

	"github.com/artisan-eats/artisan/fault"
	"pgregory.net/rapid"
)

func TestNormalEmail(t *testing.T) {
	long := strings.Repeat("a", 64)
	label := strings.Repeat("b", 63)
	for in, want := range map[string]string{
		"ann@example.org":           "ann@example.org",
		" Ann@EXAMPLE.org\t":        "ann@example.org",
		"a.b+c_d'e@x.co":            "a.b+c_d'e@x.co",
		"ann@bücher.example":        "ann@xn--bcher-kva.example",
		"ann@xn--bcher-kva.example": "ann@xn--bcher-kva.example",
		long + "@example.org":       long + "@example.org",
		long + "a@example.org":      "",
		"a@" + label + "." + label + "." + label + ".com": "a@" + label + "." + label + "." + label +
			".com",
		long + "@" + label + "." + label + "." + label + ".com": "",
		"a@" + label + "b.com":             "",
		"":                                 "",
		"@":                                "",
		"ann":                              "",
		"ann@":                             "",
		"@example.org":                     "",
		"ann@localhost":                    "",
		"ann@127.0.0.1":                    "",
		"ann@[127.0.0.1]":                  "",
		"ann@example..org":                 "",
		"ann@-example.org":                 "",
		"ann@example.org.":                 "",
		"ann@exa_mple.org":                 "",
		".ann@example.org":                 "",
		"ann.@example.org":                 "",
		"a..n@example.org":                 "",
		"a nn@example.org":                 "",
		"ann@exam ple.org":                 "",
		"\"a b\"@example.org":              "",
		"ann@example.org, bob@example.org": "",
		"Ann <ann@example.org>":            "",
		"ann@example.org\r\nBcc: bob@example.org": "",
		"ann\r\n@example.org":                     "",
		"ann\x00@example.org":                     "",
		"ann@exam\x00ple.org":                     "",
		"änn@example.org":                         "",
		"a\xff@example.org":                       "",
		"ann@\xff.org":                            "",
		"ann(comment)@example.org":                "",
	} {
		if got, ok := NormalEmail(in); got != want || ok != (want != "") {
			t.Errorf("NormalEmail(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
}

func FuzzNormalEmail(f *testing.F) {
	for _, seed := range []string{
		"ann@example.org", "a.b+c@bücher.example", "ann@example.org\r\nBcc: x@y.z",
		"\"a\"@b.c", "a@b@c.d", "<a@b.c>", "a@[::1]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		email, ok := NormalEmail(s)
		if !ok {
			return
		}
		if strings.ContainsFunc(email, func(r rune) bool {
			return r > unicode.MaxASCII || r <= ' ' ||
				strings.ContainsRune("<>,;:\"()[]\\", r)
		}) || len(email) > 254 {
			t.Errorf("NormalEmail(%q) = %q", s, email)
		}
		if again, ok := NormalEmail(email); !ok || again != email {
			t.Errorf("NormalEmail(%q) = %q, and again %q", s, email, again)
		}
		if parsed, err := mail.ParseAddress(email); err != nil || parsed.Address != email {
			t.Errorf("net/mail reads %q as %v, %v", email, parsed, err)
		}
	})
}

func TestCheckContact(t *testing.T) {
	good := Contact{
		Email: " Ann@example.org", Name: " Ann ", Phone: "(503) 555-0100", Note: "one\r\ntwo",
		Address: &Address{Line1: "1 Mill Lane", PostalCode: "97201", City: "Portland", Country: "us"},
	}
	got, err := CheckContact(good)
	if err != nil || got.Email != "ann@example.org" || got.Name != "Ann" || got.Note != "one\ntwo" ||
		got.Address.Country != "US" {
		t.Errorf("CheckContact = %+v, %v", got, err)
	}
	if good.Address.Country != "us" {
		t.Error("CheckContact changed what it was given")
	}
	for name, test := range map[string]struct {
		change func(*Contact)
		fields []string
	}{
		"nothing": {func(c *Contact) { *c = Contact{} }, []string{"email", "name"}},
		"an empty address": {
			func(c *Contact) { c.Address = &Address{} },
			[]string{"address.line1", "address.postal_code", "address.city"},
		},
		"blanks":      {func(c *Contact) { c.Name = " \t" }, []string{"name"}},
		"NUL":         {func(c *Contact) { c.Name = "a\x00b" }, []string{"name"}},
		"bad UTF-8":   {func(c *Contact) { c.Address.City = "\xff\xfe" }, []string{"address.city"}},
		"a header":    {func(c *Contact) { c.Name = "Ann\r\nBcc: x@example.org" }, []string{"name"}},
		"an escape":   {func(c *Contact) { c.Note = "\x1b[2J" }, []string{"note"}},
		"a long name": {func(c *Contact) { c.Name = strings.Repeat("ä", 201) }, []string{"name"}},
		"a long line": {
			func(c *Contact) { c.Address.Line2 = strings.Repeat("x", 201) },
			[]string{"address.line2"},
		},
		"a long note":    {func(c *Contact) { c.Note = strings.Repeat("x", 1001) }, []string{"note"}},
		"words":          {func(c *Contact) { c.Phone = "call me" }, []string{"phone"}},
		"too few digits": {func(c *Contact) { c.Phone = "1234" }, []string{"phone"}},
		"a country":      {func(c *Contact) { c.Address.Country = "USA" }, []string{"address.country"}},
		"a name of 200":  {func(c *Contact) { c.Name = strings.Repeat("ä", 200) }, nil},
		"HTML":           {func(c *Contact) { c.Name = "<script>alert(1)</script>" }, nil},
		"no address":     {func(c *Contact) { c.Address = nil }, nil},
		"no country":     {func(c *Contact) { c.Address.Country = "" }, nil},
	} {
		c := good
		address := *good.Address
		c.Address = &address
		test.change(&c)
		_, err := CheckContact(c)
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
		c, err := CheckContact(Contact{Email: "ann@example.org", Name: "Ann", Phone: typed})
		if err != nil || c.Phone != want {
			t.Errorf("%q: got %q, %v, want %q", typed, c.Phone, err, want)
		}
	}
	for _, typed := range []string{"call me", "٠٥٠", "50ЗЗ55", "503\u2028555", "½5555"} {
		if c, err := CheckContact(Contact{Email: "ann@example.org", Name: "Ann", Phone: typed}); err == nil {
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
		c, err := CheckContact(Contact{
			Email: "ann@example.org", Name: text.Draw(t, "name"),
			Note: text.Draw(t, "note"), Phone: text.Draw(t, "phone"),
		})
		if err != nil {
			return
		}
		if again, err := CheckContact(c); err != nil || again != c {
			t.Errorf("checked again: %v, %v", again, err)
		}
		for _, s := range []string{c.Name, c.Phone} {
			if strings.ContainsFunc(s, unicode.IsControl) {
				t.Errorf("%q passed", s)
			}
		}
	})
}

func TestCheckPassword(t *testing.T) {
	for password, ok := range map[string]bool{
		"":                         false,
		"123456789":                false,
		"1234567890":               false, // one of those that everybody tries
		"Password2024!":            false,
		"quince-lamp":              true,
		"ääääääääää":               true,
		"äääää":                    false,
		strings.Repeat("x", 200):   true,
		strings.Repeat("x", 201):   false,
		"ANN@example.org":          false,
		"ann@example.org!":         true,
		"bad \xff\xff\xff\xff UTF": false,
		"with \x00 in it":          false,
	} {
		if fields := checkPassword(password, "ann@example.org"); (len(fields) == 0) != ok {
			t.Errorf("checkPassword(%q) = %v", password, fields)
		}
	}
}

func TestAPasswordIsTheSameOnEveryKeyboard(t *testing.T) {
	h := testHasher(t)
	hash, err := h.hash(t.Context(), "", "caf\u00e9 au lait")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := h.matches(t.Context(), "", "cafe\u0301 au lait", hash); !ok || err != nil {
		t.Errorf("decomposed: %v, %v", ok, err)
	}
}

func testHasher(t *testing.T) *hasher {
	t.Helper()
	h, err := newHasher(Cost{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32},
		rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAnUnknownAccountCostsAHashToo(t *testing.T) {
	h := testHasher(t)
	ran := 0
	h.queue = newQueue(0) // no place is free, so a hash that is worked out waits
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, hash := range []string{"", h.decoy} {
		if _, err := h.matches(ended, "", "password", hash); errors.Is(err, context.Canceled) {
			ran++
		}
	}
	h.queue = newQueue(1)
	if ok, err := h.matches(t.Context(), "", "password", ""); ok || err != nil || ran != 2 {
		t.Errorf("without a hash: %v, %v, and %d of 2 waited for a place", ok, err, ran)
	}
}

func TestFewPasswordsAreHashedAtOnce(t *testing.T) {
	h := testHasher(t)
	places := h.queue.free
	var running, most atomic.Int64
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			err := h.bounded(t.Context(), string(rune('a'+i)), func() error {
				n := running.Add(1)
				defer running.Add(-1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				_, err := argon2id.CreateHash("password", &h.cost)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() > int64(places) || h.queue.free != places || len(h.queue.lines) != 0 ||
		len(h.queue.turns) != 0 {
		t.Errorf("%d at once, want at most %d; afterwards %+v", most.Load(), places, h.queue)
	}
}

func FuzzSealedFor(f *testing.F) {
	v, err := newVault([][]byte{make([]byte, 32)}, rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	key, _, err := v.newKey("cus_x_1")
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := v.seal("cus_x_1", key, sealedContact, []byte("hello"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add([]byte{})
	f.Add([]byte{1, 255, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		customer, rest, err := sealedFor(data)
		if err == nil && 2+len(customer)+len(rest) != len(data) {
			t.Errorf("%q is for %q with %d bytes more", data, customer, len(rest))
		}
		if plain, err := open(key, sealedContact, data); err == nil && !slices.Equal(data, sealed) {
			t.Errorf("forged %q", plain)
		}
	})
}

func TestSealedBytesSayWhatTheyAre(t *testing.T) {
	v, err := newVault([][]byte{make([]byte, 32)}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, wrapped, err := v.newKey("cus_x_1")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.unwrap("cus_x_1", wrapped); err != nil || !slices.Equal(got, key) {
		t.Errorf("unwrap = %v", err)
	}
	if _, err := v.unwrap("cus_x_2", wrapped); !errors.Is(err, errSealed) {
		t.Errorf("unwrapped for another customer: %v", err)
	}
	another, err := newVault([][]byte{[]byte(strings.Repeat("x", 32))}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := another.unwrap("cus_x_1", wrapped); !errors.Is(err, errSealed) {
		t.Errorf("unwrapped under another secret: %v", err)
	}
	sealed, err := v.seal("cus_x_1", key, sealedAddress, []byte("1 Mill Lane"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(key, sealedContact, sealed); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an address passed for a contact: %v", err)
	}
}

func TestAPasswordIsMoreThanTheWordsOfItsContext(t *testing.T) {
	for password, refused := range map[string]bool{
		"ArtisanEats2026!":       true,
		"artisan-eats-artisan":   true,
		"operator123456":         true,
		"marketmarket1":          true,
		"ada.lovelace1815":       true, // her own address
		"Lovelace-Ada-99":        true,
		"artisan goat by night":  false,
		"operator of the canoe":  false,
		"1234 5678 9012 3456":    false, // no word at all: others look at it
		"sourdough on a tuesday": false,
	} {
		if got := ofContext(password, "ada.lovelace@example.org"); got != refused {
			t.Errorf("%q: %v, want %v", password, got, refused)
		}
	}
	if len(checkPassword("ArtisanEats2026!", "ada@example.org")) == 0 {
		t.Error("a password of the shop's name is taken")
	}
}
