package delivery

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/artisan-eats/artisan/gen/sql/deliverydb"
	"github.com/artisan-eats/artisan/hold"
	"github.com/artisan-eats/artisan/sqldb"
)

//go:embed migrations/*.sql
var embedded embed.FS

// Migrations make delivery's tables.
func Migrations() fs.FS { return sqldb.Migrations(embedded, "migrations") }

// load locks and reads what a transaction is about: the orders' holds, then the windows asked for and
// those that the orders have a place in, each in the order of their IDs.
func load(ctx context.Context, tx *sqldb.Tx, orders, windows []string) (*book, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	b := &book{
		now: now.UnixMilli(), windows: map[string]*Window{}, places: map[string]string{},
		overbooked: map[string]string{}, unconfirmed: map[string]int64{},
	}
	if b.holds, err = hold.Load(ctx, tx, orders); err != nil {
		return nil, err
	}
	if err := b.readPlaces(ctx, tx); err != nil {
		return nil, err
	}
	windows = slices.AppendSeq(slices.Clone(windows), maps.Values(b.places))
	slices.Sort(windows)
	return b, b.lockWindows(ctx, tx, slices.Compact(windows))
}

// readUnconfirmed counts the places that unconfirmed holds have in the locked windows.
func (b *book) readUnconfirmed(ctx context.Context, tx *sqldb.Tx) error {
	these, arg := sqldb.In(tx.Querier, "p.window_id", 1, slices.Sorted(maps.Keys(b.windows)))
	clear(b.unconfirmed)
	err := sqldb.EachRow(ctx, tx, `SELECT p.window_id, COUNT(*) FROM holds AS h
		JOIN places AS p ON p.order_id = h.order_id
		WHERE h.unconfirmed = 1 AND h.state = 'held'
		AND `+these+` GROUP BY p.window_id`, []any{arg}, func(scan sqldb.Scanner) error {
		var window string
		var places int64
		err := scan(&window, &places)
		b.unconfirmed[window] = places
		return err
	})
	if err != nil {
		return fmt.Errorf("count unconfirmed holds: %w", err)
	}
	return nil
}

func (b *book) readPlaces(ctx context.Context, tx *sqldb.Tx) error {
	orders := hold.Known(b.holds)
	if len(orders) == 0 {
		return nil
	}
	ofOrders, arg := sqldb.In(tx.Querier, "order_id", 1, orders)
	err := sqldb.EachRow(ctx, tx, `SELECT order_id, window_id FROM places WHERE `+ofOrders, []any{arg},
		func(scan sqldb.Scanner) error {
			var order, window string
			err := scan(&order, &window)
			b.places[order] = window
			return err
		})
	if err != nil {
		return fmt.Errorf("read places: %w", err)
	}
	return nil
}

func (b *book) lockWindows(ctx context.Context, tx *sqldb.Tx, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	these, arg := sqldb.In(tx.Querier, "id", 1, ids)
	err := sqldb.EachRow(ctx, tx, `SELECT id, market, kind, starts_at, ends_at, order_by, capacity, taken,
		held, place, fee, minimum, currency,
		cycle_id, schedule_id, local_date, edited, changes, closed, cancelled FROM windows
		WHERE `+these+` ORDER BY id FOR UPDATE`, []any{arg}, func(scan sqldb.Scanner) error {
		var r deliverydb.Window
		err := scan(&r.ID, &r.Market, &r.Kind, &r.StartsAt, &r.EndsAt, &r.OrderBy, &r.Capacity, &r.Taken,
			&r.Held, &r.Place, &r.Fee,
			&r.Minimum, &r.Currency, &r.CycleID, &r.ScheduleID, &r.LocalDate, &r.Edited, &r.Changes,
			&r.Closed, &r.Cancelled)
		w := windowFromRow(r)
		b.windows[w.ID] = &w
		return err
	})
	if err != nil {
		return fmt.Errorf("lock windows: %w", err)
	}
	return nil
}

// save writes what changed in a book.
func (b *book) save(ctx context.Context, tx *sqldb.Tx) error {
	if err := hold.Save(ctx, tx, b.holds); err != nil {
		return err
	}
	for _, write := range []func(context.Context, *sqldb.Tx) error{
		b.saveWindows, b.savePlaces,
		b.saveOverbookings,
	} {
		if err := write(ctx, tx); err != nil {
			return fmt.Errorf("write the book: %w", err)
		}
	}
	return nil
}

func (b *book) saveWindows(ctx context.Context, tx *sqldb.Tx) error {
	var rows [][]any
	for _, w := range b.windows {
		if w.changed {
			rows = append(rows, []any{w.ID, w.Taken, w.Held})
		}
	}
	_, err := sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "BIGINT", "BIGINT"}, func(rows string) string {
		return `UPDATE windows SET taken = v.column2, held = v.column3
			FROM (` + rows + `) AS v WHERE windows.id = v.column1`
	})
	return err
}

func (b *book) savePlaces(ctx context.Context, tx *sqldb.Tx) error {
	var rows [][]any
	for _, order := range b.placed {
		rows = append(rows, []any{order, b.places[order]})
	}
	_, err := sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "TEXT"}, func(rows string) string {
		return `INSERT INTO places (order_id, window_id) ` + rows + ` ON CONFLICT (order_id)
			DO UPDATE SET window_id = excluded.window_id`
	})
	return err
}

func (b *book) saveOverbookings(ctx context.Context, tx *sqldb.Tx) error {
	if err := hold.Settle(ctx, tx, "overbookings", b.settled); err != nil {
		return err
	}
	var rows [][]any
	for order, window := range b.overbooked {
		rows = append(rows, []any{order, window, b.now})
	}
	_, err := sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "TEXT", "BIGINT"}, func(rows string) string {
		return `INSERT INTO overbookings (order_id, window_id, noticed_at) ` + rows
	})
	return err
}

// cycleOf is the ID of a market's week, which is made when missing. newID makes one.
func cycleOf(
	ctx context.Context, q *deliverydb.Queries, market, startsOn string, newID func() string,
) (string, error) {
	key := deliverydb.CycleIDParams{Market: market, StartsOn: startsOn}
	cycle, err := q.CycleID(ctx, key)
	if errors.Is(err, sql.ErrNoRows) {
		if err := q.AddCycle(ctx,
			deliverydb.AddCycleParams{ID: newID(), Market: market, StartsOn: startsOn}); err != nil {
			return "", fmt.Errorf("add a cycle: %w", err)
		}
		cycle, err = q.CycleID(ctx, key)
	}
	if err != nil {
		return "", fmt.Errorf("read a cycle: %w", err)
	}
	return cycle, nil
}
