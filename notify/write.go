package notify

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/locale"
)

// address finds out what messages are about, and whom they are for.
func (s *service) address(ctx context.Context, batch []Message) []*draft {
	drafts, orders := make([]*draft, len(batch)), make([]*orderingv1.Order, len(batch))
	for i, m := range batch {
		d := &draft{message: m, envelope: envelope{Message: m}}
		if drafts[i] = d; m.Kind == Direct {
			continue
		}
		if d.of, d.problem = s.topicOf(ctx, m); d.problem == nil {
			orders[i] = d.of.order
			d.OrderID = cmp.Or(m.OrderID, d.of.order.GetId())
			d.message.OrderID = d.OrderID
		}
	}
	people := s.recipients(ctx, batch, orders)
	for i, d := range drafts {
		if orders[i] == nil {
			continue
		}
		if d.to, d.problem = people[i], people[i].problem; d.problem == nil {
			d.Verified, d.To, d.Cause, d.Sender = d.to.Verified, d.to.Email, causeOrder,
				orders[i].GetPlacedFrom()
		}
		if d.ProducerID != "" {
			d.Cause = causeSale
		}
	}
	return drafts
}

// writeAll writes the letters that may go.
func (s *service) writeAll(ctx context.Context, drafts []*draft) {
	s.linkOrders(ctx, drafts)
	markets := s.marketReader(ctx)
	for _, d := range drafts {
		switch {
		case !d.ready():
		case d.Kind == Direct:
			d.envelope = s.addFooter(d.Message)
		case d.Kind == Found && d.to.Order == "":
			d.problem = errNoSuchOrder // its links have ended
		default:
			d.problem = s.write(d, markets)
		}
	}
}

// addFooter readies what another service wrote.
func (s *service) addFooter(m Message) envelope {
	e := envelope{Message: m, kept: m.Text, notMe: s.notMe(m)}
	e.Text = withFooter(locale.From(locale.WithTag(context.Background(), m.Locale)), m.Text, e.notMe)
	return e
}

// notMe is the address at which the recipient of a message can say that it was not for them; empty where the
// recipient is known.
func (s *service) notMe(m Message) string {
	base := strings.TrimSuffix(s.host.Config().BaseURL, "/")
	if m.Verified || base == "" {
		return ""
	}
	return base + "/not-me?token=" +
		s.post.sign(claimed{s.post.hashes(m.To)[0], cmp.Or(m.Cause, "direct"), m.OrderID}, s.host.Now())
}

// linkOrders finds addresses that open the orders of letters to who ordered; where there is none a letter
// goes without. What can still be cancelled can be by the link.
func (s *service) linkOrders(ctx context.Context, drafts []*draft) {
	base := strings.TrimSuffix(s.host.Config().BaseURL, "/")
	for _, cancel := range []bool{true, false} {
		var which []*draft
		request := &orderingv1.LinkOrdersRequest{Cancel: cancel}
		for _, d := range drafts {
			cancels := d.Kind != Cancelled
			if d.ready() && d.of.order != nil && d.ProducerID == "" && d.Kind != Awaiting && base != "" &&
				cancels == cancel {
				which, request.Ids = append(which, d), append(request.Ids, d.OrderID)
			}
		}
		if len(which) == 0 {
			continue
		}
		answer, err := s.orders.LinkOrders(ctx, request)
		if err != nil {
			s.host.Log().WarnContext(ctx, "letters go without links to their orders", "error", err)
		}
		for i, token := range answer.GetTokens() {
			if token != "" {
				which[i].to.Order = base + "/orders/" + which[i].OrderID + "?token=" + token
			}
		}
	}
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

// write writes the letter of a message that is about an order, as it is sent and as it is kept.
func (s *service) write(d *draft, market func(string) (Market, error)) error {
	where, err := market(d.of.order.GetMarket())
	if err != nil {
		return err
	}
	text := func(p Person) Letter {
		if d.ProducerID != "" {
			return writeSale(d.Kind, d.of.read(), d.ProducerID, where, p)
		}
		return write(d.Kind, d.of.read(), where, p)
	}
	d.notMe = s.notMe(d.Message)
	d.to.NotMe = d.notMe
	d.Letter = text(d.to.Person)
	d.to.Links = Links{}
	d.kept = text(d.to.Person).Text
	return nil
}
