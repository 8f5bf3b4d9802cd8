package mailbox_test

import (
	"net/mail"
	"strings"
	"testing"
	"unicode"

	"github.com/artisan-eats/artisan/mailbox"
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
		if got, ok := mailbox.Normal(in); got != want || ok != (want != "") {
			t.Errorf("mailbox.Normal(%q) = %q, %v, want %q", in, got, ok, want)
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
		email, ok := mailbox.Normal(s)
		if !ok {
			return
		}
		if strings.ContainsFunc(email, func(r rune) bool {
			return r > unicode.MaxASCII || r <= ' ' ||
				strings.ContainsRune("<>,;:\"()[]\\", r)
		}) || len(email) > 254 {
			t.Errorf("mailbox.Normal(%q) = %q", s, email)
		}
		if again, ok := mailbox.Normal(email); !ok || again != email {
			t.Errorf("mailbox.Normal(%q) = %q, and again %q", s, email, again)
		}
		if parsed, err := mail.ParseAddress(email); err != nil || parsed.Address != email {
			t.Errorf("net/mail reads %q as %v, %v", email, parsed, err)
		}
	})
}
