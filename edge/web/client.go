package web

import (
	"net/http"
	"net/netip"

	"github.com/artisan-eats/artisan/audit"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/share"
)

// clientOf is the network address that a request came from, as package share knows it; the zero Addr where
// that is not known.
func clientOf(r *http.Request) netip.Addr { return share.OriginOf(r.Context()).Addr }

// ActorOf is who makes a request; the account is nil for a guest.
func ActorOf(r *http.Request, account *identityv1.Account) audit.Actor {
	a := audit.Actor{Kind: "guest", ID: account.GetId()}
	if from := clientOf(r); from.IsValid() {
		a.Address = from.String()
	}
	switch {
	case account == nil:
	case IsOperator(account):
		a.Kind = RoleOperator
	case len(account.GetProducerIds()) > 0:
		a.Kind = RoleProducer
	default:
		a.Kind = "member"
	}
	return a
}
