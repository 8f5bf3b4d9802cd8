package edge

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/stamp"
)

// ruleFields are the fields of a weekly rule's form, which delivery calls the same.
var ruleFields = []struct {
	name, label, kind string
	optional          bool
}{
	{"starts", "From", "time", false},
	{"ends", "To", "time", false},
	{"cutoff_hours", "Hours before the start that orders close", "number", false},
	{"place", "Place", "text", false},
	{"capacity", "Places", "number", false},
	{"fee", "Fee", "text", true},
	{"minimum", "Minimum", "text", true},
	{"last_day", "Last day", "date", true},
}

// filledRule is a weekly rule as its form shows it.
func (o *office) filledRule(s *deliveryv1.Schedule) url.Values {
	return url.Values{
		"kind": {s.GetKind()}, "weekday": {strconv.Itoa(int(s.GetWeekday()))}, "starts": {s.GetStarts()}, "ends": {s.GetEnds()},
		"cutoff_hours": {strconv.Itoa(int(s.GetCutoffHours()))}, "place": {s.GetPlace()}, "capacity": {strconv.FormatInt(s.GetCapacity(), 10)},
		"fee": {o.typedMoney(s.GetFee().GetAmount())}, "minimum": {o.typedMoney(s.GetMinimum().GetAmount())}, "last_day": {s.GetLastDay()},
	}
}

// storedRule is a weekly rule as its form has it.
func (o *office) storedRule(s *deliveryv1.Schedule) []stored {
	filled := o.filledRule(s)
	all := []stored{
		entry("kind", "Pickup or delivery", filled.Get("kind")).called(kindName(s.GetKind())),
		entry("weekday", "Day", filled.Get("weekday")).called(time.Weekday(s.GetWeekday()).String()),
	}
	for _, f := range ruleFields {
		all = append(all, entry(f.name, f.label, filled.Get(f.name)))
	}
	return all
}

// theRule is the weekly rule that the address names.
func (o *office) theRule() (*deliveryv1.Schedule, error) {
	for _, m := range o.markets {
		if !o.moveTo(m.GetCode()) {
			continue
		}
		answer, err := o.site.delivery.ListSchedules(o.Context(), &deliveryv1.ListSchedulesRequest{Market: m.GetCode()})
		if err != nil {
			return nil, err
		}
		for _, s := range answer.GetSchedules() {
			if s.GetId() == o.PathValue("id") {
				return s, nil
			}
		}
	}
	return nil, errNoPage
}

// weekly shows a weekly rule, and the form that changes or ends it.
func (o *office) weekly() (*reply, error) {
	s, err := o.theRule()
	if err != nil {
		return nil, err
	}
	typed := o.filledRule(s)
	typed.Set(madeField, madeFrom(o.storedRule(s)))
	return o.showRule(http.StatusOK, s, typed, page.WeeklyForm{Saved: o.param("saved") != ""}, nil)
}

// newWeekly shows the form of a weekly rule that is to be made.
func (o *office) newWeekly() (*reply, error) {
	return o.showRule(http.StatusOK, nil, url.Values{"key": {o.site.newKey()}, "weekday": {"6"}}, page.WeeklyForm{}, nil)
}

func (o *office) showRule(status int, s *deliveryv1.Schedule, typed url.Values, model page.WeeklyForm, wrong map[string]string) (*reply, error) {
	alert := model.Alert
	model.Action, model.Back = o.at("/operator/weekly"), o.at("/operator/calendar")
	title := "A new weekly window"
	if s != nil {
		title, model.Action = "Every "+time.Weekday(s.GetWeekday()).String()+", "+o.in.wallHours(s.GetStarts(), s.GetEnds()), o.at("/operator/weekly/"+s.GetId())
	}
	model.Bench = o.desk(title, "/operator/calendar")
	model.Alert, model.Key, model.Wrong = alert, typed.Get("key"), wrong
	model.Differences.MadeFrom = typed.Get(madeField)
	for _, kind := range []string{"pickup", kindDelivery} {
		model.Kinds = append(model.Kinds, page.Choice{Value: kind, Label: kindName(kind), Chosen: kind == typed.Get("kind")})
	}
	for day := range 7 {
		weekday := (day + 1) % 7
		model.Weekdays = append(model.Weekdays, page.Choice{Value: strconv.Itoa(weekday), Label: time.Weekday(weekday).String(), Chosen: typed.Get("weekday") == strconv.Itoa(weekday)})
	}
	for _, f := range ruleFields {
		input := page.Input{Name: f.name, Label: f.label, Type: f.kind, Value: typed.Get(f.name), Wrong: wrong[f.name], Required: !f.optional, MaxLength: "200"}
		if f.name == "last_day" {
			input.Hint = "Leave it empty for a rule that goes on."
		}
		model.Inputs = append(model.Inputs, input)
	}
	return render(o.Context(), status, page.WeeklyFormPage(model))
}

