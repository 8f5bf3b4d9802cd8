package ordering_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

// forget saves an order as a process does that knows nothing of changes.
func (s *shop) forget(orderID string) {
	s.Helper()
	o, err := s.Service.Book.Order(s.Context(), orderID)
	s.Must(err)
	o.Change = nil
	document, err := json.Marshal(o.Order)
	s.Must(err)
	s.Exec("UPDATE orders SET document = $1, revision = revision + 1 WHERE id = $2", string(document),
		orderID)
}

// TestWhatALostChangeHoldsIsGivenBack kills a change after each of its steps, and has a process of an earlier
// version save the order without it. Whoever saves the order next, what the change held is given back by
// ordering, long before it would end by itself.
func TestWhatALostChangeHoldsIsGivenBack(t *testing.T) {
	for name, then := range map[string]func(s *shop, bought *orderingv1.CheckoutResponse,
		r *orderingv1.ChangeOrderRequest){
		"nobody does": func(s *shop, _ *orderingv1.CheckoutResponse, r *orderingv1.ChangeOrderRequest) {
			s.Exec("UPDATE orders SET lease_until = 0 WHERE id = $1", r.GetId())
		},
		"its maker accepts it": func(s *shop, bought *orderingv1.CheckoutResponse,
			_ *orderingv1.ChangeOrderRequest,
		) {
			s.Advance(bought.GetOrder(), bought.GetOrder().GetParts()[0].GetProducerId(), "accepted")
		},
		"it is changed to something else": func(s *shop, _ *orderingv1.CheckoutResponse,
			r *orderingv1.ChangeOrderRequest,
		) {
			s.Change(&orderingv1.ChangeOrderRequest{
				Id: r.GetId(), Version: r.GetVersion(), IdempotencyKey: "another", Viewer: r.GetViewer(),
				PaymentToken: "ok",
				Lines: []*orderingv1.WantedLine{{
					VariantId: r.GetLines()[0].GetVariantId(),
					Quantity:  4000,
				}},
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(s *shop) {
				gouda := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250)
				window, other := s.Window(2), s.Window(3)
				for steps := range 4 { // asked, holds, held, authorised; the next commit is the order's
					bought := s.Order(window.GetId(), want{gouda, 2000})
					r := s.Wants(bought, other.GetId(), want{gouda, 3000})
					s.halfway(r, steps)
					s.forget(r.GetId())
					then(s, bought, r)
					s.Must(s.Service.Driver.Sweep(s.Context()))
					s.Eventually("no change is said to be under way",
						func() bool {
							return s.Count("SELECT COUNT(*) FROM order_changes WHERE state = 'changing'") == 0
						})
					s.WantSound(r.GetId())
					s.Cancelled(r.GetId())
				}
			})
		})
	}
}

// TestALostChangeThatIsAskedAgainIsDone gives back first what the lost one held.
func TestALostChangeThatIsAskedAgainIsDone(t *testing.T) {
	each(t, func(s *shop) {
		gouda := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250)
		bought := s.Order(s.Window(2).GetId(), want{gouda, 2000})
		r := s.Wants(bought, s.Window(3).GetId(), want{gouda, 3000})
		s.halfway(r, 3)
		s.forget(r.GetId())
		_, err := s.ChangeOrder(s.Context(), r)
		s.WantCode(err, "in_progress")               // until its lease is over
		s.Exec("UPDATE orders SET changing_to = ''") // as a process of this version saves it
		if o := s.Change(r); orderingtest.Quantities(o)["Gouda"] != 3000 {
			s.Errorf("the order is %v", o)
		}
		s.WantSound(r.GetId())
	})
}

// ages makes a change one that began a while ago. Only before it holds anything: its peers know it by its ID.
func (s *shop) ages(orderID string) (older string, since time.Time) {
	s.Helper()
	o, err := s.Service.Book.Order(s.Context(), orderID)
	s.Must(err)
	since = time.Now().Add(-2 * book.StuckAfter).Truncate(time.Millisecond)
	older = id.New(id.Order, market, since, s.Service.Host.Random())
	s.Exec("UPDATE orders SET document = REPLACE(document, $1, $2), lease_until = 0 WHERE id = $3",
		o.Change.ID, older, orderID)
	s.Exec("UPDATE order_changes SET id = $1 WHERE id = $2", older, o.Change.ID)
	return older, since
}

// TestAChangeThatCannotGoOnIsATroubleUntilItDoes has inventory give nothing back.
func TestAChangeThatCannotGoOnIsATroubleUntilItDoes(t *testing.T) {
	for name, lost := range map[string]bool{"of an order": false, "of no order": true} {
		t.Run(name, func(t *testing.T) {
			each(t, func(s *shop) {
				gouda := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250)
				bought := s.Order(s.Window(2).GetId(), want{gouda, 2000})
				r := s.Wants(bought, "", want{gouda, 3000})
				s.Down.Store(true)
				defer s.Down.Store(false)
				s.halfway(r, 0)
				if found := hosttest.Troubles(s.T, s.Process, "ordering"); len(found) != 0 {
					s.Fatalf("too early: %v", found)
				}
				older, since := s.ages(r.GetId())
				if lost {
					s.forget(r.GetId())
				}
				s.Eventually("it is tried in vain",
					func() bool {
						return s.Count("SELECT tries FROM order_changes WHERE id = $1",
							older) > 0
					})
				found := hosttest.Troubles(s.T, s.Process, "ordering")
				if len(found) != 1 || found[0].GetKind() != "change" || found[0].GetAbout() != r.GetId() ||
					found[0].GetAttempts() < 1 || !found[0].GetRetryable() ||
					found[0].GetSince() != since.UnixMilli() ||
					!strings.HasSuffix(found[0].GetWhat(), "It waits for inventory (unavailable).") {
					s.Fatalf("found %v", found)
				}
				s.Exec("UPDATE orders SET lease_until = $1", time.Now().Add(time.Hour).UnixMilli())
				s.Down.Store(false)
				s.Must(hosttest.Retry(s.T, s.Process, "ordering", found[0].GetId()))
				s.Eventually("it is undone",
					func() bool { return len(hosttest.Troubles(s.T, s.Process, "ordering")) == 0 })
				if o := s.Get(r.GetId()); orderingtest.Quantities(o)["Gouda"] != 2000 {
					s.Errorf("the order is %v", o)
				}
				s.WantSound(r.GetId())
				for _, strange := range []string{found[0].GetId(), "change:", "change:x"} {
					s.Must(hosttest.Retry(s.T, s.Process, "ordering", strange))
				}
			})
		})
	}
}

