package windows_test

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

// copies adds orders like one that is there.
func (s *shop) copies(orderID string, n int) {
	s.Helper()
	s.Must(s.Service.Host.DB().Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		for range n {
			_, err := tx.ExecContext(ctx, `INSERT INTO orders (id, market, cart_id, customer_id, window_id,
				status, total, currency, epoch, revision, lease_until, moved_at, document)
				SELECT $1, market, $1, customer_id, window_id, status, total, currency, epoch, revision,
				lease_until, moved_at, REPLACE(document, id, $1) FROM orders WHERE id = $2`,
				s.Service.Host.NewID(id.Order, market), orderID)
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestOrdersMoveWithTheirWindow(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		gouda := s.Product(dairy, "Gouda", "each", 1250)
		window := s.Window(2)
		open, packed, gone := s.Order(window.GetId(), want{gouda, 1000}).GetOrder(),
			s.Order(window.GetId(), want{gouda, 1000}).GetOrder(),
			s.Order(window.GetId(), want{gouda, 1000}).GetOrder()
		s.Advance(packed, dairy, "packed")
		_, err := s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: gone.GetId(), Viewer: operator})
		s.Must(err)
		const copies = 138 // more than are read at once
		s.copies(open.GetId(), copies)
		stays := s.Order(s.Window(4).GetId(), want{gouda, 1000}).GetOrder()
		s.Later(window)
		s.Moved()
		for _, was := range []*orderingv1.Order{open, packed} {
			o := s.Get(was.GetId())
			if o.GetWindowStartsAt() != window.GetStartsAt() || o.GetWindowEndsAt() != window.GetEndsAt() ||
				o.GetWindowPlace() != "The side door" ||
				o.GetMovedFrom().GetStartsAt() != was.GetWindowStartsAt() ||
				o.GetMovedFrom().GetPlace() != "The hall" {
				s.Errorf("%v became %v", was, o)
			}
		}
		zone, err := time.LoadLocation("America/Los_Angeles")
		s.Must(err)
		starts := time.UnixMilli(window.GetStartsAt()).In(zone)
		steps := s.Get(open.GetId()).GetSteps()
		note := "moved to " + starts.Format("Monday 2 January, 15:04") + " to " +
			starts.Add(2*time.Hour).Format("15:04 MST") + ", The side door"
		if last := steps[len(steps)-1]; last.GetStatus() != order.Confirmed || last.GetNote() != note {
			s.Errorf("the last step is %v, want %q", last, note)
		}
		if n := s.Count("SELECT COUNT(*) FROM orders WHERE document LIKE '%moved_from%'"); n != copies+2 {
			s.Errorf("%d orders moved, want %d", n, copies+2)
		}
		if s.Get(gone.GetId()).GetMovedFrom() != nil || s.Get(stays.GetId()).GetMovedFrom() != nil {
			s.Error("an order moved that had no place in the window")
		}
		if work := s.Work(dairy); work[0].GetWindowEndsAt() != window.GetEndsAt() {
			s.Errorf("work %v", work)
		}
	})
}

func TestAnOrderIsMovedOnceHoweverOftenItIsTold(t *testing.T) {
	each(t, func(s *shop) {
		window := s.Window(2)
		o := s.Order(window.GetId(),
			want{s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), 1000}).GetOrder()
		s.Later(window)
		s.Moved()
		before := s.Get(o.GetId())
		// the same again
		_, err := s.Delivery.PutWindow(s.Context(), &deliveryv1.PutWindowRequest{Window: window})
		s.Must(err)
		s.Moved()
		if after := s.Get(o.GetId()); after.GetVersion() != before.GetVersion() ||
			len(after.GetSteps()) != len(before.GetSteps()) || after.GetVersion() != o.GetVersion()+1 {
			s.Errorf("version %d became %d and then %d", o.GetVersion(), before.GetVersion(),
				after.GetVersion())
		}
	})
}

func TestAnOrderInFlightIsMovedOnceItIsConfirmed(t *testing.T) {
	each(t, func(s *shop) {
		window := s.Window(2)
		o := s.Order(window.GetId(),
			want{s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), 1000}).GetOrder()
		turn := func(from, to string) {
			s.Exec("UPDATE orders SET status = $1, lease_until = $2, document = REPLACE(document, $3, $4)",
				to, time.Now().Add(time.Hour).UnixMilli(),
				fmt.Sprintf(`"status":%q,"total"`, from), fmt.Sprintf(`"status":%q,"total"`, to))
		}
		turn(order.Confirmed, order.Held)
		s.Later(window)
		s.Eventually("the move is known",
			func() bool { return s.Count("SELECT COUNT(*) FROM moved_windows") == 1 })
		s.Must(s.Service.Mover.MoveOrders(s.Context()))
		if s.Count("SELECT COUNT(*) FROM moved_windows") != 1 || s.Get(o.GetId()).GetMovedFrom() != nil {
			s.Error("an order in flight was moved, or forgotten")
		}
		turn(order.Held, order.Confirmed)
		s.Moved()
		if s.Get(o.GetId()).GetMovedFrom().GetStartsAt() != o.GetWindowStartsAt() {
			s.Error("the order was not moved when it was confirmed")
		}
	})
}
