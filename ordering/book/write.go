package book

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/broadcast"
	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// MaxBatch is how many writes one commit has at the most.
const MaxBatch = 64

// write is one member of a batch; exactly one field is set.
type write struct {
	cart   *order.Cart // a new cart
	line   *LineWrite  // a line of a cart
	said   *saidWrite  // what is said of a cart's lines
	placed *Placement  // a new order
	save   *Saving     // an order's next state
}

type (
	publishFunc func(ctx context.Context, tx *sqldb.Tx, batch ...events.Event) error
	auditFunc   func(ctx context.Context, tx *sqldb.Tx, entries ...audit.Entry) error
)

// PutCart writes a new cart.
func (s *Book) PutCart(ctx context.Context, c *order.Cart) error {
	_, err := s.writes.Do(ctx, write{cart: c})
	return err
}

// SetLine sets a line of a cart that is not ordered.
func (s *Book) SetLine(ctx context.Context, w *LineWrite) error {
	_, err := s.writes.Do(ctx, write{line: w})
	return err
}

// Say keeps what is said of lines of a cart from now on, but their quantities. Lines that are not in it any
// more stay away.
func (s *Book) Say(ctx context.Context, cartID string, lines []order.Line) error {
	_, err := s.writes.Do(ctx, write{said: &saidWrite{cartID, lines}})
	return err
}

// Place writes the intent of an order and gives it its cart, both or neither.
func (s *Book) Place(ctx context.Context, p *Placement) error {
	_, err := s.writes.Do(ctx, write{placed: p})
	return err
}

// Save writes an order's next state, with all that belongs to it. An order that has moved since it was read
// is refused as ErrStale.
func (s *Book) Save(ctx context.Context, w *Saving) error {
	_, err := s.writes.Do(ctx, write{save: w})
	return err
}

// commitWrites is the group's batch: a few statements for all its members.
func commitWrites(
	publish publishFunc, tell auditFunc, changed *broadcast.Topics, now func() time.Time,
) func(context.Context, *sqldb.Tx, []write) ([]sqldb.Outcome[struct{}], error) {
	return func(ctx context.Context, tx *sqldb.Tx, batch []write) ([]sqldb.Outcome[struct{}], error) {
		out := make([]sqldb.Outcome[struct{}], len(batch))
		var carts, lines, said, places, saves []int
		for i, w := range batch {
			switch {
			case w.cart != nil:
				carts = append(carts, i)
			case w.line != nil:
				lines = append(lines, i)
			case w.said != nil:
				said = append(said, i)
			case w.placed != nil:
				places = append(places, i)
			case w.save != nil:
				saves = append(saves, i)
			}
		}
		b := batchWriter{ctx, tx, batch, out, publish, tell, changed, now}
		for _, part := range []struct {
			members []int
			run     func([]int) error
		}{
			{carts, b.insertCarts},
			{lines, b.setLines},
			{said, b.sayAnew},
			{places, b.placeOrders},
			{saves, b.saveOrders},
		} {
			if len(part.members) == 0 {
				continue
			}
			if err := part.run(part.members); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
}

// batchWriter writes the members of one batch, by their indices.
type batchWriter struct {
	ctx     context.Context //nolint:containedctx // lives as long as one batch
	tx      *sqldb.Tx
	batch   []write
	out     []sqldb.Outcome[struct{}]
	publish publishFunc
	audit   auditFunc
	changed *broadcast.Topics
	now     func() time.Time
}

// exec runs a statement around rows, which stand where it has %s.
func (b batchWriter) exec(statement string, rows [][]any, types ...string) error {
	_, err := sqldb.ExecRows(b.ctx, b.tx, rows, types,
		func(rows string) string { return fmt.Sprintf(statement, rows) })
	if err != nil {
		return fmt.Errorf("write orders and carts: %w", err)
	}
	return nil
}

// returning runs a statement around rows and collects the IDs that it returns.
func (b batchWriter) returning(statement string, values [][]any, types ...string) (map[string]bool, error) {
	query, args := sqldb.Rows(b.tx.Engine, values, types...)
	returned, err := sqldb.Column[string](b.ctx, b.tx, fmt.Sprintf(statement, query), args...)
	if err != nil {
		return nil, fmt.Errorf("write orders and carts: %w", err)
	}
	ids := make(map[string]bool, len(returned))
	for _, id := range returned {
		ids[id] = true
	}
	return ids, nil
}
