package edge

import (
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/edge/page"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/id"
)

// people are what accounts are called, and addresses that only identity can open. Without identity both are empty.
type people struct {
	names     map[string]string
	addresses []string
}

// maxDescribed is how much identity is asked about at once.
const maxDescribed = 500

// people describes the actors of entries, and the accounts that they are about. The addresses are in the order of the entries.
func (e *site) people(v *visit, entries []*auditv1.Entry) people {
	out := people{names: map[string]string{}, addresses: make([]string, len(entries))}
	for begin := 0; begin < len(entries); begin += maxDescribed / 2 {
		chunk := entries[begin:min(begin+maxDescribed/2, len(entries))]
		request := &identityv1.DescribeActorsRequest{}
		for _, entry := range chunk {
			request.SealedAddresses = append(request.SealedAddresses, entry.GetSealedAddress())
			request.AccountIds = append(request.AccountIds, accountsOf(entry)...)
		}
		slices.Sort(request.AccountIds)
		request.AccountIds = slices.Compact(request.AccountIds)
		answer, err := e.actors.DescribeActors(v.Context(), request)
		if e.missing(v.Context(), "who did it", err) != nil {
			return out
		}
		for _, n := range answer.GetNames() {
			out.names[n.GetAccountId()] = nameOf(n)
		}
		for i, address := range answer.GetAddresses() {
			out.addresses[begin+i] = address
		}
	}
	for i, entry := range entries {
		if entry.GetAddress() != "" {
			out.addresses[i] = entry.GetAddress()
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
	if e.GetActorId() != "" && e.GetActorKind() != audit.Command {
		ids = append(ids, e.GetActorId())
	}
	if strings.HasPrefix(e.GetSubject(), id.Customer+"_") {
		ids = append(ids, e.GetSubject())
	}
	return ids
}

// logLines are entries as they are read.
func (o *office) logLines(entries []*auditv1.Entry) []page.LogLine {
	who := o.site.people(o.visit, entries)
	var lines []page.LogLine
	makers := map[string]string{}
	for i, e := range entries {
		line := page.LogLine{
			When: o.in.when(e.GetAt()), Who: actorName(e.GetActorKind(), e.GetActorId(), who.names), Text: o.in.deed(o.named(e, makers)), From: who.addresses[i],
			Service: e.GetService(), Seq: "№ " + strconv.FormatInt(e.GetSeq(), 10),
		}
		line.About, line.Address = o.about(e.GetSubject(), who.names, makers)
		if outcome := audit.Outcome(e.GetOutcome()); outcome != audit.Done {
			line.State = page.State{Label: string(outcome), Bad: true}
		}
		lines = append(lines, line)
	}
	return lines
}

// about is what a subject is called, and its page's address. Makers are the names of producers that were asked for.
func (o *office) about(subject string, names, makers map[string]string) (name, address string) {
	kind, _, _ := strings.Cut(subject, "_")
	switch kind {
	case id.Order:
		return "order " + number(subject), o.at("/operator/orders/" + subject)
	case id.Customer:
		if names[subject] == "" {
			return "an account that is erased", ""
		}
		return names[subject], ""
	case id.Producer:
		return o.maker(subject, makers), addressWith("/producer/products", "producer", subject)
	case id.Window:
		return "a window", o.at("/operator/windows/" + subject)
	case id.Product:
		return "a product (" + number(subject) + ")", "/p/" + subject
	case id.Variant:
		return "a variant (" + number(subject) + ")", ""
	case id.Message:
		return "a message", o.at("/operator/mail")
	}
	return subject, ""
}

// maker is what a producer is called; makers are those that were asked for. One that cannot be had is called by its ID.
func (o *office) maker(producerID string, makers map[string]string) string {
	if makers[producerID] == "" {
		makers[producerID] = producerID
		answer, err := o.site.catalog.GetProducer(o.Context(), &catalogv1.GetProducerRequest{Id: producerID})
		if o.site.missing(o.Context(), "producer", err) == nil {
			makers[producerID] = answer.GetProducer().GetName()
		}
	}
	return makers[producerID]
}

// named is an entry with the name of the producer that its detail tells of, for people.
func (o *office) named(e *auditv1.Entry, makers map[string]string) *auditv1.Entry {
	producer := e.GetDetail()["producer"]
	if !strings.HasPrefix(producer, id.Producer+"_") {
		return e
	}
	e = proto.CloneOf(e)
	e.Detail["producer"] = o.maker(producer, makers)
	return e
}
