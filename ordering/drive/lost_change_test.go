package drive_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
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
	older = id.New(id.Order, orderingtest.Market, since, s.Service.Host.Random())
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
				s.Fails("inventory.Release", orderingtest.Down)
				defer s.Mends()
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
				s.Mends()
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
