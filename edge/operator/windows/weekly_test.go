package windows_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
)

func TestAWeeklyRuleIsSavedByWhoHasSeenWhatItDoes(t *testing.T) {
	s := edgetest.Open(t)
	at := "/operator/weekly/" + edgetest.Sundays
	if v := s.AsOperator(t, "/operator/calendar", nil); len(v.Find("a", "href", at)) != 1 ||
		len(v.Find("a", "href", "/operator/new-weekly")) != 1 {
		t.Error("the calendar leads to no rule")
	}
	v := s.AsOperator(t, at, nil)
	v.Says(t, http.StatusOK, "Every Sunday")
	typed := url.Values{
		"made_from": {v.Value("made_from")}, "kind": {"pickup"}, "weekday": {"0"},
		"starts": {"10:00"}, "ends": {"12:00"}, "cutoff_hours": {"12"}, "place": {"Larch Hall"},
		"capacity": {"40"}, "last_day": {"2026-12-20"},
	}
	v = s.AsOperator(t, at, typed)
	v.Says(t, http.StatusOK, "Nothing is saved yet.", "1 window is made", "2 windows are changed",
		"3 windows are taken away", "28 orders")
	if len(v.Find("a", "href", "/operator/windows/"+edgetest.Saturday)) != 1 ||
		v.Value("starts") != "10:00" ||
		v.Value("sure") != "1" {
		t.Error("what has orders is not named, or what was typed is lost")
	}
	if looked := s.Peers.Last["PutSchedule"].(*deliveryv1.PutScheduleRequest); !looked.GetLook() {
		t.Errorf("it is saved without the question: %v", looked)
	}
	typed.Set("sure", "1")
	v = s.AsOperator(t, at, typed)
	put := s.Peers.Last["PutSchedule"].(*deliveryv1.PutScheduleRequest)
	if rule := put.GetSchedule(); v.Status != http.StatusSeeOther || put.GetLook() ||
		put.GetVersion() != "v1" || rule.GetId() != edgetest.Sundays || rule.GetStarts() != "10:00" ||
		rule.GetLastDay() != "2026-12-20" || rule.GetTimeZone() != "America/Los_Angeles" {
		t.Errorf("status %d, %v", v.Status, put)
	}
	typed.Set("made_from", "another page")
	s.AsOperator(t, at, typed).Says(t, http.StatusConflict, "This has been changed since you opened it.")
	typed.Del("made_from")
	typed.Set("key", s.AsOperator(t, "/operator/new-weekly", nil).Value("key"))
	v = s.AsOperator(t, "/operator/weekly", typed)
	if put = s.Peers.Last["PutSchedule"].(*deliveryv1.PutScheduleRequest); v.Status != http.StatusSeeOther ||
		put.GetKey() == "" || put.GetSchedule().GetId() != "" {
		t.Errorf("a new one: status %d, %v", v.Status, put)
	}
	typed.Set("capacity", "many")
	typed.Set("fee", "much")
	s.AsOperator(t, "/operator/weekly", typed).Says(t, http.StatusUnprocessableEntity,
		"This is a whole number.", "Write an amount of USD")
}
