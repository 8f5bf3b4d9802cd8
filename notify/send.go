package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/notifydb"
	"github.com/artisan-eats/artisan/sqldb"
)

// sendDue makes and sends the messages that are due, until there are none.
func (s *service) sendDue(ctx context.Context) error {
	for ctx.Err() == nil {
		batch, err := claim(ctx, s.host.DB(), s.host.Now())
		if err != nil || len(batch) == 0 {
			return err
		}
		// What was sent is written down even when the process is told to stop.
		if err := settle(context.WithoutCancel(ctx), s.host.DB(), s.sendAll(ctx, batch)); err != nil {
			return err
		}
	}
	return nil
}

// sendAll sends a batch and answers with the messages as they are after that.
func (s *service) sendAll(ctx context.Context, batch []Message) []Message {
	var after, ready, letters []Message
	made, unmade := s.writeAll(ctx, batch)
	for i, m := range batch {
		if unmade[i] != nil {
			after = append(after, s.failed(ctx, m, unmade[i]))
			continue
		}
		ready, letters = append(ready, m), append(letters, made[i])
	}
	if len(letters) == 0 {
		return after
	}
	problems := make([]error, len(letters))
	if s.server != nil {
		problems = s.server.send(ctx, letters)
	}
	for i, made := range letters {
		if problems[i] != nil {
			// The opened contact is not kept for the next try.
			after = append(after, s.failed(ctx, ready[i], problems[i]))
			continue
		}
		after = append(after, made.sent(s.host.Now().UnixMilli(), s.mailbox()))
	}
	return after
}

func (s *service) failed(ctx context.Context, m Message, err error) Message {
	var why problem
	if !errors.As(err, &why) {
		why = problem{text: "it cannot be made: " + fault.Of(err).Code}
	}
	m = m.retry(why, s.host.Now().UnixMilli())
	s.host.Log().WarnContext(ctx, "a message was not sent", "message", m.ID, "order", m.OrderID, "status", string(m.Status), "attempts", m.Attempts, "error", err)
	return m
}

// writeAll writes the letters of messages that are about orders; each has its problem, or none.
func (s *service) writeAll(ctx context.Context, batch []Message) (made []Message, problems []error) {
	made, problems = slices.Clone(batch), make([]error, len(batch))
	orders := make([]*orderingv1.Order, len(batch))
	for i, m := range batch {
		if m.Kind != Direct {
			orders[i], problems[i] = readSnapshot(m.Snapshot)
		}
	}
	people, markets := s.recipients(ctx, batch, orders), s.marketReader(ctx)
	for i := range batch {
		if orders[i] != nil {
			made[i].Letter, problems[i] = writeTo(people[i], batch[i], orders[i], markets)
		}
	}
	return made, problems
}

// marketReader asks for each market once.
func (s *service) marketReader(ctx context.Context) func(code string) (Market, error) {
	known := map[string]Market{}
	return func(code string) (Market, error) {
		if m, ok := known[code]; ok {
			return m, nil
		}
		response, err := s.catalog.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: code})
		if err != nil {
			return Market{}, fmt.Errorf("ask for the market: %w", err)
		}
		m, err := readMarket(response.GetMarket(), s.host.Config().BaseURL)
		if err == nil {
			known[code] = m
		}
		return m, err
	}
}

// writeTo writes the letter of a message that is about an order.
func writeTo(to recipient, m Message, order *orderingv1.Order, market func(string) (Market, error)) (Letter, error) {
	if to.problem != nil {
		return Letter{}, to.problem
	}
	where, err := market(order.GetMarket())
	if err != nil {
		return Letter{}, err
	}
	if m.ProducerID != "" {
		return writeSale(readOrder(order), m.ProducerID, where, to.Person), nil
	}
	return write(m.Kind, readOrder(order), where, to.Person), nil
}

// forget deletes messages that were sent or given up long ago.
func (s *service) forget(ctx context.Context) error {
	err := s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return notifydb.New(tx).Forget(ctx, s.host.Now().Add(-keepFor).UnixMilli())
	})
	if err != nil {
		return fmt.Errorf("forget messages: %w", err)
	}
	return nil
}
