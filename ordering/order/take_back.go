package order

import (
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
)

// takenBack is the event of a step of a part that was taken back.
const takenBack = "order.part_taken_back"

// fixed says why a part's last step cannot be taken back; nil where it can, since nothing came of it yet: no
// money was taken, no stock was booked, nobody was told.
func (o Order) fixed(p Part) error {
	var why string
	switch {
	case o.Status == Cancelled || p.Status == PartCancelled:
		why = "It is cancelled."
	case p.Status == PartNew:
		why = "It is new: there is no step to take back."
	case p.Status == PartReady:
		why = "The shopper was told that it is ready."
	case p.Status == PartDone:
		why = "It was handed over."
	case o.Status != Confirmed:
		why = "The whole order is packed, and its money was taken."
	case p.Status == PartPacked && o.weighs(p) != "":
		why = "What was weighed is booked already."
	case p.Status == PartPacked && o.isShort(p):
		why = "The shopper was told what is missing."
	default:
		return nil
	}
	return fault.New(fault.Conflict, "not_undone", why)
}

// takeBack is the rule of a step that is taken back: accepted is new again, and packed is accepted and to be
// packed again.
func takeBack(o *Order, at int, now time.Time) ([]string, error) {
	if err := o.fixed(o.Parts[at]); err != nil {
		return nil, err
	}
	o.Parts = slices.Clone(o.Parts)
	part := &o.Parts[at]
	if part.Status == PartPacked {
		if err := unpack(o, part); err != nil {
			return nil, err
		}
	}
	part.Status = Progress[slices.Index(Progress, part.Status)-1]
	part.Moves++
	o.Steps = append(slices.Clip(o.Steps),
		Step{Status: o.Status, At: now, Note: part.ProducerName + ": taken back to " + part.Status})
	return []string{takenBack}, nil
}

// unpack forgets what was packed of a part, and prices it as it was ordered.
func unpack(o *Order, part *Part) (err error) {
	o.Lines = slices.Clone(o.Lines)
	part.Total = money.New(0, part.Total.Currency)
	for i := range o.Lines {
		if l := &o.Lines[i]; l.ProducerID == part.ProducerID {
			l.Packed, l.ShortReason = 0, ""
			if err = l.SetTotal(); err != nil {
				return err
			}
			if part.Total, err = part.Total.Add(l.Total); err != nil {
				return err
			}
		}
	}
	return o.settleTotal()
}

// weighs names the goods of a part that are sold by weight; empty where none are.
func (o Order) weighs(p Part) string {
	var names []string
	for _, l := range o.Lines {
		if l.ProducerID == p.ProducerID && l.SoldBy == "weight" {
			names = append(names, l.Name())
		}
	}
	return strings.Join(names, "; ")
}

// isShort reports whether something of a packed part is missing.
func (o Order) isShort(p Part) bool {
	return slices.ContainsFunc(o.Lines,
		func(l Line) bool { return l.ProducerID == p.ProducerID && l.Short() })
}
