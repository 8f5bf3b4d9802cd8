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

	"github.com/artisan-eats/artisan/broadcast"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are of ordering's database.
func Migrations() fs.FS { return sqldb.Migrations(migrations, "migrations") }

// store reads and writes carts and orders. What checkouts write goes through one
// group, so that whatever meets is one commit.
type store struct {
	db     *sqldb.DB
	writes *sqldb.Group[write, struct{}]
	// changed notifies those who watch an order, by its ID.
	changed *broadcast.Topics
	sales   sales
}

var (
	errNoCart  = fault.New(fault.NotFound, "not_found", "There is no such cart.")
	errNoOrder = fault.New(fault.NotFound, "not_found", "There is no such order.")
	// errStale is a save of an order that somebody else has changed since it was read.
	errStale = fault.New(fault.Conflict, "in_progress",
		"Something else is happening to this order. Please look again.")
)

func (s *store) cart(ctx context.Context, id string) (Cart, error) {
	return readCart(ctx, orderingdb.New(s.db.Read()), id)
}

func readCart(ctx context.Context, q *orderingdb.Queries, id string) (Cart, error) {
	rows, err := q.GetCart(ctx, id)
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
		kept: keptPlace{first.KeptOrder, first.KeptWindow, time.UnixMilli(first.KeptUntil).UTC()},
	}
	for _, l := range rows {
		if l.Quantity == 0 {
			break
		}
		line, err := lineFromRow(l)
		if err != nil {
			return Cart{}, fmt.Errorf("read cart: %w", err)
		}
		cart.Lines = append(cart.Lines, line)
	}
	return cart, nil
}

// key finds the order that a checkout key stands for; "" when the key is new.
func (s *store) key(ctx context.Context, cartID, key string) (orderID, requestHash string, err error) {
	row, err := orderingdb.New(s.db.Read()).GetCheckoutKey(ctx,
		orderingdb.GetCheckoutKeyParams{CartID: cartID, CheckoutKey: key})
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
	ids, err := orderingdb.New(s.db.Read()).LeasesOver(ctx,
		orderingdb.LeasesOverParams{LeaseUntil: now.UnixMilli(), Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("look for orders left behind: %w", sqldb.Classify(err))
	}
	return ids, nil
}

// confirmationsOver lists orders that were not confirmed in time.
func (s *store) confirmationsOver(ctx context.Context, now time.Time, limit int32) ([]string, error) {
	ids, err := orderingdb.New(s.db.Read()).ConfirmationsOver(ctx,
		orderingdb.ConfirmationsOverParams{LeaseUntil: now.UnixMilli(), Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("look for orders that nobody confirmed: %w", sqldb.Classify(err))
	}
	return ids, nil
}

// endDeadLeases ends the leases of a process that is gone. Only SQLite tells so much: its file is
// this process's alone. On PostgreSQL other replicas may hold them, and they end by time.
func (s *store) endDeadLeases(ctx context.Context) error {
	if s.db.Engine != sqldb.SQLite {
		return nil
	}
	return s.db.Tx(ctx,
		func(ctx context.Context, tx *sqldb.Tx) error { return orderingdb.New(tx).EndLeases(ctx) })
}

// takeLease makes an order the caller's, under a new epoch. It reports false when
// somebody else was first.
func (s *store) takeLease(ctx context.Context, o leased) (leased, bool, error) {
	var n int64
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
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
	found := map[string]string{}
	query := "SELECT id, status FROM orders WHERE id IN (" + sqldb.Placeholders(1, len(ids)) + ")"
	err := sqldb.EachRow(ctx, s.db.Read(), query, sqldb.Args(ids), func(scan sqldb.Scanner) error {
		var id, status string
		err := scan(&id, &status)
		found[id] = status
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read order states: %w", err)
	}
	if len(found) < len(ids) {
		if err := s.changeStates(ctx, ids, found); err != nil {
			return nil, err
		}
	}
	states := make([]string, len(ids))
	for i, id := range ids {
		states[i] = found[id]
	}
	return states, nil
}

// work counts the parts of a producer by window, for those that end after a time, the first to end first.
// What a window is, one of its orders tells.
func (s *store) work(
	ctx context.Context, producerID string, endsAfter int64, limit int32,
) (work []Work, err error) {
	rows, err := orderingdb.New(s.db.Read()).ListWork(ctx,
		orderingdb.ListWorkParams{ProducerID: producerID, EndsAfter: endsAfter, Most: limit})
	if err != nil {
		return nil, fmt.Errorf("list work: %w", sqldb.Classify(err))
	}
	var orderIDs []string
	for _, row := range rows {
		orderIDs = append(orderIDs, row.AnOrder)
	}
	orders, err := s.orders(ctx, orderIDs)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		o := orders[row.AnOrder]
		work = append(work, Work{
			Window: o.Window, Total: money.New(row.Total, o.Total.Currency),
			Parts: map[string]int64{
				PartNew: row.Fresh, PartAccepted: row.Accepted, PartPacked: row.Packed, PartReady: row.Ready,
				PartDone: row.Done,
			},
		})
	}
	return work, nil
}

// orders reads orders by their IDs.
func (s *store) orders(ctx context.Context, orderIDs []string) (map[string]Order, error) {
	found := make(map[string]Order, len(orderIDs))
	if len(orderIDs) == 0 {
		return found, nil
	}
	these, arg := sqldb.In(s.db.Read(), "id", 1, orderIDs)
	return found, eachDocument(ctx, s.db.Read(), "SELECT document FROM orders WHERE "+these, []any{arg},
		func(o Order) error {
			found[o.ID] = o
			return nil
		})
}

// toPack reads the orders of a window in which a producer has a part that is not cancelled, by
// their number.
func (s *store) toPack(ctx context.Context, producerID, windowID string, take func(Order) error) error {
	return eachDocument(ctx, s.db.Read(), `SELECT o.document FROM order_parts AS p
		JOIN orders AS o ON o.id = p.order_id
		WHERE p.producer_id = $1 AND p.window_id = $2 AND p.status <> 'cancelled'
		ORDER BY substr(p.order_id, length(p.order_id) - 5), p.order_id`, []any{producerID, windowID}, take)
}

// fillParts leaves alone what was written since the orders were read.
func (s *store) fillParts(ctx context.Context, rows [][]any) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := sqldb.ExecRows(ctx, tx, rows, partTypes, func(rows string) string {
			return `UPDATE order_parts SET order_status = v.column3, status = v.column4,
				window_id = v.column5, window_ends_at = v.column6, total = v.column7
				FROM (` + rows + `) AS v WHERE order_parts.producer_id = v.column1
					AND order_parts.order_id = v.column2 AND order_parts.order_status = ''`
		})
		if err != nil {
			return fmt.Errorf("fill parts: %w", err)
		}
		return nil
	})
}

