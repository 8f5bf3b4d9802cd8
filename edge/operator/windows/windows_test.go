package windows_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/operator"
	"github.com/artisan-eats/artisan/edge/operator/windows"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
)

// TestTheCalendarGoesByTheMarketsClocks opens the week in which Portland's clocks go back.
func TestTheCalendarGoesByTheMarketsClocks(t *testing.T) {
	s := edgetest.Open(t)
	v := s.AsOperator(t, "/operator/calendar?week=2026-10-29", nil)
	v.Says(t, http.StatusOK, "October 26 to November 1, 2026", "No windows this week.")
	asked := s.Peers.Last["ListWindows"].(*deliveryv1.ListWindowsRequest)
	if from, to := web.TimeOf(asked.GetEndsAfter()), web.TimeOf(asked.GetStartsBefore()); from.Format(
		time.RFC3339) != "2026-10-26T07:00:00Z" || to.Sub(from) != 14*24*time.Hour+time.Hour {
		t.Errorf("the week and the next are from %s to %s", from, to)
	}
	if len(v.Find("a", "href", "/operator/calendar?week=2026-10-19")) != 1 ||
		len(v.Find("a", "href", "/operator/calendar?week=2026-11-02")) != 1 {
		t.Error("the weeks beside it cannot be reached")
	}
	s.AsOperator(t, "/operator/calendar?week=never", nil).Says(t, http.StatusOK,
		"November 16 to November 22, 2026",
		"Fri, Nov 209:00 PM orders close for Pickup Sat 9:00 AM",
		"Sat, Nov 219:00 to 11:00 AM Pickup Farmers' market, stall 4", "28 of 40 taken")
}

// moved is a window's form with some fields changed.
func moved(fields ...string) url.Values {
	form := url.Values{
		"date": {"2026-11-21"}, "starts": {"09:00"}, "ends": {"11:00"}, "cutoff_date": {"2026-11-20"},
		"cutoff": {"21:00"}, "place": {"Farmers' market, stall 4"}, "capacity": {"40"},
	}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return form
}

func TestAWindowIsMoved(t *testing.T) {
	s := edgetest.Open(t)
	at := "/operator/windows/" + edgetest.Saturday
	v := s.AsOperator(t, at, nil)
	v.Says(t, http.StatusOK, "28 orders have a place in it", "are told by mail")
	for name, want := range moved() {
		if got := v.Value(name); got != want[0] {
			t.Errorf("%s is filled in with %q, want %q", name, got, want[0])
		}
	}
	v = s.AsOperator(t, at, moved("date", "2026-11-22", "starts", "10:00", "ends", "12:30", "place",
		" Stall 9 ", "capacity", "50"))
	put := s.Peers.Last["PutWindow"].(*deliveryv1.PutWindowRequest).GetWindow()
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != at+"?saved=1" ||
		put.GetPlace() != "Stall 9" || put.GetCapacity() != 50 || put.GetKind() != "pickup" ||
		put.GetMarket() != "portland" {
		t.Errorf("status %d, %v", v.Status, put)
	}
	for got, want := range map[int64]string{
		put.GetStartsAt(): "2026-11-22T18:00:00Z",
		put.GetEndsAt():   "2026-11-22T20:30:00Z", put.GetOrderBy(): "2026-11-21T05:00:00Z",
	} {
		if web.TimeOf(got).Format(time.RFC3339) != want {
			t.Errorf("a time is %s, want %s", web.TimeOf(got), want)
		}
	}
	s.AsOperator(t, at+"?saved=1", nil).Says(t, http.StatusOK, "Saved.")
}

