package operator

import (
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/edge/web"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/id"
)

// people are what accounts are called, and addresses that only identity can open. Without identity both are
// empty.
type people struct {
	Names     map[string]string
	Addresses []string
}

// maxDescribed is how much identity is asked about at once.
const maxDescribed = 500

// People describes the actors of entries, and the accounts that they are about. The addresses are in the
// order of the entries.
func People(v *web.Visit, entries []*auditv1.Entry) people {
	out := people{Names: map[string]string{}, Addresses: make([]string, len(entries))}
	for begin := 0; begin < len(entries); begin += maxDescribed / 2 {
		chunk := entries[begin:min(begin+maxDescribed/2, len(entries))]
		request := &identityv1.DescribeActorsRequest{}
		for _, entry := range chunk {
			request.SealedAddresses = append(request.SealedAddresses, entry.GetSealedAddress())
			request.AccountIds = append(request.AccountIds, accountsOf(entry)...)
		}
		slices.Sort(request.AccountIds)
		request.AccountIds = slices.Compact(request.AccountIds)
		answer, err := v.Site.Actors.DescribeActors(v.Context(), request)
		if v.Site.Missing(v.Context(), "who did it", err) != nil {
			return out
		}
		for _, n := range answer.GetNames() {
			out.Names[n.GetAccountId()] = nameOf(n)
		}
		for i, address := range answer.GetAddresses() {
			out.Addresses[begin+i] = address
		}
	}
	for i, entry := range entries {
		if entry.GetAddress() != "" {
			out.Addresses[i] = entry.GetAddress()
		}
	}
	return out
}

func nameOf(n *identityv1.ActorName) string {
	if n.GetName() != "" {
		return n.GetName()
	}
	return n.GetEmail()
}

func accountsOf(e *auditv1.Entry) []string {
	var ids []string
	if e.GetActorKind() != "" && e.GetActorId() != "" && e.GetActorKind() != audit.Command {
		ids = append(ids, e.GetActorId())
	}
	if strings.HasPrefix(e.GetSubject(), id.Customer+"_") {
		ids = append(ids, e.GetSubject())
	}
	return ids
}

// ActorWords are what actors of a kind are called.
var ActorWords = [][2]string{
	{audit.Guest, "Guest"},
	{audit.Member, "Member"},
	{audit.Producer, "Producer"},
	{audit.Operator, "Operator"},
	{audit.Command, "Command line"},
	{audit.Others, "Many others"},
}

// ActorName is what an actor is called.
func ActorName(kind, actorID string, names map[string]string) string {
	switch {
	case names[actorID] != "":
		return names[actorID]
	case kind == audit.Command:
		return "The command line (" + actorID + ")"
	case kind == "" && actorID != "":
		return "The shop itself (" + actorID + ")" // which service
	case actorID != "":
		return "An account that is erased"
	case kind == audit.Guest:
		return "Somebody"
	case kind == audit.Others:
		return "Many others"
	}
	return "The shop itself"
}
