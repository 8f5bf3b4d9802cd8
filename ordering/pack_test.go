package ordering_test

import (
	"slices"
	"strings"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/ordering/order"
)

func TestWhatIsNotThereIsSaidAndNotCharged(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.Producer("Dairy"), s.Producer("Bakery")
		gouda, rye := s.Product(dairy, "Gouda", "weight", 2000), s.Product(bakery, "Rye", "each", 700)
		o := s.Order(s.Window(2).GetId(), want{gouda, 500}, want{rye, 3000}).GetOrder()
		line := func(o *orderingv1.Order, title string) *orderingv1.OrderLine {
			return o.GetLines()[slices.IndexFunc(o.GetLines(),
				func(l *orderingv1.OrderLine) bool { return l.GetProductTitle() == title })]
		}
		if l := line(o, "Gouda"); l.GetPacked() || l.GetShort() || l.GetPackedLeast() != 450 ||
			l.GetPackedMost() != 550 {
			s.Errorf("before it is packed: %v", l)
		}
		none := &orderingv1.PackedLine{VariantId: gouda.GetVariants()[0].GetId(), Reason: "sold_out"}
		got := s.Advance(o, dairy, order.PartPacked, none)
		if l := line(got, "Gouda"); !l.GetPacked() || l.GetPackedQuantity() != 0 || !l.GetShort() ||
			l.GetShortReason() != "sold_out" || got.GetTotal().GetAmount() != 2100 {
			s.Errorf("packed as nothing: %v of %v", l, got.GetTotal())
		}
		if note := got.GetSteps()[len(got.GetSteps())-1].GetNote(); !strings.Contains(note,
			"short of Gouda") {
			s.Errorf("what happened is %q", note)
		}
		got = s.Advance(o, bakery, order.PartPacked, &orderingv1.PackedLine{
			VariantId: rye.GetVariants()[0].GetId(),
			Quantity:  2000, Reason: "The oven went out.",
		})
		if l := line(got, "Rye"); got.GetStatus() != order.Packed ||
			l.GetShortReason() != "The oven went out." ||
			got.GetTotal().GetAmount() != 1400 {
			s.Errorf("packed as two of three: %v of %v", l, got)
		}
		s.Eventually("the money is collected",
			func() bool { return s.Money(o.GetId()).GetStatus() == state.PaymentCaptured })
		if taken := s.Money(o.GetId()).GetCaptured().GetAmount(); taken != 1400 {
			s.Errorf("%d are taken for two loaves", taken)
		}
		s.Advance(o, bakery, order.PartReady)
		if got = s.Advance(o, bakery, order.PartDone); got.GetStatus() != order.Done {
			s.Errorf("an order of which all that is there was handed over is %s", got.GetStatus())
		}
	})
}

// TestWhatIsPackedIsPackedOnce packs again in every way: it stands as it was packed, and is told to be too
// late.
func TestWhatIsPackedIsPackedOnce(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		gouda := s.Product(dairy, "Gouda", "weight", 2000)
		o := s.Order(s.Window(2).GetId(), want{gouda, 500}).GetOrder()
		packed := func(milli int64) []*orderingv1.PackedLine {
			return []*orderingv1.PackedLine{{VariantId: gouda.GetVariants()[0].GetId(), Quantity: milli}}
		}
		again := func(lines []*orderingv1.PackedLine) {
			s.Helper()
			_, err := s.AdvancePart(s.Context(), &orderingv1.AdvancePartRequest{
				OrderId: o.GetId(),
				PartId:  o.GetParts()[0].GetId(), To: order.PartPacked, Packed: lines, Viewer: operator,
			})
			s.WantCode(err, "already_packed")
		}
		s.Advance(o, dairy, order.PartPacked, packed(0)...)
		before := s.Get(o.GetId())
		for _, lines := range [][]*orderingv1.PackedLine{packed(0), packed(500), nil} {
			again(lines)
		}
		if after := s.Get(o.GetId()); after.String() != before.String() {
			s.Errorf("to pack again made %v of %v", after, before)
		}
		s.Eventually("the money is given back",
			func() bool { return s.Money(o.GetId()).GetStatus() == state.PaymentVoided })
		if got := s.Advance(o, dairy, order.PartDone); got.GetStatus() != order.Done {
			s.Errorf("an order of nothing is closed as %s", got.GetStatus())
		}
		again(packed(500))
		if p := s.Money(o.GetId()); p.GetCaptured().GetAmount() != 0 || p.GetStatus() != state.PaymentVoided {
			s.Errorf("for nothing was taken: %v", p)
		}
	})
}
