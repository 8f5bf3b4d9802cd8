package ordering_test

import (
	"slices"
	"strings"
	"testing"

	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/ordering"
	"github.com/artisan-eats/artisan/ordering/order"
)

// Steps takes a producer's parts on together, and answers the outcome of each.
func (s *shop) steps(
	producerID, to string, choices ...*orderingv1.PartChoice,
) (outcomes []string, steps []*orderingv1.PartStep) {
	s.Helper()
	got, err := s.StepParts(s.Context(), &orderingv1.StepPartsRequest{
		ProducerId: producerID, To: to, Parts: choices,
		Viewer: &orderingv1.Viewer{ProducerIds: []string{producerID}},
	})
	s.Must(err)
	for _, step := range got.GetSteps() {
		outcomes = append(outcomes, step.GetOutcome())
	}
	return outcomes, got.GetSteps()
}

func choicesOf(orders ...*orderingv1.Order) (choices []*orderingv1.PartChoice) {
	for _, o := range orders {
		choices = append(choices, &orderingv1.PartChoice{OrderId: o.GetId()})
	}
	return choices
}

// TestManyOrdersAreTakenOnInOneStep packs what comes by the piece, and leaves what has to be weighed with its
// name.
func TestManyOrdersAreTakenOnInOneStep(t *testing.T) {
	each(t, func(s *shop) {
		dairy, window := s.Producer("Dairy"), s.Window(2).GetId()
		gouda, curd := s.Product(dairy, "Gouda", "weight", 2000), s.Product(dairy, "Curd", "each", 500)
		var orders []*orderingv1.Order
		for range 4 {
			orders = append(orders, s.Order(window, want{curd, 1000}).GetOrder())
		}
		orders = append(orders, s.Order(window, want{curd, 1000}, want{gouda, 500}).GetOrder())
		for _, step := range []struct{ to, pieces, weighed string }{
			{order.PartAccepted, ordering.Stepped, ordering.Stepped},
			{order.PartPacked, ordering.Stepped, "needs_weight"},
			{order.PartReady, ordering.Stepped, "wrong_step"},
			{order.PartDone, ordering.Stepped, "wrong_step"},
			{order.PartAccepted, ordering.Already, ordering.Already},
			{order.PartPacked, ordering.Already, "needs_weight"},
			{order.PartDone, ordering.Already, "wrong_step"},
		} {
			got, answers := s.steps(dairy, step.to, choicesOf(orders...)...)
			if want := slices.Concat(slices.Repeat([]string{step.pieces}, 4),
				[]string{step.weighed}); !slices.Equal(got, want) {
				s.Fatalf("to %s: %v, want %v", step.to, got, want)
			}
			if last := answers[4]; step.weighed == "needs_weight" &&
				!strings.Contains(last.GetMessage(), "Gouda") {
				s.Errorf("what has to be weighed is not named: %q", last.GetMessage())
			}
		}
		for i, o := range orders {
			now, want := s.Get(o.GetId()), order.Done
			if i == 4 {
				want = order.Confirmed
			}
			if now.GetStatus() != want {
				s.Errorf("order %d is %s", i, now.GetStatus())
			}
		}
		s.Eventually("the money is collected",
			func() bool { return s.Money(orders[0].GetId()).GetStatus() == state.PaymentCaptured })
	})
}

// TestWhatIsNewIsNotPackedAmongMany chooses all and presses the wrong button: what nobody looked at stays as
// it is, and its money too.
func TestWhatIsNewIsNotPackedAmongMany(t *testing.T) {
	each(t, func(s *shop) {
		dairy, window := s.Producer("Dairy"), s.Window(2).GetId()
		curd := s.Product(dairy, "Curd", "each", 500)
		fresh, accepted := s.Order(window, want{curd, 1000}).GetOrder(),
			s.Order(window, want{curd, 1000}).GetOrder()
		s.Advance(accepted, dairy, order.PartAccepted)
		got, answers := s.steps(dairy, order.PartPacked, choicesOf(fresh, accepted)...)
		if !slices.Equal(got, []string{"not_accepted", ordering.Stepped}) ||
			answers[0].GetMessage() != "Accept it first." {
			s.Errorf("%v: %v", got, answers[0])
		}
		s.Eventually("the other's money is collected",
			func() bool { return s.Money(accepted.GetId()).GetStatus() == state.PaymentCaptured })
		if o := s.Get(fresh.GetId()); o.GetStatus() != order.Confirmed ||
			o.GetParts()[0].GetStatus() != order.PartNew ||
			s.Money(fresh.GetId()).GetStatus() != state.PaymentAuthorised {
			s.Errorf("what is new is %v", o)
		}
		s.Advance(fresh, dairy, order.PartPacked) // on its own page, in one
	})
}

