package payments

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
)

// collected is an order of two makers and a fee that was collected, a tenth being the commission.
func collected(t *testing.T) Payment {
	t.Helper()
	p := Payment{OrderID: "ord_x_1", Method: "test", Currency: "USD", Status: Capturing, Authorised: 5000}
	p.Details.Sale = Sale{Total: 3500, Fee: 500, Parts: []Part{{"dairy", 2000}, {"bakery", 1000}}}
	p, _, err := p.captured(1000, 1)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestARefundOfAPartIsTakenFromItsMakerAlone(t *testing.T) {
	p := collected(t)
	p, entries, err := p.promise(Refund{Key: "a", Minor: 500, Producer: "dairy"}, 2, 2)
	if err != nil || !balanced(entries) {
		t.Fatal(err, entries)
	}
	if dairy, bakery, cut, fee := p.credit(payable+"dairy"), p.credit(payable+
		"bakery"), p.credit(commission), p.credit(delivery); dairy != 1350 || bakery != 900 || cut != 250 ||
		fee != 500 {
		t.Errorf("after it the dairy has %d, the bakery %d, the market %d and %d", dairy, bakery, cut, fee)
	}
	if _, _, err = p.promise(Refund{Key: "b", Minor: 1501, Producer: "dairy"}, 2, 2); !errors.Is(err,
		errTooMuch) {
		t.Errorf("more than is left of the part: %v", err)
	}
	if _, _, err = p.promise(Refund{Key: "a", Minor: 500, Producer: "bakery"}, 2, 2); !errors.Is(err,
		errKeyReused) {
		t.Errorf("the same key for another part: %v", err)
	}
	if again, entries, err := p.promise(Refund{Key: "a", Minor: 500, Producer: "dairy"}, 2, 2); err != nil ||
		len(entries) != 0 || again.Refunded != 500 {
		t.Errorf("said twice: %v, %v, %d", err, entries, again.Refunded)
	}
	if _, _, err = p.promise(Refund{Key: "c", Minor: 1, Producer: "nobody"}, 2, 2); !errors.Is(err,
		errNoPart) {
		t.Errorf("of nobody's part: %v", err)
	}
	p, entries, err = p.promise(Refund{Key: "d", Minor: 1500, Producer: "dairy"}, 2, 2)
	if err != nil || !balanced(entries) || p.credit(payable+"dairy") != 0 || p.credit(commission) != 100 {
		t.Errorf("all of a part: %v; the dairy has %d, the market %d", err, p.credit(payable+"dairy"),
			p.credit(commission))
	}
	p, entries, err = p.promise(Refund{Key: "e", Minor: 1500}, 2, 2)
	if err != nil || !balanced(entries) || p.Refunded != p.Captured {
		t.Errorf("the rest: %v, %d of %d", err, p.Refunded, p.Captured)
	}
}

func TestALineIsPaidBackOnceAtTheMost(t *testing.T) {
	p := collected(t)
	p, _, err := p.promise(Refund{Key: "a", Minor: 300, Producer: "dairy", Variant: "brie", lineTotal: 400},
		2, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = p.promise(Refund{Key: "b", Minor: 101, Producer: "dairy", Variant: "brie", lineTotal: 400},
		2, 2); !errors.Is(err, errTooMuch) {
		t.Errorf("more than is left of the line: %v", err)
	}
	if _, _, err = p.promise(Refund{Key: "b", Minor: 100, Producer: "dairy", Variant: "brie", lineTotal: 400},
		2, 2); err != nil {
		t.Errorf("the rest of the line: %v", err)
	}
	// What was paid back of the whole order is left of no part either.
	p = collected(t)
	p, _, _ = p.promise(Refund{Key: "a", Minor: 3500 - 35}, 2, 2)
	if _, _, err = p.promise(Refund{Key: "b", Minor: 400, Producer: "dairy", Variant: "brie", lineTotal: 400},
		2, 2); !errors.Is(err, errTooMuch) {
		t.Errorf("of what is left of nothing: %v", err)
	}
}

// anySale is one of up to four makers, some with a fee, of which a share is the commission.
func anySale(t *testing.T, r *rand.Rand, bp int64) Payment {
	t.Helper()
	var sale Sale
	for i := range 1 + r.IntN(4) {
		sale.Parts = append(sale.Parts, Part{"maker" + strconv.Itoa(i), 1 + r.Int64N(3000)})
		sale.Total += sale.Parts[i].Minor
	}
	sale.Fee = r.Int64N(2) * r.Int64N(600)
	sale.Total += sale.Fee
	p := Payment{
		OrderID: "ord_x_1", Method: "test", Currency: "USD", Status: Capturing,
		Authorised: sale.Total,
	}
	p.Details.Sale = sale
	p, _, err := p.captured(bp, 1)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhatIsLeftOfAPartCanBeRefundedAndLeavesItsMakerNothing(t *testing.T) {
	for _, bp := range []int64{0, 1, 500, 1000, 1234, 9999, 10000} {
		t.Run(strconv.FormatInt(bp, 10), func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, uint64(bp)))
			for range 2000 {
				p := anySale(t, r, bp)
				for j := range 6 {
					p = refundedAtRandom(t, r, p, strconv.Itoa(j))
				}
				for at, part := range p.Details.Sale.Parts {
					p = refundedBy(t, p,
						Refund{Key: "last" + strconv.Itoa(at), Minor: p.leftOf(at), Producer: part.Producer})
					if owed := p.credit(payable + part.Producer); owed != 0 || p.leftOf(at) != 0 {
						t.Fatalf("%+v: %s is owed %d, with %d left", p.Details, part.Producer, owed,
							p.leftOf(at))
					}
				}
			}
		})
	}
}

