package audit

import (
	"context"
	"strings"
)

// Actor is who does something. The zero value is the shop itself: a job or an event.
type Actor struct {
	// Kind is "guest", "member", "producer", "operator" or "command"; empty for the shop itself.
	Kind string
	// ID is the account's; empty for who has none.
	ID string
	// Address is the network address that the request came from; empty where there was none.
	Address string
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
func (a Actor) String() string { return a.Kind + " " + a.ID + " " + a.Address }

// ParseActor reads what String wrote; what it did not write is the shop itself.
func ParseActor(s string) Actor {
	parts := strings.Split(s, " ")
	if len(parts) != 3 {
		return Actor{}
	}
	return Actor{Kind: parts[0], ID: parts[1], Address: parts[2]}
}
