package goods

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
)

// Lots shows what is left of a product, lot by lot, and books new ones in.
func Lots(d *producer.Desk) (*web.Reply, error) {
	p, err := product(d, d.Visit.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return showLots(d, http.StatusOK, p, typedForLot{})
}

// typedForLot is what was typed for a lot of a variant, and what is wrong with it.
type typedForLot struct {
	variant string
	form    url.Values
	wrong   map[string]string
}

func showLots(d *producer.Desk, status int, p *catalogv1.Product, typed typedForLot) (*web.Reply, error) {
	b, err := d.Bench("Lots of "+p.GetTitle(), "/producer/products")
	if err != nil {
		return nil, err
	}
	model := view.Lots{Bench: b, Back: d.At("/producer/products")}
	for _, v := range p.GetVariants() {
		list, err := lotList(d, p, v, typed)
		if err != nil {
			return nil, err
		}
		model.Lists = append(model.Lists, list)
	}
	return web.Render(d.Visit.Context(), status, view.LotsPage(model))
}

func lotList(
	d *producer.Desk, p *catalogv1.Product, v *catalogv1.Variant, typed typedForLot,
) (view.LotList, error) {
	list := view.LotList{
		ID: v.GetId(), Title: trade.SizeOf(p, v),
		Action: d.At("/producer/products/" + p.GetId() + "/variants/" + v.GetId() + "/lots"),
		Key:    newLot(d), Unit: "Pieces",
	}
	if v.GetSoldBy() == web.ByWeight {
		list.Unit, list.In = "Kilograms", trade.Kilograms
	}
	if v.GetId() == typed.variant {
		form := typed.form
		list.Key, list.Code, list.BestBefore, list.Quantity = form.Get("key"), form.Get("code"),
			form.Get("best_before"), form.Get("quantity")
		list.Wrong = typed.wrong
	}
	answer, err := d.Visit.Site.Inventory.ListLots(d.Visit.Context(),
		&inventoryv1.ListLotsRequest{VariantId: v.GetId()})
	for _, lot := range answer.GetLots() {
		list.Lots = append(list.Lots, view.Lot{
			Code: lot.GetCode(), BestBefore: desk.ShortDay(lot.GetBestBefore()),
			Left:     d.In.Kept(lot.GetRemaining(), v.GetSoldBy()),
			Received: d.In.Kept(lot.GetReceived(), v.GetSoldBy()),
			Past:     lot.GetBestBefore() != "" && lot.GetBestBefore() < d.Date(),
		})
	}
	return list, err
}

// newLot is the ID of the lot that a form makes, and so its key.
func newLot(d *producer.Desk) string { return d.Visit.Site.Host.NewID(id.Lot, d.In.Code) }

// Receive books a lot in. The form's key makes a double click one lot.
func Receive(d *producer.Desk) (*web.Reply, error) {
	form, p, variant, err := formOfSize(d)
	if err != nil {
		return nil, err
	}
	lot, wrong := typedLot(d, variant, form)
	if len(wrong) == 0 {
		_, err = d.Visit.Site.Inventory.Receive(d.Visit.Context(),
			&inventoryv1.ReceiveRequest{Lots: []*inventoryv1.Lot{lot}, Key: form.Get("key")})
		if err == nil {
			return web.Redirect(d.At("/producer/products/"+p.GetId()+"/lots") + "#l-" + variant.GetId()), nil
		}
		f := fault.Of(err)
		if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
			return nil, err
		}
		if f.Code == idempotency.Reused {
			form.Set("key", newLot(d))
		}
		wrong = lotFields(f)
	}
	return showLots(d, http.StatusUnprocessableEntity, p,
		typedForLot{variant: variant.GetId(), form: form, wrong: wrong})
}

func typedLot(
	d *producer.Desk, variant *catalogv1.Variant, form url.Values,
) (*inventoryv1.Lot, map[string]string) {
	wrong := map[string]string{}
	lot := &inventoryv1.Lot{
		Id: form.Get("key"), VariantId: variant.GetId(),
		Code: strings.TrimSpace(form.Get("code")), BestBefore: form.Get("best_before"),
	}
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
		} else if lot.GetBestBefore() < d.Date() {
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
