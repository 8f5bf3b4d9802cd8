package order

import (
	"slices"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

// Scope is what somebody may do with an order as who ordered it.
type Scope byte

// The scopes; they add up.
const (
	Reading    Scope = 1 << iota // look at it, watch it, order the same again
	Cancelling                   // cancel it while nothing is packed
)

// May reports whether a scope has all of another.
func (s Scope) May(what Scope) bool { return s&what == what }

// MayManage reports whether the viewer is an operator or has a part in the order.
func MayManage(o Order, v *orderingv1.Viewer) bool {
	// A producer sees nothing of an order before it is confirmed.
	return v.GetOperator() || !o.ConfirmedAt.IsZero() &&
		slices.ContainsFunc(o.Parts,
			func(p Part) bool { return slices.Contains(v.GetProducerIds(), p.ProducerID) })
}

// SeenBy leaves a producer who is nothing else to the order its own part.
func (o Order) SeenBy(v *orderingv1.Viewer) Order {
	if v.GetOperator() || o.ViewerMay.May(Reading) {
		return o
	}
	return PartOf(o, v.GetProducerIds())
}

// PartOf is what some producers may know of an order: their parts and lines, what these come to, and nothing
// that tells of the others.
func PartOf(o Order, producers []string) Order {
	o.Lines = slices.DeleteFunc(slices.Clone(o.Lines),
		func(l Line) bool { return !slices.Contains(producers, l.ProducerID) })
	o.Parts = slices.DeleteFunc(slices.Clone(o.Parts),
		func(p Part) bool { return !slices.Contains(producers, p.ProducerID) })
	o.PartOnly, o.PlacedFrom = true, ""
	nothing := money.New(0, o.Total.Currency)
	o.Total, o.Authorised, o.Fee = nothing, nothing, nothing
	for _, part := range o.Parts {
		o.Total.Minor += part.Total.Minor // less than the whole, which is a sum
	}
	for _, line := range o.Lines {
		o.Authorised.Minor += line.most().Minor
	}
	o.Steps = ownSteps(o.Steps)
	return o
}

// ownSteps are the states that a whole order went through, without notes: these tell of other producers.
func ownSteps(all []Step) (steps []Step) {
	last := ""
	for _, step := range all {
		if step.Status != last {
			steps = append(steps, Step{Status: step.Status, At: step.At})
		}
		last = step.Status
	}
	return steps
}
