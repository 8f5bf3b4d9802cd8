package payments

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/sql/paymentsdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// lease is how long a payment whose step is under way is left alone by other processes.
	lease = 30 * time.Second
	// providerTimeout bounds one call, well within the lease, which each charge of a step that is done makes
	// longer.
	providerTimeout = 10 * time.Second
	// settleBatch is how many payments the job takes at a time, and does side by side.
	settleBatch = 16
)

// settleDue does the steps that are due, until there are none.
func (s *service) settleDue(ctx context.Context) error {
	for ctx.Err() == nil {
		ids, err := s.claim(ctx)
		if err != nil || len(ids) == 0 {
			return err
		}
		var all sync.WaitGroup
		for _, orderID := range ids {
			all.Go(func() { s.settle(ctx, orderID) })
		}
		all.Wait()
	}
	return nil
}

// claim takes payments that are due and puts their time off by the lease, so that of
// several processes one acts; should two, the provider's keys make the second harmless.
func (s *service) claim(ctx context.Context) (ids []string, err error) {
	err = s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now := s.host.Now()
		ids, err = paymentsdb.New(tx).ClaimSteps(ctx,
			paymentsdb.ClaimStepsParams{
				Now: now.UnixMilli(), Until: now.Add(lease).UnixMilli(),
				Most: settleBatch,
			})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim payments: %w", err)
	}
	return ids, nil
}

// settle does the step of one payment. A failure is kept with the payment, which is tried again later.
func (s *service) settle(ctx context.Context, orderID string) {
	p, err := s.store.get(ctx, orderID)
	if err == nil && p.waiting() {
		s.carryNow(ctx, p)
	}
}

// carryNow does the step that a payment waits for and answers with the payment
// after it. A step that fails is put off.
func (s *service) carryNow(ctx context.Context, p Payment) Payment {
	after, err := s.perform(ctx, p)
	if err == nil || errors.Is(err, errOvertaken) {
		return after
	}
	s.host.Log().WarnContext(ctx, "a step of a payment failed and is tried again", "order", p.OrderID, "step",
		string(p.Status), "error", err)
	put, err := s.store.change(context.WithoutCancel(ctx), p.OrderID,
		func(p Payment, now int64) (Payment, []Entry, error) {
			return p.postpone(fault.Of(err).Code, now), nil, nil
		})
	if err != nil {
		return p // the lease ends, and the job finds it again
	}
	return put.after
}

// perform does a step. A provider that panics has failed.
func (s *service) perform(ctx context.Context, p Payment) (after Payment, err error) {
	defer fault.Recover(&err)
	provider := s.providers[p.Method]
	if provider == nil && p.waiting() {
		return p, fault.New(fault.Unavailable, "method_off", "The provider of this payment is switched off.")
	}
	switch p.Status {
	case Voiding:
		return s.performVoid(ctx, provider, p)
	case Capturing:
		return s.performCapture(ctx, provider, p)
	case Refunding:
		return s.performRefunds(ctx, provider, p)
	case Authorised:
		return s.performTrim(ctx, provider, p)
	default:
		return p, nil
	}
}

func (s *service) performVoid(ctx context.Context, provider Provider, p Payment) (Payment, error) {
	p, err := s.eachCharge(ctx, p, p.reserves(), chargeKey,
		func(ctx context.Context, charge Reserve) error { return provider.Void(ctx, charge.Key) })
	if err != nil {
		return p, fmt.Errorf("void: %w", err)
	}
	done, err := s.store.change(ctx, p.OrderID, func(p Payment, now int64) (Payment, []Entry, error) {
		p, entries := p.voided(now)
		return p, entries, nil
	})
	return done.after, err
}

