package windows

import (
	"context"
	"maps"
	"sync"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/ordering/basket"
	"github.com/artisan-eats/artisan/ordering/order"
)

// target is the window that the orders of a cancelled one go to, and what the catalogue says of their goods;
// of the zero Window where they are cancelled.
type target struct {
	order.Window
	quote  func(ctx context.Context, variantIDs ...string) (map[string]*catalogv1.Quote, error)
	mu     sync.Mutex
	quotes map[string]*catalogv1.Quote
}

func (s *Mover) targetOf(ctx context.Context, c clearing) (*target, error) {
	to := &target{quote: s.Baskets.Quote, quotes: map[string]*catalogv1.Quote{}}
	if c.to == "" {
		return to, nil
	}
	answer, err := s.Delivery.GetWindow(ctx, &deliveryv1.GetWindowRequest{Id: c.to})
	if err != nil && fault.KindOf(err) == fault.NotFound {
		to.ID = c.to
		return to, nil //nolint:nilerr // each order is told when it asks for a place
	}
	to.Window = order.WindowFromProto(answer.GetWindow())
	return to, err
}

// onHoliday refuses an order with goods of a maker who is on holiday when the window begins.
func (t *target) onHoliday(ctx context.Context, o order.Order) error {
	quotes, err := t.quotesOf(ctx, o.Lines)
	if err != nil {
		return err
	}
	return basket.CheckHolidays(o.Lines, quotes, t.StartsAt.UnixMilli())
}

// quotesOf are the quotes of some lines. What was asked for once is not asked for again.
func (t *target) quotesOf(ctx context.Context, lines []order.Line) (map[string]*catalogv1.Quote, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var unknown []string
	of := map[string]*catalogv1.Quote{}
	for _, id := range order.VariantIDs(lines) {
		if _, ok := t.quotes[id]; !ok {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) > 0 {
		more, err := t.quote(ctx, unknown...)
		if err != nil {
			return nil, err
		}
		for _, id := range unknown {
			t.quotes[id] = nil // so that what is not sold any more is asked for once too
		}
		maps.Copy(t.quotes, more)
	}
	for _, id := range order.VariantIDs(lines) {
		if quote := t.quotes[id]; quote != nil {
			of[id] = quote
		}
	}
	return of, nil
}
