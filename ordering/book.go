package ordering

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/broadcast"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// store keeps carts and orders. What checkouts write goes through one
// group, so that whatever meets is one commit.
type store struct {
	db     *sqldb.DB
	writes *sqldb.Group[write, struct{}]
	// changed notifies those who watch an order, by its ID.
	changed  *broadcast.Topics
	clock    func() time.Time
	tell     tellFunc
	lotsSeen [2]string // up to where forgetLots has come
}

// newStore opens the book that is in the database of its host.
func newStore(h *host.Host) *store {
	changed := &broadcast.Topics{}
	return &store{
		db: h.DB(), changed: changed, clock: h.Now, tell: h.Audit,
		writes: sqldb.NewGroup(h.DB(), maxBatch, commitWrites(h.Publish, h.Audit, changed, h.Now)),
	}
}

// now is the time by the database's clock, which leases go by.
func (s *store) now(ctx context.Context) (time.Time, error) { return s.db.Now(ctx) }

// orders reads orders by their IDs.
func (s *store) orders(ctx context.Context, orderIDs []string) (map[string]order.Order, error) {
	found := make(map[string]order.Order, len(orderIDs))
	if len(orderIDs) == 0 {
		return found, nil
	}
	these, arg := sqldb.In(s.db.Read(), "id", 1, orderIDs)
	return found, eachDocument(ctx, s.db.Read(), "SELECT document FROM orders WHERE "+these, []any{arg},
		func(o order.Order) error {
			found[o.ID] = o
			return nil
		})
}

// eachDocument asks for a column of orders and hands on one at a time. To read them is nearly all that a long
// list costs, so every processor takes its share.
func eachDocument(
	ctx context.Context, q sqldb.Querier, query string, args []any, take func(order.Order) error,
) error {
	documents, err := sqldb.Column[[]byte](ctx, q, query, args...)
	if err != nil {
		return fmt.Errorf("read orders: %w", err)
	}
	orders := make([]order.Order, len(documents))
	var reading errgroup.Group
	share := 1 + len(documents)/runtime.GOMAXPROCS(0)
	for from := 0; from < len(documents); from += share {
		reading.Go(func() error {
			for i := from; i < min(from+share, len(documents)); i++ {
				if err := json.Unmarshal(documents[i], &orders[i]); err != nil {
					return fmt.Errorf("read orders: %w", err)
				}
			}
			return nil
		})
	}
	if err := reading.Wait(); err != nil {
		return err
	}
	for _, o := range orders {
		if err := take(o); err != nil {
			return err
		}
	}
	return nil
}

var (
	errNoCart  = fault.New(fault.NotFound, "not_found", "There is no such cart.")
	errNoOrder = fault.New(fault.NotFound, "not_found", "There is no such order.")
	// errStale is a save of an order that somebody else has changed since it was read.
	errStale = fault.New(fault.Conflict, "in_progress",
		"Something else is happening to this order. Please look again.")
)

func (s *store) order(ctx context.Context, id string) (leased, error) {
	row, err := orderingdb.New(s.db.Read()).GetOrder(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return leased{}, errNoOrder
	}
	if err != nil {
		return leased{}, fmt.Errorf("read order: %w", sqldb.Classify(err))
	}
	o := leased{until: time.UnixMilli(row.LeaseUntil)}
	if err := json.Unmarshal([]byte(row.Document), &o.Order); err != nil {
		return leased{}, fmt.Errorf("read order %s: %w", id, err)
	}
	o.Epoch, o.Revision = row.Epoch, row.Revision
	return o, nil
}

// leased is an order with its lease.
type leased struct {
	order.Order
	until time.Time
}

// collected reports whether a customer has ever picked an order up.
func (s *store) collected(ctx context.Context, customerID string) (bool, error) {
	n, err := orderingdb.New(s.db.Read()).OrdersCollected(ctx, customerID)
	if err != nil {
		return false, fmt.Errorf("look for orders that were picked up: %w", sqldb.Classify(err))
	}
	return n > 0, nil
}
