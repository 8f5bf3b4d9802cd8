package delivery_test

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/delivery"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

var services = []host.Service{delivery.Room()}

// desk is a delivery service under test.
type desk struct {
	*testing.T
	deliveryv1connect.DeliveryServiceClient
	p     *host.Process
	clock *hosttest.Clock
}

// each runs a test on both engines, with a clock that stands still. Jobs run only when asked to.
func each(t *testing.T, now time.Time, test func(d desk)) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			clock := hosttest.NewClock(now)
			p := hosttest.Open(t, engine, services, func(c *host.Config) { c.Now = clock.Now })
			d := desk{t, deliveryv1connect.NewDeliveryServiceClient(p.Client("delivery")), p, clock}
			test(d)
			d.balanced()
		})
	}
}

func newID(kind string) string { return id.New(kind, "portland", time.Now(), rand.Reader) }

func (d desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// window makes a window by hand whose cut-off is two hours from now.
func (d desk) window(capacity int64) *deliveryv1.Window {
	d.Helper()
	start := time.Now().Add(3 * time.Hour)
	got, err := d.PutWindow(d.Context(), &deliveryv1.PutWindowRequest{Window: &deliveryv1.Window{
		Market: "portland", Kind: "pickup", Capacity: capacity, Place: "The market hall",
		StartsAt: start.UnixMilli(), EndsAt: start.Add(time.Hour).UnixMilli(),
		OrderBy: start.Add(-time.Hour).UnixMilli(),
	}})
	d.must(err)
	return got.GetWindow()
}

func (d desk) hold(order, window string) (*deliveryv1.HoldResponse, error) {
	return d.Hold(d.Context(), &deliveryv1.HoldRequest{OrderId: order, WindowId: window, TtlMs: 60_000})
}

func (d desk) release(order string) error {
	_, err := d.Release(d.Context(), &deliveryv1.ReleaseRequest{OrderId: order})
	return err
}

func (d desk) wantState(order, state string) {
	d.Helper()
	got, err := d.GetHold(d.Context(), &deliveryv1.GetHoldRequest{OrderId: order})
	if d.must(err); got.GetState() != state {
		d.Errorf("the hold is %q, want %q", got.GetState(), state)
	}
}

func (d desk) wantRemaining(window string, remaining int64) {
	d.Helper()
	got, err := d.GetWindow(d.Context(), &deliveryv1.GetWindowRequest{Id: window})
	if d.must(err); got.GetWindow().GetRemaining() != remaining {
		d.Errorf("%d places remain, want %d", got.GetWindow().GetRemaining(), remaining)
	}
}

func (d desk) exec(query string, args ...any) {
	d.Helper()
	d.must(d.p.Host("delivery").DB().Tx(d.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}))
}

func (d desk) count(query string, args ...any) (n int64) {
	d.Helper()
	d.must(d.p.Host("delivery").DB().Read().QueryRowContext(d.Context(), query, args...).Scan(&n))
	return n
}

// expired puts the end of an order's hold into the past, and runs the job.
func (d desk) expired(order string) {
	d.Helper()
	d.exec("UPDATE holds SET expires_at = 1 WHERE order_id = $1", order)
	delivery.ExpireNow(d.T, d.p.Host("delivery"))
}

func (d desk) closed(window string) {
	d.Helper()
	d.exec("UPDATE windows SET order_by = 1 WHERE id = $1", window)
}

// deliver hands an event of an order over, as ordering does.
func (d desk) deliver(kind, order string, version int64, window string) {
	d.Helper()
	payload, err := proto.Marshal(&orderingv1.OrderEvent{Order: &orderingv1.Order{
		Id:       order,
		WindowId: window,
	}})
	d.must(err)
	got, err := eventsv1connect.NewEventServiceClient(d.p.Client("delivery")).Deliver(d.Context(),
		&eventsv1.DeliverRequest{Events: []*eventsv1.Event{
			{Publisher: "ordering", Type: kind, Aggregate: order, Version: version, Payload: payload},
		}})
	d.must(err)
	if receipt := got.GetReceipts()[0]; !receipt.GetRetire() {
		d.Fatalf("%s was refused: %s", kind, receipt.GetReason())
	}
}

// balanced checks what must be true of the tables after whatever happened.
func (d desk) balanced() {
	d.Helper()
	for state, column := range map[string]string{"held": "held", "kept": "taken"} {
		if n := d.count(`SELECT COUNT(*) FROM windows WHERE `+column+` <> (SELECT COUNT(*) FROM places AS p
			JOIN holds AS h ON h.order_id = p.order_id WHERE h.state = $1 AND p.window_id = windows.id)`,
			state); n > 0 {
			d.Errorf("%d windows have another number of places %s than their orders", n, column)
		}
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestNoWindowIsOversold(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		for range 20 {
			window := d.window(10).GetId()
			outcomes := make([]error, 50)
			var all sync.WaitGroup
			for i := range outcomes {
				all.Go(func() { _, outcomes[i] = d.hold(newID(id.Order), window) })
			}
			all.Wait()
			var held, full int
			for _, err := range outcomes {
				if err == nil {
					held++
				} else if fault.Is(err, "window_full") {
					full++
				} else {
					d.Fatal(err)
				}
			}
			if held != 10 || full != 40 {
				d.Fatalf("%d held and %d full; want 10 and 40", held, full)
			}
			d.wantRemaining(window, 0)
		}
	})
}

