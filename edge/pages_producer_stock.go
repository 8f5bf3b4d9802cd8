package edge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/once"
)

// products lists what the producer makes, published or not, by title or by what was searched for.
func (d *desk) products() (*reply, error) {
	b, err := d.bench("Products and stock", "/producer/products")
	if err != nil {
		return nil, err
	}
	q := d.URL.Query().Get("q")
	if why := badText(q, maxValue); why != "" {
		return nil, invalid("q", why)
	}
	answer, err := d.edge.catalog.ListProducts(d.Context(), &catalogv1.ListProductsRequest{
		Market: d.in.code, ProducerId: d.producer.GetId(), All: true, Q: q, Limit: deskPage, Cursor: d.cursor(),
	})
	if err != nil {
		return nil, err
	}
	model := page.Wares{
		Bench: b, Q: q, ProducerID: d.producer.GetId(), All: d.at("/producer/products"), New: d.at("/producer/new"), Import: d.at("/producer/import"),
	}
	if next := answer.GetNextCursor(); next != "" {
		model.Next = d.at("/producer/products", "q", q, "cursor", next)
	}
	stock := d.edge.balances(d.Context(), answer.GetProducts()...)
	here := d.at("/producer/products", "q", q, "cursor", d.cursor())
	for _, p := range answer.GetProducts() {
		model.Rows = append(model.Rows, d.ware(p, stock, typedRow{back: here, saved: p.GetId() == d.param("saved")}))
	}
	return render(d.Context(), http.StatusOK, page.WaresPage(model))
}

// typedRow is what was typed into a product's row, for one of its variants.
type typedRow struct {
	back, variant string
	form          url.Values
	wrong         map[string]string
	saved         bool
	differences   []page.Difference
}

// ware is a product's row with fields for price and stock.
func (d *desk) ware(p *catalogv1.Product, stock map[string]*inventoryv1.Availability, typed typedRow) page.Ware {
	at := "/producer/products/" + p.GetId()
	w := page.Ware{
		ID: p.GetId(), Title: p.GetTitle(), Published: p.GetPublished(), Unstated: !allergensStated(p), Back: typed.back, Saved: typed.saved, Alert: typed.wrong[""],
		Page: d.at(at), Lots: d.at(at + "/lots"), Publish: d.at(at + "/publish"),
	}
	if key := p.GetImage(); key != "" {
		w.Image = imageURL(key)
	}
	for _, v := range p.GetVariants() {
		row := d.wareVariant(v, stock[v.GetId()])
		row.Title, row.Action = sizeOf(p, v), d.at(at+"/variants/"+v.GetId())
		if v.GetId() == typed.variant {
			row.Price, row.Amount, row.Key = typed.form.Get("price"), typed.form.Get("adjust"), typed.form.Get("key")
			row.PriceWrong, row.AmountWrong = typed.wrong["price"], typed.wrong["adjust"]
			row.Counts = typed.form.Get("stock_how") == stockCounted
			row.Differences = page.Differences{MadeFrom: typed.form.Get(madeField), Each: typed.differences}
			if len(typed.differences) > 0 {
				w.Alert = changedMeanwhile
			}
		}
		w.Variants = append(w.Variants, row)
	}
	return w
}

// wareVariant is a variant's row as it is; balance is nil where the stock is not known.
func (d *desk) wareVariant(v *catalogv1.Variant, balance *inventoryv1.Availability) page.WareVariant {
	row := page.WareVariant{
		ID: v.GetId(), PriceLabel: "Price, " + d.in.currency, StockLabel: "In stock", Price: money.FromProto(v.GetPrice()).Decimal(), Key: d.edge.newKey(),
		Differences: page.Differences{MadeFrom: madeFrom(storedPrice(v))},
	}
	if v.GetSoldBy() == byWeight {
		row.PriceLabel, row.In = "Price a kilo, "+d.in.currency, kilograms
	}
	if balance == nil {
		return row
	}
	row.Stock, row.Known = d.in.kept(balance.GetAvailable(), v.GetSoldBy()), true
	if aside := balance.GetHeld() + balance.GetUnpacked(); aside > 0 {
		row.Aside = d.in.kept(aside, v.GetSoldBy())
	}
	return row
}

// storedPrice is what a variant's row has.
func storedPrice(v *catalogv1.Variant) []stored {
	return []stored{entry("price", "Price", money.FromProto(v.GetPrice()).Decimal())}
}

// product reads a product of this producer's; there is no other at this desk.
func (d *desk) product(productID string) (*catalogv1.Product, error) {
	answer, err := d.edge.catalog.GetProduct(d.Context(), &catalogv1.GetProductRequest{Id: productID, All: true})
	if err != nil {
		return nil, err
	}
	if answer.GetProduct().GetProducerId() != d.producer.GetId() {
		return nil, errNoPage
	}
	return answer.GetProduct(), nil
}

func variantOf(p *catalogv1.Product, variantID string) (*catalogv1.Variant, error) {
	at := slices.IndexFunc(p.GetVariants(), func(v *catalogv1.Variant) bool { return v.GetId() == variantID })
	if at < 0 {
		return nil, errNoPage
	}
	return p.GetVariants()[at], nil
}

// saveVariant changes a variant's price, as far as it was changed in the form, and its stock: what was sold meanwhile is lost by neither.
func (d *desk) saveVariant() (*reply, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	return saving(func() (*reply, error) { return d.saveRow(form) })
}

