package edge

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// sellPage asks a member who makes food to sell it here.
func (e *site) sellPage(v *visit) (*reply, error) {
	if waiting, err := v.applied(); err != nil || waiting {
		return redirect("/producer"), err
	}
	return v.showSell(http.StatusOK, url.Values{"key": {e.newKey()}}, nil)
}

// applied reports whether the visitor has a producer that waits for the operator: nobody has two.
func (v *visit) applied() (bool, error) {
	if err := v.unlock(); err != nil {
		return false, err
	}
	for _, producer := range v.account.GetProducerIds() {
		answer, err := v.site.catalog.GetProducer(v.Context(), &catalogv1.GetProducerRequest{Id: producer})
		if err != nil || !answer.GetProducer().GetApproved() {
			return err == nil, err
		}
	}
	return false, nil
}

// apply makes a producer that the operator has to approve, with a desk for the member.
func (e *site) apply(v *visit) (*reply, error) {
	form, err := v.form()
	if err != nil {
		return nil, err
	}
	if waiting, err := v.applied(); err != nil || waiting {
		return redirect("/producer"), err
	}
	var made *catalogv1.PutProducerResponse
	if err = v.checkKey(form); err == nil {
		made, err = e.catalog.PutProducer(v.Context(), &catalogv1.PutProducerRequest{Key: form.Get("key"), Applicant: v.account.GetId(), Producer: &catalogv1.Producer{
			Market: form.Get("market"), Name: strings.TrimSpace(form.Get("name")), Town: strings.TrimSpace(form.Get("town")),
			Tagline: strings.TrimSpace(form.Get("tagline")), Story: lines(form.Get("story")),
		}})
	}
	if err != nil {
		f := fault.Of(err)
		if f.Kind == fault.NotFound {
			f = invalid("market", "Choose a market.")
		}
		if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
			return nil, err
		}
		v.newForm(form, f)
		return v.showSell(statusOf(f), form, f)
	}
	producer := made.GetProducer().GetId()
	added, err := e.identity.AddProducer(v.Context(), &identityv1.AddProducerRequest{CustomerId: v.account.GetId(), ProducerId: producer, SessionToken: v.sessionToken()})
	if err != nil {
		return nil, err
	}
	out := redirect("/producer?producer=" + url.QueryEscape(producer))
	if added.GetSessionToken() != "" {
		out.with(v.session(added.GetSessionToken(), added.GetExpiresAt()))
	}
	return out, nil
}

func (v *visit) showSell(status int, form url.Values, problem *fault.Error) (*reply, error) {
	markets, err := v.site.catalog.ListMarkets(v.Context(), &catalogv1.ListMarketsRequest{})
	if err != nil {
		return nil, err
	}
	wrong := map[string]string{}
	model := page.Sell{Frame: v.frame("Sell with us"), Key: form.Get("key")}
	if problem != nil {
		wrong, model.Alert = fieldsOf(problem), problem.Message
	}
	for _, m := range markets.GetMarkets() {
		model.Markets = append(model.Markets, page.Choice{Value: m.GetCode(), Label: m.GetName(), Chosen: m.GetCode() == form.Get("market")})
	}
	model.MarketWrong = wrong["market"]
	model.Inputs = []page.Input{
		input(form, wrong, page.Input{Name: "name", Label: "Your name as a maker", Type: "text", Autocomplete: "off", MaxLength: "200", Required: true, Hint: "A farm, a dairy, a bakery."}),
		input(form, wrong, page.Input{Name: "town", Label: "Town", Type: "text", Autocomplete: "address-level2", MaxLength: "200"}),
		input(form, wrong, page.Input{Name: "tagline", Label: "You in one sentence", Type: "text", MaxLength: "400"}),
	}
	model.Story = input(form, wrong, page.Input{Name: "story", Label: "Your story", MaxLength: "20000"})
	return render(v.Context(), status, page.SellPage(model))
}
