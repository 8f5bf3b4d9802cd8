package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/notifydb"
	"github.com/artisan-eats/artisan/locale"
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
	var after, ready []Message
	var letters []envelope
	var gone []string
	made, unmade := s.writeAll(ctx, batch)
	waits := s.hold(ctx, made, unmade)
	for i, m := range batch {
		switch {
		case m.comesToNothing(unmade[i]):
			gone = append(gone, m.ID)
		case unmade[i] != nil:
			after = append(after, s.failed(ctx, m, unmade[i]))
		case waits[i] > 0:
			after = append(after, m.putOff(errTooMany.text, waits[i]))
		default:
			m.Counted = true
			ready, letters = append(ready, m), append(letters, made[i])
		}
	}
	if err := s.drop(ctx, gone); err != nil {
		s.host.Log().WarnContext(ctx, "wishes that come to nothing are looked at again", "error", err)
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

// errTooMany is of a letter that would be one too many for its recipient or its sender. What opens something for a short
// time only does not wait.
var errTooMany = problem{text: "too many letters were to go to this address, or for this sender", final: true, hopeless: true}

// hold holds letters back that their recipients do not want, or that are too many: it adds to the problems, and answers until when
// each of the others waits.
func (s *service) hold(ctx context.Context, letters []envelope, problems []error) (waits []int64) {
	waits = make([]int64, len(letters))
	err := s.refuse(ctx, letters, problems)
	var counted [][]bucket
	var which []int
	for i, e := range letters {
		if problems[i] == nil && !e.Counted && e.Kind != Found { // a wish was counted when it was made
			counted, which = append(counted, e.buckets(s.post.hashes(e.To)[0], s.host.Now())), append(which, i)
		}
	}
	var until []int64
	if err == nil {
		until, err = s.admit(ctx, counted)
	}
	for n, i := range which {
		switch {
		case err != nil:
			problems[i] = err
		case until[n] > 0 && letters[i].Secret:
			problems[i] = errTooMany
		default:
			waits[i] = until[n]
		}
	}
	return waits
}

// refuse finds the letters that their recipients said are not for them. A verified address gets what is its own.
func (s *service) refuse(ctx context.Context, letters []envelope, problems []error) error {
	var addresses []string
	for i, e := range letters {
		if problems[i] == nil && !e.Verified {
			addresses = append(addresses, s.post.hashes(e.To)...)
		}
	}
	unwanted, err := s.stopped(ctx, addresses)
	for i, e := range letters {
		if problems[i] != nil || e.Verified {
			continue
		}
		for _, address := range s.post.hashes(e.To) {
			if unwanted[unwantedKey(address, e.Cause)] {
				problems[i] = errUnwanted
			}
		}
	}
	return err
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

// writeAll writes the letters of messages; each has its problem, or none.
func (s *service) writeAll(ctx context.Context, batch []Message) (made []envelope, problems []error) {
	made, problems = make([]envelope, len(batch)), make([]error, len(batch))
	orders, topics := make([]*orderingv1.Order, len(batch)), make([]topic, len(batch))
	for i, m := range batch {
		if made[i].Message = m; m.Kind == Direct {
			continue
		}
		if topics[i], problems[i] = s.topicOf(ctx, m); problems[i] == nil {
			orders[i], batch[i].OrderID = topics[i].order, cmp.Or(m.OrderID, topics[i].order.GetId())
		}
	}
	people, markets, links := s.recipients(ctx, batch, orders), s.marketReader(ctx), s.orderLinks(ctx, batch, orders)
	for i, m := range batch {
		switch {
		case m.Kind == Found && orders[i] != nil && links[i] == "":
			problems[i] = errNoSuchOrder // its links have ended
		case orders[i] != nil:
			people[i].Order = links[i]
			made[i], problems[i] = s.writeTo(people[i], m, topics[i], markets)
		case m.Kind == Direct:
			made[i] = s.addFooter(m)
		}
	}
	return made, problems
}

// addFooter readies what another service wrote.
func (s *service) addFooter(m Message) envelope {
	e := envelope{Message: m, kept: m.Text, notMe: s.notMe(m)}
	e.Text = withFooter(locale.From(locale.WithTag(context.Background(), m.Locale)), m.Text, e.notMe)
	return e
}

// notMe is the address at which the recipient of a message can say that it was not for them; empty where the recipient is known.
func (s *service) notMe(m Message) string {
	base := strings.TrimSuffix(s.host.Config().BaseURL, "/")
	if m.Verified || base == "" {
		return ""
	}
	return base + "/not-me?token=" + s.post.sign(claimed{s.post.hashes(m.To)[0], cmp.Or(m.Cause, "direct"), m.OrderID}, s.host.Now())
}

// orderLinks are addresses that open the orders of messages to who ordered; where there is none a letter goes without. What
// can still be cancelled can be by the link.
func (s *service) orderLinks(ctx context.Context, batch []Message, orders []*orderingv1.Order) []string {
	links := make([]string, len(batch))
	base := strings.TrimSuffix(s.host.Config().BaseURL, "/")
	for _, cancel := range []bool{true, false} {
		var which []int
		request := &orderingv1.LinkOrdersRequest{Cancel: cancel}
		for i, m := range batch {
			cancels := m.Kind != Cancelled
			if orders[i] != nil && m.ProducerID == "" && m.Kind != Awaiting && base != "" && cancels == cancel {
				which, request.Ids = append(which, i), append(request.Ids, m.OrderID)
			}
		}
		if len(which) == 0 {
			continue
		}
		answer, err := s.orders.LinkOrders(ctx, request)
		if err != nil {
			s.host.Log().WarnContext(ctx, "letters go without links to their orders", "error", err)
		}
		for n, token := range answer.GetTokens() {
			if token != "" {
				links[which[n]] = base + "/orders/" + request.GetIds()[n] + "?token=" + token
			}
		}
	}
	return links
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

// writeTo writes the letter of a message that is about an order, as it is sent and as it is kept.
func (s *service) writeTo(to recipient, m Message, of topic, market func(string) (Market, error)) (envelope, error) {
	if to.problem != nil {
		return envelope{}, to.problem
	}
	where, err := market(of.order.GetMarket())
	if err != nil {
		return envelope{}, err
	}
	m.Verified, m.To, m.Cause, m.Sender = to.Verified, to.Email, causeOrder, of.order.GetPlacedFrom()
	text := func(p Person) Letter { return write(m.Kind, of.read(), where, p) }
	if m.ProducerID != "" {
		m.Cause = causeSale
		text = func(p Person) Letter { return writeSale(m.Kind, of.read(), m.ProducerID, where, p) }
	}
	e := envelope{Message: m, notMe: s.notMe(m)}
	to.NotMe = e.notMe
	e.Letter = text(to.Person)
	to.Links = Links{}
	e.kept = text(to.Person).Text
	return e, nil
}

// forget deletes messages that were sent or given up long ago.
func (s *service) forget(ctx context.Context) error {
	err := s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now, q := s.host.Now(), notifydb.New(tx)
		return errors.Join(
			q.Forget(ctx, now.Add(-keepFor).UnixMilli()), q.ForgetCounts(ctx, now.Add(-keepFor).UnixMilli()), q.ForgetUnwanted(ctx, now.UnixMilli()))
	})
	if err != nil {
		return fmt.Errorf("forget messages: %w", err)
	}
	return nil
}
