package audit

import (
	"context"
	"strings"
)

// The kinds of actors. The empty kind is the shop itself: a job or an event.
const (
	Guest    = "guest"
	Member   = "member"
	Producer = "producer"
	Operator = "operator"
	Command  = "command"
	// Others are those who were too many to be told one by one.
	Others = "others"
)

// Actor is who does something. The zero value is the shop itself: a job or an event.
type Actor struct {
	// Kind is one of the kinds above.
	Kind string
	// ID is the account's, or a command's user of the machine; empty for who has none.
	ID string
	// Address is the network address that the request came from; empty where there was none.
	Address string
	// Sealed is the address under the key of the account, as identity seals it; it is what is stored. Empty
	// for who has no account.
	Sealed string
	// Word is the service on whose word all that is known, where the front door did not say it itself; see
	// package trust. It does not travel.
	Word string
}

type actorKey struct{}

// With says who acts in what is done with the context.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf is who acts.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

// Header is the header of a call between services that says who acts.
const Header = "Artisan-Actor"

// String is the actor as it travels; ParseActor reads it.
func (a Actor) String() string {
	return strings.Join([]string{word(a.Kind), word(a.ID), word(a.Address), word(a.Sealed)}, " ")
}

// word is a part that cannot be taken for two, nor end a header.
func word(s string) string {
	return strings.Map(func(c rune) rune {
		if c <= ' ' || c > '~' {
			return '?'
		}
		return c
	}, s)
}

// ParseActor reads what String wrote, also that of a version that sealed nothing; what it did not write is
// the shop itself.
func ParseActor(s string) Actor {
	parts := strings.Split(s, " ")
	switch len(parts) {
	case 3:
		return Actor{Kind: parts[0], ID: parts[1], Address: parts[2]}
	case 4:
		return Actor{Kind: parts[0], ID: parts[1], Address: parts[2], Sealed: parts[3]}
	}
	return Actor{}
}
