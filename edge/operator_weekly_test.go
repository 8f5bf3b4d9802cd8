package edge

import (
	"net/http"
	"net/url"
	"testing"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
)

func TestAWeeklyRuleIsSavedByWhoHasSeenWhatItDoes(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := "/operator/weekly/" + sundays
	if v := s.asOperator(t, "/operator/calendar", nil); len(v.find("a", "href", at)) != 1 ||
		len(v.find("a", "href", "/operator/new-weekly")) != 1 {
		t.Error("the calendar leads to no rule")
	}
	v := s.asOperator(t, at, nil)
	v.wants(t, http.StatusOK, "Every Sunday")
	typed := url.Values{
		"made_from": {v.value("made_from")}, "kind": {"pickup"}, "weekday": {"0"},
		"starts": {"10:00"}, "ends": {"12:00"}, "cutoff_hours": {"12"}, "place": {"Larch Hall"},
		"capacity": {"40"}, "last_day": {"2026-12-20"},
	}
	v = s.asOperator(t, at, typed)
	v.wants(t, http.StatusOK, "Nothing is saved yet.", "1 window is made", "2 windows are changed",
		"3 windows are taken away", "28 orders")
	if len(v.find("a", "href", "/operator/windows/"+saturday)) != 1 || v.value("starts") != "10:00" ||
		v.value("sure") != "1" {
		t.Error("what has orders is not named, or what was typed is lost")
	}
	if looked := s.peers.last["PutSchedule"].(*deliveryv1.PutScheduleRequest); !looked.GetLook() {
		t.Errorf("it is saved without the question: %v", looked)
	}
	typed.Set("sure", "1")
	v = s.asOperator(t, at, typed)
	put := s.peers.last["PutSchedule"].(*deliveryv1.PutScheduleRequest)
	if rule := put.GetSchedule(); v.status != http.StatusSeeOther || put.GetLook() ||
		put.GetVersion() != "v1" || rule.GetId() != sundays || rule.GetStarts() != "10:00" ||
		rule.GetLastDay() != "2026-12-20" || rule.GetTimeZone() != "America/Los_Angeles" {
		t.Errorf("status %d, %v", v.status, put)
	}
	typed.Set("made_from", "another page")
	s.asOperator(t, at, typed).wants(t, http.StatusConflict, "This has been changed since you opened it.")
	typed.Del("made_from")
	typed.Set("key", s.asOperator(t, "/operator/new-weekly", nil).value("key"))
	v = s.asOperator(t, "/operator/weekly", typed)
	if put = s.peers.last["PutSchedule"].(*deliveryv1.PutScheduleRequest); v.status != http.StatusSeeOther ||
		put.GetKey() == "" || put.GetSchedule().GetId() != "" {
		t.Errorf("a new one: status %d, %v", v.status, put)
	}
	typed.Set("capacity", "many")
	typed.Set("fee", "much")
	s.asOperator(t, "/operator/weekly", typed).wants(t, http.StatusUnprocessableEntity,
		"This is a whole number.", "Write an amount of USD")
}
