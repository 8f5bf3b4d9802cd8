package book

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

// Book keeps carts and orders. What checkouts write goes through one
// group, so that whatever meets is one commit.
type Book struct {
	// DB is for who reads from its tables, and for the tables of other rooms.
	DB     *sqldb.DB
	writes *sqldb.Group[write, struct{}]
	// Changed notifies those who watch an order, by its ID.
	Changed  *broadcast.Topics
	clock    func() time.Time
	audit    auditFunc
	lotsSeen [2]string // up to where forgetLots has come
}

// New opens the book that is in the database of its host.
func New(h *host.Host) *Book {
	changed := &broadcast.Topics{}
	return &Book{
		DB: h.DB(), Changed: changed, clock: h.Now, audit: h.Audit,
		writes: sqldb.NewGroup(h.DB(), MaxBatch, commitWrites(h.Publish, h.Audit, changed, h.Now)),
	}
}

// Now is the time by the database's clock, which leases go by.
func (s *Book) Now(ctx context.Context) (time.Time, error) { return s.DB.Now(ctx) }

// Orders reads orders by their IDs.
func (s *Book) Orders(ctx context.Context, orderIDs []string) (map[string]order.Order, error) {
	found := make(map[string]order.Order, len(orderIDs))
	if len(orderIDs) == 0 {
		return found, nil
	}
	these, arg := sqldb.In(s.DB.Read(), "id", 1, orderIDs)
	return found, EachDocument(ctx, s.DB.Read(), "SELECT document FROM orders WHERE "+these, []any{arg},
		func(o order.Order) error {
			found[o.ID] = o
			return nil
		})
}

// EachDocument asks for a column of orders and hands on one at a time. To read them is nearly all that a long
// list costs, so every processor takes its share.
func EachDocument(
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

// What is not there, and what came too late.
var (
	ErrNoCart  = fault.New(fault.NotFound, "not_found", "There is no such cart.")
	ErrNoOrder = fault.New(fault.NotFound, "not_found", "There is no such order.")
	// ErrStale is a save of an order that somebody else has changed since it was read.
	ErrStale = fault.New(fault.Conflict, "in_progress",
		"Something else is happening to this order. Please look again.")
)

// Order reads an order; it is ErrNoOrder where there is none.
func (s *Book) Order(ctx context.Context, id string) (Leased, error) {
	row, err := orderingdb.New(s.DB.Read()).GetOrder(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Leased{}, ErrNoOrder
	}
	if err != nil {
		return Leased{}, fmt.Errorf("read order: %w", sqldb.Classify(err))
	}
	o := Leased{Until: time.UnixMilli(row.LeaseUntil)}
	if err := json.Unmarshal([]byte(row.Document), &o.Order); err != nil {
		return Leased{}, fmt.Errorf("read order %s: %w", id, err)
	}
	o.Epoch, o.Revision = row.Epoch, row.Revision
	return o, nil
}

// Leased is an order with its lease.
type Leased struct {
	order.Order
	// Until is when its lease ends, by the database's clock; long ago for an order that nobody drives.
	Until time.Time
}

// HasCollected reports whether a customer has ever picked an order up.
func (s *Book) HasCollected(ctx context.Context, customerID string) (bool, error) {
	n, err := orderingdb.New(s.DB.Read()).OrdersCollected(ctx, customerID)
	if err != nil {
		return false, fmt.Errorf("look for orders that were picked up: %w", sqldb.Classify(err))
	}
	return n > 0, nil
}
