package goods

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/money"
)

// goodsField begins the names of the products that the list's one form has.
const goodsField = "p."

// priceField is where a size's price is typed.
func priceField(variantID string) string { return "price." + variantID }

// stockField is where a size's stock is typed.
func stockField(variantID string) string { return "adjust." + variantID }

// howField says whether it was counted or is a correction.
func howField(variantID string) string { return "stock_how." + variantID }

// storedPrice is what a size's row has.
func storedPrice(v *catalogv1.Variant) web.Stored {
	return web.Entry(priceField(v.GetId()), "Price", money.FromProto(v.GetPrice()).Decimal())
}

// goodsForm is the one form of a page of goods, as it was sent.
type goodsForm struct {
	desk     *producer.Desk
	form     url.Values
	ids      []string // of the products that it has
	products []*catalogv1.Product
	sizes    map[string]sizeRow // by variant
	order    []string           // of the variants
	gone     int                // how many sizes that something was typed for are not sold any more

	wrong       map[string]string            // by field
	kept        map[string]bool              // fields of which it is not known whether they are done
	differences map[string][]page.Difference // by field
	prices      []*catalogv1.PriceChange
	stocks      []*inventoryv1.AdjustStockRequest
	// Those that are done, by variant.
	savedPrices, savedStocks []string
}

// sizeRow is a size of a product.
type sizeRow struct {
	product *catalogv1.Product
	*catalogv1.Variant
}

func (r sizeRow) name() string {
	return strings.TrimSuffix(r.product.GetTitle()+", "+trade.SizeOf(r.product, r.Variant), ", ")
}

// readGoods reads what was sent, and what is stored of the same.
func readGoods(d *producer.Desk, form url.Values) (*goodsForm, error) {
	f := &goodsForm{
		desk: d, form: form, sizes: map[string]sizeRow{}, wrong: map[string]string{},
		kept: map[string]bool{}, differences: map[string][]page.Difference{},
	}
	for row := range mostGoods {
		if productID := form.Get(goodsField + strconv.Itoa(row)); productID != "" &&
			!slices.Contains(f.ids, productID) {
			f.ids = append(f.ids, productID)
		}
	}
	var err error
	if f.products, err = ownProducts(d, f.ids); err != nil {
		return nil, err
	}
	for _, p := range f.products {
		for _, v := range p.GetVariants() {
			if form.Has(priceField(v.GetId())) || form.Has(stockField(v.GetId())) {
				f.sizes[v.GetId()] = sizeRow{p, v}
				f.order = append(f.order, v.GetId())
			}
		}
	}
	for name := range form {
		if variantID, of := strings.CutPrefix(name, "price."); of && f.sizes[variantID].Variant == nil {
			f.gone++
		}
	}
	f.readPrices()
	f.readStocks()
	return f, nil
}

// readPrices finds the prices that were changed in the form. What somebody else has changed meanwhile is a
// difference.
func (f *goodsForm) readPrices() {
	var now, want []web.Stored
	for _, variantID := range f.order {
		now = append(now, storedPrice(f.sizes[variantID].Variant))
	}
	web.Choose(f.form, now)
	seen := strings.Fields(f.form.Get(web.MadeField))
	typed := map[string]money.Amount{}
	for _, variantID := range f.order {
		field := priceField(variantID)
		if !f.form.Has(field) {
			continue
		}
		price, err := input.TypedAmount(f.form.Get(field), f.desk.In.Currency)
		if err != nil {
			f.wrong[field] = messageOf(err)
			continue
		}
		wanted := web.Entry(field, "", price.Decimal())
		if price != money.FromProto(f.sizes[variantID].GetPrice()) && !slices.Contains(seen, wanted.Stamp()) {
			want, typed[variantID] = append(want, wanted), price
		}
	}
	for _, difference := range web.Differences(f.form, now, want) {
		f.differences[difference.Name] = []page.Difference{difference}
	}
	for _, variantID := range f.order {
		if price, changed := typed[variantID]; changed && f.differences[priceField(variantID)] == nil {
			f.prices = append(f.prices, &catalogv1.PriceChange{
				VariantId: variantID, Price: price.Proto(),
				Was: f.sizes[variantID].GetPrice(),
			})
		}
	}
}

