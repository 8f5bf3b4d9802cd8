package mailbox_test

import (
	"testing"

	"github.com/artisan-eats/artisan/mailbox"
)

func TestSpellingsOfOneMailboxAreOne(t *testing.T) {
	for want, spellings := range map[string][]string{
		"ada@example.org": {
			"ada@example.org", " Ada@Example.ORG ", "ada+news@example.org",
			"ada+1+2@example.org", "ada@ｅxample.org", "ada@ｅｘample.org",
		},
		"adalovelace@gmail.com": {
			"ada.lovelace@gmail.com", "a.d.a.lovelace+x@googlemail.com",
			"AdaLovelace@GMail.com",
		},
		"ada.l@example.org": {"ada.l@example.org"}, // dots count elsewhere
		"+x@example.org":    {"+x@example.org"},
		"nonsense":          {" Nonsense"},
	} {
		for _, spelling := range spellings {
			if got := mailbox.Of(spelling); got != want {
				t.Errorf("%q leads to %q, want %q", spelling, got, want)
			}
		}
	}
}
