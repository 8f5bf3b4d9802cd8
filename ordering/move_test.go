package ordering

import (
	"context"
	"fmt"
	"testing"
	"time"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// later moves a window by a day, to another place.
func (s *shop) later(w *deliveryv1.Window) {
	s.Helper()
	for _, at := range []*int64{&w.StartsAt, &w.EndsAt, &w.OrderBy} {
		*at += 24 * time.Hour.Milliseconds()
	}
	w.Place = "The side door"
	_, err := s.delivery.PutWindow(s.Context(), &deliveryv1.PutWindowRequest{Window: w})
	s.must(err)
}

// moved waits until ordering has done with what was moved.
func (s *shop) moved() {
	s.Helper()
	s.eventually("every order is moved", func() bool {
		var waiting int
		s.must(s.p.Host("delivery").DB().Read().QueryRowContext(s.Context(),
			"SELECT COUNT(*) FROM outbox").Scan(&waiting))
		return waiting == 0 && s.count("SELECT COUNT(*) FROM moved_windows") == 0
	})
}

// copies adds orders like one that is there.
func (s *shop) copies(orderID string, n int) {
	s.Helper()
	s.must(s.service.host.DB().Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		for range n {
			_, err := tx.ExecContext(ctx, `INSERT INTO orders (id, market, cart_id, customer_id, window_id,
				status, total, currency, epoch, revision, lease_until, moved_at, document)
				SELECT $1, market, $1, customer_id, window_id, status, total, currency, epoch, revision,
				lease_until, moved_at, REPLACE(document, id, $1) FROM orders WHERE id = $2`,
				s.service.host.NewID(id.Order, market), orderID)
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestOrdersMoveWithTheirWindow(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.producer("Dairy")
		gouda := s.product(dairy, "Gouda", "each", 1250)
		window := s.window(2)
		open, packed, gone := s.order(window.GetId(), want{gouda, 1000}).GetOrder(),
			s.order(window.GetId(), want{gouda, 1000}).GetOrder(),
			s.order(window.GetId(), want{gouda, 1000}).GetOrder()
		s.advance(packed, dairy, "packed")
		_, err := s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: gone.GetId(), Viewer: operator})
		s.must(err)
		const copies = 138 // more than are read at once
		s.copies(open.GetId(), copies)
		stays := s.order(s.window(4).GetId(), want{gouda, 1000}).GetOrder()
		s.later(window)
		s.moved()
		for _, was := range []*orderingv1.Order{open, packed} {
			o := s.get(was.GetId())
			if o.GetWindowStartsAt() != window.GetStartsAt() || o.GetWindowEndsAt() != window.GetEndsAt() ||
				o.GetWindowPlace() != "The side door" ||
				o.GetMovedFrom().GetStartsAt() != was.GetWindowStartsAt() ||
				o.GetMovedFrom().GetPlace() != "The hall" {
				s.Errorf("%v became %v", was, o)
			}
		}
		zone, err := time.LoadLocation("America/Los_Angeles")
		s.must(err)
		starts := time.UnixMilli(window.GetStartsAt()).In(zone)
		steps := s.get(open.GetId()).GetSteps()
		note := "moved to " + starts.Format("Monday 2 January, 15:04") + " to " +
			starts.Add(2*time.Hour).Format("15:04 MST") + ", The side door"
		if last := steps[len(steps)-1]; last.GetStatus() != order.Confirmed || last.GetNote() != note {
			s.Errorf("the last step is %v, want %q", last, note)
		}
		if n := s.count("SELECT COUNT(*) FROM orders WHERE document LIKE '%moved_from%'"); n != copies+2 {
			s.Errorf("%d orders moved, want %d", n, copies+2)
		}
		if s.get(gone.GetId()).GetMovedFrom() != nil || s.get(stays.GetId()).GetMovedFrom() != nil {
			s.Error("an order moved that had no place in the window")
		}
		if work := s.work(dairy); work[0].GetWindowEndsAt() != window.GetEndsAt() {
			s.Errorf("work %v", work)
		}
	})
}

func TestAnOrderIsMovedOnceHoweverOftenItIsTold(t *testing.T) {
	each(t, func(s *shop) {
		window := s.window(2)
		o := s.order(window.GetId(),
			want{s.product(s.producer("Dairy"), "Gouda", "each", 1250), 1000}).GetOrder()
		s.later(window)
		s.moved()
		before := s.get(o.GetId())
		// the same again
		_, err := s.delivery.PutWindow(s.Context(), &deliveryv1.PutWindowRequest{Window: window})
		s.must(err)
		s.moved()
		if after := s.get(o.GetId()); after.GetVersion() != before.GetVersion() ||
			len(after.GetSteps()) != len(before.GetSteps()) || after.GetVersion() != o.GetVersion()+1 {
			s.Errorf("version %d became %d and then %d", o.GetVersion(), before.GetVersion(),
				after.GetVersion())
		}
	})
}

func TestAnOrderInFlightIsMovedOnceItIsConfirmed(t *testing.T) {
	each(t, func(s *shop) {
		window := s.window(2)
		o := s.order(window.GetId(),
			want{s.product(s.producer("Dairy"), "Gouda", "each", 1250), 1000}).GetOrder()
		turn := func(from, to string) {
			s.exec("UPDATE orders SET status = $1, lease_until = $2, document = REPLACE(document, $3, $4)",
				to, time.Now().Add(time.Hour).UnixMilli(),
				fmt.Sprintf(`"status":%q,"total"`, from), fmt.Sprintf(`"status":%q,"total"`, to))
		}
		turn(order.Confirmed, order.Held)
		s.later(window)
		s.eventually("the move is known",
			func() bool { return s.count("SELECT COUNT(*) FROM moved_windows") == 1 })
		s.must(s.service.mover.MoveOrders(s.Context()))
		if s.count("SELECT COUNT(*) FROM moved_windows") != 1 || s.get(o.GetId()).GetMovedFrom() != nil {
			s.Error("an order in flight was moved, or forgotten")
		}
		turn(order.Held, order.Confirmed)
		s.moved()
		if s.get(o.GetId()).GetMovedFrom().GetStartsAt() != o.GetWindowStartsAt() {
			s.Error("the order was not moved when it was confirmed")
		}
	})
}