// TestAnOlderPageOfOneOrderPacksNothing has a page that was made before the order was changed, and accepted
// again elsewhere.
func TestAnOlderPageOfOneOrderPacksNothing(t *testing.T) {
	each(t, func(s *shop) {
		bakery := s.Producer("Bakery")
		loaf, jam := s.Product(bakery, "Loaf", "each", 500), s.Product(bakery, "Jam", "each", 700)
		bought := s.Order(s.Window(2).GetId(), want{loaf, 2000})
		page := s.Advance(bought.GetOrder(), bakery, order.PartAccepted).GetParts()[0]
		s.Change(s.Wants(bought, "", want{loaf, 3000}, want{jam, 1000}))
		now := s.Advance(bought.GetOrder(), bakery, order.PartAccepted).GetParts()[0]
		asks := func(to string, p *orderingv1.Part) error {
			seen, moves := int64(0), p.GetMoves()
			_, err := s.AdvancePart(s.Context(),
				&orderingv1.AdvancePartRequest{
					OrderId: bought.GetOrder().GetId(), PartId: p.GetId(), To: to,
					ChangedAt: &seen, Moves: &moves, Viewer: operator,
				})
			return err
		}
		s.WantCode(asks(order.PartPacked, page), "order_changed")
		s.Must(asks(order.PartAccepted, page)) // as it is already
		if o := s.Get(bought.GetOrder().GetId()); o.GetParts()[0].GetStatus() != order.PartAccepted ||
			o.GetParts()[0].GetMoves() != now.GetMoves() {
			s.Errorf("the older page made it %v", o.GetParts()[0])
		}
		s.Must(asks(order.PartPacked, now))
		s.WantCode(asks(order.PartPacked, page), "already_packed")
	})
}

// TestAStepIsTakenBackWhileNothingCameOfIt takes back what may be, and says of all else why it stays.
func TestAStepIsTakenBackWhileNothingCameOfIt(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery, window := s.Producer("Dairy"), s.Producer("Bakery"), s.Window(2).GetId()
		gouda, curd, rye := s.Product(dairy, "Gouda", "weight", 2000), s.Product(dairy, "Curd", "each", 500),
			s.Product(bakery, "Rye", "each", 700)
		shared := s.Order(window, want{curd, 2000}, want{rye, 1000}).GetOrder()
		all := choicesOf(shared)
		back1 := func(want, why string) {
			s.Helper()
			got, steps := s.steps(dairy, order.Back, all...)
			if got[0] != want || !strings.Contains(steps[0].GetMessage(), why) {
				s.Errorf("taken back: %v", steps[0])
			}
		}
		back1("not_undone", "It is new")
		s.steps(dairy, order.PartAccepted, all...)
		s.steps(dairy, order.PartPacked, all...)
		unpacked := func() int64 {
			got, err := s.Inventory.Availability(s.Context(),
				&inventoryv1.AvailabilityRequest{VariantIds: []string{curd.GetVariants()[0].GetId()}})
			s.Must(err)
			return got.GetVariants()[0].GetUnpacked()
		}
		s.Eventually("what is packed is off the shelf", func() bool { return unpacked() == 0 })
		back1(ordering.Stepped, "")
		s.Eventually("what is to be packed again is on the shelf", func() bool { return unpacked() == 2000 })
		if o := s.Get(shared.GetId()); o.GetTotal().GetAmount() != 1700 ||
			slices.ContainsFunc(o.GetLines(), (*orderingv1.OrderLine).GetPacked) {
			s.Errorf("after it was taken back: %v", o)
		}
		back1(ordering.Stepped, "")
		back1("not_undone", "It is new")
		s.Advance(shared, dairy, order.PartPacked, &orderingv1.PackedLine{
			VariantId: curd.GetVariants()[0].GetId(),
			Quantity:  1000, Reason: "sold_out",
		})
		back1("not_undone", "told what is missing")
		s.Advance(shared, bakery, order.PartPacked)
		back1("not_undone", "its money was taken")
		s.Advance(shared, dairy, order.PartReady)
		back1("not_undone", "told that it is ready")
		weighed := s.Order(window, want{gouda, 500}, want{rye, 1000}).GetOrder()
		s.Advance(weighed, dairy, order.PartPacked,
			&orderingv1.PackedLine{VariantId: gouda.GetVariants()[0].GetId(), Quantity: 480})
		all = choicesOf(weighed)
		back1("not_undone", "is booked already")
	})
}

