package edge

import (
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// nextSteps is where a part goes from each of its states.
var nextSteps = map[string]page.Step{
	"new":      {To: "accepted", Label: "Accept"},
	"accepted": {To: "packed", Label: "Packed"},
	"packed":   {To: "ready", Label: "Ready"},
	"ready":    {To: "done", Label: "Handed over"},
}

// producerDesk lists the orders that a producer has to prepare.
func (e *edge) producerDesk(v *visit) (*reply, error) {
	producer := v.URL.Query().Get("producer")
	if producer == "" && len(v.account.GetProducerIds()) > 0 {
		producer = v.account.GetProducerIds()[0]
	}
	model := page.Desk{Frame: e.frame("Orders to prepare", nil), Heading: "Orders to prepare", Path: "/producer"}
	if producer == "" {
		model.Alert = "Your account acts for no producer yet."
		return render(v.Context(), http.StatusOK, page.DeskPage(model))
	}
	if !v.actsFor(producer) {
		return nil, errNoPage
	}
	for _, of := range v.account.GetProducerIds() {
		answer, err := e.catalog.GetProducer(v.Context(), &catalogv1.GetProducerRequest{Id: of})
		if err != nil {
			return nil, err
		}
		model.Places = append(model.Places, page.Choice{Value: "/producer?producer=" + url.QueryEscape(of), Label: answer.GetProducer().GetName(), Chosen: of == producer})
	}
	at := url.Values{"producer": {producer}}
	model.Path = "/producer?" + at.Encode()
	return v.showDesk(model, &orderingv1.ListOrdersRequest{ProducerId: producer}, "/producer", at, addSteps)
}

// addSteps lets each part of an order be taken on.
func addSteps(_ *visit, model *page.Order, o *orderingv1.Order) {
	if o.GetStatus() != statusConfirmed && o.GetStatus() != statusPacked {
		return
	}
	for i := range model.Parts {
		if step, ok := nextSteps[model.Parts[i].Status]; ok {
			model.Parts[i].Steps = []page.Step{step}
		}
	}
}

func (e *edge) advanceFromDesk(v *visit) (*reply, error) {
	form, err := v.form()
	if err != nil {
		return nil, err
	}
	request := &orderingv1.AdvancePartRequest{OrderId: v.PathValue("id"), PartId: v.PathValue("part"), To: form.Get("to")}
	if _, err := v.advance(request); err != nil {
		return nil, err
	}
	return redirect(localPath(form.Get("back"), "/producer")), nil
}
