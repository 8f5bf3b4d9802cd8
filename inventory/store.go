package inventory

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/hold"
	"github.com/artisan-eats/artisan/sqldb"
)

//go:embed migrations/*.sql
var embedded embed.FS

// Migrations make the inventory's tables.
func Migrations() fs.FS { return sqldb.Migrations(embedded, "migrations") }

// scope is what a transaction is about.
type scope struct {
	orders, variants, lots []string
	unconfirmed            bool // what unconfirmed holds have is looked at
}

// load locks and reads what a transaction is about: first the orders' holds, then the stock of the variants
// and of what the orders have, each in the order of their IDs; then the lots, which are guarded by their
// stock. It reads in separate statements, because PostgreSQL gives what is joined to a locked row as it was
// before the lock.
func load(ctx context.Context, tx *sqldb.Tx, about scope) (*workingSet, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	s := &workingSet{
		now: now.UnixMilli(), today: now.Format(time.DateOnly),
		stock: map[string]*Stock{}, lots: map[string][]*Lot{}, lot: map[string]*Lot{},
	}
	if s.holds, err = hold.Load(ctx, tx, about.orders); err != nil {
		return nil, err
	}
	if s.lines, err = readLines(ctx, tx, hold.Known(s.holds)); err != nil {
		return nil, err
	}
	for _, lines := range s.lines {
		for _, a := range lines {
			about.variants = append(about.variants, a.Variant)
			about.lots = append(about.lots, a.Lot)
		}
	}
	if err := s.lockStock(ctx, tx, unique(about.variants)); err != nil {
		return nil, err
	}
	if about.unconfirmed {
		if err := s.readUnconfirmed(ctx, tx); err != nil {
			return nil, err
		}
		about.lots = slices.AppendSeq(about.lots, maps.Keys(s.unconfirmed))
	}
	return s, s.readLots(ctx, tx, unique(about.lots))
}

// readUnconfirmed sums what unconfirmed holds have of the locked stock, by lot.
func (s *workingSet) readUnconfirmed(ctx context.Context, tx *sqldb.Tx) error {
	s.unconfirmed = map[string]int64{}
	ofVariants, variants := sqldb.In(tx.Querier, "l.variant_id", 1, slices.Sorted(maps.Keys(s.stock)))
	err := sqldb.EachRow(ctx, tx, `SELECT l.lot_id, SUM(l.quantity) FROM holds AS h
		JOIN hold_lines AS l ON l.order_id = h.order_id
		WHERE h.unconfirmed = 1 AND h.state = 'held'
		AND `+ofVariants+` GROUP BY l.lot_id`, []any{variants}, func(scan sqldb.Scanner) error {
		var lot string
		var quantity int64
		err := scan(&lot, &quantity)
		s.unconfirmed[lot] = quantity
		return err
	})
	if err != nil {
		return fmt.Errorf("read unconfirmed holds: %w", err)
	}
	return nil
}

