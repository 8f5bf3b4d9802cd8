package drive

import (
	"context"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
)

// saveAttempts is how often a change of an order is made again that met another.
const saveAttempts = 4

// Amend applies a rule to an order and saves it with the events that the rule names; when
// it names none nothing is saved. It starts again where somebody else's change came between.
func (s *Driver) Amend(
	ctx context.Context, read func() (book.Leased, error), rule func(*order.Order) ([]string, error),
	partID string,
) (order.Order, error) {
	for attempt := 1; ; attempt++ {
		o, err := read()
		if err != nil {
			return order.Order{}, err
		}
		steps := len(o.Steps)
		names, err := rule(&o.Order)
		if err != nil || len(names) == 0 {
			return o.Order, err
		}
		by := audit.ActorOf(ctx)
		o.Sign(steps, by)
		w := &book.Saving{Order: o.Order, Lease: o.Until, Audit: order.AuditOf(o.Order, names, partID, by)}
		for _, name := range names {
			w.Order.Events++
			e, err := eventOf(w.Order, name, partID)
			if err != nil {
				return order.Order{}, err
			}
			w.Events = append(w.Events, e)
		}
		if err = s.goesOn(); err == nil {
			err = s.Book.Save(ctx, w)
		}
		if err == nil || !fault.Is(err, book.ErrStale.Code) || attempt == saveAttempts {
			return w.Order, err
		}
	}
}

// Send gives an order that awaits its confirmation a message, and answers the order as it then is. Somebody
// who was faster is let have it: the order is answered as they left it.
func (s *Driver) Send(ctx context.Context, o order.Order, m order.Message) (order.Order, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), Timeout)
	defer cancel()
	for attempt := 1; ; attempt++ {
		driven, err := s.Drive(ctx, o, m, "")
		if err == nil {
			return driven, nil
		}
		now, readErr := s.Book.Order(ctx, o.ID)
		if readErr != nil || now.Status == order.Awaiting &&
			(!fault.Is(err, book.ErrStale.Code) || attempt == saveAttempts) {
			return o, err
		}
		if now.Status != order.Awaiting {
			s.Host.Log().InfoContext(ctx, "an order goes on later or by another hand", "order", o.ID,
				"status", now.Status, "error", err)
			return now.Order, nil
		}
		o = now.Order
	}
}

// auditOf is what a message is in the security log, by who gave it; nothing for what the shop does by itself.
func auditOf(ctx context.Context, m order.Message, o order.Order) []audit.Entry {
	var action string
	switch m.(type) {
	case order.LetThrough:
		action = "order.let_through"
	case order.GivenUp:
		action = "order.called_off"
	default:
		return nil
	}
	by := audit.ActorOf(ctx)
	return []audit.Entry{{Action: action, Subject: o.ID, Outcome: audit.Done, By: &by}}
}
