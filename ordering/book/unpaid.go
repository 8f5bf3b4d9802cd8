package book

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

// admit decides how the placements of a batch begin that are paid when they are picked up. Who counts locks
// the limits of the market, so that two processes do not let the same order through.
func (b batchWriter) admit(members []int) error {
	byMarket := map[string][]int{}
	var markets []string
	for _, i := range members {
		if p := b.batch[i].placed; p.Payer != nil {
			if byMarket[p.Order.Market] == nil {
				markets = append(markets, p.Order.Market)
			}
			byMarket[p.Order.Market] = append(byMarket[p.Order.Market], i)
		}
	}
	slices.Sort(markets)
	for _, market := range markets {
		if err := b.admitIn(market, byMarket[market]); err != nil {
			return fmt.Errorf("hold orders against the limits of %s: %w", market, err)
		}
	}
	return nil
}

func (b batchWriter) admitIn(market string, members []int) error {
	q := orderingdb.New(b.tx)
	if err := q.AddPickupLimits(b.ctx,
		orderingdb.AddPickupLimitsParams(limitsRow(market, DefaultLimits))); err != nil {
		return err
	}
	row, err := q.LockPickupLimits(b.ctx, market)
	if err != nil {
		return err
	}
	limits := limitsOf(row)
	var freed [][]any
	for _, i := range members {
		p := b.batch[i].placed
		around, err := crowdOf(b.ctx, q, p.Order, *p.Payer)
		if err != nil {
			return err
		}
		state, err := limits.judge(*p.Payer, around, p.Order.Total)
		if err != nil {
			b.out[i].Err = err
			freed = append(freed, freedCart(p.Order))
			continue
		}
		p.Order = begins(p.Order, state, limits.Percent)
		if !p.Payer.Collected {
			p.Order.NewcomerShare = limits.Percent
		}
		if err := b.note(p, state); err != nil {
			return err
		}
	}
	return b.freeCarts(freed)
}

// begins is an order as its limits let it begin.
func begins(o order.Order, state string, percent int64) order.Order {
	o.Confirmation = nil
	switch state {
	case UnpaidHolding:
		o.Confirmation = &order.Confirmation{Share: percent}
	case UnpaidWaiting:
		o.Confirmation = &order.Confirmation{}
	case UnpaidQueued:
		o.Confirmation = &order.Confirmation{Queued: true}
	}
	return o
}

