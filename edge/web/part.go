package web

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

// PartPatience is how long a page waits for a part that it can do without.
const PartPatience = time.Second

// partPause is how long pages do without a service's parts at once after one has waited for it in vain. Then
// one of them waits again.
const partPause = time.Second

// errAway is told instead of asking a service that has just let a page wait in vain.
var errAway = fault.New(fault.Unavailable, "unavailable",
	"A part of the shop is not reachable. Please try again.")

// Part asks a service for a part that a page can do without, and waits no longer than patience. Its error is
// that of ask, or that the service is not asked now.
func (s *Site) Part(
	ctx context.Context, service string, patience time.Duration, ask func(context.Context) error,
) error {
	known, _ := s.absent.LoadOrStore(service, new(atomic.Int64))
	until := known.(*atomic.Int64) //nolint:forcetypeassert // nothing else is stored
	now := time.Now()
	if pause := until.Load(); pause != 0 && (now.UnixNano() < pause ||
		!until.CompareAndSwap(pause, now.Add(patience+partPause).UnixNano())) {
		return errAway
	}
	asking, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := ask(asking)
	switch {
	case err != nil && asking.Err() != nil && ctx.Err() == nil:
		until.Store(time.Now().Add(partPause).UnixNano())
	case ctx.Err() == nil:
		until.Store(0)
	}
	return err
}

// Hurry bounds what is left of a visit. Whoever calls it calls cancel at its end.
func (v *Visit) Hurry(patience time.Duration) (cancel context.CancelFunc) {
	ctx, cancel := context.WithTimeout(v.Context(), patience)
	v.Request = v.Request.WithContext(ctx)
	return cancel
}
