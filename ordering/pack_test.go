package ordering

import (
	"slices"
	"strings"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/ordering/order"
)

// money is what payments knows of an order's.
func (s *shop) money(orderID string) *paymentsv1.Payment {
	s.Helper()
	got, err := paymentsv1connect.NewPaymentsServiceClient(s.p.Client("payments")).GetPayment(s.Context(),
		&paymentsv1.GetPaymentRequest{OrderId: orderID})
	s.must(err)
	return got.GetPayment()
}

func TestWhatIsNotThereIsSaidAndNotCharged(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.producer("Dairy"), s.producer("Bakery")
		gouda, rye := s.product(dairy, "Gouda", "weight", 2000), s.product(bakery, "Rye", "each", 700)
		o := s.order(s.window(2).GetId(), want{gouda, 500}, want{rye, 3000}).GetOrder()
		line := func(o *orderingv1.Order, title string) *orderingv1.OrderLine {
			return o.GetLines()[slices.IndexFunc(o.GetLines(),
				func(l *orderingv1.OrderLine) bool { return l.GetProductTitle() == title })]
		}
		if l := line(o, "Gouda"); l.GetPacked() || l.GetShort() || l.GetPackedLeast() != 450 ||
			l.GetPackedMost() != 550 {
			s.Errorf("before it is packed: %v", l)
		}
		none := &orderingv1.PackedLine{VariantId: gouda.GetVariants()[0].GetId(), Reason: "sold_out"}
		got := s.advance(o, dairy, order.PartPacked, none)
		if l := line(got, "Gouda"); !l.GetPacked() || l.GetPackedQuantity() != 0 || !l.GetShort() ||
			l.GetShortReason() != "sold_out" || got.GetTotal().GetAmount() != 2100 {
			s.Errorf("packed as nothing: %v of %v", l, got.GetTotal())
		}
		if note := got.GetSteps()[len(got.GetSteps())-1].GetNote(); !strings.Contains(note,
			"short of Gouda") {
			s.Errorf("what happened is %q", note)
		}
		got = s.advance(o, bakery, order.PartPacked, &orderingv1.PackedLine{
			VariantId: rye.GetVariants()[0].GetId(),
			Quantity:  2000, Reason: "The oven went out.",
		})
		if l := line(got, "Rye"); got.GetStatus() != order.Packed ||
			l.GetShortReason() != "The oven went out." ||
			got.GetTotal().GetAmount() != 1400 {
			s.Errorf("packed as two of three: %v of %v", l, got)
		}
		s.eventually("the money is collected",
			func() bool { return s.money(o.GetId()).GetStatus() == state.PaymentCaptured })
		if taken := s.money(o.GetId()).GetCaptured().GetAmount(); taken != 1400 {
			s.Errorf("%d are taken for two loaves", taken)
		}
		s.advance(o, bakery, order.PartReady)
		if got = s.advance(o, bakery, order.PartDone); got.GetStatus() != order.Done {
			s.Errorf("an order of which all that is there was handed over is %s", got.GetStatus())
		}
	})
}

// TestWhatIsPackedIsPackedOnce packs again in every way: it stands as it was packed, and is told to be too
// late.
func TestWhatIsPackedIsPackedOnce(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.producer("Dairy")
		gouda := s.product(dairy, "Gouda", "weight", 2000)
		o := s.order(s.window(2).GetId(), want{gouda, 500}).GetOrder()
		packed := func(milli int64) []*orderingv1.PackedLine {
			return []*orderingv1.PackedLine{{VariantId: gouda.GetVariants()[0].GetId(), Quantity: milli}}
		}
		again := func(lines []*orderingv1.PackedLine) {
			s.Helper()
			_, err := s.AdvancePart(s.Context(), &orderingv1.AdvancePartRequest{
				OrderId: o.GetId(),
				PartId:  o.GetParts()[0].GetId(), To: order.PartPacked, Packed: lines, Viewer: operator,
			})
			s.wantCode(err, "already_packed")
		}
		s.advance(o, dairy, order.PartPacked, packed(0)...)
		before := s.get(o.GetId())
		for _, lines := range [][]*orderingv1.PackedLine{packed(0), packed(500), nil} {
			again(lines)
		}
		if after := s.get(o.GetId()); after.String() != before.String() {
			s.Errorf("to pack again made %v of %v", after, before)
		}
		s.eventually("the money is given back",
			func() bool { return s.money(o.GetId()).GetStatus() == state.PaymentVoided })
		if got := s.advance(o, dairy, order.PartDone); got.GetStatus() != order.Done {
			s.Errorf("an order of nothing is closed as %s", got.GetStatus())
		}
		again(packed(500))
		if p := s.money(o.GetId()); p.GetCaptured().GetAmount() != 0 || p.GetStatus() != state.PaymentVoided {
			s.Errorf("for nothing was taken: %v", p)
		}
	})
}

func TestAReasonIsALine(t *testing.T) {
	for reason, good := range map[string]bool{
		"": true, "sold_out": true, "Der Ofen ging aus. 😥": true,
		strings.Repeat("ü", 200): true, strings.Repeat("ü", 201): false, "a\nb": false, "\xff": false,
	} {
		if _, err := packingFromProto([]*orderingv1.PackedLine{{
			VariantId: "v",
			Reason:    reason,
		}}); (err == nil) != good {
			t.Errorf("%q: %v", reason, err)
		}
	}
}
