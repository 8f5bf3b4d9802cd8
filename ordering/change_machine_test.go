package ordering

import (
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

func TestAChangeStepsAsItShould(t *testing.T) {
	until, passing := noon.Add(time.Hour), Failure{Kind: fault.Unavailable, Code: "unavailable"}
	held := heldAll{until: until}
	for _, c := range []struct {
		name     string
		messages []message
		free     bool // nothing more is to be paid
		status   string
		ask      effect
	}{
		{"holds first", []message{begin{}}, false, changeAsked, hold},
		{"then pays", []message{begin{}, held}, false, changeHeld, authorise},
		{"then is the order", []message{begin{}, held, paid{}}, false, "", swap},
		{"is the order at once where nothing is to be paid", []message{begin{}, held}, true, "", swap},
		{
			"renews holds that end too soon",
			[]message{begin{}, heldAll{until: noon}, paid{}},
			false,
			changeAuthorised, hold,
		},
		{"and is the order then", []message{begin{}, heldAll{until: noon}, paid{}, held}, false, "", swap},
		{
			"or is undone",
			[]message{begin{}, heldAll{until: noon}, paid{}, refused{passing}},
			false,
			changeUndoing, giveBack,
		},
		{"is refused", []message{begin{}, refused{passing}}, false, changeUndoing, giveBack},
		{"and is no more", []message{begin{}, refused{passing}, released{}}, false, "", nothing},
		{"lost before its holds", []message{begin{}, resume{}}, false, changeUndoing, giveBack},
		{"lost while it is paid", []message{begin{}, held, resume{}}, false, changeHeld, findMoney},
		{"lost while it is paid, and paid", []message{begin{}, held, resume{}, paid{}}, false, "", swap},
		{
			"lost while it is paid, and not paid",
			[]message{begin{}, held, resume{}, unpaid{}},
			false,
			changeUndoing, giveBack,
		},
		{
			"lost while it is undone",
			[]message{begin{}, refused{passing}, resume{}},
			false, changeUndoing,
			giveBack,
		},
		{
			"lost while it holds again",
			[]message{begin{}, heldAll{until: noon}, paid{}, resume{}},
			false,
			changeAuthorised, hold,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := anOrder(t)
			o.Status = Confirmed
			o.Change = &Change{ID: "c", Status: changeAsked, Lines: o.Lines, Window: o.Window, Fee: o.Fee}
			if !c.free {
				o.Change.Extra.Minor = 1
			}
			ask := nothing
			var err error
			for _, m := range c.messages {
				if o, ask, err = stepChange(o, m, func() string { return "p" }, noon); err != nil {
					t.Fatal(err)
				}
			}
			status := ""
			if o.Change != nil {
				status = o.Change.Status
			}
			if status != c.status || ask != c.ask || (ask == swap) != (o.Events == 1) {
				t.Errorf("is %q and asks to %q, with %d events; want %q and %q", status, ask, o.Events,
					c.status, c.ask)
			}
		})
	}
}
