// Package rights says what somebody who acts for a producer may do, and carries it from the front door to the
// service that owns the thing. Who carries nothing may do everything: a producer's owner, the operator, a
// command, a job, and whoever comes through a front door of before there was this.
package rights

import (
	"context"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/fault"
)

// What may be done for a producer.
const (
	Owner  = "owner"  // everything
	Goods  = "goods"  // products, prices, stock, import
	Orders = "orders" // accept, pack and hand over, with the names of who ordered
)

// All are the rights that there are.
var All = []string{Owner, Goods, Orders}

// Normal sorts rights and drops repetitions; who is an owner needs no others. ok is false for none, and for
// what is no right.
func Normal(given []string) (normal []string, ok bool) {
	for _, right := range given {
		if !slices.Contains(All, right) {
			return nil, false
		}
	}
	if slices.Contains(given, Owner) {
		return []string{Owner}, true
	}
	normal = slices.Compact(slices.Sorted(slices.Values(given)))
	return normal, len(normal) > 0
}

// Limits are what somebody may do for producers, by the producer's ID. A producer that is not in it is not
// limited.
type Limits map[string][]string

// Allow reports whether something may be done for a producer.
func (l Limits) Allow(producerID, right string) bool {
	may, limited := l[producerID]
	return !limited || slices.Contains(may, Owner) || slices.Contains(may, right)
}

type limitsKey struct{}

// With says what whoever acts in what is done with the context may do.
func With(ctx context.Context, l Limits) context.Context {
	return context.WithValue(ctx, limitsKey{}, l)
}

// Of is what whoever acts may do.
func Of(ctx context.Context) Limits {
	l, _ := ctx.Value(limitsKey{}).(Limits)
	return l
}

// Check refuses what whoever acts may not do for a producer. Where the producer is not known, "", it has to
// be right for each that they are limited at: a desk carries its own producer's only.
func Check(ctx context.Context, producerID, right string) error {
	l := Of(ctx)
	if producerID != "" && l.Allow(producerID, right) {
		return nil
	}
	for limited := range l {
		if (producerID == "" || limited == producerID) && !l.Allow(limited, right) {
			return Denied(right)
		}
	}
	return nil
}

// Denied is the fault of who may not do something.
func Denied(right string) error {
	switch right {
	case Goods:
		return fault.New(fault.Denied, "denied",
			"You may not do this here: it is for those who look after the goods. An owner of the producer can let you.")
	case Orders:
		return fault.New(fault.Denied, "denied",
			"You may not do this here: it is for those who look after the orders. An owner of the producer can let you.")
	default:
		return fault.New(fault.Denied, "denied",
			"You may not do this here: it is for the owners of the producer.")
	}
}

// Header is the header of a call between services that says what whoever acts may do.
const Header = "Artisan-Rights"

// String is the limits as they travel; Parse reads it. Empty for none.
func (l Limits) String() string {
	var parts []string
	for producer, may := range l {
		parts = append(parts, producer+"="+strings.Join(may, ","))
	}
	slices.Sort(parts)
	return strings.Join(parts, ";")
}

// Parse reads what String wrote.
func Parse(s string) Limits {
	l := Limits{}
	for part := range strings.SplitSeq(s, ";") {
		if producer, may, ok := strings.Cut(part, "="); ok {
			l[producer] = strings.Split(may, ",")
		}
	}
	return l
}
