package edge

import (
	"net/http"
	"strconv"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// open counts the orders that are concerned when a producer or a window leaves the shop.
func (o *office) open(of *orderingv1.CountOpenOrdersRequest) (int64, error) {
	answer, err := o.site.ordering.CountOpenOrders(o.Context(), of)
	return answer.GetOrders(), err
}

// newSince says what has changed since a page asked with so many open orders; empty where it is as it was.
func newSince(seen string, open int64) string {
	if seen == strconv.FormatInt(open, 10) {
		return ""
	}
	return "The number of open orders is another one by now. Nothing is changed yet: please look again."
}

// withdrawing asks before a producer leaves the shop.
func (o *office) withdrawing() (*reply, error) { return o.askWithdraw(http.StatusOK, "") }

func (o *office) askWithdraw(status int, alert string) (*reply, error) {
	answer, err := o.site.catalog.GetProducer(o.Context(), &catalogv1.GetProducerRequest{Id: o.PathValue("id")})
	if err != nil {
		return nil, err
	}
	p := answer.GetProducer()
	if !o.moveTo(p.GetMarket()) {
		return nil, errNoPage
	}
	open, err := o.open(&orderingv1.CountOpenOrdersRequest{ProducerId: p.GetId()})
	if err != nil {
		return nil, err
	}
	model := page.Ask{
		Bench: o.desk("Take "+p.GetName()+" out of the shop?", "/operator/producers"), Orders: o.at("/operator", "producer", p.GetId()),
		Says: []string{
			"Nobody can find or order anything of theirs any more. What is ordered stands: cancel those orders, or have them packed.",
			"You can let them sell again at any time; everything is then as it is now.",
		},
		Action: o.at("/operator/producers/" + p.GetId() + "/approval"), Button: "Take them out of the shop", Back: o.at("/operator/producers"),
		Fields: []page.Choice{{Value: "approved", Label: "no"}, {Value: "open", Label: strconv.FormatInt(open, 10)}},
	}
	model.Alert = alert
	if open > 0 {
		model.Concerned = plural(open, "order is", "orders are") + " still open."
	}
	return render(o.Context(), status, page.AskPage(model))
}

// withdraw takes a producer out of the shop, where its open orders are those that whoever asks has seen.
func (o *office) withdraw(seen string) (*reply, error) {
	open, err := o.open(&orderingv1.CountOpenOrdersRequest{ProducerId: o.PathValue("id")})
	if err != nil {
		return nil, err
	}
	if alert := newSince(seen, open); alert != "" {
		return o.askWithdraw(http.StatusConflict, alert)
	}
	if _, err := o.site.catalog.ApproveProducer(o.Context(), &catalogv1.ApproveProducerRequest{Id: o.PathValue("id")}); err != nil {
		return nil, err
	}
	return redirect(o.at("/operator/producers", "withdrawn", o.PathValue("id"))), nil
}

// withdrawn says which producer has just left the shop, and takes it back.
func (o *office) withdrawn() page.Undo {
	producer := o.param("withdrawn")
	if producer == "" {
		return page.Undo{}
	}
	answer, err := o.site.catalog.GetProducer(o.Context(), &catalogv1.GetProducerRequest{Id: producer})
	if err != nil || !answer.GetProducer().GetSuspended() {
		return page.Undo{}
	}
	return page.Undo{
		Message: answer.GetProducer().GetName() + " is out of the shop.", Action: o.at("/operator/producers/" + producer + "/approval"), Button: "Undo",
		Fields: []page.Choice{{Value: "approved", Label: "yes"}, {Value: "back", Label: o.at("/operator/producers")}},
	}
}

// closingWindow asks before a window is closed by hand.
func (o *office) closingWindow() (*reply, error) { return o.askClose(http.StatusOK, "") }

func (o *office) askClose(status int, alert string) (*reply, error) {
	w, err := o.theWindow()
	if err != nil {
		return nil, err
	}
	open, err := o.open(&orderingv1.CountOpenOrdersRequest{WindowId: w.GetId()})
	if err != nil {
		return nil, err
	}
	at := o.at("/operator/windows/" + w.GetId())
	model := page.Ask{
		Bench: o.desk("Close this window?", "/operator/calendar"), Orders: o.at("/operator", "window", w.GetId()),
		Says: []string{
			kindName(w.GetKind()) + ", " + o.in.span(w.GetStartsAt(), w.GetEndsAt()) + ", " + w.GetPlace() + ".",
			"It takes no more orders. Who has a place in it keeps it.", "You can open it again at any time until its orders close.",
		},
		Action: o.at("/operator/windows/" + w.GetId() + "/close"), Button: "Close it", Back: at,
		Fields: []page.Choice{{Value: "closed", Label: "yes"}, {Value: "open", Label: strconv.FormatInt(open, 10)}},
	}
	model.Alert = alert
	if open > 0 {
		model.Concerned = plural(open, "order is", "orders are") + " still open in it."
	}
	return render(o.Context(), status, page.AskPage(model))
}

// closeWindow closes a window for new orders, or opens it again.
func (o *office) closeWindow() (*reply, error) {
	form, err := o.form()
	if err != nil {
		return nil, err
	}
	closed := form.Get("closed") != "no"
	if closed {
		open, err := o.open(&orderingv1.CountOpenOrdersRequest{WindowId: o.PathValue("id")})
		if err != nil {
			return nil, err
		}
		if alert := newSince(form.Get("open"), open); alert != "" {
			return o.askClose(http.StatusConflict, alert)
		}
	}
	answer, err := o.site.delivery.CloseWindow(o.Context(), &deliveryv1.CloseWindowRequest{Id: o.PathValue("id"), Closed: closed})
	if err != nil {
		return nil, err
	}
	if !o.moveTo(answer.GetWindow().GetMarket()) {
		return nil, errNoPage
	}
	return redirect(o.at("/operator/windows/" + answer.GetWindow().GetId())), nil
}
