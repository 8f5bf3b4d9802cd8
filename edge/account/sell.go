package account

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// SellPage asks a member who makes food to sell it here.
func SellPage(v *web.Visit) (*web.Reply, error) {
	if waiting, err := applied(v); err != nil || waiting {
		return web.Redirect("/producer"), err
	}
	return showSell(v, http.StatusOK, url.Values{"key": {v.Site.NewKey()}}, nil)
}

// applied reports whether the visitor has a producer that waits for the operator: nobody has two.
func applied(v *web.Visit) (bool, error) {
	if err := v.Unlock(); err != nil {
		return false, err
	}
	for _, producer := range v.Account.GetProducerIds() {
		answer, err := v.Site.Catalog.GetProducer(v.Context(), &catalogv1.GetProducerRequest{Id: producer})
		if err != nil || !answer.GetProducer().GetApproved() {
			return err == nil, err
		}
	}
	return false, nil
}

// Apply makes a producer that the operator has to approve, with a desk for the member.
func Apply(v *web.Visit) (*web.Reply, error) {
	form, err := v.Form()
	if err != nil {
		return nil, err
	}
	if waiting, err := applied(v); err != nil || waiting {
		return web.Redirect("/producer"), err
	}
	var made *catalogv1.PutProducerResponse
	if err = v.CheckKey(form); err == nil {
		made, err = v.Site.Catalog.PutProducer(v.Context(),
			&catalogv1.PutProducerRequest{
				Key: form.Get("key"), Applicant: v.Account.GetId(),
				Producer: &catalogv1.Producer{
					Market: form.Get("market"), Name: strings.TrimSpace(form.Get("name")),
					Town:    strings.TrimSpace(form.Get("town")),
					Tagline: strings.TrimSpace(form.Get("tagline")), Story: web.Lines(form.Get("story")),
				},
			})
	}
	if err != nil {
		f := fault.Of(err)
		if f.Kind == fault.NotFound {
			f = web.Invalid("market", "Choose a market.")
		}
		if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
			return nil, err
		}
		v.NewForm(form, f)
		return showSell(v, web.StatusOf(f), form, f)
	}
	producer := made.GetProducer().GetId()
	added, err := v.Site.Identity.AddProducer(v.Context(),
		&identityv1.AddProducerRequest{
			CustomerId: v.Account.GetId(), ProducerId: producer,
			SessionToken: v.SessionToken(),
		})
	if err != nil {
		return nil, err
	}
	out := web.Redirect("/producer?producer=" + url.QueryEscape(producer))
	if added.GetSessionToken() != "" {
		out.With(v.Session(added.GetSessionToken(), added.GetExpiresAt()))
	}
	return out, nil
}

func showSell(v *web.Visit, status int, form url.Values, problem *fault.Error) (*web.Reply, error) {
	markets, err := v.Site.Catalog.ListMarkets(v.Context(), &catalogv1.ListMarketsRequest{})
	if err != nil {
		return nil, err
	}
	wrong := map[string]string{}
	model := view.Sell{Frame: v.Frame("Sell with us"), Key: form.Get("key")}
	if problem != nil {
		wrong, model.Alert = web.FieldsOf(problem), problem.Message
	}
	for _, m := range markets.GetMarkets() {
		model.Markets = append(model.Markets,
			page.Choice{Value: m.GetCode(), Label: m.GetName(), Chosen: m.GetCode() == form.Get("market")})
	}
	model.MarketWrong = wrong["market"]
	model.Inputs = []page.Input{
		web.Input(form, wrong, page.Input{
			Name: "name", Label: "Your name as a maker", Type: "text",
			Autocomplete: "off", MaxLength: "200", Required: true, Hint: "A farm, a dairy, a bakery.",
		}),
		web.Input(form, wrong, page.Input{
			Name: "town", Label: "Town", Type: "text",
			Autocomplete: "address-level2", MaxLength: "200",
		}),
		web.Input(form, wrong, page.Input{
			Name: "tagline", Label: "You in one sentence", Type: "text",
			MaxLength: "400",
		}),
	}
	model.Story = web.Input(form, wrong, page.Input{Name: "story", Label: "Your story", MaxLength: "20000"})
	return web.Render(v.Context(), status, view.SellPage(model))
}
