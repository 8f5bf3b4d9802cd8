package edge

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/money"
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
	stock := d.edge.availability(d.Context(), answer.GetProducts()...)
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
}

// ware is a product's row with fields for price and stock.
func (d *desk) ware(p *catalogv1.Product, stock map[string]int64, typed typedRow) page.Ware {
	at := "/producer/products/" + p.GetId()
	w := page.Ware{
		ID: p.GetId(), Title: p.GetTitle(), Published: p.GetPublished(), Unstated: !allergensStated(p), Back: typed.back, Saved: typed.saved, Alert: typed.wrong[""],
		Page: d.at(at), Lots: d.at(at + "/lots"), Publish: d.at(at + "/publish"),
	}
	if key := p.GetImage(); key != "" {
		w.Image = imageURL(key)
	}
	for _, v := range p.GetVariants() {
		row := page.WareVariant{
			ID: v.GetId(), Title: sizeOf(p, v), Action: d.at(at + "/variants/" + v.GetId()), PriceLabel: "Price, " + d.in.currency, StockLabel: "In stock",
			Price: money.FromProto(v.GetPrice()).Decimal(),
		}
		if v.GetSoldBy() == byWeight {
			row.PriceLabel, row.StockLabel, row.In = "Price a kilo, "+d.in.currency, "In stock, kg", kilograms
		}
		if milli, known := stock[v.GetId()]; known {
			row.Stock, row.Known = quantity(milli).String(), true
		}
		row.PriceWas, row.StockWas = row.Price, row.Stock
		if v.GetId() == typed.variant {
			row.Price, row.Stock = typed.form.Get("price"), typed.form.Get("stock")
			row.PriceWrong, row.StockWrong = typed.wrong["price"], typed.wrong["stock"]
		}
		w.Variants = append(w.Variants, row)
	}
	return w
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

// saveVariant changes a variant's price and stock, as far as they were changed in the form: what
// was sold meanwhile is not booked in again by a new price.
func (d *desk) saveVariant() (*reply, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	p, err := d.product(d.PathValue("id"))
	if err != nil {
		return nil, err
	}
	variant, err := variantOf(p, d.PathValue("variant"))
	if err != nil {
		return nil, err
	}
	wrong, err := d.saveFigures(variant, form)
	if err != nil {
		return nil, err
	}
	if len(wrong) > 0 {
		return d.showWare(http.StatusUnprocessableEntity, p.GetId(), typedRow{variant: variant.GetId(), form: form, wrong: wrong, back: d.backTo(form)})
	}
	return d.wareSaved(p.GetId(), form)
}

// saveFigures saves what was changed, or says what is wrong by field; then nothing is saved.
func (d *desk) saveFigures(variant *catalogv1.Variant, form url.Values) (wrong map[string]string, err error) {
	wrong = map[string]string{}
	var price money.Amount
	var milli int64
	newPrice, newStock := form.Get("price") != form.Get("price_was"), form.Get("stock") != form.Get("stock_was")
	if newPrice {
		if price, err = typedAmount(form.Get("price"), d.in.currency); err != nil {
			wrong["price"] = fault.Of(err).Message
		}
	}
	if newStock {
		if milli, err = stockOf(form.Get("stock"), variant.GetSoldBy()); err != nil {
			wrong["stock"] = err.Error()
		}
	}
	if len(wrong) > 0 {
		return wrong, nil
	}
	if newPrice {
		_, err = d.edge.catalog.SetPrices(d.Context(), &catalogv1.SetPricesRequest{
			ProducerId: d.producer.GetId(), Changes: []*catalogv1.PriceChange{{VariantId: variant.GetId(), Price: price.Proto()}},
		})
		if refused(err, wrong, "price") {
			return wrong, nil
		}
	}
	if err == nil && newStock {
		_, err = d.edge.inventory.SetStock(d.Context(), &inventoryv1.SetStockRequest{Levels: []*inventoryv1.StockLevel{{VariantId: variant.GetId(), Available: milli}}})
		if refused(err, wrong, "stock") {
			return wrong, nil
		}
	}
	return nil, err
}

// refused reports whether a service finds a field wrong, and notes what it says of it.
func refused(err error, wrong map[string]string, field string) bool {
	f := fault.Of(err)
	if err == nil || f.Kind != fault.Invalid {
		return false
	}
	wrong[field] = f.Message
	if len(f.Fields) > 0 {
		wrong[field] = f.Fields[0].Message
	}
	return true
}

// stockOf reads a quantity that is there; pieces are whole.
func stockOf(typed, soldBy string) (int64, error) {
	milli, err := typedQuantity(typed)
	if err == nil && soldBy != byWeight && milli%money.Milli != 0 {
		return 0, errPieces
	}
	return milli, err
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
	model := page.WareAlone{Bench: b, Row: d.ware(p, d.edge.availability(d.Context(), p), typed), Back: typed.back}
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
