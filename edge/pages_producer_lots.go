package edge

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/once"
)

// lots shows what is left of a product, lot by lot, and books new ones in.
func (d *desk) lots() (*reply, error) {
	p, err := d.product(d.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return d.showLots(http.StatusOK, p, typedForLot{})
}

// typedForLot is what was typed for a lot of a variant, and what is wrong with it.
type typedForLot struct {
	variant string
	form    url.Values
	wrong   map[string]string
}

func (d *desk) showLots(status int, p *catalogv1.Product, typed typedForLot) (*reply, error) {
	b, err := d.bench("Lots of "+p.GetTitle(), "/producer/products")
	if err != nil {
		return nil, err
	}
	model := page.Lots{Bench: b, Back: d.at("/producer/products")}
	for _, v := range p.GetVariants() {
		shelf, err := d.lotShelf(p, v, typed)
		if err != nil {
			return nil, err
		}
		model.Shelves = append(model.Shelves, shelf)
	}
	return render(d.Context(), status, page.LotsPage(model))
}

func (d *desk) lotShelf(p *catalogv1.Product, v *catalogv1.Variant, typed typedForLot) (page.LotShelf, error) {
	shelf := page.LotShelf{
		ID: v.GetId(), Title: sizeOf(p, v), Action: d.at("/producer/products/" + p.GetId() + "/variants/" + v.GetId() + "/lots"),
		Key: d.newLot(), Unit: "Pieces",
	}
	if v.GetSoldBy() == byWeight {
		shelf.Unit, shelf.In = "Kilograms", kilograms
	}
	if v.GetId() == typed.variant {
		form := typed.form
		shelf.Key, shelf.Code, shelf.BestBefore, shelf.Quantity = form.Get("key"), form.Get("code"), form.Get("best_before"), form.Get("quantity")
		shelf.Wrong = typed.wrong
	}
	answer, err := d.site.inventory.ListLots(d.Context(), &inventoryv1.ListLotsRequest{VariantId: v.GetId()})
	for _, lot := range answer.GetLots() {
		shelf.Lots = append(shelf.Lots, page.Lot{
			Code: lot.GetCode(), BestBefore: shortDay(lot.GetBestBefore()), Left: d.in.kept(lot.GetRemaining(), v.GetSoldBy()), Received: d.in.kept(lot.GetReceived(), v.GetSoldBy()),
			Past: lot.GetBestBefore() != "" && lot.GetBestBefore() < d.date(),
		})
	}
	return shelf, err
}

// newLot is the ID of the lot that a form makes, and so its key.
func (d *desk) newLot() string { return d.site.host.NewID(id.Lot, d.in.code) }

// date is the day of the market's people.
func (d *desk) date() string { return d.site.host.Now().In(d.in.zone).Format(time.DateOnly) }

// receive books a lot in. The form's key makes a double click one lot.
func (d *desk) receive() (*reply, error) {
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
	lot, wrong := d.typedLot(variant, form)
	if len(wrong) == 0 {
		_, err = d.site.inventory.Receive(d.Context(), &inventoryv1.ReceiveRequest{Lots: []*inventoryv1.Lot{lot}, Key: form.Get("key")})
		if err == nil {
			return redirect(d.at("/producer/products/"+p.GetId()+"/lots") + "#l-" + variant.GetId()), nil
		}
		f := fault.Of(err)
		if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
			return nil, err
		}
		if f.Code == once.Reused {
			form.Set("key", d.newLot())
		}
		wrong = lotFields(f)
	}
	return d.showLots(http.StatusUnprocessableEntity, p, typedForLot{variant: variant.GetId(), form: form, wrong: wrong})
}

func (d *desk) typedLot(variant *catalogv1.Variant, form url.Values) (*inventoryv1.Lot, map[string]string) {
	wrong := map[string]string{}
	lot := &inventoryv1.Lot{Id: form.Get("key"), VariantId: variant.GetId(), Code: strings.TrimSpace(form.Get("code")), BestBefore: form.Get("best_before")}
	milli, err := stockOf(form.Get("quantity"), variant.GetSoldBy())
	switch {
	case err != nil:
		wrong["quantity"] = err.Error()
	case milli == 0:
		wrong["quantity"] = "A lot has something in it."
	}
	lot.Received = milli
	if _, err := time.Parse(time.DateOnly, lot.GetBestBefore()); lot.GetBestBefore() != "" {
		if err != nil {
			wrong["best_before"] = "A date looks like 2026-12-31."
		} else if lot.GetBestBefore() < d.date() {
			wrong["best_before"] = "This day is over."
		}
	}
	return lot, wrong
}

// lotFields says what inventory finds wrong with a lot, by the form's fields.
func lotFields(f *fault.Error) map[string]string {
	wrong := map[string]string{}
	for _, field := range f.Fields {
		_, name, _ := strings.Cut(field.Name, ".")
		if name == "received" {
			name = "quantity"
		}
		wrong[name] = field.Message
	}
	if wrong["code"] == "" && wrong["best_before"] == "" && wrong["quantity"] == "" {
		wrong["quantity"] = f.Message
	}
	return wrong
}
