package delivery_test

import (
	"testing"
	"time"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
)

// TestARuleSaysFirstWhatItDoesAndEnds looks at what a rule's other hours do while one window has an order and
// one is cancelled, does it, and ends the rule. Los Angeles sets its clocks back on 7 November 2027 and
// forward on 14 March 2027.
func TestARuleSaysFirstWhatItDoesAndEnds(t *testing.T) {
	for _, now := range []time.Time{
		time.Date(2027, 10, 31, 12, 0, 0, 0, time.UTC),
		time.Date(2027, 3, 7, 12, 0, 0, 0, time.UTC),
	} {
		each(t, now, func(d desk) {
			rule := d.put(saturdays())
			windows := d.windows()
			_, err := d.hold(newID("ord"), windows[1].GetId())
			d.must(err)
			rule.Starts, rule.Ends = "11:00", "14:00"
			ask := func(look bool, version, key string) *deliveryv1.PutScheduleResponse {
				got, err := d.PutSchedule(t.Context(),
					&deliveryv1.PutScheduleRequest{Schedule: rule, Look: look, Version: version, Key: key})
				d.must(err)
				return got
			}
			looked := ask(true, rule.GetVersion(), "")
			if n := int64(len(windows)); looked.GetChanged() != n-1 || looked.GetMade() != 0 ||
				looked.GetRemoved() != 0 || len(looked.GetKept()) != 1 ||
				looked.GetKept()[0].GetId() != windows[1].GetId() {
				t.Errorf("it would do %v", looked)
			}
			if now := d.windows(); now[0].GetStartsAt() != windows[0].GetStartsAt() {
				t.Error("to look changes something")
			}
			ask(false, rule.GetVersion(), "")
			zone, _ := time.LoadLocation("America/Los_Angeles")
			for i, w := range d.windows() {
				want := "11:00"
				if i == 1 {
					want = "10:00"
				}
				if got := time.UnixMilli(w.GetStartsAt()).In(zone).Format("15:04"); got != want {
					t.Errorf("window %d starts at %s by the market's clocks, want %s", i, got, want)
				}
			}
			_, err = d.PutSchedule(t.Context(),
				&deliveryv1.PutScheduleRequest{Schedule: rule, Version: rule.GetVersion() + "x"})
			wantCode(t, err, "changed_since")

			rule.LastDay = time.UnixMilli(windows[0].GetStartsAt()).In(zone).Format(time.DateOnly)
			ended := ask(false, "", "")
			if n := int64(len(windows)); ended.GetRemoved() != n-2 || len(ended.GetKept()) != 1 ||
				len(d.windows()) != 2 {
				t.Errorf("its end does %v, and leaves %d", ended, len(d.windows()))
			}
			rule = saturdays()
			rule.Id = ""
			first, again := ask(false, "", "form-1"), ask(false, "", "form-1")
			if first.GetSchedule().GetId() != again.GetSchedule().GetId() || again.GetMade() != 0 {
				t.Error("one form makes two rules")
			}
		})
	}
}
