package edge

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/money"
)

const (
	goodsAt = "/producer/products"
	saveAt  = "/producer/goods"
	bulkAt  = "/producer/goods/bulk"
	// shownGoods is how many products a page has, and mostGoods how many it has at the most.
	shownGoods = 50
	mostGoods  = 200
	// mostSizes bounds the sizes of a page: it is one form, which has to arrive whole.
	mostSizes = 250
	// foundAtOnce is how many products a search asks for at a time.
	foundAtOnce = 100
)

// What a list of goods can be narrowed to.
const (
	goodsOut    = "out"
	goodsLow    = "low"
	goodsHidden = "hidden"
)

var goodsFilters = []page.Choice{{Label: "All"}, {Value: goodsOut, Label: "Sold out"}, {Value: goodsLow, Label: "Low"}, {Value: goodsHidden, Label: "Not shown"}}

// goodsList is what a list of a producer's goods is of.
type goodsList struct {
	all   []*catalogv1.Goods
	stock map[string]*inventoryv1.Availability // nil where it is not known
	cut   bool
}

// goodsOf are the producer's goods, all by title, or those that are searched for.
func (d *desk) goodsOf(q string) (list goodsList, err error) {
	answer, err := d.site.catalog.ListGoods(d.Context(), &catalogv1.ListGoodsRequest{ProducerId: d.producer.GetId()})
	if err != nil {
		return list, err
	}
	list.all, list.cut = answer.GetGoods(), answer.GetCut()
	if q != "" {
		if list.all, err = d.soughtGoods(q, list.all); err != nil {
			return list, err
		}
	}
	var sizes []string
	for _, g := range list.all {
		for _, size := range g.GetSizes() {
			sizes = append(sizes, size.GetVariantId())
		}
	}
	list.stock = d.site.balancesOf(d.Context(), sizes)
	return list, nil
}

// soughtGoods are those with a SKU like what is searched for, and those that the search finds.
func (d *desk) soughtGoods(q string, all []*catalogv1.Goods) (found []*catalogv1.Goods, err error) {
	byID := map[string]*catalogv1.Goods{}
	for _, g := range all {
		byID[g.GetProductId()] = g
		if slices.ContainsFunc(g.GetSizes(), func(s *catalogv1.GoodsSize) bool { return strings.Contains(foldedText(s.GetSku()), foldedText(q)) }) {
			found = append(found, g)
			delete(byID, g.GetProductId())
		}
	}
	request := &catalogv1.ListProductsRequest{Market: d.in.code, ProducerId: d.producer.GetId(), All: true, Q: q, Limit: foundAtOnce}
	for looked := 0; looked < maxLooked; looked += foundAtOnce {
		answer, err := d.site.catalog.ListProducts(d.Context(), request)
		if err != nil {
			return nil, err
		}
		for _, p := range answer.GetProducts() {
			if g := byID[p.GetId()]; g != nil {
				found = append(found, g)
				delete(byID, p.GetId())
			}
		}
		if request.Cursor = answer.GetNextCursor(); request.GetCursor() == "" {
			break
		}
	}
	return found, nil
}

// is reports whether goods are what a list is narrowed to. What is not shown is not missed when it is sold out.
func (l goodsList) is(g *catalogv1.Goods, state string) bool {
	switch state {
	case "":
		return true
	case goodsHidden:
		return !g.GetPublished()
	}
	return g.GetPublished() && l.stock != nil && slices.ContainsFunc(g.GetSizes(), func(s *catalogv1.GoodsSize) bool {
		return stockMark(l.stock[s.GetVariantId()]) == state
	})
}

// stockMark says that something is sold out, or that so little is left that shoppers are told.
func stockMark(balance *inventoryv1.Availability) string {
	switch {
	case balance == nil || balance.GetAvailable() > fewLeft:
		return ""
	case balance.GetAvailable() <= 0:
		return goodsOut
	}
	return goodsLow
}

// page is which products a page has, from behind one on; next is the last where there are more.
func (l goodsList) page(state, after string, most int) (ids []string, next string) {
	from := 1 + slices.IndexFunc(l.all, func(g *catalogv1.Goods) bool { return g.GetProductId() == after })
	sizes := 0
	for _, g := range l.all[from:] {
		if !l.is(g, state) {
			continue
		}
		if sizes += len(g.GetSizes()); len(ids) == most || len(ids) > 0 && sizes > mostSizes {
			return ids, ids[len(ids)-1]
		}
		ids = append(ids, g.GetProductId())
	}
	return ids, ""
}

