package notify

import (
	"context"
	"errors"
	"fmt"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
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
	for _, m := range batch {
		made, err := s.make(ctx, m)
		if err != nil {
			after = append(after, s.failed(ctx, m, err))
			continue
		}
		ready, letters = append(ready, m), append(letters, made)
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
		after = append(after, made.sent(s.host.Now().UnixMilli(), s.server == nil))
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

var errErased = problem{"the recipient's data was erased", true}

// make writes the letter of a message that is about an order.
func (s *service) make(ctx context.Context, m Message) (Message, error) {
	if m.Kind == Direct {
		return m, nil
	}
	order, err := readSnapshot(m.Snapshot)
	if err != nil {
		return m, err
	}
	person, err := s.person(ctx, order)
	if err != nil {
		return m, err
	}
	response, err := s.catalog.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: order.GetMarket()})
	if err != nil {
		return m, fmt.Errorf("ask for the market: %w", err)
	}
	market, err := readMarket(response.GetMarket(), s.host.Config().BaseURL)
	if err != nil {
		return m, err
	}
	m.Letter = write(m.Kind, readOrder(order), market, person)
	return m, nil
}

// person opens an order's contact.
func (s *service) person(ctx context.Context, order *orderingv1.Order) (Person, error) {
	opened, err := s.people.Open(ctx, &identityv1.OpenRequest{Sealed: [][]byte{order.GetSealedContact()}})
	if err != nil {
		return Person{}, fmt.Errorf("open the contact: %w", err)
	}
	if len(opened.GetContacts()) != 1 {
		return Person{}, fmt.Errorf("identity opened %d contacts of 1", len(opened.GetContacts()))
	}
	if opened.GetContacts()[0].GetErased() {
		return Person{}, errErased
	}
	person := readPerson(opened.GetContacts()[0].GetContact())
	if !validAddress(person.Email) {
		return Person{}, problem{"the recipient is not an e-mail address", true}
	}
	return person, nil
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
