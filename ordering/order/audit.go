package order

import (
	"slices"
	"strconv"

	"github.com/artisan-eats/artisan/audit"
)

// Sign says who did the steps from an index on.
func (o *Order) Sign(from int, by audit.Actor) {
	if by.Kind == "" {
		return
	}
	o.Steps = slices.Clone(o.Steps)
	for i := from; i < len(o.Steps); i++ {
		o.Steps[i].ByKind, o.Steps[i].ByID = by.Kind, by.ID
	}
}

// AuditOf is what the security log is told of a change: a cancellation, another content, a step that was
// taken back, and a part that was packed other than it was ordered. What goes its usual way is no matter of
// security.
func AuditOf(o Order, names []string, partID string, by audit.Actor) []audit.Entry {
	switch {
	case slices.Contains(names, "order.cancelled"):
		return []audit.Entry{{
			Action: "order.cancel", Subject: o.ID, Outcome: audit.Done, Detail: amountOf(o),
			By: &by,
		}}
	case slices.Contains(names, "order.changed"):
		return []audit.Entry{{
			Action: "order.change", Subject: o.ID, Outcome: audit.Done, Detail: amountOf(o),
			By: &by,
		}}
	case slices.Contains(names, takenBack):
		return []audit.Entry{{Action: "part.take_back", Subject: o.ID, Outcome: audit.Done, By: &by}}
	case slices.Contains(names, "order.part_packed"):
		at := slices.IndexFunc(o.Parts, func(p Part) bool { return p.ID == partID })
		if at < 0 {
			return nil
		}
		if other := o.packedOther(o.Parts[at].ProducerID); other > 0 {
			return []audit.Entry{{
				Action: "part.pack_other", Subject: o.ID, Outcome: audit.Done, By: &by,
				Detail: map[string]string{"producer": o.Parts[at].ProducerID, "lines": strconv.Itoa(other)},
			}}
		}
	}
	return nil
}

// packedOther counts a producer's lines that were packed other than they were ordered.
func (o Order) packedOther(producer string) (n int) {
	for _, line := range o.Lines {
		if line.ProducerID == producer && line.Packed != line.Quantity {
			n++
		}
	}
	return n
}

func amountOf(o Order) map[string]string {
	return map[string]string{"amount": strconv.FormatInt(o.Total.Minor, 10), "currency": o.Total.Currency}
}
