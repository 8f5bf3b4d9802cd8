package notify

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// refunds delivers that money was promised back, the how manyth time for the order.
func (o *office) refunds(orderID string, number, minor, all int64) {
	o.Helper()
	usd := func(minor int64) *moneyv1.Money { return &moneyv1.Money{Amount: minor, Currency: "USD"} }
	payload, err := proto.Marshal(&paymentsv1.RefundEvent{
		OrderId: orderID, Number: number, Amount: usd(minor), Refunded: usd(all), Captured: usd(3300),
		Method: "test", Reason: "A jar broke. See qzqx.example",
	})
	if err != nil {
		o.Fatal(err)
	}
	aggregate := o.order() // an event's own
	response, err := o.events.Deliver(o.Context(), &eventsv1.DeliverRequest{Events: []*eventsv1.Event{
		{Publisher: "payments", Aggregate: aggregate, Version: 1, Type: "payment.refunded", Payload: payload},
	}})
	if err != nil || !response.GetReceipts()[0].GetRetire() {
		o.Fatalf("%v, %v", response, err)
	}
}

func TestARefundIsToldOnceWithWhy(t *testing.T) {
	each(t, func(o *office) {
		o.has("ada@example.com")
		o.has("ann" + strangers)
		ada, ann := o.peers.orders[0].GetId(), o.peers.orders[1].GetId()
		o.refunds(ada, 1, 500, 500)
		o.refunds(ada, 1, 500, 500)
		o.refunds(ada, 2, 250, 750)
		o.refunds(ann, 1, 500, 500)
		o.refunds(o.order(), 1, 500, 500) // nobody's
		o.sendDue()
		letters := func(orderID string) string {
			var text strings.Builder
			for _, m := range o.list(&notifyv1.ListMessagesRequest{OrderId: orderID}).GetMessages() {
				if m.GetStatus() == state.MessageSent {
					text.WriteString(m.GetSubject() + "\n" + m.GetText())
				}
			}
			return text.String()
		}
		told := letters(ada)
		for want, times := range map[string]int{
			"We are paying you back $5.00": 1, "We are paying you back $2.50": 1,
			"The market says: A jar broke. See qzqx. example": 2,
			"It goes back the way that you paid":              2,
			"That makes $7.50 of the $33.00 that you paid.":   1,
		} {
			if got := strings.Count(told, want); got != times {
				o.Errorf("%q is said %d times, want %d, in:\n%s", want, got, times, told)
			}
		}
		if told = letters(ann); !strings.Contains(told, "We are paying you back $5.00") ||
			strings.Contains(told, "jar") {
			o.Errorf("a stranger reads:\n%s", told)
		}
	})
}

func TestARefundSaysOfWhatItIs(t *testing.T) {
	o := &orderingv1.Order{
		Id: "ord_portland_01k8y6v0xq7d3mz1n5r2t9w4bc", PaymentMethod: "test",
		Lines: []*orderingv1.OrderLine{
			{
				VariantId: "var_x_1", ProductTitle: "Brie", VariantTitle: "Wheel, 250 g",
				ProducerName: "Hill Dairy",
			},
			{VariantId: "var_x_2", ProductTitle: "Rye", ProducerName: "Oven"},
		},
		Parts: []*orderingv1.Part{
			{ProducerId: "pro_x_1", ProducerName: "Hill Dairy"},
			{ProducerId: "pro_x_2", ProducerName: "Oven"},
		},
	}
	for want, of := range map[string]*paymentsv1.RefundEvent{
		"  Brie, Wheel, 250 g": {VariantId: "var_x_1", ProducerId: "pro_x_1"},
		"  Oven":               {ProducerId: "pro_x_2"}, "": {},
	} {
		of.Amount, of.Refunded = &moneyv1.Money{Amount: 500, Currency: "USD"},
			&moneyv1.Money{Amount: 500, Currency: "USD"}
		text := write(Refunded, topic{order: o, refund: of}.read(), portland, ada).Text
		if want != "" && !strings.Contains(text, "\n"+want) || want == "" &&
			(strings.Contains(text, "Brie") || strings.Contains(text, "Oven")) {
			t.Errorf("of %v it says:\n%s", of, text)
		}
	}
}

func TestWhoPaidAtTheCounterGetsItThere(t *testing.T) {
	o := topic{
		order: &orderingv1.Order{Id: "ord_portland_01k8y6v0xq7d3mz1n5r2t9w4bc", PaymentMethod: "pickup"},
		refund: &paymentsv1.RefundEvent{
			Amount:   &moneyv1.Money{Amount: 500, Currency: "USD"},
			Refunded: &moneyv1.Money{Amount: 500, Currency: "USD"},
		},
	}.read()
	if text := write(Refunded, o, portland, ada).Text; !strings.Contains(text,
		"the market hands it to you") || strings.Contains(text, "That makes") {
		t.Errorf("it says:\n%s", text)
	}
}
