package ordering

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/money"
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
		got := s.advance(o, dairy, PartPacked, none)
		if l := line(got, "Gouda"); !l.GetPacked() || l.GetPackedQuantity() != 0 || !l.GetShort() ||
			l.GetShortReason() != "sold_out" || got.GetTotal().GetAmount() != 2100 {
			s.Errorf("packed as nothing: %v of %v", l, got.GetTotal())
		}
		if note := got.GetSteps()[len(got.GetSteps())-1].GetNote(); !strings.Contains(note,
			"short of Gouda") {
			s.Errorf("what happened is %q", note)
		}
		got = s.advance(o, bakery, PartPacked, &orderingv1.PackedLine{
			VariantId: rye.GetVariants()[0].GetId(),
			Quantity:  2000, Reason: "The oven went out.",
		})
		if l := line(got, "Rye"); got.GetStatus() != Packed || l.GetShortReason() != "The oven went out." ||
			got.GetTotal().GetAmount() != 1400 {
			s.Errorf("packed as two of three: %v of %v", l, got)
		}
		s.eventually("the money is collected",
			func() bool { return s.money(o.GetId()).GetStatus() == state.PaymentCaptured })
		if taken := s.money(o.GetId()).GetCaptured().GetAmount(); taken != 1400 {
			s.Errorf("%d are taken for two loaves", taken)
		}
		s.advance(o, bakery, PartReady)
		if got = s.advance(o, bakery, PartDone); got.GetStatus() != Done {
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
				PartId:  o.GetParts()[0].GetId(), To: PartPacked, Packed: lines, Viewer: operator,
			})
			s.wantCode(err, "already_packed")
		}
		s.advance(o, dairy, PartPacked, packed(0)...)
		before := s.get(o.GetId())
		for _, lines := range [][]*orderingv1.PackedLine{packed(0), packed(500), nil} {
			again(lines)
		}
		if after := s.get(o.GetId()); after.String() != before.String() {
			s.Errorf("to pack again made %v of %v", after, before)
		}
		s.eventually("the money is given back",
			func() bool { return s.money(o.GetId()).GetStatus() == state.PaymentVoided })
		if got := s.advance(o, dairy, PartDone); got.GetStatus() != Done {
			s.Errorf("an order of nothing is closed as %s", got.GetStatus())
		}
		again(packed(500))
		if p := s.money(o.GetId()); p.GetCaptured().GetAmount() != 0 || p.GetStatus() != state.PaymentVoided {
			s.Errorf("for nothing was taken: %v", p)
		}
	})
}

// TestNothingIsChargedThatIsNotPacked packs orders of two makers at random: they come to what is there and
// the fee, never more than was authorised, and to nothing where nothing is there.
func TestNothingIsChargedThatIsNotPacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lines []Line
		for i, name := range []string{"a", "b", "c", "d"} {
			line := Line{
				VariantID: name, Quantity: 1000 * rapid.Int64Range(1, 5).Draw(t, "quantity"),
				Price:      money.New(rapid.Int64Range(0, 5000).Draw(t, "price"), "USD"),
				ProducerID: "pro_" + string(rune('a'+i%2)),
				SoldBy:     rapid.SampledFrom([]string{"each", "weight"}).Draw(t, "sold by"),
			}
			if err := line.price(); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, line)
		}
		o, err := newOrder("ord_x", Cart{ID: "crt", Market: "portland", Lines: lines}, money.New(600, "USD"),
			noon)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.splitParts(func() string { return "prt" }); err != nil {
			t.Fatal(err)
		}
		o.enter(Confirmed, noon, "")
		var goods, pieces int64
		told, nothing := packing{}, rapid.Bool().Draw(t, "nothing is there")
		for _, l := range lines {
			_, most := l.packedRange()
			quantity := rapid.Int64Range(0, most/1000).Draw(t, "packed") * 1000
			if nothing {
				quantity = 0
			}
			told[l.VariantID] = packedLine{quantity, ""}
			cost, _ := l.Price.Times(quantity)
			goods, pieces = goods+cost.Minor, pieces+quantity
		}
		for at, part := range o.Parts {
			mine := packing{}
			for _, l := range lines {
				if l.ProducerID == part.ProducerID {
					mine[l.VariantID] = told[l.VariantID]
				}
			}
			if _, err := advance(&o, at, PartPacked, mine, noon); err != nil {
				t.Fatal(err)
			}
		}
		want := goods + 600
		if pieces == 0 {
			want = 0
		}
		if o.Status != Packed || o.Total.Minor != want || o.Total.Minor > o.Authorised.Minor {
			t.Fatalf("an order of %d that is %s comes to %d of %d", want, o.Status, o.Total.Minor,
				o.Authorised.Minor)
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
