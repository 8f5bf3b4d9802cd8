package delivery_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/delivery"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	"github.com/artisan-eats/artisan/id"
)

// spring is the Monday before the clocks of Portland go forward.
var spring = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func saturdays() *deliveryv1.Schedule {
	return &deliveryv1.Schedule{
		Id: newID(id.Schedule), Market: "portland", Kind: "pickup", Weekday: 6, Starts: "10:00",
		Ends: "12:00", CutoffHours: 24, Capacity: 20,
		Place: "The market hall", Fee: &moneyv1.Money{Amount: 250, Currency: "USD"},
		TimeZone: "America/Los_Angeles",
	}
}

func (d desk) put(s *deliveryv1.Schedule) *deliveryv1.Schedule {
	d.Helper()
	got, err := d.PutSchedule(d.Context(), &deliveryv1.PutScheduleRequest{Schedule: s})
	d.must(err)
	return got.GetSchedule()
}

func (d desk) windows() []*deliveryv1.Window {
	d.Helper()
	got, err := d.ListWindows(d.Context(), &deliveryv1.ListWindowsRequest{Market: "portland"})
	d.must(err)
	return got.GetWindows()
}

func (d desk) wantStarts(want ...string) {
	d.Helper()
	var starts []string
	for _, w := range d.windows() {
		starts = append(starts, time.UnixMilli(w.GetStartsAt()).UTC().Format("01-02T15:04"))
	}
	if !slices.Equal(starts, want) {
		d.Errorf("windows start at %v, want %v", starts, want)
	}
}

func TestWindowsRollWithTheCalendarAndNothingTwice(t *testing.T) {
	each(t, spring, func(d desk) {
		schedule := saturdays()
		for range 2 {
			d.put(schedule)
			d.wantStarts("03-07T18:00", "03-14T17:00", "03-21T17:00")
		}
		before := d.windows()
		d.clock.Advance(7 * 24 * time.Hour)
		for range 2 {
			delivery.RollNow(d.T, d.p.Host("delivery"))
			d.wantStarts("03-14T17:00", "03-21T17:00", "03-28T17:00")
		}
		after := d.windows()
		if after[0].GetId() != before[1].GetId() || after[0].GetCycleId() == after[1].GetCycleId() ||
			after[0].GetFee().GetAmount() != 250 {
			t.Errorf("windows %v became %v", before, after)
		}
		if n := d.count("SELECT COUNT(*) FROM cycles"); n != 4 {
			d.Errorf("%d cycles of 4 weeks", n)
		}
	})
}

func TestAChangedScheduleMovesOnlyWindowsWithoutOrders(t *testing.T) {
	each(t, spring, func(d desk) {
		schedule := d.put(saturdays())
		windows := d.windows()
		d.exec("UPDATE windows SET held = 1 WHERE id = $1", windows[0].GetId())
		schedule.Starts = "11:00"
		d.put(schedule)
		d.wantStarts("03-07T18:00", "03-14T18:00", "03-21T18:00")
		if again := d.windows(); again[1].GetId() != windows[1].GetId() {
			d.Error("a window that moved has another ID")
		}
		schedule.Weekday = 0
		d.put(schedule)
		d.wantStarts("03-07T18:00", "03-08T18:00", "03-15T18:00", "03-22T18:00")
		d.exec("UPDATE windows SET held = 0")
	})
}

func TestAWindowChangedByHandKeepsThat(t *testing.T) {
	each(t, spring, func(d desk) {
		schedule := d.put(saturdays())
		w := d.windows()[0]
		w.Capacity, w.Place = 3, "The side door"
		_, err := d.PutWindow(d.Context(), &deliveryv1.PutWindowRequest{Window: w})
		d.must(err)
		schedule.Place = "The front door"
		d.put(schedule)
		if got := d.windows(); got[0].GetPlace() != "The side door" || got[0].GetRemaining() != 3 ||
			got[1].GetPlace() != "The front door" {
			d.Errorf("windows %v", got)
		}
	})
}

func TestAWindowMovedByHandStaysThere(t *testing.T) {
	each(t, spring, func(d desk) {
		schedule := d.put(saturdays())
		w := d.windows()[1]
		for _, at := range []*int64{&w.StartsAt, &w.EndsAt, &w.OrderBy} {
			*at += 26 * time.Hour.Milliseconds()
		}
		_, err := d.PutWindow(d.Context(), &deliveryv1.PutWindowRequest{Window: w})
		d.must(err)
		for range 2 {
			delivery.RollNow(d.T, d.p.Host("delivery"))
			d.wantStarts("03-07T18:00", "03-15T19:00", "03-21T17:00")
			schedule.Capacity++
			d.put(schedule)
		}
	})
}

func TestACalendarShowsAnyTime(t *testing.T) {
	each(t, spring, func(d desk) {
		d.put(saturdays())
		d.clock.Advance(10 * 24 * time.Hour)
		list := func(after, before time.Time) (starts []string) {
			got, err := d.ListWindows(d.Context(), &deliveryv1.ListWindowsRequest{
				Market:    "portland",
				EndsAfter: after.UnixMilli(), StartsBefore: before.UnixMilli(),
			})
			d.must(err)
			for _, w := range got.GetWindows() {
				starts = append(starts, time.UnixMilli(w.GetStartsAt()).UTC().Format("01-02"))
			}
			return starts
		}
		if got := list(spring, spring.AddDate(0, 0, 14)); !slices.Equal(got, []string{"03-07", "03-14"}) {
			d.Errorf("in two weeks there are %v", got)
		}
		start := time.Date(2026, 3, 14, 17, 0, 0, 0, time.UTC)
		if got := list(spring, start); !slices.Equal(got, []string{"03-07"}) {
			d.Errorf("before the second starts there are %v", got)
		}
		if got := list(start.Add(2*time.Hour), start.AddDate(1, 0, 0)); !slices.Equal(got,
			[]string{"03-21"}) {
			d.Errorf("after the second ends there are %v", got)
		}
		_, err := d.ListWindows(d.Context(),
			&deliveryv1.ListWindowsRequest{Market: "portland", StartsBefore: -1})
		wantCode(d.T, err, "invalid")
	})
}

