package identity

import (
	"strings"

	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/locale"
)

// letter is what is mailed to a person. It has no name in it, and no address: a stranger may have chosen
// either.
type letter struct{ subject, body string }

// linkLetter has a link in it.
func linkLetter(l *locale.Locale, kind, base, token string) letter {
	to := strings.TrimSuffix(base, "/") + "/confirm?token=" + token
	notMyself := "\n\n" +
		l.Text(
			"If you did not ask for this, you need not do anything: nothing happens until the link is followed.") + accounts.Farewell(l)
	switch kind {
	case linkSignUp:
		return letter{l.Text("Confirm your account"), accounts.Greeting(l) +
			l.Text(
				"somebody, we hope you, wants to make an account at our market with this e-mail address. Here you confirm it, within a day:") + "\n\n" + to + notMyself}
	case linkVerify:
		return letter{l.Text("Confirm your e-mail address"), accounts.Greeting(l) +
			l.Text("here you confirm that this is your e-mail address, within a day:") + "\n\n" + to +
			notMyself}
	case linkEmail:
		return letter{l.Text("Confirm your new e-mail address"), accounts.Greeting(l) +
			l.Text(
				"somebody, we hope you, wants an account at our market to have this e-mail address from now on. Here you confirm it, within a day:") + "\n\n" + to + notMyself}
	default:
		return letter{l.Text("Your e-mail address is being changed"), accounts.Greeting(l) +
			l.Text(
				"your account at our market is to have another e-mail address, as you asked for. You need not do anything.") + "\n\n" +
			l.Text(
				"If it was not you, take your account back here, within a week. It ends all sessions and the password of now, and you choose a new one:") + "\n\n" + to + accounts.Farewell(l)}
	}
}

// joinLetter asks somebody to work for a producer. The producer's name is on the link's page only: in a
// letter it would be a stranger's word.
func joinLetter(l *locale.Locale, base, token string) letter {
	return letter{l.Text("Work at our market"), accounts.Greeting(l) +
		l.Text(
			"somebody who sells at our market asks you to work at their desk, with this e-mail address. Here you see who, and say yes, within a week:") + "\n\n" +
		strings.TrimSuffix(base, "/") + "/join?token=" + token + "\n\n" +
		l.Text(
			"If you do not know of this, you need not do anything: nothing happens until the link is followed.") + accounts.Farewell(l)}
}

// takenLetter is for who has an account, when somebody wants another one with the address.
func takenLetter(l *locale.Locale, base string) letter {
	at := strings.TrimSuffix(base, "/")
	return letter{l.Text("You have an account with us"), accounts.Greeting(l) +
		l.Text(
			"somebody, perhaps you, wanted to make an account at our market with this e-mail address. You have one already:") + "\n\n" + at + "/sign-in\n\n" +
		l.Text("If you have forgotten your password, set a new one:") + "\n\n" + at + "/forgotten\n\n" +
		l.Text(
			"If it was not you, you need not do anything: nothing has changed, and nobody was told that you have an account.") + accounts.Farewell(l)}
}
