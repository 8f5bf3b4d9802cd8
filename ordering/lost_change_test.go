package ordering

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
)

// forget saves an order as a process does that knows nothing of changes.
func (s *shop) forget(orderID string) {
	s.Helper()
	o, err := s.service.book.Order(s.Context(), orderID)
	s.must(err)
	o.Change = nil
	document, err := json.Marshal(o.Order)
	s.must(err)
	s.exec("UPDATE orders SET document = $1, revision = revision + 1 WHERE id = $2", string(document),
		orderID)
}

// TestWhatALostChangeHoldsIsGivenBack kills a change after each of its steps, and has a process of an earlier
// version save the order without it. Whoever saves the order next, what the change held is given back by
// ordering, long before it would end by itself.
func TestWhatALostChangeHoldsIsGivenBack(t *testing.T) {
	for name, then := range map[string]func(s *shop, bought *orderingv1.CheckoutResponse,
		r *orderingv1.ChangeOrderRequest){
		"nobody does": func(s *shop, _ *orderingv1.CheckoutResponse, r *orderingv1.ChangeOrderRequest) {
			s.exec("UPDATE orders SET lease_until = 0 WHERE id = $1", r.GetId())
		},
		"its maker accepts it": func(s *shop, bought *orderingv1.CheckoutResponse,
			_ *orderingv1.ChangeOrderRequest,
		) {
			s.advance(bought.GetOrder(), bought.GetOrder().GetParts()[0].GetProducerId(), "accepted")
		},
		"it is changed to something else": func(s *shop, _ *orderingv1.CheckoutResponse,
			r *orderingv1.ChangeOrderRequest,
		) {
			s.change(&orderingv1.ChangeOrderRequest{
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
				gouda := s.product(s.producer("Dairy"), "Gouda", "each", 1250)
				window, other := s.window(2), s.window(3)
				for steps := range 4 { // asked, holds, held, authorised; the next commit is the order's
					bought := s.order(window.GetId(), want{gouda, 2000})
					r := s.wants(bought, other.GetId(), want{gouda, 3000})
					s.halfway(r, steps)
					s.forget(r.GetId())
					then(s, bought, r)
					s.must(s.service.driver.Sweep(s.Context()))
					s.eventually("no change is said to be under way",
						func() bool {
							return s.count("SELECT COUNT(*) FROM order_changes WHERE state = 'changing'") == 0
						})
					s.wantSound(r.GetId())
					s.cancelled(r.GetId())
				}
			})
		})
	}
}

// TestALostChangeThatIsAskedAgainIsDone gives back first what the lost one held.
func TestALostChangeThatIsAskedAgainIsDone(t *testing.T) {
	each(t, func(s *shop) {
		gouda := s.product(s.producer("Dairy"), "Gouda", "each", 1250)
		bought := s.order(s.window(2).GetId(), want{gouda, 2000})
		r := s.wants(bought, s.window(3).GetId(), want{gouda, 3000})
		s.halfway(r, 3)
		s.forget(r.GetId())
		_, err := s.ChangeOrder(s.Context(), r)
		s.wantCode(err, "in_progress")               // until its lease is over
		s.exec("UPDATE orders SET changing_to = ''") // as a process of this version saves it
		if o := s.change(r); quantities(o)["Gouda"] != 3000 {
			s.Errorf("the order is %v", o)
		}
		s.wantSound(r.GetId())
	})
}

// ages makes a change one that began a while ago. Only before it holds anything: its peers know it by its ID.
func (s *shop) ages(orderID string) (older string, since time.Time) {
	s.Helper()
	o, err := s.service.book.Order(s.Context(), orderID)
	s.must(err)
	since = time.Now().Add(-2 * book.StuckAfter).Truncate(time.Millisecond)
	older = id.New(id.Order, market, since, s.service.host.Random())
	s.exec("UPDATE orders SET document = REPLACE(document, $1, $2), lease_until = 0 WHERE id = $3",
		o.Change.ID, older, orderID)
	s.exec("UPDATE order_changes SET id = $1 WHERE id = $2", older, o.Change.ID)
	return older, since
}

