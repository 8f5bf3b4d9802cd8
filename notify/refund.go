package notify

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
)

// Refund is money that goes back to a shopper.
type Refund struct {
	Amount money.Amount
	// All is what goes back in all, of what was Paid.
	All, Paid money.Amount
	// Why is whoever pays it back's own words.
	Why string
	// Of is the line, or the maker, that it is for; empty where it is for the whole order.
	Of string
}

// refunded is the message of a refund. It keeps the refund, and asks for its order when it is made.
func (s *service) refunded(e events.Event) ([]keyed, error) {
	var m paymentsv1.RefundEvent
	if err := proto.Unmarshal(e.Payload, &m); err != nil {
		return nil, fmt.Errorf("read the event: %w", err)
	}
	key := "order:" + m.GetOrderId() + ":" + string(Refunded) + ":" + strconv.FormatInt(m.GetNumber(), 10)
	return []keyed{{key, Message{
		ID: s.host.NewID(id.Message, id.Global), Kind: Refunded, OrderID: m.GetOrderId(), Snapshot: e.Payload,
		NextAt: s.host.Now().UnixMilli(),
	}}}, nil
}

// topic is what a message is made of.
type topic struct {
	order  *orderingv1.Order
	refund *paymentsv1.RefundEvent
}

// topicOf finds what a message of an order is made of.
func (s *service) topicOf(ctx context.Context, m Message) (of topic, err error) {
	switch m.Kind {
	case Found:
		of.order, err = s.find(ctx, m)
	case Refunded:
		of.refund = &paymentsv1.RefundEvent{}
		if err = proto.Unmarshal(m.Snapshot, of.refund); err == nil {
			of.order, err = s.orderNow(ctx, m.OrderID)
		}
	default:
		of.order, err = readSnapshot(m.Snapshot)
	}
	return of, err
}

// orderNow asks for an order as it stands.
func (s *service) orderNow(ctx context.Context, orderID string) (*orderingv1.Order, error) {
	answer, err := s.orders.GetOrder(ctx,
		&orderingv1.GetOrderRequest{Id: orderID, Viewer: &orderingv1.Viewer{Operator: true}})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil, errNoSuchOrder
	}
	if err != nil {
		return nil, fmt.Errorf("ask for the order: %w", err)
	}
	return answer.GetOrder(), nil
}

// read is what a letter tells of it.
func (of topic) read() Order {
	o := readOrder(of.order)
	if r := of.refund; r != nil {
		o.Refund = Refund{
			money.FromProto(r.GetAmount()), money.FromProto(r.GetRefunded()),
			money.FromProto(r.GetCaptured()), r.GetReason(), refundName(of.order, r),
		}
	}
	return o
}

// refundName is the line, or the maker, that money goes back for.
func refundName(o *orderingv1.Order, r *paymentsv1.RefundEvent) string {
	for _, l := range o.GetLines() {
		if r.GetVariantId() != "" && l.GetVariantId() == r.GetVariantId() {
			return goods(readLine(l, false))
		}
	}
	for _, p := range o.GetParts() {
		if r.GetProducerId() != "" && p.GetProducerId() == r.GetProducerId() {
			return p.GetProducerName()
		}
	}
	return ""
}

// writeRefunded tells of money that goes back, and answers the subject.
func writeRefunded(b *strings.Builder, o Order, m Market, to Person) string {
	l, amount := m.Says, o.Refund.Amount.Format(m.Locale)
	b.WriteString(l.Text("we are paying you back {amount} of your order {number}.", amount, ShortID(o.ID)) +
		"\n\n")
	if name := harmless(o.Refund.Of, maxWords); name != "" {
		b.WriteString("  " + name + "\n\n")
	}
	if words := harmless(o.Refund.Why, maxWords); words != "" && to.Verified {
		b.WriteString(l.Text("The market says: {words}", words) + "\n\n")
	}
	if o.PayAtPickup {
		b.WriteString(
			l.Text("You paid when you got it, and that is how you get it back: the market hands it to you.") +
				"\n\n")
	} else {
		b.WriteString(l.Text("It goes back the way that you paid, which may take a few days.") + "\n\n")
	}
	if o.Refund.All.Minor > o.Refund.Amount.Minor {
		b.WriteString(l.Text("That makes {amount} of the {all} that you paid.", o.Refund.All.Format(m.Locale),
			o.Refund.Paid.Format(m.Locale)) + "\n\n")
	}
	return l.Text("We are paying you back {amount}", amount)
}
