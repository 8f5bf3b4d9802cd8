package operator

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/stamp"
)

// Security shows which desks ask for a second factor, and helps who has lost theirs.
func (o *Office) Security() (*web.Reply, error) {
	return o.showOfficeSecurity(http.StatusOK, url.Values{}, nil, nil)
}

// deskNames are what the desks are called, in their order.
var deskNames = []page.Choice{
	{Value: web.RoleOperator, Label: "The market’s desk asks for it from"},
	{Value: web.RoleProducer, Label: "Makers’ desks ask for it from"},
}

func (o *Office) showOfficeSecurity(
	status int, typed url.Values, problem *fault.Error, changed []page.Difference,
) (*web.Reply, error) {
	answer, err := o.Visit.Site.Factors.GetDeskFactors(o.Visit.Context(), &identityv1.GetDeskFactorsRequest{})
	if err != nil {
		return nil, err
	}
	wrong := map[string]string{}
	model := view.OfficeSecurity{
		Bench: o.Desk("Signing in", "/operator/security"),
		Prove: o.Visit.ProveFirst(o.At("/operator/security")), Code: o.In.Code,
		Done: officeDone[o.Visit.Param("done")],
	}
	if problem != nil {
		wrong, model.Alert = web.FieldsOf(problem), problem.Message
	}
	now := o.storedDesks(answer.GetDesks())
	model.Differences = page.Differences{MadeFrom: web.MadeFrom(now), Each: changed}
	if typed.Has(web.MadeField) {
		model.Differences.MadeFrom = typed.Get(web.MadeField)
	}
	if len(changed) > 0 {
		model.Alert = web.ChangedMeanwhile
	}
	for i, name := range deskNames {
		field := page.Input{
			Name: name.Value, Label: name.Label, Type: "date",
			Hint: "Empty: it is not asked for.", Value: now[i].Reads(),
		}
		if typed.Has(name.Value) {
			field.Value = typed.Get(name.Value)
		}
		field.Wrong = wrong[name.Value]
		model.Days = append(model.Days, field)
	}
	model.Email = page.Input{
		Name: "email", Label: "E-mail of the account", Type: "email",
		Autocomplete: "off", MaxLength: "254", Required: true, Value: typed.Get("email"),
		Wrong: wrong["email"],
	}
	return web.Render(o.Visit.Context(), status, view.OfficeSecurityPage(model))
}

// officeDone says what was done.
var officeDone = map[string]string{
	"days": "The days are saved.", "reset": "Their second factor is taken away, and a letter tells them so.",
}

// storedDesks are the days as their form has them, in the order of deskNames.
func (o *Office) storedDesks(desks []*identityv1.DeskFactor) []web.Stored {
	all := make([]web.Stored, len(deskNames))
	for i, name := range deskNames {
		day := ""
		for _, d := range desks {
			if d.GetDesk() == name.Value && d.GetRequiredFrom() > 0 {
				day = web.TimeOf(d.GetRequiredFrom()).In(o.In.Zone).Format(time.DateOnly)
			}
		}
		all[i] = web.Entry(name.Value, name.Label, day)
	}
	return all
}

// SetDesks says from which day on desks ask for a second factor.
func (o *Office) SetDesks() (*web.Reply, error) {
	typed, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	return web.Saving(func() (*web.Reply, error) {
		are, err := o.Visit.Site.Factors.GetDeskFactors(o.Visit.Context(),
			&identityv1.GetDeskFactorsRequest{})
		if err != nil {
			return nil, err
		}
		now := o.storedDesks(are.GetDesks())
		web.Choose(typed, now)
		desks, err := o.typedDesks(typed)
		if err == nil {
			if changed := web.Differences(typed, now, o.storedDesks(desks)); len(changed) > 0 {
				typed.Set(web.MadeField, web.MadeFrom(now))
				return o.showOfficeSecurity(http.StatusConflict, typed, nil, changed)
			}
		}
		return o.change("days", typed, func() error {
			if err != nil {
				return err
			}
			_, err := o.Visit.Site.Factors.SetDeskFactors(o.Visit.Context(),
				&identityv1.SetDeskFactorsRequest{
					SessionToken: o.Visit.SessionToken(), Desks: desks,
					Version: are.GetVersion(),
				})
			return err
		})
	})
}

func (o *Office) typedDesks(typed url.Values) (desks []*identityv1.DeskFactor, err error) {
	for _, name := range deskNames {
		desk := &identityv1.DeskFactor{Desk: name.Value}
		if text := strings.TrimSpace(typed.Get(name.Value)); text != "" {
			day, err := time.ParseInLocation(time.DateOnly, text, o.In.Zone)
			if err != nil || day.Unix() <= 0 {
				return nil, web.Invalid(name.Value, "Enter a day.")
			}
			desk.RequiredFrom = day.UnixMilli()
		}
		desks = append(desks, desk)
	}
	return desks, nil
}

// ResetFactors takes a second factor away from whoever has lost it.
func (o *Office) ResetFactors() (*web.Reply, error) {
	typed, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	return o.change("reset", typed, func() error {
		_, err := o.Visit.Site.Factors.ResetFactors(o.Visit.Context(),
			&identityv1.ResetFactorsRequest{SessionToken: o.Visit.SessionToken(), Email: typed.Get("email")})
		return err
	})
}

func (o *Office) change(done string, typed url.Values, work func() error) (*web.Reply, error) {
	err := work()
	if err == nil {
		return web.Redirect(o.At("/operator/security", "done", done)), nil
	}
	f := fault.Of(err)
	if f.Kind == fault.Internal || f.Code == stamp.Changed {
		return nil, err
	}
	return o.showOfficeSecurity(web.ProofStatus(f), typed, f, nil)
}
