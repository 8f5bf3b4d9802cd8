package goods

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/stamp"
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

// BulkGoods does something with all that are ticked, or with the one whose own button was pressed.
func BulkGoods(d *producer.Desk) (*web.Reply, error) {
	form, err := d.Visit.Form()
	if err != nil {
		return nil, err
	}
	return bulk(d, form)
}

func bulk(d *producer.Desk, form url.Values) (*web.Reply, error) {
	f, err := readGoods(d, form)
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
		return saveFirst(d, f, unsaved)
	}
	products, err := ownProducts(d, slices.DeleteFunc(chosen, func(s string) bool { return s == "" }))
	if err != nil {
		return nil, err
	}
	switch {
	case len(chosen) > 0 && len(products) == 0:
		return nil, web.ErrNoPage
	case do == bulkPrice && len(form["set"]) > 0:
		return setPrices(d, f, products)
	case do == bulkUndo:
		return undoStocks(d, f, products)
	case len(products) == 0:
		return showGoods(d, goodsView{http.StatusBadRequest, "Tick the products first.", nil, f})
	}
	return bulkOf(d, do, f, products)
}

func bulkOf(d *producer.Desk, do string, f *goodsForm, products []*catalogv1.Product) (*web.Reply, error) {
	switch do {
	case bulkPrice:
		return previewPrices(d, http.StatusOK, "", f, products)
	case bulkStock:
		return previewStock(d, f, products)
	case bulkShow:
		return show(d, f, products)
	case bulkHide:
		return hide(d, f, products)
	}
	return showGoods(d, goodsView{http.StatusBadRequest, "Choose what is to be done with them.", nil, f})
}

const notSavedYet = "This is not saved yet."