// TestAnOrderIsPaidForInSoManyPartsAtTheMost refuses one charge too many before anything is asked for; what
// costs no more can still be had.
func TestAnOrderIsPaidForInSoManyPartsAtTheMost(t *testing.T) {
	each(t, func(s *shop) {
		gouda, rye := s.Product(s.Producer("Dairy"), "Gouda", "each", 1000),
			s.Product(s.Producer("Bakery"), "Rye", "each", 1000)
		bought := s.Order(s.Window(2).GetId(), want{gouda, 1000})
		for n := range int64(order.MaxCharges) {
			s.Change(s.Wants(bought, "", want{gouda, 2000 + n*1000}))
		}
		many := int64(order.MaxCharges + 1)
		for _, look := range []bool{true, false} {
			r := s.Wants(bought, "", want{gouda, many * 1000}, want{rye, 1000})
			r.Look = look
			_, err := s.ChangeOrder(s.Context(), r)
			s.WantCode(err, "too_many_changes")
		}
		other := s.Change(s.Wants(bought, "", want{gouda, many*1000 - 1000}, want{rye, 1000}))
		if other.GetTotal().GetAmount() != many*1000 {
			s.Errorf("for as much it is %v", other)
		}
		s.WantSound(other.GetId())
		for _, part := range other.GetParts() {
			s.Advance(other, part.GetProducerId(), "accepted")
			s.Advance(other, part.GetProducerId(), "packed")
		}
		s.Eventually("all charges are captured", func() bool {
			return s.Of("payments",
				"SELECT COALESCE(SUM(captured), 0) FROM test_charges WHERE state = 'captured'") == many*1000
		})
	})
}

// TestAPartThatWasChangedIsPackedByWhoHasSeenIt takes quantities that were made for another order from
// nobody.
func TestAPartThatWasChangedIsPackedByWhoHasSeenIt(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		gouda, brie := s.Product(dairy, "Gouda", "each", 1250), s.Product(dairy, "Brie", "weight", 900)
		window := s.Window(2)
		line := func(w want, reason string) *orderingv1.PackedLine {
			return &orderingv1.PackedLine{
				VariantId: w.Product.GetVariants()[0].GetId(), Quantity: w.Milli,
				Reason: reason,
			}
		}
		packs := func(o *orderingv1.Order, moves *int64, packed ...*orderingv1.PackedLine) error {
			_, err := s.AdvancePart(s.Context(), &orderingv1.AdvancePartRequest{
				OrderId: o.GetId(), PartId: o.GetParts()[0].GetId(), To: order.PartPacked, Packed: packed,
				Moves: moves, Viewer: &orderingv1.Viewer{ProducerIds: []string{dairy}},
			})
			return err
		}
		changed := func() *orderingv1.Order {
			bought := s.Order(window.GetId(), want{gouda, 3000}, want{brie, 500})
			s.Advance(bought.GetOrder(), dairy, "accepted")
			return s.Change(s.Wants(bought, "", want{gouda, 2000}, want{brie, 1000}))
		}
		o := changed()
		seen := o.GetParts()[0].GetMoves()
		before := seen - 1
		for name, err := range map[string]error{
			"as ordered, without a word": packs(o, nil),
			"one line":                   packs(o, nil, line(want{gouda, 2000}, "")),
			"more than it is now": packs(o, nil, line(want{gouda, 3000}, ""),
				line(want{brie, 1000}, "")),
			"less, and nobody says why": packs(o, nil, line(want{gouda, 2000}, ""),
				line(want{brie, 500}, "")),
			"the version before": packs(o, &before, line(want{gouda, 2000}, ""),
				line(want{brie, 1000}, "")),
			"a line that is not of it too": packs(o, nil, line(want{gouda, 2000}, ""),
				line(want{brie, 1000}, ""), line(want{s.Product(dairy, "Feta", "each", 1), 0}, "")),
		} {
			if err == nil {
				s.Errorf("%s: it is packed", name)
			}
			s.WantCode(err, "order_changed")
		}
		s.Must(packs(o, &seen, line(want{brie, 950}, ""))) // who has seen it leaves out what is as ordered
		if s.WantCode(packs(o, &seen),
			"already_packed"); orderingtest.Quantities(s.Get(o.GetId()))["Gouda"] != 2000 {
			s.Errorf("the order is %v", s.Get(o.GetId()))
		}
		// each line is told of
		s.Must(packs(changed(), nil, line(want{gouda, 2000}, ""), line(want{brie, 500}, "sold_out")))
		accepted := changed()
		s.Advance(accepted, dairy, "accepted") // as it is now
		s.Must(packs(accepted, nil, line(want{brie, 1000}, "")))
		s.Must(packs(s.Order(window.GetId(), want{gouda, 3000}).GetOrder(), nil)) // it never was another
	})
}
