package edge

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

// deskPage is how many orders a page of a desk has.
const deskPage = 25

// operatorDesk lists a market's orders.
func (e *edge) operatorDesk(v *visit) (*reply, error) {
	answer, err := e.catalog.ListMarkets(v.Context(), &catalogv1.ListMarketsRequest{})
	if err != nil {
		return nil, err
	}
	markets := answer.GetMarkets()
	model := page.Desk{Frame: e.frame("The market's orders", nil), Heading: "The market's orders", Path: "/operator"}
	if len(markets) == 0 {
		model.Alert = "There is no market yet."
		return render(v.Context(), http.StatusOK, page.DeskPage(model))
	}
	market := v.URL.Query().Get("market")
	if !slices.ContainsFunc(markets, func(m *catalogv1.Market) bool { return m.GetCode() == market }) {
		market = markets[0].GetCode()
	}
	for _, m := range markets {
		model.Places = append(model.Places, page.Choice{Value: "/operator?market=" + m.GetCode(), Label: m.GetName(), Chosen: m.GetCode() == market})
	}
	at := url.Values{"market": {market}}
	model.Path = "/operator?" + at.Encode()
	return v.showDesk(model, &orderingv1.ListOrdersRequest{Market: market}, "/operator", at, addRefund)
}

// addSteps lets each part of an order be taken on.
func addSteps(model *page.Order, o *orderingv1.Order) {
	if o.GetStatus() != statusConfirmed && o.GetStatus() != statusPacked {
		return
	}
	for i := range model.Parts {
		if step, ok := nextSteps[model.Parts[i].Status]; ok {
			model.Parts[i].Steps = []page.Step{step}
		}
	}
}

// addRefund lets money be paid back once it is taken, and parts be taken on.
func addRefund(v *visit, model *page.Order, o *orderingv1.Order) {
	addSteps(model, o)
	if o.GetStatus() == statusPacked || o.GetStatus() == statusDone {
		model.CanRefund, model.Key, model.Currency = true, v.edge.newKey(), o.GetTotal().GetCurrency()
	}
}

// showDesk lists orders with what can be done with each.
func (v *visit) showDesk(model page.Desk, request *orderingv1.ListOrdersRequest, path string, at url.Values, equip func(*visit, *page.Order, *orderingv1.Order)) (*reply, error) {
	request.Limit, request.Cursor = deskPage, v.cursor()
	answer, err := v.edge.ordering.ListOrders(v.Context(), request)
	if err != nil {
		return nil, err
	}
	if model.Orders, err = v.orderModels(answer.GetOrders()); err != nil {
		return nil, err
	}
	if len(model.Orders) > 0 {
		names := v.contacts(answer.GetOrders()...)
		for i := range model.Orders {
			model.Orders[i].For = names[i]
			equip(v, &model.Orders[i], answer.GetOrders()[i])
		}
	}
	model.Next = nextPage(path, at, answer.GetNextCursor())
	return render(v.Context(), http.StatusOK, page.DeskPage(model))
}

func (e *edge) refundFromDesk(v *visit) (*reply, error) {
	form, err := v.form()
	if err != nil {
		return nil, err
	}
	if !visible(form.Get("key"), 128) {
		return nil, errBadKey
	}
	amount, err := money.Parse(form.Get("amount"), form.Get("currency"))
	if err != nil {
		return nil, err
	}
	if _, err := v.refund(v.PathValue("id"), amount, form.Get("key"), form.Get("reason")); err != nil {
		return nil, err
	}
	return redirect(localPath(form.Get("back"), "/operator")), nil
}

// mailPage is the demo's mailbox.
func (e *edge) mailPage(v *visit) (*reply, error) {
	answer, err := e.notify.ListMessages(v.Context(), &notifyv1.ListMessagesRequest{Limit: deskPage, Cursor: v.cursor()})
	if err != nil {
		return nil, err
	}
	model := page.Mail{Frame: e.frame("Mailbox", nil), Next: nextPage("/dev/mail", url.Values{}, answer.GetNextCursor())}
	for _, m := range answer.GetMessages() {
		model.Messages = append(model.Messages, page.Message{
			To: m.GetTo(), Subject: m.GetSubject(), Text: m.GetText(), Status: m.GetStatus(), When: timeOf(m.GetCreatedAt()).Format("2 Jan 15:04 MST"),
		})
	}
	return render(v.Context(), http.StatusOK, page.MailPage(model))
}
