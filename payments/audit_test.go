package payments

import (
	"testing"

	"github.com/artisan-eats/artisan/audit"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/money"
)

func TestARefundIsToldOnceAndKeepsWhoPromisedIt(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		s.tell(packed, orderID, sold(900, 0, 900))
		s.settleDue()
		boss := audit.With(s.Context(), audit.Actor{Kind: audit.Operator, ID: "cus_boss"})
		request := &paymentsv1.RefundRequest{
			OrderId: orderID, Amount: money.New(400, "USD").Proto(),
			Key: "one", Reason: "crushed",
		}
		for range 2 { // a form that is sent twice
			if _, err := s.Refund(boss, request); err != nil {
				s.Fatal(err)
			}
		}
		tooMuch := &paymentsv1.RefundRequest{
			OrderId: orderID, Amount: money.New(4000, "USD").Proto(),
			Key: "two",
		}
		if _, err := s.Refund(boss, tooMuch); err == nil {
			s.Fatal("more was refunded than there was")
		}
		told, err := auditv1connect.NewAuditServiceClient(s.process.Client("payments")).ListEntries(
			s.Context(), &auditv1.ListEntriesRequest{Limit: 10})
		if err != nil || len(told.GetEntries()) != 1 {
			s.Fatalf("told %v, %v", told.GetEntries(), err)
		}
		if e := told.GetEntries()[0]; e.GetAction() != "order.refund" || e.GetSubject() != orderID ||
			e.GetActorId() != "cus_boss" || e.GetDetail()["amount"] != "400" {
			s.Errorf("told %v", e)
		}
		var tellings int64
		if err := s.service.host.DB().Read().QueryRowContext(s.Context(),
			"SELECT COUNT(*) FROM outbox WHERE type = 'payment.refunded'").Scan(&tellings); err != nil ||
			tellings != 1 {
			s.Errorf("a refund is published %d times, %v", tellings, err)
		}
		if p, err := s.GetPayment(s.Context(), &paymentsv1.GetPaymentRequest{OrderId: orderID}); err != nil ||
			len(p.GetPayment().GetRefunds()) != 1 ||
			p.GetPayment().GetRefunds()[0].GetReason() != "crushed" ||
			p.GetPayment().GetRefunds()[0].GetAt() == 0 ||
			p.GetPayment().GetRefunds()[0].GetAmount().GetAmount() != 400 {
			s.Errorf("the payment tells of %v, %v", p.GetPayment().GetRefunds(), err)
		}
		entries, err := s.ListEntries(s.Context(), &paymentsv1.ListEntriesRequest{OrderId: orderID})
		if err != nil {
			s.Fatal(err)
		}
		for _, e := range entries.GetEntries() {
			if refund := e.GetWhat() == "refunded" ||
				e.GetWhat() == "refund_paid"; refund != (e.GetActorId() == "cus_boss") ||
				refund != (e.GetActorKind() == audit.Operator) {
				s.Errorf("%s was by %q %q", e.GetWhat(), e.GetActorKind(), e.GetActorId())
			}
		}
	})
}