// ownProducts reads products of this producer's; others are left out.
func (d *desk) ownProducts(ids []string) ([]*catalogv1.Product, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if len(ids) > mostGoods {
		return nil, errTornForm
	}
	answer, err := d.site.catalog.ListProducts(d.Context(), &catalogv1.ListProductsRequest{
		Market: d.in.code, ProducerId: d.producer.GetId(), All: true, Ids: ids, Limit: foundAtOnce,
	})
	return answer.GetProducts(), err
}

// goodsView is a list as it is to be shown.
type goodsView struct {
	status int
	alert  string
	said   *page.GoodsSaid
	// form is what was sent, with the rows that it had, where some of that is not done; nil shows what the address asks for.
	form *goodsForm
}

// products lists what the producer makes, published or not: all of it, or what was searched for, or what is sold out, low or not shown.
func (d *desk) products() (*reply, error) {
	view := goodsView{status: http.StatusOK}
	prices, _ := strconv.ParseInt(d.param("prices"), 10, 64)
	stocks, _ := strconv.ParseInt(d.param("stocks"), 10, 64)
	if prices > 0 || stocks > 0 {
		view.said = &page.GoodsSaid{Done: savedWords(prices, stocks)}
	} else if d.URL.Query().Has("prices") {
		view.said = &page.GoodsSaid{Done: "Nothing was changed, so there was nothing to save."}
	}
	return d.showGoods(view)
}

// savedWords say how much was saved.
func savedWords(prices, stocks int64) string {
	var words []string
	if prices > 0 {
		words = append(words, plural(prices, "price", "prices"))
	}
	if stocks > 0 {
		words = append(words, plural(stocks, "stock", "stocks"))
	}
	return "Saved: " + strings.Join(words, " and ") + "."
}

// goodsAddress is an address of the list, or of what is done with it, that keeps what the list is of.
func (d *desk) goodsAddress(path string, more ...string) string {
	return d.at(path, append([]string{"q", d.param("q"), "state", d.param("state"), "rows", d.param("rows")}, more...)...)
}

func (d *desk) showGoods(view goodsView) (*reply, error) {
	b, err := d.bench("Products and stock", goodsAt)
	if err != nil {
		return nil, err
	}
	b.Alert = view.alert
	if why := badText(d.URL.Query().Get("q"), maxValue); why != "" {
		return nil, invalid("q", why)
	}
	q, state, after := d.param("q"), d.param("state"), d.param("after")
	list, err := d.goodsOf(q)
	if err != nil {
		return nil, err
	}
	model := page.Wares{
		Bench: b, Q: q, State: state, DeskID: d.URL.Query().Get("producer"), All: d.at(goodsAt), New: d.at("/producer/new"), Import: d.at("/producer/import"),
		Save: d.goodsAddress(saveAt, "after", after), Bulk: d.goodsAddress(bulkAt, "after", after), Said: view.said, Key: d.goodsKey(view.form), Cut: list.cut,
	}
	d.filterGoods(&model, list)
	most := shownGoods
	if d.param("rows") == strconv.Itoa(mostGoods) {
		most = mostGoods
	}
	ids, next := list.page(state, after, most)
	if next != "" {
		model.Next = d.goodsAddress(goodsAt, "after", next)
	}
	if view.form != nil && len(view.form.ids) > 0 {
		ids = view.form.ids
	} else if next != "" && most < mostGoods {
		model.Longer = d.at(goodsAt, "q", q, "state", state, "rows", strconv.Itoa(mostGoods))
	}
	products, err := d.ownProducts(ids)
	if err != nil {
		return nil, err
	}
	d.wares(&model, products, view.form)
	return render(d.Context(), view.status, page.WaresPage(model))
}

// goodsKey is the key of a list's form: another each time, but the same where it is not known whether stocks are taken down, so that they are once.
func (d *desk) goodsKey(f *goodsForm) string {
	if f != nil && len(f.kept) > 0 {
		return f.form.Get("key")
	}
	return d.site.newKey()
}

