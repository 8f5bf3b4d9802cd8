package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// minNumber is how much of the end of its ID names an order.
	minNumber = 6
	// findAgain is how soon the same may be asked for again.
	findAgain = 10 * time.Minute
	// maxNamesakes is how many orders of a market with one number are looked at.
	maxNamesakes = 20
)

// errNoSuchOrder: number and address are of no order, and nobody is told so.
var errNoSuchOrder = problem{text: "there is no such order", final: true, hopeless: true}

// MailOrderLink writes the wish down, for an order that is there as for one that is not. A job does the rest,
// so neither the answer nor its time tells which it was; and it is counted before anybody looks.
func (s *service) MailOrderLink(
	ctx context.Context, r *notifyv1.MailOrderLinkRequest,
) (*notifyv1.MailOrderLinkResponse, error) {
	number, email, err := readWish(r)
	if err != nil {
		return nil, err
	}
	now, address := s.host.Now(), s.post.hashes(email)[0]
	counted := allowances["found"].stranger.buckets("to:"+address+":found", now)
	if who := s.sender(ctx); who != "" {
		counted = append(counted, allowances["finder"].stranger.buckets("by:"+who+":found", now)...)
	}
	waits, err := s.admit(ctx, [][]bucket{counted})
	if err != nil || waits[0] > 0 {
		return &notifyv1.MailOrderLinkResponse{}, err
	}
	key := "find:" + address + ":" + number + ":" + strconv.FormatInt(now.Truncate(findAgain).Unix(), 10)
	err = s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return s.enqueue(ctx, tx, keyed{key, Message{
			ID: s.host.NewID(id.Message, id.Global), Kind: Found, Letter: Letter{To: email, Text: number},
			Secret: true, NextAt: now.UnixMilli(),
		}})
	})
	if err != nil {
		return nil, fmt.Errorf("ask for a link: %w", err)
	}
	return &notifyv1.MailOrderLinkResponse{}, nil
}

// readWish reads what is looked for, as people type it.
func readWish(r *notifyv1.MailOrderLinkRequest) (number, email string, err error) {
	var wrong []fault.Field
	number, ok := id.Number(strings.TrimLeft(strings.TrimSpace(r.GetNumber()), "#"))
	if !ok || len(number) < minNumber {
		wrong = append(wrong,
			fault.Field{
				Name:    "number",
				Message: "It is the six letters and digits on the order's page and in its letters.",
			})
	}
	email = strings.ToLower(strings.TrimSpace(r.GetEmail()))
	if !validAddress(email) {
		wrong = append(wrong,
			fault.Field{Name: "email", Message: "Enter an e-mail address, like name@example.org."})
	}
	if len(wrong) > 0 {
		err = fault.New(fault.Invalid, "invalid", "Please look at what you have typed.", wrong...)
	}
	return number, email, err
}

// find looks for the order of a wish, in all markets; errNoSuchOrder where there is none.
func (s *service) find(ctx context.Context, m Message) (*orderingv1.Order, error) {
	markets, err := s.catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
	if err != nil {
		return nil, fmt.Errorf("ask for the markets: %w", err)
	}
	for _, market := range markets.GetMarkets() {
		answer, err := s.orders.ListOrders(ctx, &orderingv1.ListOrdersRequest{
			Market: market.GetCode(), Number: m.Text, Statuses: []string{
				state.OrderConfirmed,
				state.OrderPacked, state.OrderDone, state.OrderCancelled,
			}, Limit: maxNamesakes,
		})
		if err != nil {
			return nil, fmt.Errorf("look for the order: %w", err)
		}
		if o, err := s.orderedBy(ctx, answer.GetOrders(), m.To); o != nil || err != nil {
			return o, err
		}
	}
	return nil, errNoSuchOrder
}

// orderedBy is the one of the orders that was ordered with an address; nil where none was.
func (s *service) orderedBy(
	ctx context.Context, orders []*orderingv1.Order, email string,
) (*orderingv1.Order, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	request := &identityv1.OpenRequest{}
	for _, o := range orders {
		request.Sealed = append(request.Sealed, o.GetSealedContact())
	}
	opened, err := s.people.Open(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("open contacts: %w", err)
	}
	at := slices.IndexFunc(opened.GetContacts(), func(c *identityv1.Opened) bool {
		return !c.GetErased() && strings.EqualFold(c.GetContact().GetEmail(), email)
	})
	if at < 0 || at >= len(orders) {
		return nil, nil
	}
	return orders[at], nil
}

// writeFound is the letter of a link that was asked for again; it answers the subject.
func writeFound(b *strings.Builder, o Order, m Market, to Person) string {
	l, short := m.Says, ShortID(o.ID)
	b.WriteString(
		l.Text(
			"here is the link to your order {number}. It opens the order, and nothing else, on whatever device you follow it.", short) + "\n\n")
	window(b, o, m, to)
	return l.Text("The link to your order {number}", short)
}

// drop forgets wishes that come to nothing.
func (s *service) drop(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		these, arg := sqldb.In(tx.Querier, "id", 1, ids)
		_, err := tx.ExecContext(ctx, "DELETE FROM messages WHERE status = 'queued' AND "+these, arg)
		return err
	})
}

// comesToNothing reports whether a message is a wish that nothing more is done about.
func (m Message) comesToNothing(err error) bool {
	var why problem
	return m.Kind == Found && errors.As(err, &why) && why.final
}