func TestAWindowIsMade(t *testing.T) {
	s := edgetest.Open(t)
	v := s.AsOperator(t, "/operator/calendar?week=2026-11-16", nil)
	v.Says(t, http.StatusOK, "Made by hand", "Saturdays, 10:00 AM to 12:00 PM", "order until 1 hour before",
		"orders from $25.00")
	if sat, sun := strings.Index(v.Text(), "Saturdays"), strings.Index(v.Text(), "Sundays"); sat < 0 ||
		sun < sat {
		t.Error("a week does not begin on Monday")
	}
	if len(v.Find("a", "href", "/operator/new-window?week=2026-11-16")) != 1 {
		t.Error("there is no way to a new window")
	}
	if v = s.AsOperator(t, "/operator/new-window?week=2027-03-01", nil); v.Value("date") != "2027-03-01" {
		t.Errorf("the day is %q", v.Value("date"))
	}
	v = s.AsOperator(t, "/operator/windows", moved("kind", "delivery", "fee", "four", "place", "Stall 9"))
	v.Says(t, http.StatusUnprocessableEntity, "Write an amount of USD")
	if v.Value("place") != "Stall 9" || v.Value("fee") != "four" || s.Peers.Count("PutWindow") != 0 {
		t.Error("what was typed is lost, or it was made")
	}
	v = s.AsOperator(t, "/operator/windows", moved("key", "k", "kind", "delivery", "fee", "4", "minimum", ""))
	put := s.Peers.Last["PutWindow"].(*deliveryv1.PutWindowRequest).GetWindow()
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != "/operator/windows/"+edgetest.Evening+
		"?saved=1" || put.GetId() != "" || put.GetKind() != "delivery" ||
		put.GetMarket() != "portland" || put.GetFee().GetAmount() != 400 ||
		put.GetMinimum().GetAmount() != 0 ||
		web.TimeOf(put.GetStartsAt()).Format(time.RFC3339) != "2026-11-21T17:00:00Z" {
		t.Errorf("status %d, %v", v.Status, put)
	}
	s.Peers.Fail("PutWindow",
		fault.New(fault.Invalid, "invalid", "No.",
			fault.Field{Name: "kind", Message: "The kind is pickup or delivery."}))
	s.AsOperator(t, "/operator/windows", moved("key", "k", "kind", "post")).Says(t,
		http.StatusUnprocessableEntity, "The kind is pickup or delivery.")
}

// TestAWindowThatCannotMoveSaysWhy keeps what was typed, and marks the field.
func TestAWindowThatCannotMoveSaysWhy(t *testing.T) {
	s := edgetest.Open(t)
	at := "/operator/windows/" + edgetest.Saturday
	for _, c := range []struct{ name, value, date, why string }{
		{"starts", "02:30", "2026-03-08", "The clocks go forward that day: there is no such hour."},
		{"starts", "soon", "2026-11-21", "an hour like 09:30"},
		{"capacity", "many", "2026-11-21", "This is a whole number."},
		{"place", "", "2026-11-21", "This is required."},
	} {
		v := s.AsOperator(t, at, moved("date", c.date, c.name, c.value))
		v.Says(t, http.StatusUnprocessableEntity, c.why)
		if len(v.Find("input", "name", c.name, "value", c.value, "aria-invalid", "true")) != 1 ||
			s.Peers.Count("PutWindow") != 0 {
			t.Errorf("%s: the field is not marked, or it was moved", c.name)
		}
	}
	s.Peers.Fail("PutWindow", fault.New(fault.Invalid, "invalid", "No.",
		fault.Field{Name: "order_by", Message: "The cut-off is not after the start."}))
	v := s.AsOperator(t, at, moved("cutoff_date", "2026-11-23"))
	v.Says(t, http.StatusUnprocessableEntity, "The cut-off is not after the start.")
	if len(v.Find("input", "name", "cutoff_date", "value", "2026-11-23", "aria-invalid", "true")) != 1 {
		t.Error("the cut-off is not marked")
	}
	s.Peers.Fail("PutWindow",
		fault.New(fault.Conflict, "capacity_taken",
			"28 places of this window are taken; it cannot have fewer."))
	v = s.AsOperator(t, at, moved("capacity", "5"))
	v.Says(t, http.StatusConflict, "28 places of this window are taken")
	if len(v.Find("input", "name", "capacity", "value", "5", "aria-invalid", "true")) != 1 {
		t.Error("the size is not marked")
	}
}

// TestAnHourThatIsThereTwiceStaysTheOneItIs sends a window's form back unchanged, in the hour that is
// repeated when clocks go back.
func TestAnHourThatIsThereTwiceStaysTheOneItIs(t *testing.T) {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	for _, begin := range []string{"2026-11-01T08:30:00Z", "2026-11-01T09:30:00Z"} {
		start, err := time.Parse(time.RFC3339, begin)
		if err != nil {
			t.Fatal(err)
		}
		o := &operator.Office{In: &web.Market{Zone: zone}}
		w := &deliveryv1.Window{
			StartsAt: start.UnixMilli(), EndsAt: start.Add(3 * time.Hour).UnixMilli(),
			OrderBy: start.UnixMilli(), Place: "Stall 4",
		}
		if got, wrong := windows.TypedWindow(o, w,
			windows.FilledIn(o, w)); got.GetStartsAt() != w.GetStartsAt() ||
			got.GetEndsAt() != w.GetEndsAt() || len(wrong) != 0 {
			t.Errorf("%s becomes %s: %v", begin, web.TimeOf(got.GetStartsAt()), wrong)
		}
	}
}
