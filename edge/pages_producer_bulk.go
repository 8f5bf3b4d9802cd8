package edge

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// What is done with all products that are ticked.
const (
	bulkPrice = "price"
	bulkStock = "stock"
	bulkUndo  = "undo stock"
	bulkShow  = "show"
	bulkHide  = "hide"

	byPercent = "percent"
	byAmount  = "amount"
)

// bulkGoods does something with all that are ticked, or with the one whose own button was pressed.
func (d *desk) bulkGoods() (*reply, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	return d.bulk(form)
}

func (d *desk) bulk(form url.Values) (*reply, error) {
	f, err := d.readGoods(form)
	if err != nil {
		return nil, err
	}
	do, chosen := form.Get("do"), form["chosen"]
	if one := form.Get("one"); one != "" {
		to, productID, _ := strings.Cut(one, ":")
		do, chosen = to, []string{productID}
	} else if form.Get("all") != "" {
		chosen = f.ids
	}
	if unsaved := f.unsaved(); len(unsaved) > 0 {
		return d.saveFirst(f, unsaved)
	}
	products, err := d.ownProducts(slices.DeleteFunc(chosen, func(s string) bool { return s == "" }))
	if err != nil {
		return nil, err
	}
	switch {
	case len(chosen) > 0 && len(products) == 0:
		return nil, errNoPage
	case do == bulkPrice && len(form["set"]) > 0:
		return d.setPrices(f, products)
	case do == bulkUndo:
		return d.undoStocks(f, products)
	case len(products) == 0:
		return d.showGoods(goodsView{http.StatusBadRequest, "Tick the products first.", nil, f})
	}
	return d.bulkOf(do, f, products)
}

func (d *desk) bulkOf(do string, f *goodsForm, products []*catalogv1.Product) (*reply, error) {
	switch do {
	case bulkPrice:
		return d.previewPrices(http.StatusOK, "", f, products)
	case bulkStock:
		return d.bulkStock(f, products)
	case bulkShow:
		return d.show(products)
	case bulkHide:
		return d.hide(f, products)
	}
	return d.showGoods(goodsView{http.StatusBadRequest, "Choose what is to be done with them.", nil, f})
}

const notSavedYet = "This is not saved yet."

// saveFirst does nothing while something is typed that would be lost.
func (d *desk) saveFirst(f *goodsForm, unsaved []string) (*reply, error) {
	for _, field := range unsaved {
		if f.differences[field] == nil && f.wrong[field] == "" {
			f.wrong[field] = notSavedYet
		}
	}
	return d.showGoods(goodsView{http.StatusConflict, "Nothing is done yet. Prices or stocks were typed that are not saved: save them first, or put them back.", nil, f})
}

// idsOf are the IDs of products.
func idsOf(products []*catalogv1.Product) []string {
	ids := make([]string, len(products))
	for i, p := range products {
		ids[i] = p.GetId()
	}
	return ids
}

// show shows products to shoppers.
func (d *desk) show(products []*catalogv1.Product) (*reply, error) {
	if err := d.publishAll(products, true); err != nil {
		return nil, err
	}
	said := plural(int64(len(products)), "product is", "products are") + " shown to shoppers."
	if len(products) == 1 {
		said = products[0].GetTitle() + " is shown to shoppers."
	}
	return d.showGoods(goodsView{status: http.StatusOK, said: &page.GoodsSaid{Done: said, Undo: d.undoBulk(bulkHide, products)}})
}

func (d *desk) publishAll(products []*catalogv1.Product, published bool) error {
	_, err := d.site.catalog.SetPublished(d.Context(), &catalogv1.SetPublishedRequest{ProducerId: d.producer.GetId(), ProductIds: idsOf(products), Published: published})
	return err
}

// undoBulk takes back what was done with products.
func (d *desk) undoBulk(do string, products []*catalogv1.Product) page.Undo {
	undo := page.Undo{Action: d.goodsAddress(bulkAt), Button: "Undo", Fields: []page.Choice{{Value: "do", Label: do}}}
	for _, productID := range idsOf(products) {
		undo.Fields = append(undo.Fields, page.Choice{Value: "chosen", Label: productID})
	}
	return undo
}

