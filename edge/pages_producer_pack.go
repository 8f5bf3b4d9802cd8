package edge

import (
	"net/http"

	"github.com/artisan-eats/artisan/edge/page"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// nextPack goes to the pack list of the next window, or says that there is nothing to pack.
func (d *desk) nextPack() (*reply, error) {
	work, err := d.site.ordering.ListWork(d.Context(), &orderingv1.ListWorkRequest{ProducerId: d.producer.GetId(), Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(work.GetWork()) > 0 {
		return redirect(d.at("/producer/pack/" + work.GetWork()[0].GetWindowId())), nil
	}
	b, err := d.bench("Pack list", "/producer/pack")
	if err != nil {
		return nil, err
	}
	return render(d.Context(), http.StatusOK, page.PackPage(page.Pack{Bench: b}))
}

// pack shows all that is packed for a window, by product and by customer.
func (d *desk) pack() (*reply, error) {
	b, err := d.bench("Pack list", "/producer/pack")
	if err != nil {
		return nil, err
	}
	list, err := d.site.ordering.PackList(d.Context(), &orderingv1.PackListRequest{ProducerId: d.producer.GetId(), WindowId: d.PathValue("window")})
	if err != nil {
		return nil, err
	}
	model := page.Pack{Bench: b, Cut: list.GetCut(), Export: d.exportForm("pack", d.PathValue("window"), "This list")}
	if model.Windows, err = d.packWindows(); err != nil {
		return nil, err
	}
	for _, item := range list.GetItems() {
		model.Items = append(model.Items, packItem(d.in, item))
	}
	contacts := d.allContacts(list.GetOrders())
	for i, o := range list.GetOrders() {
		t := d.ticket(o, nil, nil)
		t.For = contacts[i]
		model.Tickets = append(model.Tickets, t)
		model.When, model.Place = t.When, t.Place
	}
	return render(d.Context(), http.StatusOK, page.PackPage(model))
}

func (d *desk) packWindows() (windows []page.Choice, err error) {
	work, err := d.site.ordering.ListWork(d.Context(), &orderingv1.ListWorkRequest{ProducerId: d.producer.GetId(), Limit: shownWork})
	if err != nil {
		return nil, err
	}
	for _, w := range work.GetWork() {
		windows = append(windows, page.Choice{
			Value: d.at("/producer/pack/" + w.GetWindowId()), Label: d.in.span(w.GetWindowStartsAt(), w.GetWindowEndsAt()), Chosen: w.GetWindowId() == d.PathValue("window"),
		})
	}
	return windows, nil
}

func packItem(in *place, item *orderingv1.PackItem) page.PackItem {
	out := page.PackItem{
		Title: item.GetProductTitle(), Variant: item.GetVariantTitle(), Quantity: in.kept(item.GetQuantity(), item.GetSoldBy()), Orders: item.GetOrders(),
	}
	for _, lot := range item.GetLots() {
		if words := lotWords(lot); words != "" {
			out.Lots = append(out.Lots, in.kept(lot.GetQuantity(), item.GetSoldBy())+" of "+words)
		}
	}
	return out
}

// openedAtOnce is how many contacts identity opens in one call.
const openedAtOnce = 500

// allContacts are the contacts of many orders.
func (v *visit) allContacts(orders []*orderingv1.Order) (lines [][]string) {
	for len(orders) > openedAtOnce {
		lines = append(lines, v.contacts(orders[:openedAtOnce]...)...)
		orders = orders[openedAtOnce:]
	}
	return append(lines, v.contacts(orders...)...)
}
