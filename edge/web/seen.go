package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/stamp"
)

// Every form that changes something carries what it was made from: a stamp of each of its fields, in one of
// its own. Where a field is stored as something else by now, and not as what was typed, nothing is saved, and
// the form is shown again with both. See page.Differences, and ADR 29.
const (
	MadeField = "made_from"
	takeField = "take."
	askField  = "asked_for"

	takeNow   = "now"
	takeYours = "yours"
	// stampSize is how much of a field's stamp a form carries, in characters.
	stampSize = 8
	// savingTries is how often a change is made anew that somebody else comes before.
	savingTries = 3
)

// ChangedMeanwhile heads a form that was made from what is not stored any more.
var ChangedMeanwhile = locale.Key(
	"This has been changed since you opened it. Nothing is saved yet: choose what it is to be.")

// Stored is a field of a form as something has it. Of two that say the same the texts are the same, however
// they were typed.
type Stored struct {
	Name, label string
	Texts       []string // as the form would send them
	Shown       string   // for people, where that is something else
	Untouched   bool     // of what a form wants: it says nothing of the field
}

// Stamp is what a form carries of the field.
func (f Stored) Stamp() string { return stamp.Of(f.Name, f.Texts)[:stampSize] }

// Reads is the field for people.
func (f Stored) Reads() string {
	if f.Shown != "" {
		return f.Shown
	}
	return strings.Join(f.Texts, ", ")
}

// Entry is a field with texts; an empty one is one that is not filled in.
func Entry(name, label string, texts ...string) Stored {
	return Stored{
		Name: name, label: label,
		Texts: slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return s == "" }),
	}
}

// Called is the field with another text for people.
func (f Stored) Called(shown string) Stored {
	f.Shown = shown
	return f
}

// MadeFrom is what a form carries that is made from some fields.
func MadeFrom(fields []Stored) string {
	stamps := make([]string, len(fields))
	for i, f := range fields {
		stamps[i] = f.Stamp()
	}
	return strings.Join(stamps, " ")
}

// Differences are the fields that somebody else has changed since a form was made, and not to what it wants;
// none for a form that does not carry what it was made from. All have the fields in one order, now and want
// each in their own way.
func Differences(typed url.Values, now, want []Stored) []page.Difference {
	if !typed.Has(MadeField) {
		return nil
	}
	seen, wanted := strings.Fields(typed.Get(MadeField)), map[string]Stored{}
	for _, f := range want {
		wanted[f.Name] = f
	}
	var all []page.Difference
	for _, f := range now {
		w, both := wanted[f.Name]
		if !both || slices.Equal(f.Texts, w.Texts) || slices.Contains(seen, f.Stamp()) {
			continue
		}
		d := page.Difference{Name: f.Name, Label: f.label, Now: f.Reads(), Yours: w.Reads()}
		if w.Untouched || slices.Contains(seen, w.Stamp()) {
			d.Take = takeNow // the form does not want it otherwise
		}
		all = append(all, d)
	}
	return all
}

// Takes reports whether what is stored of a field is to stay.
func Takes(typed url.Values, name string) bool { return typed.Get(takeField+name) == takeNow }

// Choose makes a form say what was chosen in it: what is stored stays where that was wanted. A field for
// which nothing was chosen is one that was not seen, so it is asked for again.
func Choose(typed url.Values, now []Stored) {
	if !typed.Has(MadeField) {
		return
	}
	seen := strings.Fields(typed.Get(MadeField))
	for _, f := range now {
		switch take := typed.Get(takeField + f.Name); {
		case take == takeNow:
			typed[f.Name] = f.Texts
		case take != takeYours && slices.Contains(typed[askField], f.Name):
			seen = slices.DeleteFunc(seen, func(s string) bool { return s == f.Stamp() })
		}
	}
	typed.Set(MadeField, strings.Join(seen, " "))
}

// Saving makes a change anew where somebody else comes between what it reads and what it writes.
func Saving(change func() (*Reply, error)) (out *Reply, err error) {
	for range savingTries {
		if out, err = change(); !fault.Is(err, stamp.Changed) {
			break
		}
	}
	return out, err
}
