package goods

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/money"
)

const (
	// SaveAt is where the form of a page of products goes.
	SaveAt = "/producer/goods"
	// BulkAt is where it goes to change many.
	BulkAt = "/producer/goods/bulk"
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
	goodsLow    = "low"
	goodsHidden = "hidden"
)

var goodsFilters = []page.Choice{
	{Label: "All"},
	{Value: producer.GoodsOut, Label: "Sold out"},
	{Value: goodsLow, Label: "Low"},
	{Value: goodsHidden, Label: "Not shown"},
}

// goodsList is what a list of a producer's goods is of.
type goodsList struct {
	all   []*catalogv1.Goods
	stock map[string]*inventoryv1.Availability // nil where it is not known
	cut   bool
}

// goodsOf are the producer's goods, all by title, or those that are searched for.
func goodsOf(d *producer.Desk, q string) (list goodsList, err error) {
	answer, err := d.Visit.Site.Catalog.ListGoods(d.Visit.Context(),
		&catalogv1.ListGoodsRequest{ProducerId: d.Producer.GetId()})
	if err != nil {
		return list, err
	}
	list.all, list.cut = answer.GetGoods(), answer.GetCut()
	if q != "" {
		if list.all, err = soughtGoods(d, q, list.all); err != nil {
			return list, err
		}
	}
	var sizes []string
	for _, g := range list.all {
		for _, size := range g.GetSizes() {
			sizes = append(sizes, size.GetVariantId())
		}
	}
	list.stock = trade.BalancesOf(d.Visit.Context(), d.Visit.Site, sizes)
	return list, nil
}

