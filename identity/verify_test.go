package identity_test

import (
	"testing"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

func TestAnAddressIsVerifiedByALinkAndByTheOperatorsWord(t *testing.T) {
	eachDesk(t, func(d desk) {
		if d.signUp(d.T, "ann@example.org").GetAccount().GetEmailVerified() {
			d.Error("an address is verified that nobody has looked at")
		}
		got, err := d.reset(d.token("ann@example.org"), newPassword)
		if err != nil || !got.GetAccount().GetEmailVerified() {
			d.Errorf("after a mailed link: %v, %v", got, err)
		}
		if now, err := d.session(d.Context(), got.GetSessionToken()); err != nil || !now.GetAccount().GetEmailVerified() {
			d.Errorf("from then on: %v, %v", now, err)
		}
		d.signUp(d.T, "bob@example.org")
		for _, email := range []string{"bob@example.org", "cem@example.org"} {
			made, err := d.EnsureAccount(d.Context(), &identityv1.EnsureAccountRequest{Email: email})
			if err != nil || !made.GetAccount().GetEmailVerified() {
				d.Errorf("by the operator's word: %v, %v", made, err)
			}
		}
	})
}
