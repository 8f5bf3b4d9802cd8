package operator

import (
	"net/http"
	"strconv"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// Open counts the orders that are concerned when a producer or a window leaves the shop.
func (o *Office) Open(of *orderingv1.CountOpenOrdersRequest) (int64, error) {
	answer, err := o.Visit.Site.Ordering.CountOpenOrders(o.Visit.Context(), of)
	return answer.GetOrders(), err
}

// Withdrawing asks before a producer leaves the shop.
func (o *Office) Withdrawing() (*web.Reply, error) { return o.askWithdraw(http.StatusOK, "") }

func (o *Office) askWithdraw(status int, alert string) (*web.Reply, error) {
	answer, err := o.Visit.Site.Catalog.GetProducer(o.Visit.Context(),
		&catalogv1.GetProducerRequest{Id: o.Visit.Request.PathValue("id")})
	if err != nil {
		return nil, err
	}
	p := answer.GetProducer()
	if !o.MoveTo(p.GetMarket()) {
		return nil, web.ErrNoPage
	}
	open, err := o.Open(&orderingv1.CountOpenOrdersRequest{ProducerId: p.GetId()})
	if err != nil {
		return nil, err
	}
	model := page.Ask{
		Bench:  o.Desk("Take "+p.GetName()+" out of the shop?", "/operator/producers"),
		Orders: o.At("/operator", "producer", p.GetId()),
		Says: []string{
			"Nobody can find or order anything of theirs any more. What is ordered stands: cancel those orders, or have them packed.",
			"You can let them sell again at any time; everything is then as it is now.",
		},
		Action: o.At("/operator/producers/" + p.GetId() + "/approval"), Button: "Take them out of the shop",
		Back: o.At("/operator/producers"),
		Fields: []page.Choice{
			{Value: "approved", Label: "no"},
			{Value: "open", Label: strconv.FormatInt(open, 10)},
		},
	}
	model.Alert = alert
	if open > 0 {
		model.Concerned = trade.Plural(open, "order is", "orders are") + " still open."
	}
	return web.Render(o.Visit.Context(), status, page.AskPage(model))
}

// withdraw takes a producer out of the shop, where its open orders are those that whoever asks has seen.
func (o *Office) withdraw(seen string) (*web.Reply, error) {
	open, err := o.Open(&orderingv1.CountOpenOrdersRequest{ProducerId: o.Visit.Request.PathValue("id")})
	if err != nil {
		return nil, err
	}
	if alert := desk.NewSince(seen, open); alert != "" {
		return o.askWithdraw(http.StatusConflict, alert)
	}
	if _, err := o.Visit.Site.Catalog.ApproveProducer(o.Visit.Context(),
		&catalogv1.ApproveProducerRequest{Id: o.Visit.Request.PathValue("id")}); err != nil {
		return nil, err
	}
	return web.Redirect(o.At("/operator/producers", "withdrawn", o.Visit.Request.PathValue("id"))), nil
}

// withdrawn says which producer has just left the shop, and takes it back.
func (o *Office) withdrawn() page.Undo {
	producer := o.Visit.Param("withdrawn")
	if producer == "" {
		return page.Undo{}
	}
	answer, err := o.Visit.Site.Catalog.GetProducer(o.Visit.Context(),
		&catalogv1.GetProducerRequest{Id: producer})
	if err != nil || !answer.GetProducer().GetSuspended() {
		return page.Undo{}
	}
	return page.Undo{
		Message: answer.GetProducer().GetName() + " is out of the shop.",
		Action:  o.At("/operator/producers/" + producer + "/approval"), Button: "Undo",
		Fields: []page.Choice{
			{Value: "approved", Label: "yes"},
			{Value: "back", Label: o.At("/operator/producers")},
		},
	}
}
