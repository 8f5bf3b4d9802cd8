package edge

import (
	"net/url"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/stamp"
)

// Every form that changes something carries what it was made from: a stamp of each of its fields, in one of its own. Where a field is stored
// as something else by now, and not as what was typed, nothing is saved, and the form is shown again with both. See page.Differences, and ADR 29.
const (
	madeField = "made_from"
	takeField = "take."
	askField  = "asked_for"

	takeNow   = "now"
	takeYours = "yours"
	// stampSize is how much of a field's stamp a form carries, in characters.
	stampSize = 8
	// savingTries is how often a change is made anew that somebody else comes before.
	savingTries = 3
)

// changedMeanwhile heads a form that was made from what is not stored any more.
var changedMeanwhile = locale.Key("This has been changed since you opened it. Nothing is saved yet: choose what it is to be.")

// stored is a field of a form as something has it. Of two that say the same the texts are the same, however they were typed.
type stored struct {
	name, label string
	texts       []string // as the form would send them
	shown       string   // for people, where that is something else
	untouched   bool     // of what a form wants: it says nothing of the field
}

func (f stored) stamp() string { return stamp.Of(f.name, f.texts)[:stampSize] }

func (f stored) reads() string {
	if f.shown != "" {
		return f.shown
	}
	return strings.Join(f.texts, ", ")
}

// entry is a field with texts; an empty one is one that is not filled in.
func entry(name, label string, texts ...string) stored {
	return stored{name: name, label: label, texts: slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return s == "" })}
}

// called is the field with another text for people.
func (f stored) called(shown string) stored {
	f.shown = shown
	return f
}

// madeFrom is what a form carries that is made from some fields.
func madeFrom(fields []stored) string {
	stamps := make([]string, len(fields))
	for i, f := range fields {
		stamps[i] = f.stamp()
	}
	return strings.Join(stamps, " ")
}

// differences are the fields that somebody else has changed since a form was made, and not to what it wants; none for a form that does not
// carry what it was made from. All have the fields in one order, now and want each in their own way.
func differences(typed url.Values, now, want []stored) []page.Difference {
	if !typed.Has(madeField) {
		return nil
	}
	seen, wanted := strings.Fields(typed.Get(madeField)), map[string]stored{}
	for _, f := range want {
		wanted[f.name] = f
	}
	var all []page.Difference
	for _, f := range now {
		w, both := wanted[f.name]
		if !both || slices.Equal(f.texts, w.texts) || slices.Contains(seen, f.stamp()) {
			continue
		}
		d := page.Difference{Name: f.name, Label: f.label, Now: f.reads(), Yours: w.reads()}
		if w.untouched || slices.Contains(seen, w.stamp()) {
			d.Take = takeNow // the form does not want it otherwise
		}
		all = append(all, d)
	}
	return all
}

// takes reports whether what is stored of a field is to stay.
func takes(typed url.Values, name string) bool { return typed.Get(takeField+name) == takeNow }

// choose makes a form say what was chosen in it: what is stored stays where that was wanted. A field for which nothing was chosen is one that
// was not seen, so it is asked for again.
func choose(typed url.Values, now []stored) {
	if !typed.Has(madeField) {
		return
	}
	seen := strings.Fields(typed.Get(madeField))
	for _, f := range now {
		switch take := typed.Get(takeField + f.name); {
		case take == takeNow:
			typed[f.name] = f.texts
		case take != takeYours && slices.Contains(typed[askField], f.name):
			seen = slices.DeleteFunc(seen, func(s string) bool { return s == f.stamp() })
		}
	}
	typed.Set(madeField, strings.Join(seen, " "))
}

// saving makes a change anew where somebody else comes between what it reads and what it writes.
func saving(change func() (*reply, error)) (out *reply, err error) {
	for range savingTries {
		if out, err = change(); !fault.Is(err, stamp.Changed) {
			break
		}
	}
	return out, err
}