// soughtGoods are those with a SKU like what is searched for, and those that the search finds.
func soughtGoods(d *producer.Desk, q string, all []*catalogv1.Goods) (found []*catalogv1.Goods, err error) {
	byID := map[string]*catalogv1.Goods{}
	for _, g := range all {
		byID[g.GetProductId()] = g
		if slices.ContainsFunc(g.GetSizes(), func(s *catalogv1.GoodsSize) bool {
			return strings.Contains(desk.FoldedText(s.GetSku()), desk.FoldedText(q))
		}) {
			found = append(found, g)
			delete(byID, g.GetProductId())
		}
	}
	request := &catalogv1.ListProductsRequest{
		Market: d.In.Code, ProducerId: d.Producer.GetId(), All: true,
		Q: q, Limit: foundAtOnce,
	}
	for looked := 0; looked < desk.MaxLooked; looked += foundAtOnce {
		answer, err := d.Visit.Site.Catalog.ListProducts(d.Visit.Context(), request)
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

// is reports whether goods are what a list is narrowed to. What is not shown is not missed when it is sold
// out.
func (l goodsList) is(g *catalogv1.Goods, state string) bool {
	switch state {
	case "":
		return true
	case goodsHidden:
		return !g.GetPublished()
	}
	return g.GetPublished() && l.stock != nil &&
		slices.ContainsFunc(g.GetSizes(), func(s *catalogv1.GoodsSize) bool {
			return stockMark(l.stock[s.GetVariantId()]) == state
		})
}

// stockMark says that something is sold out, or that so little is left that shoppers are told.
func stockMark(balance *inventoryv1.Availability) string {
	switch {
	case balance == nil || balance.GetAvailable() > trade.FewLeft:
		return ""
	case balance.GetAvailable() <= 0:
		return producer.GoodsOut
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
func ownProducts(d *producer.Desk, ids []string) ([]*catalogv1.Product, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if len(ids) > mostGoods {
		return nil, web.ErrTornForm
	}
	answer, err := d.Visit.Site.Catalog.ListProducts(d.Visit.Context(), &catalogv1.ListProductsRequest{
		Market: d.In.Code, ProducerId: d.Producer.GetId(), All: true, Ids: ids, Limit: foundAtOnce,
	})
	return answer.GetProducts(), err
}

// goodsView is a list as it is to be shown.
type goodsView struct {
	status int
	alert  string
	said   *view.GoodsSaid
	// form is what was sent, with the rows that it had, where some of that is not done; nil shows what the
	// address asks for.
	form *goodsForm
}

// Products lists what the producer makes, published or not: all of it, or what was searched for, or what is
// sold out, low or not shown.
func Products(d *producer.Desk) (*web.Reply, error) {
	shown := goodsView{status: http.StatusOK}
	prices, _ := strconv.ParseInt(d.Visit.Param("prices"), 10, 64)
	stocks, _ := strconv.ParseInt(d.Visit.Param("stocks"), 10, 64)
	if prices > 0 || stocks > 0 {
		shown.said = &view.GoodsSaid{Done: savedWords(prices, stocks)}
	} else if d.Visit.Request.URL.Query().Has("prices") {
		shown.said = &view.GoodsSaid{Done: "Nothing was changed, so there was nothing to save."}
	}
	return showGoods(d, shown)
}

// savedWords say how much was saved.
func savedWords(prices, stocks int64) string {
	var words []string
	if prices > 0 {
		words = append(words, trade.Plural(prices, "price", "prices"))
	}
	if stocks > 0 {
		words = append(words, trade.Plural(stocks, "stock", "stocks"))
	}
	return "Saved: " + strings.Join(words, " and ") + "."
}

// goodsAddress is an address of the list, or of what is done with it, that keeps what the list is of.
func goodsAddress(d *producer.Desk, path string, more ...string) string {
	return d.At(path,
		append([]string{
			"q", d.Visit.Param("q"), "state", d.Visit.Param("state"), "rows",
			d.Visit.Param("rows"),
		}, more...)...)
}

func showGoods(d *producer.Desk, shown goodsView) (*web.Reply, error) {
	b, err := d.Bench("Products and stock", producer.GoodsAt)
	if err != nil {
		return nil, err
	}
	b.Alert = shown.alert
	if why := input.BadText(d.Visit.Request.URL.Query().Get("q"), web.MaxValue); why != "" {
		return nil, web.Invalid("q", why)
	}
	q, state, after := d.Visit.Param("q"), d.Visit.Param("state"), d.Visit.Param("after")
	list, err := goodsOf(d, q)
	if err != nil {
		return nil, err
	}
	model := view.Wares{
		Bench: b, Q: q, State: state, DeskID: d.Visit.Request.URL.Query().Get("producer"),
		All: d.At(producer.GoodsAt), New: d.At("/producer/new"), Import: d.At("/producer/import"),
		Save: goodsAddress(d, SaveAt, "after", after), Bulk: goodsAddress(d, BulkAt, "after", after),
		Said: shown.said, Key: goodsKey(d, shown.form), Cut: list.cut,
	}
	filterGoods(d, &model, list)
	most := shownGoods
	if d.Visit.Param("rows") == strconv.Itoa(mostGoods) {
		most = mostGoods
	}
	ids, next := list.page(state, after, most)
	if next != "" {
		model.Next = goodsAddress(d, producer.GoodsAt, "after", next)
	}
	if shown.form != nil && len(shown.form.ids) > 0 {
		ids = shown.form.ids
	} else if next != "" && most < mostGoods {
		model.Longer = d.At(producer.GoodsAt, "q", q, "state", state, "rows", strconv.Itoa(mostGoods))
	}
	products, err := ownProducts(d, ids)
	if err != nil {
		return nil, err
	}
	wares(d, &model, products, shown.form)
	return web.Render(d.Visit.Context(), shown.status, view.WaresPage(model))
}

// goodsKey is the key of a list's form: another each time, but the same where it is not known whether stocks
// are taken down, so that they are once.
func goodsKey(d *producer.Desk, f *goodsForm) string {
	if f != nil && len(f.kept) > 0 {
		return f.form.Get("key")
	}
	return d.Visit.Site.NewKey()
}

// filterGoods gives a page what its list can be narrowed to, with how many there are of each.
func filterGoods(d *producer.Desk, model *view.Wares, list goodsList) {
	for _, f := range goodsFilters {
		choice := page.Choice{Value: d.At(producer.GoodsAt, "q", model.Q, "state", f.Value, "rows",
			d.Visit.Param("rows")), Label: f.Label, Chosen: f.Value == model.State}
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
func wares(d *producer.Desk, model *view.Wares, products []*catalogv1.Product, typed *goodsForm) {
	stock := trade.Balances(d.Visit.Context(), d.Visit.Site, products...)
	if typed == nil {
		typed = &goodsForm{form: url.Values{}}
	}
	model.Chosen, model.BulkPrice, model.BulkStock = typed.form.Get("all") != "", typed.bulk("price_by"),
		typed.bulk("stock_by")
	model.ByAmount, model.Counted = typed.form.Get("price_how") == byAmount,
		typed.form.Get("all_how") == stockCounted
	model.Left = typed.rowsLeft()
	found := model.BulkPrice.Focus || model.BulkStock.Focus
	var now []web.Stored
	for _, p := range products {
		at := producer.GoodsAt + "/" + p.GetId()
		w := view.Ware{
			ID: p.GetId(), Title: p.GetTitle(), Published: p.GetPublished(),
			Unstated: !trade.AllergensStated(p), Page: d.At(at), Lots: d.At(at + "/lots"),
			Preview: d.At(at + "/preview"),
			Picture: web.PictureOf(p.GetImage(), ""),
			Chosen:  slices.Contains(typed.form["chosen"], p.GetId()),
		}
		for _, v := range p.GetVariants() {
			row := wareVariant(d, v, stock[v.GetId()])
			row.Title = trade.SizeOf(p, v)
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
func wareVariant(d *producer.Desk, v *catalogv1.Variant, balance *inventoryv1.Availability) view.WareVariant {
	row := view.WareVariant{
		ID: v.GetId(), PriceLabel: "Price, " + d.In.Currency,
		Price: money.FromProto(v.GetPrice()).Decimal(),
	}
	if v.GetSoldBy() == web.ByWeight {
		row.PriceLabel, row.In = "Price a kilo, "+d.In.Currency, trade.Kilograms
	}
	if balance == nil {
		return row
	}
	row.Stock, row.Known = d.In.Kept(balance.GetAvailable(), v.GetSoldBy()), true
	row.Out, row.Low = stockMark(balance) == producer.GoodsOut, stockMark(balance) == goodsLow
	if aside := balance.GetHeld() + balance.GetUnpacked(); aside > 0 {
		row.Aside = d.In.Kept(aside, v.GetSoldBy())
	}
	return row
}
