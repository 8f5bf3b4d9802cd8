package delivery_test

import (
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/id"
)

// TestAWindowIsClosedAndOpenedAgain has a place in it: that stays, whatever is held or changed meanwhile.
func TestAWindowIsClosedAndOpenedAgain(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		w := d.window(3)
		early, late := newID(id.Order), newID(id.Order)
		_, err := d.hold(early, w.GetId())
		d.must(err)
		closes := func(closed bool) *deliveryv1.Window {
			d.Helper()
			got, err := d.CloseWindow(d.Context(),
				&deliveryv1.CloseWindowRequest{Id: w.GetId(), Closed: closed})
			d.must(err)
			return got.GetWindow()
		}
		for range 2 {
			if got := closes(true); !got.GetClosed() || got.GetRemaining() != 2 {
				d.Errorf("closed it is %v", got)
			}
		}
		if _, err = d.hold(late, w.GetId()); !fault.Is(err, "window_closed") {
			d.Errorf("a closed window answers %v", err)
		}
		_, err = d.hold(early, w.GetId()) // what is held is held on
		d.must(err)
		w.Capacity = 5
		moved, err := d.PutWindow(d.Context(), &deliveryv1.PutWindowRequest{Window: w})
		if d.must(err); !moved.GetWindow().GetClosed() {
			d.Error("a change opens a window that was closed by hand")
		}
		closes(false)
		_, err = d.hold(late, w.GetId())
		d.must(err)
		d.wantRemaining(w.GetId(), 3)
		if _, err = d.CloseWindow(d.Context(),
			&deliveryv1.CloseWindowRequest{Id: newID(id.Window)}); !fault.Is(err, "window_not_found") {
			d.Errorf("no window: %v", err)
		}
		for range 2 {
			_, err = d.CancelWindow(d.Context(), &deliveryv1.CancelWindowRequest{Id: w.GetId()})
			d.must(err)
		}
		told := map[string]int{}
		answer, err := auditv1connect.NewAuditServiceClient(d.p.Client("delivery")).ListEntries(d.Context(),
			&auditv1.ListEntriesRequest{Limit: 10, Subject: w.GetId()})
		d.must(err)
		for _, e := range answer.GetEntries() {
			told[e.GetAction()]++
		}
		if told["window.close"] != 1 || told["window.open"] != 1 || told["window.cancel"] != 1 {
			d.Errorf("the security log tells of %v", told)
		}
	})
}
