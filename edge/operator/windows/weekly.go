package windows

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/operator"
	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
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
func filledRule(o *operator.Office, s *deliveryv1.Schedule) url.Values {
	return url.Values{
		"kind": {s.GetKind()}, "weekday": {strconv.Itoa(int(s.GetWeekday()))}, "starts": {s.GetStarts()},
		"ends":         {s.GetEnds()},
		"cutoff_hours": {strconv.Itoa(int(s.GetCutoffHours()))}, "place": {s.GetPlace()},
		"capacity": {strconv.FormatInt(s.GetCapacity(), 10)},
		"fee":      {typedMoney(o, s.GetFee().GetAmount())},
		"minimum":  {typedMoney(o, s.GetMinimum().GetAmount())}, "last_day": {s.GetLastDay()},
	}
}

// storedRule is a weekly rule as its form has it.
func storedRule(o *operator.Office, s *deliveryv1.Schedule) []web.Stored {
	filled := filledRule(o, s)
	all := []web.Stored{
		web.Entry("kind", "Pickup or delivery", filled.Get("kind")).Called(trade.KindName(s.GetKind())),
		web.Entry("weekday", "Day", filled.Get("weekday")).Called(time.Weekday(s.GetWeekday()).String()),
	}
	for _, f := range ruleFields {
		all = append(all, web.Entry(f.name, f.label, filled.Get(f.name)))
	}
	return all
}

// theRule is the weekly rule that the address names.
func theRule(o *operator.Office) (*deliveryv1.Schedule, error) {
	for _, m := range o.Markets {
		if !o.MoveTo(m.GetCode()) {
			continue
		}
		answer, err := o.Visit.Site.Delivery.ListSchedules(o.Visit.Context(),
			&deliveryv1.ListSchedulesRequest{Market: m.GetCode()})
		if err != nil {
			return nil, err
		}
		for _, s := range answer.GetSchedules() {
			if s.GetId() == o.Visit.Request.PathValue("id") {
				return s, nil
			}
		}
	}
	return nil, web.ErrNoPage
}

// Weekly shows a weekly rule, and the form that changes or ends it.
func Weekly(o *operator.Office) (*web.Reply, error) {
	s, err := theRule(o)
	if err != nil {
		return nil, err
	}
	typed := filledRule(o, s)
	typed.Set(web.MadeField, web.MadeFrom(storedRule(o, s)))
	return showRule(o, http.StatusOK, s, typed, view.WeeklyForm{Saved: o.Visit.Param("saved") != ""}, nil)
}

// NewWeekly shows the form of a weekly rule that is to be made.
func NewWeekly(o *operator.Office) (*web.Reply, error) {
	return showRule(o, http.StatusOK, nil, url.Values{"key": {o.Visit.Site.NewKey()}, "weekday": {"6"}},
		view.WeeklyForm{}, nil)
}

func showRule(
	o *operator.Office, status int, s *deliveryv1.Schedule, typed url.Values, model view.WeeklyForm,
	wrong map[string]string,
) (*web.Reply, error) {
	alert := model.Alert
	model.Action, model.Back = o.At("/operator/weekly"), o.At("/operator/calendar")
	title := "A new weekly window"
	if s != nil {
		title, model.Action = "Every "+time.Weekday(s.GetWeekday()).String()+", "+
			o.In.WallHours(s.GetStarts(), s.GetEnds()), o.At("/operator/weekly/"+s.GetId())
	}
	model.Bench = o.Desk(title, "/operator/calendar")
	model.Alert, model.Key, model.Wrong = alert, typed.Get("key"), wrong
	model.Differences.MadeFrom = typed.Get(web.MadeField)
	for _, kind := range []string{"pickup", trade.KindDelivery} {
		model.Kinds = append(model.Kinds,
			page.Choice{Value: kind, Label: trade.KindName(kind), Chosen: kind == typed.Get("kind")})
	}
	for day := range 7 {
		weekday := (day + 1) % 7
		model.Weekdays = append(model.Weekdays, page.Choice{
			Value: strconv.Itoa(weekday),
			Label: time.Weekday(weekday).String(), Chosen: typed.Get("weekday") == strconv.Itoa(weekday),
		})
	}
	for _, f := range ruleFields {
		field := page.Input{
			Name: f.name, Label: f.label, Type: f.kind, Value: typed.Get(f.name),
			Wrong: wrong[f.name], Required: !f.optional, MaxLength: "200",
		}
		if f.name == "last_day" {
			field.Hint = "Leave it empty for a rule that goes on."
		}
		model.Inputs = append(model.Inputs, field)
	}
	return web.Render(o.Visit.Context(), status, view.WeeklyFormPage(model))
}

// AddWeekly makes a weekly rule.
func AddWeekly(o *operator.Office) (*web.Reply, error) {
	typed, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	if f := fault.Of(o.Visit.CheckKey(typed)); f != nil {
		return showRule(o, web.StatusOf(f), nil, typed, view.WeeklyForm{Bench: page.Bench{Alert: f.Message}},
			nil)
	}
	return putRule(o, nil, &deliveryv1.PutScheduleRequest{Key: typed.Get("key")}, typed)
}