// performCapture captures once the market's commission is known: whose the money
// is has to be entered together with the money.
func (s *service) performCapture(ctx context.Context, provider Provider, p Payment) (Payment, error) {
	var bp int64
	err := inTime(ctx, func(ctx context.Context) (err error) {
		bp, err = s.commissions.of(ctx, p.OrderID)
		return err
	})
	if err != nil {
		return p, fmt.Errorf("ask for the commission: %w", err)
	}
	p, err = s.eachCharge(ctx, p, shareOut(p.reserves(), p.Details.Sale.Total), chargeKey,
		func(ctx context.Context, share Reserve) error {
			if share.Minor == 0 {
				return provider.Void(ctx, share.Key)
			}
			return provider.Capture(ctx, share.Key, share.Minor)
		})
	if err != nil {
		return p, fmt.Errorf("capture: %w", err)
	}
	done, err := s.store.change(ctx, p.OrderID,
		func(p Payment, now int64) (Payment, []Entry, error) { return p.captured(bp, now) })
	return done.after, err
}

// performTrim gives back what a changed order does not need any more. A capture that comes first needs no
// more than the target either, and of the same charges first.
func (s *service) performTrim(ctx context.Context, provider Provider, p Payment) (Payment, error) {
	if p.Details.Trim == nil {
		return p, nil
	}
	trim, charges := *p.Details.Trim, p.reserves()
	var less []Reserve
	for i, share := range shareOut(charges, trim.Target) {
		if share.Minor != charges[i].Minor || trim.All {
			less = append(less, share)
		}
	}
	p, err := s.eachCharge(ctx, p, less, chargeKey,
		func(ctx context.Context, share Reserve) error {
			return provider.Reduce(ctx, share.Key,
				share.Minor)
		})
	if err != nil {
		return p, fmt.Errorf("reduce: %w", err)
	}
	done, err := s.store.change(ctx, p.OrderID, func(p Payment, now int64) (Payment, []Entry, error) {
		p, entries := p.trimmed(trim, now)
		return p, entries, nil
	})
	return done.after, err
}

func (s *service) performRefunds(ctx context.Context, provider Provider, p Payment) (Payment, error) {
	for _, r := range p.owed() {
		var err error
		if p, err = s.refundShares(ctx, provider, p, r); err != nil {
			return p, fmt.Errorf("refund: %w", err)
		}
		done, err := s.store.change(ctx, p.OrderID, func(p Payment, now int64) (Payment, []Entry, error) {
			p, entries := p.paid(r.Key, now)
			return p, entries, nil
		})
		if err != nil {
			return p, err
		}
		p = done.after
	}
	return p, nil
}

// refundShares pays a refund from the charges that were captured, after those that were promised before it.
func (s *service) refundShares(ctx context.Context, provider Provider, p Payment, r Refund) (Payment, error) {
	var before int64
	for _, other := range p.Details.Refunds {
		if other.Key == r.Key {
			break
		}
		before += other.Minor
	}
	shares := slices.DeleteFunc(between(shareOut(p.reserves(), p.Captured), before, before+r.Minor),
		func(share Reserve) bool { return share.Minor == 0 })
	key := func(share Reserve) string { return r.Key + "/" + share.Key }
	return s.eachCharge(ctx, p, shares, key, func(ctx context.Context, share Reserve) error {
		return provider.Refund(ctx, share.Key, r.Key, share.Minor)
	})
}

// commissionFresh is how long a market's commission is remembered.
const commissionFresh = 5 * time.Minute

// commissions remembers each market's commission in basis points.
type commissions struct {
	catalog catalogv1connect.CatalogServiceClient
	now     func() time.Time
	mu      sync.Mutex
	known   map[string]knownCommission
}

type knownCommission struct {
	bp    int64
	until time.Time
}

func newCommissions(catalog catalogv1connect.CatalogServiceClient, now func() time.Time) *commissions {
	return &commissions{catalog: catalog, now: now, known: map[string]knownCommission{}}
}

// of is the commission of an order's market. It is never guessed: without
// an answer from the catalogue the fault is the catalogue's.
func (c *commissions) of(ctx context.Context, orderID string) (int64, error) {
	market, err := id.Market(id.Order, orderID)
	if err != nil {
		return 0, err
	}
	c.mu.Lock()
	known, ok := c.known[market]
	c.mu.Unlock()
	if ok && c.now().Before(known.until) {
		return known.bp, nil
	}
	response, err := c.catalog.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: market})
	if err != nil {
		return 0, err
	}
	bp := response.GetMarket().GetCommissionBp()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[market] = knownCommission{bp, c.now().Add(commissionFresh)}
	return bp, nil
}
