package payments

import (
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/audit"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/rights"
)

// TestAMakerIsToldWhatWasPaidBackOfHers pays back of an order of two: a part, and some of all.
func TestAMakerIsToldWhatWasPaidBackOfHers(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.service.host.NewID(id.Producer, "portland"),
			s.service.host.NewID(id.Producer, "portland")
		orderID, untouched := s.paidOrder(), s.paidOrder()
		for _, o := range []string{orderID, untouched} {
			sale := sold(900, 0, 600, 300)
			sale.Parts[0].ProducerId, sale.Parts[1].ProducerId = dairy, bakery
			s.tell(packed, o, sale)
		}
		s.settleDue()
		for key, r := range map[string]*paymentsv1.RefundRequest{
			"1": {ProducerId: dairy, Amount: money.New(150, "USD").Proto()},
			"2": {Amount: money.New(75, "USD").Proto()},
		} {
			r.OrderId, r.Key, r.Reason = orderID, key, "for the shopper only"
			if _, err := s.Refund(audit.With(s.Context(), audit.Actor{Kind: audit.Operator, ID: "acc_x_op"}),
				r); err != nil {
				s.Fatal(err)
			}
		}
		sums := map[string]int64{}
		for _, producer := range []string{dairy, bakery} {
			answer, err := s.PartRefunds(s.Context(),
				&paymentsv1.PartRefundsRequest{ProducerId: producer, OrderIds: []string{untouched, orderID}})
			if err != nil {
				s.Fatal(err)
			}
			for _, r := range answer.GetRefunds() {
				sums[producer] += r.GetAmount().GetAmount()
				if r.GetOrderId() != orderID || r.GetAt() != s.clock.Now().UnixMilli() ||
					r.GetAmount().GetCurrency() != "USD" ||
					r.GetOfOrder() == (r.GetAmount().GetAmount() == 150) {
					s.Errorf("she is told %v", r)
				}
			}
			if strings.Contains(answer.String(), "shopper only") {
				s.Errorf("she reads what was written to the shopper: %v", answer)
			}
		}
		if len(sums) != 2 || sums[dairy]+sums[bakery] != 225 || sums[dairy] <= 150 || sums[bakery] == 0 {
			s.Errorf("they are told of %v", sums)
		}
		_, err := s.PartRefunds(rights.With(s.Context(), rights.Limits{dairy: {rights.Goods}}),
			&paymentsv1.PartRefundsRequest{ProducerId: dairy, OrderIds: []string{orderID}})
		if err == nil || !strings.Contains(err.Error(), "You may not do this here") {
			s.Errorf("who looks after the goods is told: %v", err)
		}
		for _, bad := range []*paymentsv1.PartRefundsRequest{
			{ProducerId: "x"},
			{ProducerId: dairy, OrderIds: []string{"x"}},
			{ProducerId: dairy, OrderIds: slices.Repeat([]string{orderID}, maxPartOrders+1)},
		} {
			if _, err := s.PartRefunds(s.Context(), bad); err == nil {
				s.Errorf("%.60v is answered", bad)
			}
		}
	})
}