func (b batchWriter) note(p *Placement, state string) error {
	_, err := b.tx.ExecContext(b.ctx, `INSERT INTO unpaid (order_id, market, contact, client, state,
		placed_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		p.Order.ID, p.Order.Market, p.Payer.Contact, p.Payer.Client, state, p.Order.PlacedAt.UnixMilli())
	return err
}

// crowdOf counts what there is beside an order.
func crowdOf(ctx context.Context, q *orderingdb.Queries, o order.Order, u Payer) (c crowd, err error) {
	c = crowd{contact: map[string]int64{}, client: map[string]int64{}}
	ofContact, err := q.UnpaidOfContact(ctx,
		orderingdb.UnpaidOfContactParams{Market: o.Market, Contact: u.Contact})
	if err != nil {
		return c, err
	}
	for _, row := range ofContact {
		c.contact[row.State] = row.Orders
	}
	ofClient, err := q.UnpaidOfClient(ctx, orderingdb.UnpaidOfClientParams{
		Market: o.Market, Client: u.Client,
		PlacedAt: o.PlacedAt.Add(-openCounts).UnixMilli(),
	})
	if err != nil {
		return c, err
	}
	for _, row := range ofClient {
		c.client[row.State] = row.Orders
	}
	c.lately, err = q.UnpaidSince(ctx,
		orderingdb.UnpaidSinceParams{Market: o.Market, PlacedAt: o.PlacedAt.Add(-time.Minute).UnixMilli()})
	return c, err
}

// vouch leaves of some saves those that may be: an order that is confirmed by its letter is one more open
// order of its mailbox, which only now is known to be its shopper's.
func (b batchWriter) vouch(members []int) (admitted []int, err error) {
	for _, i := range members {
		if o := b.batch[i].save.Order; o.Status == order.Placed && o.Vouched() {
			b.out[i].Err, err = b.vouchFor(o)
		}
		if err != nil {
			return nil, fmt.Errorf("hold a confirmed order against the limits: %w", err)
		}
		if b.out[i].Err == nil {
			admitted = append(admitted, i)
		}
	}
	return admitted, nil
}

func (b batchWriter) vouchFor(o order.Order) (refused, err error) {
	q := orderingdb.New(b.tx)
	row, err := q.LockPickupLimits(b.ctx, o.Market)
	if err != nil {
		return nil, err
	}
	open, err := q.OpenBesides(b.ctx, o.ID)
	if err != nil {
		return nil, err
	}
	if open >= limitsOf(row).mostOpen(o.NewcomerShare == 0) {
		return errTooManyOpen, nil
	}
	return nil, q.OpenUnpaid(b.ctx, o.ID)
}

// followUnpaid keeps the table of unpaid orders in step with their states.
func (b batchWriter) followUnpaid(saved []*Saving) error {
	var moved, over [][]any
	for _, w := range saved {
		o := w.Order
		switch {
		case o.PaymentMethod != order.MethodPickup:
		case o.ComesToNothing(), slices.Contains([]string{order.Done, order.Cancelled}, o.Status):
			over = append(over, []any{o.ID})
		case o.Status == order.Awaiting || w.Confirms:
			moved = append(moved, []any{o.ID, unpaidState(o)})
		}
	}
	if err := b.exec("DELETE FROM unpaid WHERE order_id IN (%s)", over, "TEXT"); err != nil {
		return err
	}
	return b.exec("UPDATE unpaid SET state = v.column2 FROM (%s) AS v WHERE unpaid.order_id = v.column1",
		moved, "TEXT", "TEXT")
}

// Limits are what a market set, or the usual ones.
func (s *Book) Limits(ctx context.Context, market string) (Limits, error) {
	row, err := orderingdb.New(s.DB.Read()).PickupLimits(ctx, market)
	if errors.Is(err, sql.ErrNoRows) {
		return DefaultLimits, nil
	}
	if err != nil {
		return Limits{}, fmt.Errorf("read limits: %w", sqldb.Classify(err))
	}
	return limitsOf(row), nil
}

func limitsOf(r orderingdb.PickupLimit) Limits {
	return Limits{
		ContactHolds: r.ContactHolds, ClientHolds: r.ClientHolds, Percent: r.Percent,
		ClientBurst: r.ClientBurst,
		MarketBurst: r.MarketBurst, OpenOrders: r.OpenOrders, NewcomerOrders: r.NewcomerOrders,
		NewcomerValue: r.NewcomerValue, WithoutPayments: r.WithoutPayments != 0,
	}
}

func limitsRow(market string, l Limits) orderingdb.PutPickupLimitsParams {
	var without int64
	if l.WithoutPayments {
		without = 1
	}
	return orderingdb.PutPickupLimitsParams{
		Market: market, ContactHolds: l.ContactHolds, ClientHolds: l.ClientHolds, Percent: l.Percent,
		ClientBurst: l.ClientBurst,
		MarketBurst: l.MarketBurst, OpenOrders: l.OpenOrders, NewcomerOrders: l.NewcomerOrders,
		NewcomerValue: l.NewcomerValue, WithoutPayments: without,
	}
}

// PutLimits sets a market's limits, held to the version of those that were seen; empty for none.
func (s *Book) PutLimits(ctx context.Context, market string, l Limits, seen string) error {
	err := s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if err := checkLimits(ctx, orderingdb.New(tx), market, seen); err != nil {
			return err
		}
		if err := orderingdb.New(tx).PutPickupLimits(ctx, limitsRow(market, l)); err != nil {
			return err
		}
		return s.audit(ctx, tx, audit.Entry{
			Action: "pickup_limits.change", Subject: market,
			Outcome: audit.Done, Detail: l.detail(),
		})
	})
	if err != nil {
		return fmt.Errorf("set limits: %w", err)
	}
	return nil
}

// checkLimits holds a change of a market's limits to those that were seen.
func checkLimits(ctx context.Context, q *orderingdb.Queries, market, seen string) error {
	if seen == "" {
		return nil
	}
	if err := q.AddPickupLimits(ctx,
		orderingdb.AddPickupLimitsParams(limitsRow(market, DefaultLimits))); err != nil {
		return err
	}
	row, err := q.LockPickupLimits(ctx, market)
	if err != nil {
		return err
	}
	return stamp.Check(seen, stamp.Of(limitsOf(row)))
}

// OldestQueued are orders of a market that wait for the operator, the oldest first.
func (s *Book) OldestQueued(ctx context.Context, market string, limit int32) ([]string, error) {
	ids, err := orderingdb.New(s.DB.Read()).OldestQueued(ctx,
		orderingdb.OldestQueuedParams{Market: market, Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("list orders that wait: %w", sqldb.Classify(err))
	}
	return ids, nil
}