func unique(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

func readLines(ctx context.Context, tx *sqldb.Tx, orders []string) (map[string][]Allocation, error) {
	lines := map[string][]Allocation{}
	if len(orders) == 0 {
		return lines, nil
	}
	ofOrders, arg := sqldb.In(tx.Querier, "h.order_id", 1, orders)
	err := sqldb.EachRow(ctx, tx, `SELECT h.order_id, h.variant_id, h.lot_id, l.code, l.best_before,
		h.quantity, h.unpacked
		FROM hold_lines AS h JOIN lots AS l ON l.id = h.lot_id
		WHERE `+ofOrders+` ORDER BY h.order_id, h.variant_id, h.lot_id`, []any{arg},
		func(scan sqldb.Scanner) error {
			var order string
			var a Allocation
			err := scan(&order, &a.Variant, &a.Lot, &a.Code, &a.BestBefore, &a.Quantity, &a.Unpacked)
			lines[order] = append(lines[order], a)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read lines of holds: %w", err)
	}
	return lines, nil
}

func (s *workingSet) lockStock(ctx context.Context, tx *sqldb.Tx, variants []string) error {
	if len(variants) == 0 {
		return nil
	}
	ofVariants, arg := sqldb.In(tx.Querier, "variant_id", 1, variants)
	err := sqldb.EachRow(ctx, tx, `SELECT variant_id, available, held, sold, received, told, told_version,
		unpacked FROM stock
		WHERE `+ofVariants+` ORDER BY variant_id FOR UPDATE`, []any{arg}, func(scan sqldb.Scanner) error {
		var stock Stock
		err := scan(&stock.Variant, &stock.Available, &stock.Held, &stock.Sold, &stock.Received, &stock.told,
			&stock.toldVersion, &stock.Unpacked)
		s.stock[stock.Variant] = &stock
		return err
	})
	if err != nil {
		return fmt.Errorf("lock stock: %w", err)
	}
	return nil
}

// readLots reads the lots of the locked stock that have something left, and the named ones.
func (s *workingSet) readLots(ctx context.Context, tx *sqldb.Tx, named []string) error {
	if len(s.stock) == 0 && len(named) == 0 {
		return nil
	}
	ofVariants, variants := sqldb.In(tx.Querier, "variant_id", 1, slices.Sorted(maps.Keys(s.stock)))
	const lots = `SELECT id, variant_id, code, best_before, received, remaining FROM lots WHERE `
	query, args := lots+ofVariants+` AND remaining > 0`, []any{variants}
	if len(named) > 0 {
		areNamed, ids := sqldb.In(tx.Querier, "id", 2, named)
		query, args = query+` UNION `+lots+areNamed, append(args, ids)
	}
	err := sqldb.EachRow(ctx, tx, query, args, func(scan sqldb.Scanner) error {
		var lot Lot
		err := scan(&lot.ID, &lot.Variant, &lot.Code, &lot.BestBefore, &lot.Received, &lot.Remaining)
		s.put(&lot)
		return err
	})
	if err != nil {
		return fmt.Errorf("read lots: %w", err)
	}
	return nil
}

// addStock makes the balances of variants that were never stocked.
func addStock(ctx context.Context, tx *sqldb.Tx, variants []string) error {
	rows := make([][]any, len(variants))
	for i, variant := range variants {
		rows[i] = []any{variant}
	}
	return write(ctx, tx, "stock", rows, []string{"TEXT"}, func(rows string) string {
		return `INSERT INTO stock (variant_id) ` + rows + ` ON CONFLICT DO NOTHING`
	})
}

// save writes what changed in the working set.
func (s *workingSet) save(ctx context.Context, tx *sqldb.Tx) error {
	if err := hold.Save(ctx, tx, s.holds); err != nil {
		return err
	}
	for _, write := range []func(context.Context, *sqldb.Tx) error{
		s.saveStock, s.saveLots, s.saveNewLots,
		s.saveLines, s.saveShortages,
	} {
		if err := write(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// write is sqldb.ExecRows with what is written in its errors.
func write(
	ctx context.Context, tx *sqldb.Tx, what string, rows [][]any, types []string,
	compose func(rows string) string,
) error {
	if _, err := sqldb.ExecRows(ctx, tx, rows, types, compose); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

// saveStock writes balances, and what was told of them where that is news: few sales tell anything, and to
// write an indexed column costs.
func (s *workingSet) saveStock(ctx context.Context, tx *sqldb.Tx) error {
	news := map[string]bool{}
	for _, n := range s.news {
		news[n.Variant] = true
	}
	var told, untold [][]any
	for _, stock := range s.stock {
		row := []any{stock.Variant, stock.Available, stock.Held, stock.Sold, stock.Received, stock.Unpacked}
		if news[stock.Variant] {
			told = append(told, append(row, stock.told, stock.toldVersion))
		} else if stock.changed {
			untold = append(untold, row)
		}
	}
	const balance = "UPDATE stock SET available = v.column2, held = v.column3, sold = v.column4, received = v.column5, unpacked = v.column6"
	err := write(ctx, tx, "stock", untold, []string{"TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "BIGINT"},
		func(rows string) string {
			return balance + " FROM (" + rows + ") AS v WHERE stock.variant_id = v.column1"
		})
	if err != nil {
		return err
	}
	return write(ctx, tx, "stock, and what was told", told,
		[]string{"TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "TEXT", "BIGINT"},
		func(rows string) string {
			return balance + ", told = v.column7, told_version = v.column8 FROM (" + rows +
				") AS v WHERE stock.variant_id = v.column1"
		})
}

func (s *workingSet) saveLots(ctx context.Context, tx *sqldb.Tx) error {
	var rows [][]any
	for _, lot := range s.lot {
		if lot.changed && !lot.fresh {
			rows = append(rows, []any{lot.ID, lot.Received, lot.Remaining, lot.Code, lot.BestBefore})
		}
	}
	return write(ctx, tx, "lots", rows, []string{"TEXT", "BIGINT", "BIGINT", "TEXT", "TEXT"},
		func(rows string) string {
			return `UPDATE lots SET received = v.column2, remaining = v.column3, code = v.column4,
			best_before = v.column5
			FROM (` + rows + `) AS v WHERE lots.id = v.column1`
		})
}

func (s *workingSet) saveNewLots(ctx context.Context, tx *sqldb.Tx) error {
	var rows [][]any
	for _, lot := range s.lot {
		if lot.fresh {
			rows = append(rows, []any{
				lot.ID, lot.Variant, lot.Code, lot.BestBefore, lot.Received,
				lot.Remaining,
			})
		}
	}
	return write(ctx, tx, "new lots", rows, []string{"TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT"},
		func(rows string) string {
			return `INSERT INTO lots (id, variant_id, code, best_before, received, remaining) ` + rows
		})
}

// saveLines writes the lines of orders anew: an order has few.
func (s *workingSet) saveLines(ctx context.Context, tx *sqldb.Tx) error {
	var old, rows [][]any
	for _, order := range s.relined {
		if s.holds[order].Known() {
			old = append(old, []any{order})
		}
		for _, a := range s.lines[order] {
			rows = append(rows, []any{order, a.Lot, a.Variant, a.Quantity, sqldb.Flag(a.Unpacked)})
		}
	}
	err := write(ctx, tx, "old lines", old, []string{"TEXT"}, func(rows string) string {
		return `DELETE FROM hold_lines WHERE order_id IN (` + rows + `)`
	})
	if err != nil {
		return err
	}
	return write(ctx, tx, "lines", rows, []string{"TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT"},
		func(rows string) string {
			return `INSERT INTO hold_lines (order_id, lot_id, variant_id, quantity, unpacked) ` + rows
		})
}

func (s *workingSet) saveShortages(ctx context.Context, tx *sqldb.Tx) error {
	if err := hold.Settle(ctx, tx, "shortages", s.settled); err != nil {
		return err
	}
	var rows [][]any
	for _, short := range s.shortages {
		rows = append(rows, []any{short.Order, short.Variant, short.Quantity, s.now})
	}
	return write(ctx, tx, "shortages", rows, []string{"TEXT", "TEXT", "BIGINT", "BIGINT"},
		func(rows string) string {
			return `INSERT INTO shortages (order_id, variant_id, quantity, noticed_at) ` + rows + `
			ON CONFLICT (order_id, variant_id) DO UPDATE
			SET quantity = shortages.quantity + excluded.quantity, noticed_at = excluded.noticed_at,
			seen_at = 0`
		})
}

// availability reads the balances of variants as a shopper sees them: available is what may be sold on a
// date.
func availability(
	ctx context.Context, q sqldb.Querier, variants []string, today string,
) (map[string]Availability, error) {
	ofVariants, arg := sqldb.In(q, "s.variant_id", 2, variants)
	found := make(map[string]Availability, len(variants))
	err := sqldb.EachRow(ctx, q, `SELECT s.variant_id, s.held, s.sold, s.unpacked, COALESCE(SUM(l.remaining),
		0), COALESCE(MIN(NULLIF(l.best_before, '')), '')
		FROM stock AS s LEFT JOIN lots AS l ON l.variant_id = s.variant_id AND l.remaining > 0
			AND (l.best_before = '' OR l.best_before >= $1)
		WHERE `+ofVariants+` GROUP BY s.variant_id, s.held, s.sold, s.unpacked`, []any{today, arg},
		func(scan sqldb.Scanner) error {
			var a Availability
			err := scan(&a.Variant, &a.Held, &a.Sold, &a.Unpacked, &a.Available, &a.BestBefore)
			found[a.Variant] = a
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read availability: %w", err)
	}
	return found, nil
}