// refundedAtRandom gives back some of all, or some or all of a part.
func refundedAtRandom(t *testing.T, r *rand.Rand, p Payment, key string) Payment {
	t.Helper()
	if left := p.Captured - p.Refunded; r.IntN(3) == 0 && left > 0 {
		return refundedBy(t, p, Refund{Key: key, Minor: 1 + r.Int64N(left)})
	}
	at := r.IntN(len(p.Details.Sale.Parts))
	minor := p.leftOf(at)
	if minor > 0 && r.IntN(2) == 0 {
		minor = 1 + r.Int64N(minor)
	}
	return refundedBy(t, p, Refund{Key: key, Minor: minor, Producer: p.Details.Sale.Parts[at].Producer})
}

// refundedBy makes a refund that has to be possible, and looks at the sums after it.
func refundedBy(t *testing.T, p Payment, refund Refund) Payment {
	t.Helper()
	if refund.Minor == 0 {
		return p
	}
	after, entries, err := p.promise(refund, 2, 2)
	if err != nil || !balanced(entries) {
		t.Fatalf("%+v of %+v: %v, %v", refund, p.Details, err, entries)
	}
	var credited int64
	for _, c := range after.Details.Credits {
		if credited += c.Minor; c.Minor < 0 {
			t.Fatalf("%+v of %+v takes more than there is: %+v", refund, p.Details, after.Details.Credits)
		}
	}
	if after.Refunded > after.Captured || credited != after.Captured-after.Refunded {
		t.Fatalf("%+v of %+v: %d of %d are back, and %d credited", refund, p.Details, after.Refunded,
			after.Captured, credited)
	}
	return after
}