func (d *desk) saveRow(form url.Values) (*reply, error) {
	p, err := d.product(d.PathValue("id"))
	if err != nil {
		return nil, err
	}
	variant, err := variantOf(p, d.PathValue("variant"))
	if err != nil {
		return nil, err
	}
	row := typedRow{variant: variant.GetId(), form: form, back: d.backTo(form), wrong: map[string]string{}}
	price := d.typedPrice(variant, form, &row)
	stock := d.typedStock(variant, form, row.wrong)
	if len(row.differences) > 0 {
		return d.showWare(http.StatusConflict, p.GetId(), row)
	}
	if len(row.wrong) == 0 {
		err = d.saveFigures(price, stock, row)
	}
	if err != nil {
		return nil, err
	}
	if len(row.wrong) > 0 {
		return d.showWare(http.StatusUnprocessableEntity, p.GetId(), row)
	}
	return d.wareSaved(p.GetId(), form)
}

// typedPrice is the change of a price; nil where there is none. What somebody else has changed meanwhile is a difference.
func (d *desk) typedPrice(v *catalogv1.Variant, form url.Values, row *typedRow) *catalogv1.PriceChange {
	now := storedPrice(v)
	choose(form, now)
	price, err := typedAmount(form.Get("price"), d.in.currency)
	if err != nil {
		row.wrong["price"] = fault.Of(err).Message
		return nil
	}
	want := []stored{entry("price", "", price.Decimal())}
	untouched := form.Get("price") == form.Get("price_was") // as versions before had it in the form
	if form.Has(madeField) {
		untouched = slices.Contains(strings.Fields(form.Get(madeField)), want[0].stamp())
	}
	if untouched || price == money.FromProto(v.GetPrice()) {
		return nil
	}
	if row.differences = differences(form, now, want); len(row.differences) > 0 {
		form.Set(madeField, madeFrom(now))
	}
	return &catalogv1.PriceChange{VariantId: v.GetId(), Price: price.Proto(), Was: v.GetPrice()}
}

// saveFigures saves what was changed, or says what is wrong by field.
func (d *desk) saveFigures(price *catalogv1.PriceChange, stock *inventoryv1.AdjustStockRequest, row typedRow) (err error) {
	if price != nil {
		_, err = d.edge.catalog.SetPrices(d.Context(), &catalogv1.SetPricesRequest{ProducerId: d.producer.GetId(), Changes: []*catalogv1.PriceChange{price}})
		if refused(err, row.wrong, "price") {
			return nil
		}
	}
	if err == nil && stock != nil {
		_, err = d.edge.inventory.AdjustStock(d.Context(), stock)
		if refused(err, row.wrong, "adjust") {
			d.newForm(row.form, fault.Of(err))
			return nil
		}
	}
	return err
}

// refused reports whether a service finds a field wrong, and notes what it says of it.
func refused(err error, wrong map[string]string, field string) bool {
	f := fault.Of(err)
	if err == nil || f.Kind != fault.Invalid && f.Code != once.Reused {
		return false
	}
	wrong[field] = f.Message
	if len(f.Fields) > 0 {
		wrong[field] = f.Fields[0].Message
	}
	return true
}

// backTo is the list that a form came from.
func (d *desk) backTo(form url.Values) string {
	return localPath(form.Get("back"), d.at("/producer/products"))
}

// wareSaved goes back to the row that was changed; a page's script gets the row alone.
func (d *desk) wareSaved(productID string, form url.Values) (*reply, error) {
	if d.partial() {
		return d.showWare(http.StatusOK, productID, typedRow{back: d.backTo(form), saved: true})
	}
	back, err := url.Parse(d.backTo(form))
	if err != nil {
		return nil, err
	}
	query := back.Query()
	query.Set("saved", productID)
	back.RawQuery, back.Fragment = query.Encode(), "w-"+productID
	return redirect(back.String()), nil
}

// showWare shows one product's row as a page.
func (d *desk) showWare(status int, productID string, typed typedRow) (*reply, error) {
	p, err := d.product(productID)
	if err != nil {
		return nil, err
	}
	b, err := d.bench(p.GetTitle(), "/producer/products")
	if err != nil {
		return nil, err
	}
	model := page.WareAlone{Bench: b, Row: d.ware(p, d.edge.balances(d.Context(), p), typed), Back: typed.back}
	return render(d.Context(), status, page.WarePage(model))
}

// publish shows a product to shoppers, or takes it off the shelf.
func (d *desk) publish() (*reply, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	return saving(func() (*reply, error) { return d.publishAs(form) })
}

// publishAs leaves all else of a product as it is.
func (d *desk) publishAs(form url.Values) (*reply, error) {
	p, err := d.product(d.PathValue("id"))
	if err != nil {
		return nil, err
	}
	p.Published = form.Get("publish") == "1"
	if _, err := d.edge.catalog.PutProduct(d.Context(), &catalogv1.PutProductRequest{Product: p, Version: p.GetVersion()}); err != nil {
		f := fault.Of(err)
		if f.Kind != fault.Invalid {
			return nil, err
		}
		return d.showWare(statusOf(f), p.GetId(), typedRow{back: d.backTo(form), wrong: map[string]string{"": f.Message}})
	}
	return d.wareSaved(p.GetId(), form)
}
