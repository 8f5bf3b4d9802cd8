package identity

import "strings"

// letter is what is mailed to a person. It has no name in it, and no address: a stranger may have chosen either.
type letter struct{ subject, body string }

const (
	greeting  = "Hello,\n\n"
	farewell  = "\n\nWarm wishes,\nArtisan Eats\n"
	notMyself = "If you did not ask for this, you need not do anything: nothing happens until the link is followed."
)

// linkLetter has a link in it.
func linkLetter(kind, base, token string) letter {
	to := strings.TrimSuffix(base, "/") + "/confirm?token=" + token
	switch kind {
	case linkSignUp:
		return letter{"Confirm your account", greeting + "somebody, we hope you, wants to make an account at our market with this e-mail address. Here you confirm it, within a day:\n\n" +
			to + "\n\n" + notMyself + farewell}
	case linkVerify:
		return letter{"Confirm your e-mail address", greeting + "here you confirm that this is your e-mail address, within a day:\n\n" + to + "\n\n" + notMyself + farewell}
	case linkEmail:
		return letter{"Confirm your new e-mail address", greeting + "somebody, we hope you, wants an account at our market to have this e-mail address from now on. Here you confirm it, within a day:\n\n" +
			to + "\n\n" + notMyself + farewell}
	default:
		return letter{"Your e-mail address is being changed", greeting + "your account at our market is to have another e-mail address, as you asked for. You need not do anything.\n\n" +
			"If it was not you, take your account back here, within a week. It ends all sessions and the password of now, and you choose a new one:\n\n" + to + farewell}
	}
}

// takenLetter is for who has an account, when somebody wants another one with the address.
func takenLetter(base string) letter {
	at := strings.TrimSuffix(base, "/")
	return letter{"You have an account with us", greeting + "somebody, perhaps you, wanted to make an account at our market with this e-mail address. You have one already:\n\n" +
		at + "/sign-in\n\nIf you have forgotten your password, set a new one:\n\n" + at + "/forgotten\n\n" +
		"If it was not you, you need not do anything: nothing has changed, and nobody was told that you have an account." + farewell}
}