// ChangeWeekly changes or ends a weekly rule.
func ChangeWeekly(o *operator.Office) (*web.Reply, error) {
	typed, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	return web.Saving(func() (*web.Reply, error) {
		s, err := theRule(o)
		if err != nil {
			return nil, err
		}
		web.Choose(typed, storedRule(o, s))
		return putRule(o, s, &deliveryv1.PutScheduleRequest{Version: s.GetVersion()}, typed)
	})
}

// putRule says first what a rule does to the windows to come, and writes it for who has seen that.
func putRule(
	o *operator.Office, s *deliveryv1.Schedule, request *deliveryv1.PutScheduleRequest, typed url.Values,
) (*web.Reply, error) {
	var wrong map[string]string
	if request.Schedule, wrong = typedRule(o, s, typed); len(wrong) > 0 {
		return showRule(o, http.StatusUnprocessableEntity, s, typed, view.WeeklyForm{}, wrong)
	}
	if s != nil {
		if changed := web.Differences(typed, storedRule(o, s),
			storedRule(o, request.GetSchedule())); len(changed) > 0 {
			typed.Set(web.MadeField, web.MadeFrom(storedRule(o, s)))
			return showRule(o, http.StatusConflict, s, typed,
				view.WeeklyForm{
					Bench:       page.Bench{Alert: web.ChangedMeanwhile},
					Differences: page.Differences{Each: changed},
				}, nil)
		}
	}
	request.Look = typed.Get("sure") == ""
	answer, err := o.Visit.Site.Delivery.PutSchedule(o.Visit.Context(), request)
	switch f := fault.Of(err); {
	case err == nil && request.GetLook():
		return showRule(o, http.StatusOK, s, typed, does(o, answer), nil)
	case err == nil:
		return web.Redirect(o.At("/operator/weekly/"+answer.GetSchedule().GetId(), "saved", "1")), nil
	case f.Kind != fault.Invalid && f.Kind != fault.Conflict || f.Code == stamp.Changed:
		return nil, err
	default:
		o.Visit.NewForm(typed, f)
		wrong = web.FieldsOf(f)
		return showRule(o, web.StatusOf(f), s, typed, view.WeeklyForm{Bench: page.Bench{Alert: f.Message}},
			wrong)
	}
}

// does says what a rule would do to the windows to come.
func does(o *operator.Office, m *deliveryv1.PutScheduleResponse) view.WeeklyForm {
	model := view.WeeklyForm{Sure: true, Does: []string{
		trade.Plural(m.GetMade(), "window is", "windows are") + " made in the next three weeks",
		trade.Plural(m.GetChanged(), "window is", "windows are") + " changed",
		trade.Plural(m.GetRemoved(), "window is", "windows are") + " taken away",
	}}
	for _, w := range m.GetKept() {
		model.Kept = append(model.Kept, view.KeptWindow{
			When: o.In.Span(w.GetStartsAt(), w.GetEndsAt()), Address: o.At("/operator/windows/" + w.GetId()),
			Orders: trade.Plural(w.GetCapacity()-w.GetRemaining(), "order", "orders"),
		})
	}
	return model
}

// typedRule is a rule as it was typed, and what is wrong with that. Its zone is the market's.
func typedRule(
	o *operator.Office, s *deliveryv1.Schedule, typed url.Values,
) (*deliveryv1.Schedule, map[string]string) {
	wrong := map[string]string{}
	number := func(name string) int64 {
		n, err := strconv.ParseInt(strings.TrimSpace(typed.Get(name)), 10, 32)
		if err != nil || n < 0 {
			wrong[name] = "This is a whole number."
		}
		return n
	}
	rule := &deliveryv1.Schedule{
		Id: s.GetId(), Market: o.In.Code, Kind: typed.Get("kind"), Weekday: int32(number("weekday")),
		Starts: typed.Get("starts"), Ends: typed.Get("ends"),
		CutoffHours: int32(number("cutoff_hours")), Place: strings.TrimSpace(typed.Get("place")),
		Capacity: number("capacity"), TimeZone: o.In.Zone.String(),
		LastDay: strings.TrimSpace(typed.Get("last_day")),
	}
	if _, err := time.Parse(time.DateOnly, rule.GetLastDay()); err != nil && rule.GetLastDay() != "" {
		wrong["last_day"] = "A day looks like 2026-11-28."
	}
	if rule.GetPlace() == "" {
		wrong["place"] = "This is required."
	}
	for _, f := range windowPrices {
		amount, err := input.TypedAmount(cmp.Or(strings.TrimSpace(typed.Get(f.name)), "0"), o.In.Currency)
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
func typedMoney(o *operator.Office, minor int64) string {
	if minor == 0 {
		return ""
	}
	return money.New(minor, o.In.Currency).Decimal()
}
