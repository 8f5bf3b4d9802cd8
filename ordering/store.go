package ordering

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are of ordering's database.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err)
	}
	return sub
}

// store reads and writes carts and orders. What checkouts write goes through one
// group, so that whatever meets is one commit.
type store struct {
	db     *sqldb.DB
	writes *sqldb.Group[write, struct{}]
	bells  *bells
}

var (
	errNoCart  = fault.New(fault.NotFound, "not_found", "There is no such cart.")
	errNoOrder = fault.New(fault.NotFound, "not_found", "There is no such order.")
	// errMoved is a save of an order that somebody else has changed since it was read.
	errMoved = fault.New(fault.Conflict, "in_progress", "Something else is happening to this order. Please look again.")
)

func (s *store) cart(ctx context.Context, id string) (Cart, error) {
	rows, err := orderingdb.New(s.db.Read()).GetCart(ctx, id)
	if err != nil {
		return Cart{}, fmt.Errorf("read cart: %w", sqldb.Classify(err))
	}
	if len(rows) == 0 {
		return Cart{}, errNoCart
	}
	first := rows[0]
	cart := Cart{
		ID: first.ID, Market: first.Market, CustomerID: first.CustomerID, OrderID: first.OrderID,
		Revision: first.Revision, CreatedAt: time.UnixMilli(first.CreatedAt).UTC(),
	}
	for _, l := range rows {
		if l.Quantity == 0 {
			break
		}
		line := Line{
			VariantID: l.VariantID, Quantity: l.Quantity, Price: money.New(l.Price, l.Currency),
			ProductID: l.ProductID, ProductTitle: l.ProductTitle, VariantTitle: l.VariantTitle,
			ProducerID: l.ProducerID, ProducerName: l.ProducerName, SoldBy: l.SoldBy, Image: l.Image,
			quotedAt: time.UnixMilli(l.QuotedAt).UTC(),
		}
		if err := line.price(); err != nil {
			return Cart{}, fmt.Errorf("read cart: %w", err)
		}
		cart.Lines = append(cart.Lines, line)
	}
	return cart, nil
}

// key finds the order that a checkout key stands for; "" when the key is new.
func (s *store) key(ctx context.Context, cartID, key string) (orderID, requestHash string, err error) {
	row, err := orderingdb.New(s.db.Read()).GetCheckoutKey(ctx, orderingdb.GetCheckoutKeyParams{CartID: cartID, CheckoutKey: key})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", "", fmt.Errorf("read checkout key: %w", sqldb.Classify(err))
	}
	return row.OrderID, row.RequestHash, nil
}

// leased is an order with its lease.
type leased struct {
	Order
	until time.Time
}

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

// leasesOver lists orders in flight that nobody takes on.
func (s *store) leasesOver(ctx context.Context, now time.Time, limit int32) ([]string, error) {
	ids, err := orderingdb.New(s.db.Read()).LeasesOver(ctx, orderingdb.LeasesOverParams{LeaseUntil: now.UnixMilli(), Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("look for orders left behind: %w", sqldb.Classify(err))
	}
	return ids, nil
}

// endDeadLeases ends the leases of a process that is gone. Only SQLite tells so much: its file is
// this process's alone. On PostgreSQL other replicas may hold them, and they end by time.
func (s *store) endDeadLeases(ctx context.Context) error {
	if s.db.Engine != sqldb.SQLite {
		return nil
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error { return orderingdb.New(tx).EndLeases(ctx) })
}

// takeLease makes an order the caller's, under a new epoch. It reports false when
// somebody else was first.
func (s *store) takeLease(ctx context.Context, o leased, now time.Time) (leased, bool, error) {
	var n int64
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		n, err = orderingdb.New(tx).TakeLease(ctx, orderingdb.TakeLeaseParams{
			ID: o.ID, Epoch: o.Epoch, Now: now.UnixMilli(), LeaseUntil: now.Add(leaseFor).UnixMilli(),
		})
		return err
	})
	if err != nil || n == 0 {
		return o, false, err
	}
	o.Epoch++
	return o, true, nil
}

// statuses answers the state of each order, "" for one that is not there.
func (s *store) statuses(ctx context.Context, ids []string) ([]string, error) {
	rows, err := s.db.Read().QueryContext(ctx, "SELECT id, status FROM orders WHERE id IN ("+sqldb.Placeholders(1, len(ids))+")", sqldb.Args(ids)...)
	if err != nil {
		return nil, fmt.Errorf("read order states: %w", sqldb.Classify(err))
	}
	defer func() { _ = rows.Close() }()
	found := map[string]string{}
	for rows.Next() {
		var id, status string
		if err := rows.Scan(&id, &status); err != nil {
			return nil, fmt.Errorf("read order states: %w", sqldb.Classify(err))
		}
		found[id] = status
	}
	states := make([]string, len(ids))
	for i, id := range ids {
		states[i] = found[id]
	}
	return states, sqldb.Classify(rows.Err())
}

// orderFilter says which orders to list.
type orderFilter struct {
	customerID, producerID, market, windowID string
	statuses                                 []string
	before                                   string // an ID; "" begins with the newest
	staleSince                               time.Time
	limit                                    int
}

// list reads orders, newest first.
func (s *store) list(ctx context.Context, f orderFilter) ([]Order, error) {
	from, where, args := "orders", "TRUE", []any{}
	and := func(condition string, arg any) {
		args = append(args, arg)
		where += fmt.Sprintf(" AND %s $%d", condition, len(args))
	}
	if f.producerID != "" {
		from = "orders JOIN order_parts ON order_parts.order_id = orders.id"
		and("order_parts.producer_id =", f.producerID)
	}
	if f.customerID != "" {
		and("customer_id =", f.customerID)
	}
	if f.market != "" {
		and("market =", f.market)
	}
	if f.windowID != "" {
		and("window_id =", f.windowID)
	}
	if f.before != "" {
		and("orders.id <", f.before)
	}
	if !f.staleSince.IsZero() {
		and("lease_until <", f.staleSince.UnixMilli())
	}
	where += " AND status IN (" + sqldb.Placeholders(len(args)+1, len(f.statuses)) + ")"
	args = append(args, sqldb.Args(f.statuses)...)
	query := fmt.Sprintf("SELECT document FROM %s WHERE %s ORDER BY orders.id DESC LIMIT %d", from, where, f.limit)
	rows, err := s.db.Read().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list orders: %w", sqldb.Classify(err))
	}
	return scanDocuments(rows)
}

func scanDocuments(rows *sql.Rows) (orders []Order, err error) {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var document string
		var o Order
		if err := rows.Scan(&document); err != nil {
			return nil, fmt.Errorf("list orders: %w", sqldb.Classify(err))
		}
		if err := json.Unmarshal([]byte(document), &o); err != nil {
			return nil, fmt.Errorf("list orders: %w", err)
		}
		orders = append(orders, o)
	}
	return orders, sqldb.Classify(rows.Err())
}
