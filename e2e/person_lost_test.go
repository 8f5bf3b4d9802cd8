package e2e

import (
	"regexp"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/state"
)

// TestPersonFindsALostOrderAndIsToldWhatIsMissing orders as a guest, and looks on another device: there the
// order opens by a link that is mailed again. Its maker has one of the two cheeses only.
func TestPersonFindsALostOrderAndIsToldWhatIsMissing(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		_, o := s.guestOrder(t, e)
		elsewhere := s.visitor(t, e)
		elsewhere.opens("/orders/" + o.GetId())
		elsewhere.presses("Find my order")
		elsewhere.fills("Number of the order", strings.ToLower(o.GetId()[len(o.GetId())-6:]))
		elsewhere.fills("E-mail", "ada@example.org")
		elsewhere.presses("Send me the link")
		elsewhere.sees("Look into your mail")

		maker := s.visitor(t, e)
		maker.signsInAs("producer", "/producer/orders/"+o.GetId())
		maker.presses("Accept")
		maker.sees("To pack")
		maker.presses("Short or none")
		maker.fills("There are, of 2", "1")
		maker.presses("Packed")
		maker.sees("Say why it is less than was ordered")
		maker.fills("Or in your words", "The mice were quicker.")
		maker.presses("Packed")
		maker.sees("Packed: 1 (The mice were quicker.)")
		s.seesMoney(t, o.GetId(), state.PaymentCaptured)
		answer, err := paymentsv1connect.NewPaymentsServiceClient(s.client("payments")).GetPayment(
			t.Context(), &paymentsv1.GetPaymentRequest{OrderId: o.GetId()})
		if err != nil || answer.GetPayment().GetCaptured().GetAmount() != 1450 {
			t.Errorf("for one cheese is taken %v, %v", answer.GetPayment().GetCaptured(), err)
		}
		s.mailed(t, "ada@example.org", regexp.MustCompile(`(1 of 2 ×)`))
		elsewhere.opens(s.mailed(t, "ada@example.org", orderLink))
		elsewhere.sees("Your order is packed.", "Only 1 of it was there. The mice were quicker.",
			"Paid: $14.50.")
	})
}