func TestTheSameOrderHoldsOnePlace(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		window, order := d.window(2).GetId(), newID(id.Order)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := d.hold(order, window); err != nil {
					d.Error(err)
				}
			})
		}
		all.Wait()
		d.wantRemaining(window, 1)
		_, err := d.hold(order, d.window(1).GetId())
		wantCode(d.T, err, "hold_differs")
	})
}

func TestAReleaseThatComesFirstRefusesTheHold(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		window, order := d.window(2).GetId(), newID(id.Order)
		d.wantState(order, "none")
		d.must(d.release(order))
		_, err := d.hold(order, window)
		wantCode(d.T, err, "hold_closed")
		d.wantRemaining(window, 2)
		d.wantState(order, "released")
	})
}

func TestReleaseGivesThePlaceBackOnce(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		window, order := d.window(1).GetId(), newID(id.Order)
		_, err := d.hold(order, window)
		d.must(err)
		for range 3 {
			d.must(d.release(order))
		}
		d.wantRemaining(window, 1)
		_, err = d.hold(newID(id.Order), window)
		d.must(err)
	})
}

func TestAnExpiredHoldIsGivenBackAndMayBeMadeAnew(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		window, order := d.window(1).GetId(), newID(id.Order)
		for range 2 {
			_, err := d.hold(order, window)
			d.must(err)
			d.expired(order)
			d.wantState(order, "expired")
			d.wantRemaining(window, 1)
		}
		other := d.window(1).GetId()
		_, err := d.hold(order, other)
		d.must(err)
		d.wantRemaining(other, 0)
	})
}

func TestAHeldPlaceIsHonouredAfterTheCutOff(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		window, order := d.window(2).GetId(), newID(id.Order)
		_, err := d.hold(order, window)
		d.must(err)
		d.closed(window)
		_, err = d.hold(order, window)
		d.must(err)
		_, err = d.hold(newID(id.Order), window)
		wantCode(d.T, err, "window_closed")
		d.expired(order)
		_, err = d.hold(order, window)
		wantCode(d.T, err, "window_closed")
		_, err = d.hold(order, newID(id.Window))
		wantCode(d.T, err, "window_not_found")
		_, err = d.hold(order, "nonsense")
		wantCode(d.T, err, "window_not_found")
	})
}

func TestAConfirmedOrderIsTakenAndACancelledOneComesBack(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		window, order := d.window(2).GetId(), newID(id.Order)
		_, err := d.hold(order, window)
		d.must(err)
		d.deliver("order.part_accepted", order, 1, window) // says nothing here
		d.wantState(order, "held")
		for range 2 {
			d.deliver("order.confirmed", order, 2, window)
			d.wantRemaining(window, 1)
			d.wantState(order, "taken")
		}
		wantCode(d.T, d.release(order), "hold_closed")
		for range 2 {
			d.deliver("order.cancelled", order, 3, window)
			d.wantRemaining(window, 2)
			d.wantState(order, "returned")
		}
	})
}

func TestAnOrderConfirmedAfterItsHoldExpiredHasAPlaceOrIsOverbooked(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		window, early, late := d.window(1).GetId(), newID(id.Order), newID(id.Order)
		for _, order := range []string{early, late} {
			_, err := d.hold(order, window)
			d.must(err)
			d.expired(order)
		}
		d.closed(window)
		d.deliver("order.confirmed", early, 1, window)
		d.deliver("order.confirmed", late, 1, window)
		d.wantRemaining(window, 0)
		if n := d.count("SELECT COUNT(*) FROM overbookings WHERE order_id = $1", late); n != 1 {
			d.Errorf("%d overbookings, want 1", n)
		}
		found := hosttest.Troubles(d.T, d.p, "delivery")
		if len(found) != 1 || found[0].GetKind() != "overbooking" || found[0].GetAbout() != late ||
			!found[0].GetRetryable() {
			d.Fatalf("troubles %v", found)
		}
		d.must(hosttest.Retry(d.T, d.p, "delivery", found[0].GetId()))
		if found := hosttest.Troubles(d.T, d.p, "delivery"); len(found) != 0 {
			d.Errorf("an overbooking that was seen is told again: %v", found)
		}
		d.deliver("order.cancelled", late, 2, window)
		d.wantRemaining(window, 0)
		d.deliver("order.cancelled", early, 2, window)
		d.wantRemaining(window, 1)
		if n := d.count("SELECT COUNT(*) FROM overbookings"); n != 0 {
			d.Errorf("%d overbookings of cancelled orders", n)
		}
	})
}
