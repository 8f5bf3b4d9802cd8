package payments

import (
	"context"
	"errors"
	"slices"

	"github.com/artisan-eats/artisan/fault"
)

// errOvertaken is a step that ended while it was carried out: what comes of the payment is somebody else's.
var errOvertaken = errors.New("payments: the payment has gone on meanwhile")

// eachCharge asks the provider about each charge that has not had its share of the step yet, one after
// another, each in a time of its own. What is done is kept before the next, so that a later try goes on
// behind it. A charge that is refused keeps none of the others; a provider that does not answer does.
func (s *service) eachCharge(
	ctx context.Context, p Payment, shares []Reserve, key func(Reserve) string,
	ask func(context.Context, Reserve) error,
) (Payment, error) {
	var refusal error
	for i, share := range shares {
		if slices.Contains(p.Details.Done, key(share)) {
			continue
		}
		err := inTime(ctx, func(ctx context.Context) error { return ask(ctx, share) })
		if kind := fault.KindOf(err); err != nil && (kind == fault.Conflict || kind == fault.Invalid) {
			refusal = err
			continue
		}
		if err == nil && i < len(shares)-1 { // the last is kept with the step
			p, err = s.keepProgress(ctx, p, key(share))
		}
		if err != nil {
			return p, err
		}
	}
	return p, refusal
}

func inTime(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, providerTimeout)
	defer cancel()
	return ask(ctx)
}

func (s *service) keepProgress(ctx context.Context, step Payment, key string) (Payment, error) {
	done, err := s.store.change(ctx, step.OrderID,
		func(p Payment, now int64) (Payment, []Entry, error) { return p.progress(step, key, now), nil, nil })
	if err == nil && !done.after.in(step) {
		err = errOvertaken
	}
	return done.after, err
}

func chargeKey(r Reserve) string { return r.Key }
