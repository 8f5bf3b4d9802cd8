package e2e

import (
	"net/http"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
)

func TestPersonSignsUpAndFindsTheBasketAgain(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.fillsBasket(creek, "1")
		p.opens("/sign-up?next=/cart")
		p.fills("Name", "Grace Hopper")
		p.fills("E-mail", "grace@example.org")
		p.fills("Password", "basketball")
		p.presses("Make my account")
		p.sees("one of the passwords that everybody tries")
		p.fills("Password", firstPassword)
		p.presses("Make my account")
		p.sees("Look into your mail")
		s.takes(t, firstPassword, false)
		link := s.mailed(t, "grace@example.org", accountLink)
		p.opens(link)
		p.presses("Make my account")
		p.arrives("/cart")
		p.sees("Your basket", creek)
		s.takes(t, firstPassword, true)
		p.opens(link)
		p.sees("no longer good")
	})
}

func TestPersonConfirmsAnAccountOnAnotherDevice(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		s.must(t, http.StatusAccepted, "POST", "/accounts",
			object{"email": "grace@example.org", "password": "a stranger's password", "name": "Mallory"})
		p := s.visitor(t, e)
		p.opens(s.mailed(t, "grace@example.org", accountLink))
		p.sees("begun in another browser")
		p.fills("Name", "Grace Hopper")
		p.fills("Password", firstPassword)
		p.presses("Make my account")
		p.arrives("/account")
		p.sees("Grace Hopper")
		s.takes(t, "a stranger's password", false)
		s.takes(t, firstPassword, true)
	})
}

func TestPersonLooksAfterTheirSignIn(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.signsUp()
		other := s.visitor(t, e)
		other.opens("/sign-in")
		other.fills("E-mail", "grace@example.org")
		other.fills("Password", firstPassword)
		other.presses("Sign in")
		other.arrives("/account")
		p.presses("Where I am signed in")
		p.sees("You are here", "Chrom")
		p.presses("End it")
		p.sees("That session has ended.")
		other.opens("/account")
		other.arrives("/sign-in")

		p.opens("/account/password")
		p.fills("Password of now", firstPassword)
		p.fills("New password", "another-long-password")
		p.presses("Change it")
		p.sees("Your password is changed")
		s.takes(t, firstPassword, false)
		s.takes(t, "another-long-password", true)

		p.opens("/account/email")
		p.fills("New e-mail", "grace@new.example")
		p.fills("Password", "another-long-password")
		p.presses("Send me a link")
		p.sees("Look into your mail")
		undo := s.mailed(t, "grace@example.org", undoLink)
		p.opens(s.mailed(t, "grace@new.example", accountLink))
		p.presses("Use this address")
		p.sees("Your new address is confirmed")
		p.presses("To my account")
		p.sees("grace@new.example")

		other.opens(undo)
		other.presses("It was not me")
		other.sees("Your account is yours again")
		p.opens("/account")
		p.arrives("/sign-in")
		other.opens(s.mailed(t, "grace@example.org", resetLink))
		other.fills("Password", "a-third-long-password")
		other.presses("Set it")
		other.arrives("/account")
		other.sees("grace@example.org")
	})
}
