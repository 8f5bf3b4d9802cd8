package securitylog

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/operator"
	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/id"
)

// logLines are entries as they are read.
func logLines(o *operator.Office, entries []*auditv1.Entry) []view.LogLine {
	who := operator.People(o.Visit, entries)
	var lines []view.LogLine
	makers := map[string]string{}
	for i, e := range entries {
		line := view.LogLine{
			When: desk.When(o.In, e.GetAt()), Who: operator.ActorName(e.GetActorKind(), e.GetActorId(),
				who.Names), Text: deed(o.In, named(o, e, makers)), From: who.Addresses[i],
			Service: e.GetService(), Seq: "№ " + strconv.FormatInt(e.GetSeq(), 10),
		}
		line.About, line.Address = about(o, e.GetSubject(), who.Names, makers)
		if outcome := audit.Outcome(e.GetOutcome()); outcome != audit.Done {
			line.State = page.State{Label: string(outcome), Bad: true}
		}
		lines = append(lines, line)
	}
	return lines
}

// about is what a subject is called, and its page's address. Makers are the names of producers that were
// asked for.
func about(o *operator.Office, subject string, names, makers map[string]string) (name, address string) {
	kind, _, _ := strings.Cut(subject, "_")
	switch kind {
	case id.Order:
		return "order " + trade.OrderNumber(subject), o.At("/operator/orders/" + subject)
	case id.Customer:
		if names[subject] == "" {
			return "an account that is erased", ""
		}
		return names[subject], ""
	case id.Producer:
		return maker(o, subject, makers), web.AddressWith("/producer/products", "producer", subject)
	case id.Window:
		return "a window", o.At("/operator/windows/" + subject)
	case id.Product:
		return "a product (" + trade.OrderNumber(subject) + ")", "/p/" + subject
	case id.Variant:
		return "a variant (" + trade.OrderNumber(subject) + ")", ""
	case id.Message:
		return "a message", o.At("/operator/mail")
	}
	return subject, ""
}

// maker is what a producer is called; makers are those that were asked for. One that cannot be had is called
// by its ID.
func maker(o *operator.Office, producerID string, makers map[string]string) string {
	if makers[producerID] == "" {
		makers[producerID] = producerID
		answer, err := o.Visit.Site.Catalog.GetProducer(o.Visit.Context(),
			&catalogv1.GetProducerRequest{Id: producerID})
		if o.Visit.Site.Missing(o.Visit.Context(), "producer", err) == nil {
			makers[producerID] = answer.GetProducer().GetName()
		}
	}
	return makers[producerID]
}

// named is an entry with the name of the producer that its detail tells of, for people.
func named(o *operator.Office, e *auditv1.Entry, makers map[string]string) *auditv1.Entry {
	producer := e.GetDetail()["producer"]
	if !strings.HasPrefix(producer, id.Producer+"_") {
		return e
	}
	e = proto.CloneOf(e)
	e.Detail["producer"] = maker(o, producer, makers)
	return e
}
