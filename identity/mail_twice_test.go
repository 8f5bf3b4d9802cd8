package identity_test

import (
	"testing"
	"time"
)

// TestASlowPostHasNobodyWrittenToTwice has each letter take 20 s to be handed on, while another replica looks
// for what is due.
func TestASlowPostHasNobodyWrittenToTwice(t *testing.T) {
	eachTested(t, func(d tested) {
		people := []string{"ann@example.org", "bea@example.org", "cyd@example.org"}
		for _, email := range people {
			d.signUp(d.T, email)
		}
		for _, email := range people {
			if err := d.request(email); err != nil {
				d.Fatal(err)
			}
		}
		d.Post.SetSlow(func() {
			d.Clock.Advance(20 * time.Second)
			d.mail(d.T) // the other replica's
		})
		for range people {
			d.mail(d.T)
			d.Clock.Advance(time.Minute)
		}
		written := map[string]int{}
		for _, letter := range d.Post.Sent() {
			written[letter.GetTo()]++
		}
		for _, email := range people {
			if written[email] != 1 {
				d.Errorf("%s has %d letters", email, written[email])
			}
		}
	})
}
