package reading

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/rights"
)

const (
	// maxTallied is how many orders a tally looks at, the newest.
	maxTallied = 5_000
	maxBounds  = 200
)

// Tally sums what a producer, or a market, sold between some times.
func (s *Reader) Tally(ctx context.Context, r *orderingv1.TallyRequest) (*orderingv1.TallyResponse, error) {
	if err := rights.Check(ctx, r.GetProducerId(), rights.Orders); err != nil {
		return nil, err
	}
	if err := checkTally(r); err != nil {
		return nil, err
	}
	bounds := r.GetBounds()
	orders, err := s.sold(ctx, filter{
		market: r.GetMarket(), producerID: r.GetProducerId(),
		statuses: []string{order.Confirmed, order.Done, order.Packed},
		limit:    maxTallied + 1,
		from:     id.Earliest(time.UnixMilli(bounds[0])),
		before:   id.Earliest(time.UnixMilli(bounds[len(bounds)-1])),
	})
	if err != nil {
		return nil, err
	}
	t := &tally{spans: make([]span, len(bounds)-1), now: s.host.Now().UnixMilli()}
	for _, o := range orders[:min(len(orders), maxTallied)] {
		if r.GetProducerId() != "" {
			o = o.of(r.GetProducerId())
		}
		if at, found := slices.BinarySearch(bounds, o.placedAt); found || at > 0 {
			if !found {
				at--
			}
			t.add(min(at, len(t.spans)-1), o)
		}
	}
	response := t.proto()
	response.Cut = len(orders) > maxTallied
	return response, nil
}

func checkTally(r *orderingv1.TallyRequest) error {
	if (r.GetProducerId() == "") == (r.GetMarket() == "") || r.GetMarket() != "" &&
		!id.ValidMarket(r.GetMarket()) {
		return fault.InvalidAlone("market", "A tally is of a producer, or of a market.")
	}
	if r.GetProducerId() != "" {
		if err := CheckProducer(r.GetProducerId()); err != nil {
			return err
		}
	}
	b := r.GetBounds()
	if len(b) < 2 || len(b) > maxBounds || b[0] < 0 || b[len(b)-1] > maxTime || !slices.IsSorted(b) ||
		len(slices.Compact(slices.Clone(b))) != len(b) {
		return fault.InvalidAlone("bounds", "The bounds are 2 to 200 times, each later than the one before.")
	}
	return nil
}

// tally sums orders, span by span.
type tally struct {
	spans                   []span
	late, unaccepted, short int64
	now                     int64 // Unix milliseconds
}

type span struct {
	orders   int64
	total    money.Amount
	products map[string]*orderingv1.ProductTally
}

func (t *tally) add(at int, o *sold) {
	if !slices.ContainsFunc(o.parts, func(p soldPart) bool { return p.status != order.PartCancelled }) {
		return
	}
	s := &t.spans[at]
	s.orders++
	for _, l := range o.lines {
		s.sell(l)
	}
	if !o.done && o.endsAt < t.now && slices.ContainsFunc(o.parts, soldPart.open) {
		t.late++
	}
	if slices.ContainsFunc(o.parts, func(p soldPart) bool { return p.status == order.PartNew }) {
		t.unaccepted++
	}
	if slices.ContainsFunc(o.lines, func(l soldLine) bool { return l.short }) {
		t.short++
	}
}

// open reports whether a part is still to be handed over.
func (p soldPart) open() bool { return p.status != order.PartDone && p.status != order.PartCancelled }

// sell adds a line. A sum beyond money.Max stays below it.
func (s *span) sell(l soldLine) {
	if s.products == nil {
		s.total, s.products = money.New(0, l.total.Currency), map[string]*orderingv1.ProductTally{}
	}
	p := s.products[l.productID]
	if p == nil {
		p = &orderingv1.ProductTally{
			ProductId: l.productID, Title: l.title,
			Total: money.New(0, l.total.Currency).Proto(),
		}
		s.products[l.productID] = p
	}
	if sum, err := s.total.Add(l.total); err == nil {
		s.total = sum
		p.Total.Amount += l.total.Minor
	}
}

func (t *tally) proto() *orderingv1.TallyResponse {
	response := &orderingv1.TallyResponse{Late: t.late, Unaccepted: t.unaccepted, Short: t.short}
	for _, s := range t.spans {
		out := &orderingv1.Span{Orders: s.orders}
		if s.orders > 0 {
			out.Total = s.total.Proto()
		}
		for _, p := range s.products {
			out.Products = append(out.Products, p)
		}
		slices.SortFunc(out.Products, func(a, b *orderingv1.ProductTally) int {
			return cmp.Or(cmp.Compare(b.GetTotal().GetAmount(), a.GetTotal().GetAmount()),
				cmp.Compare(a.GetProductId(), b.GetProductId()))
		})
		response.Spans = append(response.Spans, out)
	}
	return response
}
