package producer

import (
	"net/http"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// NextPack goes to the pack list of the next window, or says that there is nothing to pack.
func (d *Desk) NextPack() (*web.Reply, error) {
	work, err := d.Visit.Site.Ordering.ListWork(d.Visit.Context(),
		&orderingv1.ListWorkRequest{ProducerId: d.Producer.GetId(), Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(work.GetWork()) > 0 {
		return web.Redirect(d.At("/producer/pack/" + work.GetWork()[0].GetWindowId())), nil
	}
	b, err := d.Bench("Pack list", "/producer/pack")
	if err != nil {
		return nil, err
	}
	return web.Render(d.Visit.Context(), http.StatusOK, view.PackPage(view.Pack{Bench: b}))
}

// Pack shows all that is packed for a window, by product and by customer.
func (d *Desk) Pack() (*web.Reply, error) {
	b, err := d.Bench("Pack list", "/producer/pack")
	if err != nil {
		return nil, err
	}
	list, err := d.Visit.Site.Ordering.PackList(d.Visit.Context(),
		&orderingv1.PackListRequest{
			ProducerId: d.Producer.GetId(),
			WindowId:   d.Visit.Request.PathValue("window"),
		})
	if err != nil {
		return nil, err
	}
	model := view.Pack{
		Bench: b, Cut: list.GetCut(),
		Export: d.ExportForm("pack", d.Visit.Request.PathValue("window"), "This list"),
	}
	if model.Windows, err = d.packWindows(); err != nil {
		return nil, err
	}
	for _, item := range list.GetItems() {
		model.Items = append(model.Items, packItem(d.In, item))
	}
	contacts := allContacts(d.Visit, list.GetOrders())
	for i, o := range list.GetOrders() {
		t := d.ticket(o, nil, nil)
		t.For = contacts[i]
		model.Tickets = append(model.Tickets, t)
		model.When, model.Place = t.When, t.Place
	}
	return web.Render(d.Visit.Context(), http.StatusOK, view.PackPage(model))
}

func (d *Desk) packWindows() (windows []page.Choice, err error) {
	work, err := d.Visit.Site.Ordering.ListWork(d.Visit.Context(),
		&orderingv1.ListWorkRequest{ProducerId: d.Producer.GetId(), Limit: shownWork})
	if err != nil {
		return nil, err
	}
	for _, w := range work.GetWork() {
		windows = append(windows, page.Choice{
			Value: d.At("/producer/pack/" + w.GetWindowId()), Label: d.In.Span(w.GetWindowStartsAt(),
				w.GetWindowEndsAt()), Chosen: w.GetWindowId() == d.Visit.Request.PathValue("window"),
		})
	}
	return windows, nil
}

func packItem(in *web.Market, item *orderingv1.PackItem) view.PackItem {
	out := view.PackItem{
		Title: item.GetProductTitle(), Variant: item.GetVariantTitle(),
		Quantity: in.Kept(item.GetQuantity(), item.GetSoldBy()), Orders: item.GetOrders(),
	}
	for _, lot := range item.GetLots() {
		if words := desk.LotWords(lot); words != "" {
			out.Lots = append(out.Lots, in.Kept(lot.GetQuantity(), item.GetSoldBy())+" of "+words)
		}
	}
	return out
}

// openedAtOnce is how many contacts identity opens in one call.
const openedAtOnce = 500

// allContacts are the contacts of many orders.
func allContacts(v *web.Visit, orders []*orderingv1.Order) (lines [][]string) {
	for len(orders) > openedAtOnce {
		lines = append(lines, trade.Contacts(v, orders[:openedAtOnce]...)...)
		orders = orders[openedAtOnce:]
	}
	return append(lines, trade.Contacts(v, orders...)...)
}