// TestAStepThatIsSentTwiceIsTakenOnce sends steps again after others came between: with what was seen they
// Change nothing.
func TestAStepThatIsSentTwiceIsTakenOnce(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		o := s.Order(s.Window(2).GetId(), want{s.Product(dairy, "Curd", "each", 500), 1000}).GetOrder()
		seen := func(moves int64) *orderingv1.PartChoice {
			return &orderingv1.PartChoice{OrderId: o.GetId(), Moves: &moves}
		}
		for i, step := range []struct {
			to    string
			moves int64
			want  string
		}{
			{order.PartAccepted, 0, ordering.Stepped},
			{order.PartAccepted, 0, ordering.Already},
			{order.Back, 1, ordering.Stepped},
			{order.Back, 1, "changed"},
			{order.PartAccepted, 0, "changed"},
			{order.PartAccepted, 2, ordering.Stepped},
		} {
			if got, _ := s.steps(dairy, step.to, seen(step.moves)); got[0] != step.want {
				s.Errorf("step %d, %s: %v, want %s", i, step.to, got, step.want)
			}
		}
		if n := len(s.Get(o.GetId()).GetSteps()); n != len(o.GetSteps())+3 {
			s.Errorf("the order has %d steps, and had %d", n, len(o.GetSteps()))
		}
	})
}

// TestStepsAreOfOnesOwnParts refuses who is not the producer, and says of orders that are none of hers only
// that they are not there.
func TestStepsAreOfOnesOwnParts(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery, window := s.Producer("Dairy"), s.Producer("Bakery"), s.Window(2).GetId()
		theirs := s.Order(window, want{s.Product(bakery, "Rye", "each", 700), 1000}).GetOrder()
		_, err := s.StepParts(s.Context(), &orderingv1.StepPartsRequest{
			ProducerId: bakery, To: order.PartAccepted,
			Parts: choicesOf(theirs), Viewer: &orderingv1.Viewer{ProducerIds: []string{dairy}},
		})
		s.WantCode(err, "not_found")
		got, steps := s.steps(dairy, order.PartAccepted, choicesOf(theirs)...)
		if got[0] != "not_found" || steps[0].GetOrder() != nil {
			s.Errorf("another maker's order: %v", steps[0])
		}
		for _, wrong := range []*orderingv1.StepPartsRequest{
			{ProducerId: dairy, To: order.PartNew},
			{ProducerId: dairy, To: "nowhere"},
			{ProducerId: "nobody", To: order.PartAccepted},
			{ProducerId: dairy, To: order.PartAccepted, Parts: choicesOf(theirs, theirs)},
			{
				ProducerId: dairy, To: order.PartAccepted,
				Parts: make([]*orderingv1.PartChoice, ordering.MaxSteps+1),
			},
		} {
			wrong.Viewer = operator
			_, err := s.StepParts(s.Context(), wrong)
			if err == nil {
				s.Errorf("%v is taken", wrong)
			}
		}
	})
}