func TestAWindowWithOrdersStaysAPickup(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		w, order := d.window(5), newID(id.Order)
		_, err := d.hold(order, w.GetId())
		d.must(err)
		w.Kind = "delivery"
		_, err = d.PutWindow(d.Context(), &deliveryv1.PutWindowRequest{Window: w})
		wantCode(d.T, err, "window_taken")
		d.must(d.release(order))
		_, err = d.PutWindow(d.Context(), &deliveryv1.PutWindowRequest{Window: w})
		d.must(err)
	})
}

func TestCapacityIsNeverBelowWhatIsTaken(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		w := d.window(5)
		taken := newID(id.Order)
		for _, order := range []string{taken, newID(id.Order)} {
			_, err := d.hold(order, w.GetId())
			d.must(err)
		}
		d.deliver("order.confirmed", taken, 1, w.GetId())
		w.Capacity = 1
		_, err := d.PutWindow(d.Context(), &deliveryv1.PutWindowRequest{Window: w})
		wantCode(d.T, err, "capacity_taken")
		w.Capacity = 2
		_, err = d.PutWindow(d.Context(), &deliveryv1.PutWindowRequest{Window: w})
		d.must(err)
		d.wantRemaining(w.GetId(), 0)
		w.Id = newID(id.Window)
		_, err = d.PutWindow(d.Context(), &deliveryv1.PutWindowRequest{Window: w})
		wantCode(d.T, err, "window_not_found")
	})
}

func TestEveryWindowIsOnExactlyOnePage(t *testing.T) {
	each(t, spring, func(d desk) {
		for range 4 {
			d.put(saturdays()) // at the same hours
		}
		seen, cursor := map[string]bool{}, ""
		for {
			page, err := d.ListWindows(d.Context(),
				&deliveryv1.ListWindowsRequest{Market: "portland", Limit: 5, Cursor: cursor})
			d.must(err)
			for _, w := range page.GetWindows() {
				if seen[w.GetId()] {
					d.Errorf("%s is there twice", w.GetId())
				}
				seen[w.GetId()] = true
			}
			if cursor = page.GetNextCursor(); cursor == "" {
				break
			}
		}
		if len(seen) != 12 {
			d.Errorf("%d windows, want 12", len(seen))
		}
		_, err := d.ListWindows(d.Context(),
			&deliveryv1.ListWindowsRequest{Market: "portland", Cursor: "nonsense"})
		wantCode(d.T, err, "invalid_cursor")
		schedules, err := d.ListSchedules(d.Context(), &deliveryv1.ListSchedulesRequest{Market: "portland"})
		if d.must(err); len(schedules.GetSchedules()) != 4 ||
			schedules.GetSchedules()[0].GetStarts() != "10:00" {
			d.Errorf("schedules %v", schedules.GetSchedules())
		}
	})
}

func TestWhatMakesNoSenseIsRefused(t *testing.T) {
	each(t, spring, func(d desk) {
		for what, spoil := range map[string]func(*deliveryv1.Schedule){
			"market":   func(s *deliveryv1.Schedule) { s.Market = "Portland!" },
			"other ID": func(s *deliveryv1.Schedule) { s.Market = "salem" },
			"kind":     func(s *deliveryv1.Schedule) { s.Kind = "drone" },
			"weekday":  func(s *deliveryv1.Schedule) { s.Weekday = 7 },
			"hour":     func(s *deliveryv1.Schedule) { s.Starts = "9:00" },
			"order":    func(s *deliveryv1.Schedule) { s.Ends = s.GetStarts() },
			"cut-off":  func(s *deliveryv1.Schedule) { s.CutoffHours = -1 },
			"capacity": func(s *deliveryv1.Schedule) { s.Capacity = 1 << 60 },
			"place":    func(s *deliveryv1.Schedule) { s.Place = "a\x00b" },
			"fee":      func(s *deliveryv1.Schedule) { s.Fee.Amount = -1 },
			"currency": func(s *deliveryv1.Schedule) {
				s.Minimum = &moneyv1.Money{
					Amount:   1,
					Currency: "EUR",
				}
			},
			"zone":      func(s *deliveryv1.Schedule) { s.TimeZone = "../../etc/passwd" },
			"no zone":   func(s *deliveryv1.Schedule) { s.TimeZone = "" },
			"our zone":  func(s *deliveryv1.Schedule) { s.TimeZone = "Local" },
			"no amount": func(s *deliveryv1.Schedule) { s.Fee = &moneyv1.Money{Amount: 5} },
		} {
			s := saturdays()
			spoil(s)
			if _, err := d.PutSchedule(d.Context(),
				&deliveryv1.PutScheduleRequest{Schedule: s}); fault.KindOf(err) != fault.Invalid {
				d.Errorf("%s: %v", what, err)
			}
		}
		for i, h := range []*deliveryv1.HoldRequest{
			{WindowId: newID(id.Window), TtlMs: 1},
			{OrderId: newID(id.Order), WindowId: newID(id.Window)},
		} {
			if _, err := d.Hold(d.Context(), h); fault.KindOf(err) != fault.Invalid {
				d.Error(fmt.Sprint("hold ", i), err)
			}
		}
	})
}
