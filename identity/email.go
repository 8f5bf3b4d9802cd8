package identity

import "github.com/artisan-eats/artisan/mailbox"

// NormalEmail answers the one form of an e-mail address that is stored and compared; see mailbox.
func NormalEmail(s string) (email string, ok bool) { return mailbox.Normal(s) }
