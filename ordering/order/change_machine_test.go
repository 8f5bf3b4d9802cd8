package order

import (
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

func TestAChangeStepsAsItShould(t *testing.T) {
	until, passing := noon.Add(time.Hour), Failure{Kind: fault.Unavailable, Code: "unavailable"}
	held := HeldAll{Until: until}
	for _, c := range []struct {
		name     string
		messages []Message
		free     bool // nothing more is to be paid
		status   string
		ask      Effect
	}{
		{"holds first", []Message{Begin{}}, false, changeAsked, Hold},
		{"then pays", []Message{Begin{}, held}, false, changeHeld, Authorise},
		{"then is the order", []Message{Begin{}, held, Paid{}}, false, "", Swap},
		{"is the order at once where nothing is to be paid", []Message{Begin{}, held}, true, "", Swap},
		{
			"renews holds that end too soon",
			[]Message{Begin{}, HeldAll{Until: noon}, Paid{}},
			false,
			changeAuthorised, Hold,
		},
		{"and is the order then", []Message{Begin{}, HeldAll{Until: noon}, Paid{}, held}, false, "", Swap},
		{
			"or is undone",
			[]Message{Begin{}, HeldAll{Until: noon}, Paid{}, Refused{passing}},
			false,
			changeUndoing, GiveBack,
		},
		{"is refused", []Message{Begin{}, Refused{passing}}, false, changeUndoing, GiveBack},
		{"and is no more", []Message{Begin{}, Refused{passing}, Released{}}, false, "", Nothing},
		{"lost before its holds", []Message{Begin{}, Resume{}}, false, changeUndoing, GiveBack},
		{"lost while it is paid", []Message{Begin{}, held, Resume{}}, false, changeHeld, FindMoney},
		{"lost while it is paid, and paid", []Message{Begin{}, held, Resume{}, Paid{}}, false, "", Swap},
		{
			"lost while it is paid, and not paid",
			[]Message{Begin{}, held, Resume{}, Unpaid{}},
			false,
			changeUndoing, GiveBack,
		},
		{
			"lost while it is undone",
			[]Message{Begin{}, Refused{passing}, Resume{}},
			false, changeUndoing,
			GiveBack,
		},
		{
			"lost while it holds again",
			[]Message{Begin{}, HeldAll{Until: noon}, Paid{}, Resume{}},
			false,
			changeAuthorised, Hold,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := anOrder(t)
			o.Status = Confirmed
			o.Change = &Change{ID: "c", Status: changeAsked, Lines: o.Lines, Window: o.Window, Fee: o.Fee}
			if !c.free {
				o.Change.Extra.Minor = 1
			}
			ask := Nothing
			var err error
			for _, m := range c.messages {
				if o, ask, err = NextOfChange(o, m, func() string { return "p" }, noon); err != nil {
					t.Fatal(err)
				}
			}
			status := ""
			if o.Change != nil {
				status = o.Change.Status
			}
			if status != c.status || ask != c.ask || (ask == Swap) != (o.Events == 1) {
				t.Errorf("is %q and asks to %q, with %d events; want %q and %q", status, ask, o.Events,
					c.status, c.ask)
			}
		})
	}
}
