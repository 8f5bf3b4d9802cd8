package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/e2e/browser"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
)

func TestPersonAcceptsAndPacksAsAProducer(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		o := s.guestOrder(t, e)
		p := s.visitor(t, e)
		p.signsInAs("producer", "/producer")
		p.sees("Ada Lovelace", creek)
		p.within("Ada Lovelace").presses("Accept")
		p.within("Ada Lovelace").sees("accepted")
		p.within("Ada Lovelace").presses("Packed")
		p.within("Ada Lovelace").sees("Ready")
		if o = s.order(t, o.GetId()); o.GetStatus() != "packed" || o.GetParts()[0].GetStatus() != "packed" {
			t.Errorf("the order is %v", o)
		}
		s.seesMoney(t, o.GetId(), "captured")
	})
}

func TestPersonRefundsAsAnOperator(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		o := s.guestOrder(t, e)
		p := s.visitor(t, e)
		p.signsInAs("operator", "/operator")
		p.within("Ada Lovelace").presses(strings.ToUpper(o.GetId()[len(o.GetId())-6:]))
		p.presses(o.GetParts()[0].GetProducerName())
		p.presses("Accept")
		p.presses("Packed")
		s.seesMoney(t, o.GetId(), "captured")
		p.opens("/operator/orders/" + o.GetId())
		p.presses("Refund")
		p.fills("Amount in USD", "14.50")
		p.fills("Reason", "One was broken")
		p.within("Reason").presses("Refund")
		s.refunded(t, o.GetId(), 1450)
	})
}

// guestOrder is two cheeses that a guest has ordered for pickup.
func (s *shop) guestOrder(t testing.TB, e browser.Eyes) *orderingv1.Order {
	t.Helper()
	p := s.visitor(t, e)
	p.fillsBasket(creek, "2")
	p.presses("Check out")
	p.isGuest("Larch Hall")
	p.presses("Place the order")
	p.sees("Thank you")
	return s.order(t, p.arrives("/orders/"))
}

// refunded waits until so much of an order has been paid back.
func (s *shop) refunded(t testing.TB, orderID string, amount int64) {
	t.Helper()
	client := paymentsv1connect.NewPaymentsServiceClient(s.client("payments"))
	eventually(t, 20*time.Second, "the money is paid back", func() bool {
		answer, err := client.GetPayment(t.Context(), &paymentsv1.GetPaymentRequest{OrderId: orderID})
		return err == nil && answer.GetPayment().GetRefunded().GetAmount() == amount
	})
}