// movedWindows are windows that were moved, some of those that there are.
func (s *store) movedWindows(ctx context.Context) (moved []movedWindow, err error) {
	rows, err := orderingdb.New(s.db.Read()).MovedWindows(ctx, maxBatch)
	if err != nil {
		return nil, fmt.Errorf("look for windows that were moved: %w", sqldb.Classify(err))
	}
	for _, row := range rows {
		moved = append(moved, movedWindow{row.WindowID, row.Version, Window{
			ID: row.WindowID, Place: row.Place, StartsAt: time.UnixMilli(row.StartsAt).UTC(),
			EndsAt: time.UnixMilli(row.EndsAt).UTC(),
		}})
	}
	return moved, nil
}

// forgetMoved ends a move, unless the window was moved again.
func (s *store) forgetMoved(ctx context.Context, w movedWindow) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return orderingdb.New(tx).ForgetMovedWindow(ctx,
			orderingdb.ForgetMovedWindowParams{WindowID: w.id, Version: w.version})
	})
}

// openOrders reads the orders of a window that are neither done nor failed nor cancelled, the oldest first,
// after the unique part of an ID.
func (s *store) openOrders(
	ctx context.Context, windowID, after string, limit int32,
) (orders []Order, err error) {
	documents, err := orderingdb.New(s.db.Read()).OpenOrdersOfWindow(ctx,
		orderingdb.OpenOrdersOfWindowParams{WindowID: windowID, After: after, Most: limit})
	if err != nil {
		return nil, fmt.Errorf("read a window's orders: %w", sqldb.Classify(err))
	}
	orders = make([]Order, len(documents))
	for i, document := range documents {
		if err := json.Unmarshal([]byte(document), &orders[i]); err != nil {
			return nil, fmt.Errorf("read a window's orders: %w", err)
		}
	}
	return orders, nil
}