// addWeekly makes a weekly rule.
func (o *office) addWeekly() (*reply, error) {
	typed, err := o.form()
	if err != nil {
		return nil, err
	}
	if f := fault.Of(o.checkKey(typed)); f != nil {
		return o.showRule(statusOf(f), nil, typed, page.WeeklyForm{Bench: page.Bench{Alert: f.Message}}, nil)
	}
	return o.putRule(nil, &deliveryv1.PutScheduleRequest{Key: typed.Get("key")}, typed)
}

// changeWeekly changes or ends a weekly rule.
func (o *office) changeWeekly() (*reply, error) {
	typed, err := o.form()
	if err != nil {
		return nil, err
	}
	return saving(func() (*reply, error) {
		s, err := o.theRule()
		if err != nil {
			return nil, err
		}
		choose(typed, o.storedRule(s))
		return o.putRule(s, &deliveryv1.PutScheduleRequest{Version: s.GetVersion()}, typed)
	})
}

// putRule says first what a rule does to the windows to come, and writes it for who has seen that.
func (o *office) putRule(s *deliveryv1.Schedule, request *deliveryv1.PutScheduleRequest, typed url.Values) (*reply, error) {
	var wrong map[string]string
	if request.Schedule, wrong = o.typedRule(s, typed); len(wrong) > 0 {
		return o.showRule(http.StatusUnprocessableEntity, s, typed, page.WeeklyForm{}, wrong)
	}
	if s != nil {
		if changed := differences(typed, o.storedRule(s), o.storedRule(request.GetSchedule())); len(changed) > 0 {
			typed.Set(madeField, madeFrom(o.storedRule(s)))
			return o.showRule(http.StatusConflict, s, typed, page.WeeklyForm{Bench: page.Bench{Alert: changedMeanwhile}, Differences: page.Differences{Each: changed}}, nil)
		}
	}
	request.Look = typed.Get("sure") == ""
	answer, err := o.site.delivery.PutSchedule(o.Context(), request)
	switch f := fault.Of(err); {
	case err == nil && request.GetLook():
		return o.showRule(http.StatusOK, s, typed, o.does(answer), nil)
	case err == nil:
		return redirect(o.at("/operator/weekly/"+answer.GetSchedule().GetId(), "saved", "1")), nil
	case f.Kind != fault.Invalid && f.Kind != fault.Conflict || f.Code == stamp.Changed:
		return nil, err
	default:
		o.newForm(typed, f)
		wrong = fieldsOf(f)
		return o.showRule(statusOf(f), s, typed, page.WeeklyForm{Bench: page.Bench{Alert: f.Message}}, wrong)
	}
}

// does says what a rule would do to the windows to come.
func (o *office) does(m *deliveryv1.PutScheduleResponse) page.WeeklyForm {
	model := page.WeeklyForm{Sure: true, Does: []string{
		plural(m.GetMade(), "window is", "windows are") + " made in the next three weeks", plural(m.GetChanged(), "window is", "windows are") + " changed",
		plural(m.GetRemoved(), "window is", "windows are") + " taken away",
	}}
	for _, w := range m.GetKept() {
		model.Kept = append(model.Kept, page.KeptWindow{
			When: o.in.span(w.GetStartsAt(), w.GetEndsAt()), Address: o.at("/operator/windows/" + w.GetId()), Orders: plural(w.GetCapacity()-w.GetRemaining(), "order", "orders"),
		})
	}
	return model
}

// typedRule is a rule as it was typed, and what is wrong with that. Its zone is the market's.
func (o *office) typedRule(s *deliveryv1.Schedule, typed url.Values) (*deliveryv1.Schedule, map[string]string) {
	wrong := map[string]string{}
	number := func(name string) int64 {
		n, err := strconv.ParseInt(strings.TrimSpace(typed.Get(name)), 10, 32)
		if err != nil || n < 0 {
			wrong[name] = "This is a whole number."
		}
		return n
	}
	rule := &deliveryv1.Schedule{
		Id: s.GetId(), Market: o.in.code, Kind: typed.Get("kind"), Weekday: int32(number("weekday")), Starts: typed.Get("starts"), Ends: typed.Get("ends"),
		CutoffHours: int32(number("cutoff_hours")), Place: strings.TrimSpace(typed.Get("place")), Capacity: number("capacity"), TimeZone: o.in.zone.String(), LastDay: strings.TrimSpace(typed.Get("last_day")),
	}
	if _, err := time.Parse(time.DateOnly, rule.GetLastDay()); err != nil && rule.GetLastDay() != "" {
		wrong["last_day"] = "A day looks like 2026-11-28."
	}
	if rule.GetPlace() == "" {
		wrong["place"] = "This is required."
	}
	for _, f := range windowPrices {
		amount, err := typedAmount(cmp.Or(strings.TrimSpace(typed.Get(f.name)), "0"), o.in.currency)
		if err != nil {
			wrong[f.name] = fault.Of(err).Message
		}
		if f.name == "fee" {
			rule.Fee = amount.Proto()
		} else {
			rule.Minimum = amount.Proto()
		}
	}
	return rule, wrong
}

// typedMoney is an amount as a form has it; empty for nothing.
func (o *office) typedMoney(minor int64) string {
	if minor == 0 {
		return ""
	}
	return money.New(minor, o.in.currency).Decimal()
}
