package windows

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/book/booktest"
)

const market = "portland"

func each(t *testing.T, test func(s *booktest.Shelf, m *Mover)) {
	booktest.Each(t, func(s *booktest.Shelf) { test(s, &Mover{Host: s.Host, Book: book.New(s.Host)}) })
}

// decision is to move a window's orders to another, or nowhere.
func decision(s *booktest.Shelf, window, to, key string) clearing {
	return clearing{
		window: window, to: to, says: "The hall is flooded.", key: key, startedAt: s.Host.Now(),
		by: audit.Actor{Kind: audit.Operator, ID: "acc_x_op"},
	}
}

func TestOfTwoWhoCancelAWindowAtOnceOneDecides(t *testing.T) {
	each(t, func(s *booktest.Shelf, m *Mover) {
		for n := range 12 {
			window, errs := s.Host.NewID(id.Window, market), make([]error, 2)
			var both sync.WaitGroup
			for i, to := range []string{"win_portland_x", ""} {
				both.Go(func() {
					_, errs[i] = m.beginClearing(s.Context(),
						decision(s, window, to, fmt.Sprint("form-", n, "-", i)), nil)
				})
			}
			both.Wait()
			refused := slices.IndexFunc(errs,
				func(err error) bool { return fault.Is(err, errBeingCancelled.Code) })
			if refused < 0 || errs[1-refused] != nil {
				s.Fatalf("they are told %v", errs)
			}
			decided, err := m.clearing(s.Context(), window)
			if s.Must(err); decided.key != fmt.Sprint("form-", n, "-", 1-refused) {
				s.Errorf("who was refused decided: %v", decided)
			}
		}
	})
}

// TestADecisionUnderWayIsNotWrittenOver has somebody who still works on the first decision say that an order
// is gone, while the second is under way.
func TestADecisionUnderWayIsNotWrittenOver(t *testing.T) {
	each(t, func(s *booktest.Shelf, m *Mover) {
		window, orderID := s.Host.NewID(id.Window, market), s.Host.NewID(id.Order, market)
		s.Exec(`INSERT INTO orders (id, market, cart_id, customer_id, window_id, status, total, currency,
			epoch,
			revision, lease_until, moved_at, document)
			VALUES ($1, $2, '', '', $3, 'confirmed', 0, 'USD', 1, 1, 0, 0, '{}')`, orderID, market, window)
		first, err := m.beginClearing(s.Context(), decision(s, window, "win_portland_x", "form-1"), nil)
		s.Must(err)
		s.Must(m.listClearing(s.Context(), first))
		s.Must(m.endClearing(s.Context(), first))
		second, err := m.beginClearing(s.Context(), decision(s, window, "", "form-2"), nil)
		s.Must(err)
		went := []outcome{{orderID: orderID, state: orderGone, to: "win_portland_x"}}
		s.Must(m.settleClearing(s.Context(), first, went))
		left, err := m.waitingToGo(s.Context(), second, "")
		if s.Must(err); !slices.Equal(left, []string{orderID}) {
			s.Errorf("by the second decision %v are to go", left)
		}
		s.Must(m.settleClearing(s.Context(), second, []outcome{{orderID: orderID, state: orderGone}}))
		if left, err = m.waitingToGo(s.Context(), second, ""); err != nil || len(left) != 0 {
			s.Errorf("settled by the second, %v are still to go: %v", left, err)
		}
	})
}
