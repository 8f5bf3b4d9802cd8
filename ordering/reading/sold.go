package reading

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// maxSoldKept is how many orders a process remembers for its tallies.
const maxSoldKept = 2 * maxTallied

// sold is what a tally wants of an order. Nothing of a shopper is in it.
type sold struct {
	placedAt, endsAt int64 // Unix milliseconds
	done             bool
	parts            []soldPart
	lines            []soldLine
}

type soldPart struct{ producerID, status string }

type soldLine struct {
	producerID, productID, title string
	total                        money.Amount
	short                        bool // it is packed, and less than was ordered
}

func soldOf(o order.Order) *sold {
	s := &sold{
		placedAt: o.PlacedAt.UnixMilli(), endsAt: o.Window.EndsAt.UnixMilli(),
		done: o.Status == order.Done,
	}
	for _, p := range o.Parts {
		s.parts = append(s.parts, soldPart{p.ProducerID, p.Status})
	}
	for _, l := range o.Lines {
		s.lines = append(s.lines,
			soldLine{l.ProducerID, l.ProductID, l.ProductTitle, l.Total, o.IsPacked(l) && l.Short()})
	}
	return s
}

// of is what a producer sold of it.
func (s *sold) of(producerID string) *sold {
	own := *s
	own.parts = slices.DeleteFunc(slices.Clone(s.parts),
		func(p soldPart) bool { return p.producerID != producerID })
	own.lines = slices.DeleteFunc(slices.Clone(s.lines),
		func(l soldLine) bool { return l.producerID != producerID })
	return &own
}

// sales remembers orders as they were at a revision: to read their documents is nearly all that a tally
// costs, and few change between two.
type sales struct {
	mu   sync.Mutex
	kept map[string]remembered
}

type remembered struct {
	revision int64
	*sold
}

func (s *sales) get(orderID string, revision int64) *sold {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.kept[orderID]; r.sold != nil && r.revision == revision {
		return r.sold
	}
	return nil
}

// keep remembers an order, in place of any other where there are many.
func (s *sales) keep(orderID string, revision int64, o *sold) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		s.kept = map[string]remembered{}
	}
	delete(s.kept, orderID) // or another has to go for what is there already
	for other := range s.kept {
		if len(s.kept) < maxSoldKept {
			break
		}
		delete(s.kept, other)
	}
	s.kept[orderID] = remembered{revision, o}
}

// sold is list for a tally: it reads the documents of those orders only that are new to this process, or have
// changed.
func (s *Reader) sold(ctx context.Context, f filter) ([]*sold, error) {
	q := search{filter: f, on: s.book.DB.Read()}
	text := q.of("o.id, o.revision")
	var found []*sold
	var unknown []string
	place, revisions := map[string]int{}, map[string]int64{}
	err := sqldb.EachRow(ctx, q.on, text, q.args, func(scan sqldb.Scanner) error {
		var orderID string
		var revision int64
		if err := scan(&orderID, &revision); err != nil {
			return err
		}
		known := s.sales.get(orderID, revision)
		if known == nil {
			place[orderID], revisions[orderID] = len(found), revision
			unknown = append(unknown, orderID)
		}
		found = append(found, known)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list what was sold: %w", err)
	}
	err = s.readSold(ctx, unknown, func(o order.Order) {
		found[place[o.ID]] = soldOf(o)
		s.sales.keep(o.ID, revisions[o.ID], found[place[o.ID]])
	})
	return slices.DeleteFunc(found, func(o *sold) bool { return o == nil }), err
}

// readSold reads orders. One that has changed since its revision was read is as it is now: at the next tally
// its revision is another.
func (s *Reader) readSold(ctx context.Context, ids []string, take func(order.Order)) error {
	if len(ids) == 0 {
		return nil
	}
	ofIDs, arg := sqldb.In(s.book.DB.Read(), "id", 1, ids)
	return book.EachDocument(ctx, s.book.DB.Read(), "SELECT document FROM orders WHERE "+ofIDs, []any{arg},
		func(o order.Order) error {
			take(o)
			return nil
		})
}