// saveFirst does nothing while something is typed that would be lost.
func saveFirst(d *producer.Desk, f *goodsForm, unsaved []string) (*web.Reply, error) {
	for _, field := range unsaved {
		if f.differences[field] == nil && f.wrong[field] == "" {
			f.wrong[field] = notSavedYet
		}
	}
	return showGoods(d,
		goodsView{
			http.StatusConflict,
			"Nothing is done yet. Prices or stocks were typed that are not saved: save them first, or put them back.", nil, f,
		})
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
func show(d *producer.Desk, f *goodsForm, products []*catalogv1.Product) (*web.Reply, error) {
	return publishAll(d, f, products, true, " shown to shoppers.", undoBulk(d, bulkHide, products))
}

// doneBefore is said of a form that comes once more when what it did is taken back, or changed, already.
const doneBefore = "This was done before, and has been changed since. Here is what there is now."

// publishAll shows products or hides them, says so, and offers to take it back. The same form does it once,
// and offers that while it is so.
func publishAll(
	d *producer.Desk, f *goodsForm, products []*catalogv1.Product, published bool, done string,
	undo page.Undo,
) (*web.Reply, error) {
	ids := idsOf(products)
	request := &catalogv1.SetPublishedRequest{
		ProducerId: d.Producer.GetId(), ProductIds: ids, Published: published,
	}
	if key := f.form.Get("key"); key != "" { // a list has one for all that can be done with it
		request.Key = stamp.Of(key, published, ids)
	}
	answer, err := d.Visit.Site.Catalog.SetPublished(d.Visit.Context(), request)
	if err != nil {
		return nil, err
	}
	said := &view.GoodsSaid{
		Done: trade.Plural(int64(len(products)), "product is", "products are") + done, Undo: undo,
	}
	if len(products) == 1 {
		said.Done = products[0].GetTitle() + " is" + done
	}
	if answer.GetAgain() && slices.ContainsFunc(products,
		func(p *catalogv1.Product) bool { return p.GetPublished() != published }) {
		said = &view.GoodsSaid{Done: doneBefore}
	}
	return showGoods(d, goodsView{status: http.StatusOK, said: said})
}

// undoBulk takes back what was done with products.
func undoBulk(d *producer.Desk, do string, products []*catalogv1.Product) page.Undo {
	undo := page.Undo{
		Action: goodsAddress(d, BulkAt), Button: "Undo",
		Fields: []page.Choice{{Value: "do", Label: do}, {Value: "key", Label: d.Visit.Site.NewKey()}},
	}
	for _, productID := range idsOf(products) {
		undo.Fields = append(undo.Fields, page.Choice{Value: "chosen", Label: productID})
	}
	return undo
}

// hide hides products, after it has asked: with the number of orders of them that are open.
func hide(d *producer.Desk, f *goodsForm, products []*catalogv1.Product) (*web.Reply, error) {
	open, err := openWith(d, products)
	if err != nil {
		return nil, err
	}
	seen := f.form.Get("open")
	if seen == "" || desk.NewSince(seen, open) != "" {
		undo := undoBulk(d, bulkHide, products)
		return askHide(d, seen, open, products,
			page.Ask{
				Action: undo.Action, Button: "Hide", Back: goodsAddress(d, producer.GoodsAt),
				Fields: undo.Fields,
			})
	}
	return publishAll(d, f, products, false, " not shown any more.", undoBulk(d, bulkShow, products))
}

// asksToHide asks before the form of a product takes it out of the shop; nil once it has.
func asksToHide(d *producer.Desk, p *catalogv1.Product, form url.Values) (*web.Reply, error) {
	products := []*catalogv1.Product{p}
	open, err := openWith(d, products)
	if err != nil || form.Get("open") == strconv.FormatInt(open, 10) {
		return nil, err
	}
	at := d.At(producer.GoodsAt + "/" + p.GetId())
	var fields []page.Choice
	for name, values := range form {
		for _, value := range values {
			if name != "open" {
				fields = append(fields, page.Choice{Value: name, Label: value})
			}
		}
	}
	slices.SortStableFunc(fields, func(a, b page.Choice) int { return strings.Compare(a.Value, b.Value) })
	return askHide(d, form.Get("open"), open, products,
		page.Ask{Action: at, Button: "Save and hide", Back: at, Fields: fields})
}

// askHide asks before products leave the shop; ask is what is done then.
func askHide(
	d *producer.Desk, seen string, open int64, products []*catalogv1.Product, ask page.Ask,
) (*web.Reply, error) {
	title := "Hide " + trade.Plural(int64(len(products)), "product?", "products?")
	if len(products) == 1 {
		title = "Hide " + products[0].GetTitle() + "?"
	}
	b, err := d.Bench(title, producer.GoodsAt)
	if err != nil {
		return nil, err
	}
	ask.Bench, ask.Orders, ask.Says, ask.Concerned = b, d.At("/producer/orders"), hideSays(products),
		openWords(open)
	ask.Fields = append(ask.Fields, page.Choice{Value: "open", Label: strconv.FormatInt(open, 10)})
	status := http.StatusOK
	if seen != "" {
		status, ask.Alert = http.StatusConflict, desk.NewSince(seen, open)
	}
	return web.Render(d.Visit.Context(), status, page.AskPage(ask))
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
	return []string{
		names + ".",
		"Nobody can find or order what is hidden. What is ordered stands: pack it, or cancel it.",
		"You can show it again at any time; everything is then as it is now.",
	}
}

// shownNames is how many products are named where there are many.
const shownNames = 12

// openWords say how many orders are open with something; empty for none.
func openWords(open int64) string {
	switch {
	case open == 0:
		return ""
	case open >= desk.MaxLooked:
		return "A thousand orders with it, or more, are still open."
	}
	return trade.Plural(open, "order with it is", "orders with it are") + " still open."
}

// openWith counts the orders that have some products and are still to be handed over, as far as the newest
// thousand.
func openWith(d *producer.Desk, products []*catalogv1.Product) (open int64, err error) {
	of := map[string]bool{}
	for _, productID := range idsOf(products) {
		of[productID] = true
	}
	request := &orderingv1.ListOrdersRequest{
		ProducerId:   d.Producer.GetId(),
		PartStatuses: producer.PartFilters[0].Parts, Limit: desk.LookedAtOnce,
	}
	for looked := 0; looked < desk.MaxLooked; looked += desk.LookedAtOnce {
		answer, err := d.Visit.Site.Ordering.ListOrders(d.Visit.Context(), request)
		if err != nil {
			return 0, err
		}
		for _, o := range answer.GetOrders() {
			if slices.ContainsFunc(o.GetLines(),
				func(l *orderingv1.OrderLine) bool { return of[l.GetProductId()] }) {
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
