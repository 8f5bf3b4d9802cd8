package guard

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/identity/breached"
)

// MaxPassword is the longest password, in characters.
const MaxPassword = 200

const minPassword = 10

// normalPassword makes one text of the many ways in which keyboards compose the same characters.
func normalPassword(password string) string { return norm.NFKC.String(password) }

// CheckPassword says what is wrong with a password for an account; nothing when it may be used.
func CheckPassword(password, email string) []fault.Field {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return []fault.Field{{Name: "password", Message: "Use characters that can be typed."}}
	case n < minPassword:
		return []fault.Field{{Name: "password", Message: "Use at least 10 characters."}}
	case n > MaxPassword:
		return []fault.Field{{Name: "password", Message: "Use at most 200 characters."}}
	case strings.EqualFold(strings.TrimSpace(password), email):
		return []fault.Field{{Name: "password", Message: "Use something other than the e-mail address."}}
	case ofContext(password, email):
		return []fault.Field{{
			Name:    "password",
			Message: "This is made of the shop's name or your own address, which is tried first. Use a few words that only you would put together.",
		}}
	case breached.Has(password):
		return []fault.Field{{
			Name:    "password",
			Message: "This is one of the passwords that everybody tries. Use a few words that only you would put together.",
		}}
	}
	return nil
}