// filterGoods gives a page what its list can be narrowed to, with how many there are of each.
func (d *desk) filterGoods(model *page.Wares, list goodsList) {
	for _, f := range goodsFilters {
		choice := page.Choice{Value: d.at(goodsAt, "q", model.Q, "state", f.Value, "rows", d.param("rows")), Label: f.Label, Chosen: f.Value == model.State}
		n := 0
		for _, g := range list.all {
			if list.is(g, f.Value) {
				n++
			}
		}
		if list.stock != nil || f.Value == "" || f.Value == goodsHidden || len(list.all) == 0 {
			choice.Label += " " + strconv.Itoa(n)
		} else {
			model.Unknown = true
		}
		model.Filters = append(model.Filters, choice)
	}
}

// wares gives a page its rows, as they are stored but for what was typed into a form and is not done.
func (d *desk) wares(model *page.Wares, products []*catalogv1.Product, typed *goodsForm) {
	stock := d.site.balances(d.Context(), products...)
	if typed == nil {
		typed = &goodsForm{form: url.Values{}}
	}
	model.Chosen, model.BulkPrice, model.BulkStock = typed.form.Get("all") != "", typed.bulk("price_by"), typed.bulk("stock_by")
	model.ByAmount, model.Counted = typed.form.Get("price_how") == byAmount, typed.form.Get("all_how") == stockCounted
	model.Left = typed.rowsLeft()
	found := model.BulkPrice.Focus || model.BulkStock.Focus
	var now []stored
	for _, p := range products {
		at := goodsAt + "/" + p.GetId()
		w := page.Ware{
			ID: p.GetId(), Title: p.GetTitle(), Published: p.GetPublished(), Unstated: !allergensStated(p), Page: d.at(at), Lots: d.at(at + "/lots"), Preview: d.at(at + "/preview"),
			Picture: pictureOf(p.GetImage(), ""), Chosen: slices.Contains(typed.form["chosen"], p.GetId()),
		}
		for _, v := range p.GetVariants() {
			row := d.wareVariant(v, stock[v.GetId()])
			row.Title = sizeOf(p, v)
			typed.fill(&row, v.GetId())
			w.Variants = append(w.Variants, row)
			now = append(now, storedPrice(v))
		}
		found = found || focus(w.Variants)
		model.Rows = append(model.Rows, w)
	}
	model.MadeFrom = typed.madeFromNow(now)
}

// wareVariant is a size's row as it is; balance is nil where the stock is not known.
func (d *desk) wareVariant(v *catalogv1.Variant, balance *inventoryv1.Availability) page.WareVariant {
	row := page.WareVariant{ID: v.GetId(), PriceLabel: "Price, " + d.in.currency, Price: money.FromProto(v.GetPrice()).Decimal()}
	if v.GetSoldBy() == byWeight {
		row.PriceLabel, row.In = "Price a kilo, "+d.in.currency, kilograms
	}
	if balance == nil {
		return row
	}
	row.Stock, row.Known = d.in.kept(balance.GetAvailable(), v.GetSoldBy()), true
	row.Out, row.Low = stockMark(balance) == goodsOut, stockMark(balance) == goodsLow
	if aside := balance.GetHeld() + balance.GetUnpacked(); aside > 0 {
		row.Aside = d.in.kept(aside, v.GetSoldBy())
	}
	return row
}

// askedAtOnce is of how many sizes the inventory is asked at a time.
const askedAtOnce = 10_000

// balancesOf is what there is of sizes, with what is held and what is not packed yet; nil where that cannot be had.
func (e *site) balancesOf(ctx context.Context, sizes []string) map[string]*inventoryv1.Availability {
	if len(sizes) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, stockPatience)
	defer cancel()
	balances := make(map[string]*inventoryv1.Availability, len(sizes))
	for asked := range slices.Chunk(sizes, askedAtOnce) {
		answer, err := e.inventory.Availability(ctx, &inventoryv1.AvailabilityRequest{VariantIds: asked})
		if err != nil {
			e.host.Log().WarnContext(ctx, "products are shown without figures", "error", err)
			return nil
		}
		for _, a := range answer.GetVariants() {
			balances[a.GetVariantId()] = a
		}
	}
	return balances
}
