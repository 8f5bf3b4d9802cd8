package edge

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/stamp"
)

// security shows which desks ask for a second factor, and helps who has lost theirs.
func (o *office) security() (*reply, error) {
	return o.showOfficeSecurity(http.StatusOK, url.Values{}, nil, nil)
}

// deskNames are what the desks are called, in their order.
var deskNames = []page.Choice{{Value: roleOperator, Label: "The market’s desk asks for it from"}, {Value: roleProducer, Label: "Makers’ desks ask for it from"}}

func (o *office) showOfficeSecurity(status int, typed url.Values, problem *fault.Error, changed []page.Difference) (*reply, error) {
	answer, err := o.site.factors.GetDeskFactors(o.Context(), &identityv1.GetDeskFactorsRequest{})
	if err != nil {
		return nil, err
	}
	wrong := map[string]string{}
	model := page.OfficeSecurity{Bench: o.desk("Signing in", "/operator/security"), Prove: o.proveFirst(o.at("/operator/security")), Code: o.in.code, Done: officeDone[o.param("done")]}
	if problem != nil {
		wrong, model.Alert = fieldsOf(problem), problem.Message
	}
	now := o.storedDesks(answer.GetDesks())
	model.Differences = page.Differences{MadeFrom: madeFrom(now), Each: changed}
	if typed.Has(madeField) {
		model.Differences.MadeFrom = typed.Get(madeField)
	}
	if len(changed) > 0 {
		model.Alert = changedMeanwhile
	}
	for i, name := range deskNames {
		field := page.Input{Name: name.Value, Label: name.Label, Type: "date", Hint: "Empty: it is not asked for.", Value: now[i].reads()}
		if typed.Has(name.Value) {
			field.Value = typed.Get(name.Value)
		}
		field.Wrong = wrong[name.Value]
		model.Days = append(model.Days, field)
	}
	model.Email = page.Input{Name: "email", Label: "E-mail of the account", Type: "email", Autocomplete: "off", MaxLength: "254", Required: true, Value: typed.Get("email"), Wrong: wrong["email"]}
	return render(o.Context(), status, page.OfficeSecurityPage(model))
}

// officeDone says what was done.
var officeDone = map[string]string{
	"days": "The days are saved.", "reset": "Their second factor is taken away, and a letter tells them so.",
}

// storedDesks are the days as their form has them, in the order of deskNames.
func (o *office) storedDesks(desks []*identityv1.DeskFactor) []stored {
	all := make([]stored, len(deskNames))
	for i, name := range deskNames {
		day := ""
		for _, d := range desks {
			if d.GetDesk() == name.Value && d.GetRequiredFrom() > 0 {
				day = timeOf(d.GetRequiredFrom()).In(o.in.zone).Format(time.DateOnly)
			}
		}
		all[i] = entry(name.Value, name.Label, day)
	}
	return all
}

// setDesks says from which day on desks ask for a second factor.
func (o *office) setDesks() (*reply, error) {
	typed, err := o.form()
	if err != nil {
		return nil, err
	}
	return saving(func() (*reply, error) {
		are, err := o.site.factors.GetDeskFactors(o.Context(), &identityv1.GetDeskFactorsRequest{})
		if err != nil {
			return nil, err
		}
		now := o.storedDesks(are.GetDesks())
		choose(typed, now)
		desks, err := o.typedDesks(typed)
		if err == nil {
			if changed := differences(typed, now, o.storedDesks(desks)); len(changed) > 0 {
				typed.Set(madeField, madeFrom(now))
				return o.showOfficeSecurity(http.StatusConflict, typed, nil, changed)
			}
		}
		return o.change("days", typed, func() error {
			if err != nil {
				return err
			}
			_, err := o.site.factors.SetDeskFactors(o.Context(), &identityv1.SetDeskFactorsRequest{SessionToken: o.sessionToken(), Desks: desks, Version: are.GetVersion()})
			return err
		})
	})
}

func (o *office) typedDesks(typed url.Values) (desks []*identityv1.DeskFactor, err error) {
	for _, name := range deskNames {
		desk := &identityv1.DeskFactor{Desk: name.Value}
		if text := strings.TrimSpace(typed.Get(name.Value)); text != "" {
			day, err := time.ParseInLocation(time.DateOnly, text, o.in.zone)
			if err != nil || day.Unix() <= 0 {
				return nil, invalid(name.Value, "Enter a day.")
			}
			desk.RequiredFrom = day.UnixMilli()
		}
		desks = append(desks, desk)
	}
	return desks, nil
}

// resetFactors takes a second factor away from whoever has lost it.
func (o *office) resetFactors() (*reply, error) {
	typed, err := o.form()
	if err != nil {
		return nil, err
	}
	return o.change("reset", typed, func() error {
		_, err := o.site.factors.ResetFactors(o.Context(), &identityv1.ResetFactorsRequest{SessionToken: o.sessionToken(), Email: typed.Get("email")})
		return err
	})
}

func (o *office) change(done string, typed url.Values, work func() error) (*reply, error) {
	err := work()
	if err == nil {
		return redirect(o.at("/operator/security", "done", done)), nil
	}
	f := fault.Of(err)
	if f.Kind == fault.Internal || f.Code == stamp.Changed {
		return nil, err
	}
	return o.showOfficeSecurity(proofStatus(f), typed, f, nil)
}