// readStocks finds what is said of stocks.
func (f *goodsForm) readStocks() {
	for _, variantID := range f.order {
		field := stockField(variantID)
		typed := strings.TrimSpace(f.form.Get(field))
		if typed == "" {
			continue
		}
		request, err := adjustmentOf(f.sizes[variantID].Variant, f.form.Get(howField(variantID)), typed)
		if err == nil {
			err = f.desk.Visit.CheckKey(f.form)
		}
		if err != nil {
			f.wrong[field] = messageOf(err)
			continue
		}
		request.Key = f.form.Get("key")
		f.stocks = append(f.stocks, request)
	}
}

// unsaved are the fields in which something was typed that is not stored.
func (f *goodsForm) unsaved() (fields []string) {
	for field := range f.wrong {
		fields = append(fields, field)
	}
	for field := range f.differences {
		fields = append(fields, field)
	}
	for _, change := range f.prices {
		fields = append(fields, priceField(change.GetVariantId()))
	}
	for _, request := range f.stocks {
		fields = append(fields, stockField(request.GetVariantId()))
	}
	return fields
}

// fill shows what was typed of a size that is not done, with what is wrong with it.
func (f *goodsForm) fill(row *view.WareVariant, variantID string) {
	price, stock := priceField(variantID), stockField(variantID)
	row.PriceWrong, row.AmountWrong, row.Differences = f.wrong[price], f.wrong[stock], f.differences[price]
	if row.PriceWrong != "" || row.Differences != nil || f.kept[price] {
		row.Price = f.form.Get(price)
	}
	if row.AmountWrong != "" || f.kept[stock] {
		row.Amount, row.Counts = f.form.Get(stock), f.form.Get(howField(variantID)) == stockCounted
	}
}

// bulk is what was typed for all that are ticked.
func (f *goodsForm) bulk(name string) view.Typed {
	return view.Typed{Value: f.form.Get(name), Wrong: f.wrong[name], Focus: f.wrong[name] != ""}
}

// madeFromNow is what the form is made from when it is shown again. Of a price that cannot be read it says no
// more than before.
func (f *goodsForm) madeFromNow(now []web.Stored) string {
	seen := strings.Fields(f.form.Get(web.MadeField))
	return web.MadeFrom(slices.DeleteFunc(now,
		func(s web.Stored) bool { return f.wrong[s.Name] != "" && !slices.Contains(seen, s.Stamp()) }))
}

// said is what came of the form where some of it is not done: what is, by name, and what is not.
func (f *goodsForm) said() *view.GoodsSaid {
	said := &view.GoodsSaid{}
	for _, variantID := range f.order {
		price, stock := slices.Contains(f.savedPrices, variantID), slices.Contains(f.savedStocks, variantID)
		what := map[[2]bool]string{
			{true, false}: ": the price", {false, true}: ": the stock",
			{true, true}: ": the price and the stock",
		}[[2]bool{price, stock}]
		if what != "" {
			said.Names = append(said.Names, f.sizes[variantID].name()+what)
		}
	}
	if len(said.Names) > 0 {
		said.Done = savedWords(int64(len(f.savedPrices)), int64(len(f.savedStocks)))
	}
	if f.gone > 0 {
		said.Stays = append(said.Stays, trade.Plural(int64(f.gone), "size is", "sizes are")+
			" not sold any more: what was typed there is not saved.")
	}
	return said
}

// focus puts the page's focus on the first row that is to be looked at: its note stands there. Reports
// whether there is one.
func focus(rows []view.WareVariant) bool {
	for i := range rows {
		row := &rows[i]
		switch {
		case len(row.Differences) > 0:
			row.Differences[0].Focus = true
		case row.PriceWrong != "":
			row.FocusPrice = true
		case row.AmountWrong != "":
			row.FocusAmount = true
		default:
			continue
		}
		return true
	}
	return false
}

// left says how many rows are not done.
func (f *goodsForm) left() string {
	if n := f.rowsLeft(); n != "" {
		return n + " What you typed there is kept: look below."
	}
	return ""
}

// rowsLeft is a sentence; empty where all rows are done.
func (f *goodsForm) rowsLeft() string {
	rows := map[string]bool{}
	for _, field := range f.unsaved() {
		if _, variantID, ofRow := strings.Cut(field, "."); ofRow {
			rows[variantID] = true
		}
	}
	if len(rows) == 0 {
		return ""
	}
	return trade.Plural(int64(len(rows)), "row is", "rows are") + " not saved yet."
}

// messageOf is what an error says to a person: a fault's sentence, or that of a field that cannot be read.
func messageOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Message
	}
	return err.Error()
}