// TestAChangeThatCannotGoOnIsATroubleUntilItDoes has inventory give nothing back.
func TestAChangeThatCannotGoOnIsATroubleUntilItDoes(t *testing.T) {
	for name, lost := range map[string]bool{"of an order": false, "of no order": true} {
		t.Run(name, func(t *testing.T) {
			each(t, func(s *shop) {
				gouda := s.product(s.producer("Dairy"), "Gouda", "each", 1250)
				bought := s.order(s.window(2).GetId(), want{gouda, 2000})
				r := s.wants(bought, "", want{gouda, 3000})
				s.down.Store(true)
				defer s.down.Store(false)
				s.halfway(r, 0)
				if found := hosttest.Troubles(s.T, s.p, "ordering"); len(found) != 0 {
					s.Fatalf("too early: %v", found)
				}
				older, since := s.ages(r.GetId())
				if lost {
					s.forget(r.GetId())
				}
				s.eventually("it is tried in vain",
					func() bool {
						return s.count("SELECT tries FROM order_changes WHERE id = $1",
							older) > 0
					})
				found := hosttest.Troubles(s.T, s.p, "ordering")
				if len(found) != 1 || found[0].GetKind() != "change" || found[0].GetAbout() != r.GetId() ||
					found[0].GetAttempts() < 1 || !found[0].GetRetryable() ||
					found[0].GetSince() != since.UnixMilli() ||
					!strings.HasSuffix(found[0].GetWhat(), "It waits for inventory (unavailable).") {
					s.Fatalf("found %v", found)
				}
				s.exec("UPDATE orders SET lease_until = $1", time.Now().Add(time.Hour).UnixMilli())
				s.down.Store(false)
				s.must(hosttest.Retry(s.T, s.p, "ordering", found[0].GetId()))
				s.eventually("it is undone",
					func() bool { return len(hosttest.Troubles(s.T, s.p, "ordering")) == 0 })
				if o := s.get(r.GetId()); quantities(o)["Gouda"] != 2000 {
					s.Errorf("the order is %v", o)
				}
				s.wantSound(r.GetId())
				for _, strange := range []string{found[0].GetId(), "change:", "change:x"} {
					s.must(hosttest.Retry(s.T, s.p, "ordering", strange))
				}
			})
		})
	}
}

// TestAnOrderIsPaidForInSoManyPartsAtTheMost refuses one charge too many before anything is asked for; what
// costs no more can still be had.
func TestAnOrderIsPaidForInSoManyPartsAtTheMost(t *testing.T) {
	each(t, func(s *shop) {
		gouda, rye := s.product(s.producer("Dairy"), "Gouda", "each", 1000),
			s.product(s.producer("Bakery"), "Rye", "each", 1000)
		bought := s.order(s.window(2).GetId(), want{gouda, 1000})
		for n := range int64(order.MaxCharges) {
			s.change(s.wants(bought, "", want{gouda, 2000 + n*1000}))
		}
		many := int64(order.MaxCharges + 1)
		for _, look := range []bool{true, false} {
			r := s.wants(bought, "", want{gouda, many * 1000}, want{rye, 1000})
			r.Look = look
			_, err := s.ChangeOrder(s.Context(), r)
			s.wantCode(err, "too_many_changes")
		}
		other := s.change(s.wants(bought, "", want{gouda, many*1000 - 1000}, want{rye, 1000}))
		if other.GetTotal().GetAmount() != many*1000 {
			s.Errorf("for as much it is %v", other)
		}
		s.wantSound(other.GetId())
		for _, part := range other.GetParts() {
			s.advance(other, part.GetProducerId(), "accepted")
			s.advance(other, part.GetProducerId(), "packed")
		}
		s.eventually("all charges are captured", func() bool {
			return s.of("payments",
				"SELECT COALESCE(SUM(captured), 0) FROM test_charges WHERE state = 'captured'") == many*1000
		})
	})
}

// TestAPartThatWasChangedIsPackedByWhoHasSeenIt takes quantities that were made for another order from
// nobody.
func TestAPartThatWasChangedIsPackedByWhoHasSeenIt(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.producer("Dairy")
		gouda, brie := s.product(dairy, "Gouda", "each", 1250), s.product(dairy, "Brie", "weight", 900)
		window := s.window(2)
		line := func(w want, reason string) *orderingv1.PackedLine {
			return &orderingv1.PackedLine{
				VariantId: w.product.GetVariants()[0].GetId(), Quantity: w.milli,
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
			bought := s.order(window.GetId(), want{gouda, 3000}, want{brie, 500})
			s.advance(bought.GetOrder(), dairy, "accepted")
			return s.change(s.wants(bought, "", want{gouda, 2000}, want{brie, 1000}))
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
				line(want{brie, 1000}, ""), line(want{s.product(dairy, "Feta", "each", 1), 0}, "")),
		} {
			if err == nil {
				s.Errorf("%s: it is packed", name)
			}
			s.wantCode(err, "order_changed")
		}
		s.must(packs(o, &seen, line(want{brie, 950}, ""))) // who has seen it leaves out what is as ordered
		if s.wantCode(packs(o, &seen), "already_packed"); quantities(s.get(o.GetId()))["Gouda"] != 2000 {
			s.Errorf("the order is %v", s.get(o.GetId()))
		}
		// each line is told of
		s.must(packs(changed(), nil, line(want{gouda, 2000}, ""), line(want{brie, 500}, "sold_out")))
		accepted := changed()
		s.advance(accepted, dairy, "accepted") // as it is now
		s.must(packs(accepted, nil, line(want{brie, 1000}, "")))
		s.must(packs(s.order(window.GetId(), want{gouda, 3000}).GetOrder(), nil)) // it never was another
	})
}