// TestWhatALineComesToIsAskedOfOrdering pays a line back by quantity and by amount: it is whose it is, and
// worth what was packed of it.
func TestWhatALineComesToIsAskedOfOrdering(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.service.host.NewID(id.Producer, "portland"),
			s.service.host.NewID(id.Producer, "portland")
		brie, cheddar, crumb := s.service.host.NewID(id.Variant, "portland"),
			s.service.host.NewID(id.Variant, "portland"), s.service.host.NewID(id.Variant, "portland")
		usd := func(minor int64) *moneyv1.Money { return money.New(minor, "USD").Proto() }
		orderID := s.paidOrder()
		s.peers.orders[orderID] = &orderingv1.Order{Id: orderID, Lines: []*orderingv1.OrderLine{
			{
				VariantId: brie, ProducerId: dairy, ProductTitle: "Brie", VariantTitle: "Wheel",
				Quantity:       4000,
				PackedQuantity: 3000, Packed: true, Total: usd(600),
			},
			{
				VariantId: cheddar, ProducerId: dairy, ProductTitle: "Cheddar", SoldBy: "weight",
				Quantity: 500,
				Total:    usd(199),
			},
			{VariantId: crumb, ProducerId: bakery, ProductTitle: "Crumb", Quantity: 1000, Total: usd(0)},
		}}
		sale := sold(900, 0, 799, 101)
		sale.Parts[0].ProducerId, sale.Parts[1].ProducerId = dairy, bakery
		s.tell(packed, orderID, sale)
		s.settleDue()
		before := int64(0)
		for i, c := range []struct {
			ask  *paymentsv1.RefundRequest
			code string
			back int64
		}{
			{&paymentsv1.RefundRequest{VariantId: brie, Quantity: 1000}, "", 200},
			{&paymentsv1.RefundRequest{VariantId: brie, Quantity: 4000}, "refund_too_large", 200},
			// a third is back already
			{&paymentsv1.RefundRequest{VariantId: brie, Quantity: 3000}, "refund_too_large", 200},
			// as a maker would be told
			{
				&paymentsv1.RefundRequest{VariantId: brie, Quantity: 4000, Amount: usd(1)},
				"refund_too_large",
				200,
			},
			{
				&paymentsv1.RefundRequest{VariantId: brie, ProducerId: bakery, Quantity: 1000}, "not_found",
				200,
			},
			{&paymentsv1.RefundRequest{
				VariantId: s.service.host.NewID(id.Variant, "portland"),
				Quantity:  1000,
			}, "not_found", 200},
			{&paymentsv1.RefundRequest{VariantId: crumb, Quantity: 1000}, "invalid", 200},
			{&paymentsv1.RefundRequest{VariantId: cheddar, Quantity: 250}, "", 299},
			{&paymentsv1.RefundRequest{VariantId: cheddar, ProducerId: dairy, Amount: usd(100)}, "", 399},
			{&paymentsv1.RefundRequest{VariantId: cheddar, Amount: usd(1)}, "refund_too_large", 399},
			{&paymentsv1.RefundRequest{ProducerId: dairy, Quantity: 1000}, "invalid", 399},
		} {
			c.ask.OrderId, c.ask.Key = orderID, strconv.Itoa(i)
			quote, quoteErr := s.QuoteRefund(s.Context(), &paymentsv1.QuoteRefundRequest{
				OrderId:   orderID,
				VariantId: c.ask.GetVariantId(), Quantity: c.ask.GetQuantity(),
			})
			if c.ask.GetQuantity() > 0 && c.ask.GetProducerId() == "" &&
				(c.code == "" && (quoteErr != nil || quote.GetAmount().GetAmount() != c.back-before) ||
					c.code != "" && !fault.Is(quoteErr, c.code)) {
				s.Errorf("%v is said to come to %v, %v", c.ask, quote, quoteErr)
			}
			before = c.back
			answer, err := s.Refund(s.Context(), c.ask)
			if c.code == "" && err != nil || c.code != "" && !fault.Is(err, c.code) {
				s.Errorf("%v: %v, want %q", c.ask, err, c.code)
			}
			if err == nil && answer.GetPayment().GetRefunded().GetAmount() != c.back {
				s.Errorf("%v: %v is back, want %d", c.ask, answer.GetPayment().GetRefunded(), c.back)
			}
		}
		payment, err := s.GetPayment(s.Context(), &paymentsv1.GetPaymentRequest{OrderId: orderID})
		if err != nil || payment.GetPayment().GetRefunded().GetAmount() != 399 {
			s.Fatalf("%v, %v", payment, err)
		}
		if r := payment.GetPayment().GetRefunds()[0]; r.GetProducerId() != dairy ||
			r.GetVariantId() != brie || r.GetQuantity() != 1000 {
			s.Errorf("it is of %v", r)
		}
		told, err := auditv1connect.NewAuditServiceClient(s.process.Client("payments")).ListEntries(
			s.Context(), &auditv1.ListEntriesRequest{Limit: 10})
		if err != nil || len(told.GetEntries()) != 3 ||
			told.GetEntries()[2].GetDetail()["goods"] != "Brie, Wheel" ||
			told.GetEntries()[2].GetDetail()["producer"] != dairy {
			s.Errorf("the log is told %v, %v", told, err)
		}
		s.peers.setDown(true)
		if _, err := s.Refund(s.Context(), &paymentsv1.RefundRequest{
			OrderId: orderID, Key: "down",
			VariantId: brie, Quantity: 1000,
		}); fault.KindOf(err) != fault.Unavailable {
			s.Errorf("while ordering is down: %v", err)
		}
	})
}

func TestACallersLongestKeyIsTakenWithItsOrderBeforeIt(t *testing.T) {
	orderID := "ord_portland_01k8y6v0000000000000000000"
	request := &paymentsv1.RefundRequest{
		OrderId: orderID, Key: orderID + ":" + strings.Repeat("k", 128),
		Amount: money.New(1, "USD").Proto(),
	}
	if _, err := readRefund(request); err != nil {
		t.Error(err)
	}
}