// hide takes products off the shelf, after it has asked: with the number of orders of them that are open.
func (d *desk) hide(f *goodsForm, products []*catalogv1.Product) (*reply, error) {
	open, err := d.openWith(products)
	if err != nil {
		return nil, err
	}
	seen := f.form.Get("open")
	if seen == "" || newSince(seen, open) != "" {
		undo := d.undoBulk(bulkHide, products)
		return d.askHide(seen, open, products, page.Ask{Action: undo.Action, Button: "Hide", Back: d.goodsAddress(goodsAt), Fields: undo.Fields})
	}
	if err := d.publishAll(products, false); err != nil {
		return nil, err
	}
	said := plural(int64(len(products)), "product is", "products are") + " not shown any more."
	if len(products) == 1 {
		said = products[0].GetTitle() + " is not shown any more."
	}
	return d.showGoods(goodsView{status: http.StatusOK, said: &page.GoodsSaid{Done: said, Undo: d.undoBulk(bulkShow, products)}})
}

// asksToHide asks before the form of a product takes it out of the shop; nil once it has.
func (d *desk) asksToHide(p *catalogv1.Product, form url.Values) (*reply, error) {
	products := []*catalogv1.Product{p}
	open, err := d.openWith(products)
	if err != nil || form.Get("open") == strconv.FormatInt(open, 10) {
		return nil, err
	}
	at := d.at(goodsAt + "/" + p.GetId())
	var fields []page.Choice
	for name, values := range form {
		for _, value := range values {
			if name != "open" {
				fields = append(fields, page.Choice{Value: name, Label: value})
			}
		}
	}
	slices.SortStableFunc(fields, func(a, b page.Choice) int { return strings.Compare(a.Value, b.Value) })
	return d.askHide(form.Get("open"), open, products, page.Ask{Action: at, Button: "Save and hide", Back: at, Fields: fields})
}

// askHide asks before products leave the shop; ask is what is done then.
func (d *desk) askHide(seen string, open int64, products []*catalogv1.Product, ask page.Ask) (*reply, error) {
	title := "Hide " + plural(int64(len(products)), "product?", "products?")
	if len(products) == 1 {
		title = "Hide " + products[0].GetTitle() + "?"
	}
	b, err := d.bench(title, goodsAt)
	if err != nil {
		return nil, err
	}
	ask.Bench, ask.Orders, ask.Says, ask.Concerned = b, d.at("/producer/orders"), hideSays(products), openWords(open)
	ask.Fields = append(ask.Fields, page.Choice{Value: "open", Label: strconv.FormatInt(open, 10)})
	status := http.StatusOK
	if seen != "" {
		status, ask.Alert = http.StatusConflict, newSince(seen, open)
	}
	return render(d.Context(), status, page.AskPage(ask))
}

func hideSays(products []*catalogv1.Product) []string {
	var titles []string
	for _, p := range products[:min(len(products), shownNames)] {
		titles = append(titles, p.GetTitle())
	}
	names := strings.Join(titles, ", ")
	if more := len(products) - len(titles); more > 0 {
		names += " and " + strconv.Itoa(more) + " more"
	}
	return []string{names + ".", "Nobody can find or order what is hidden. What is ordered stands: pack it, or cancel it.", "You can show it again at any time; everything is then as it is now."}
}

// shownNames is how many products are named where there are many.
const shownNames = 12

// openWords say how many orders are open with something; empty for none.
func openWords(open int64) string {
	switch {
	case open == 0:
		return ""
	case open >= maxLooked:
		return "A thousand orders with it, or more, are still open."
	}
	return plural(open, "order with it is", "orders with it are") + " still open."
}

// openWith counts the orders that have some products and are still to be handed over, as far as the newest thousand.
func (d *desk) openWith(products []*catalogv1.Product) (open int64, err error) {
	of := map[string]bool{}
	for _, productID := range idsOf(products) {
		of[productID] = true
	}
	request := &orderingv1.ListOrdersRequest{ProducerId: d.producer.GetId(), PartStatuses: partFilters[0].parts, Limit: lookedAtOnce}
	for looked := 0; looked < maxLooked; looked += lookedAtOnce {
		answer, err := d.site.ordering.ListOrders(d.Context(), request)
		if err != nil {
			return 0, err
		}
		for _, o := range answer.GetOrders() {
			if slices.ContainsFunc(o.GetLines(), func(l *orderingv1.OrderLine) bool { return of[l.GetProductId()] }) {
				open++
			}
		}
		if request.Cursor = answer.GetNextCursor(); request.GetCursor() == "" {
			break
		}
	}
	return open, nil
}

// conflicting reports whether something was changed between a page and what it wants done.
func conflicting(err error) bool {
	kind := fault.KindOf(err)
	return err != nil && (kind == fault.Conflict || kind == fault.NotFound)
}
