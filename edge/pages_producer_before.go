package edge

import (
	"net/url"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/money"
)

// Pages of the version before have a form for each size, and one that shows or hides each product. They may be open still.

// saveVariant saves a size's row.
func (d *desk) saveVariant() (*reply, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	p, err := d.product(d.PathValue("id"))
	if err != nil {
		return nil, err
	}
	v, err := variantOf(p, d.PathValue("variant"))
	if err != nil {
		return nil, err
	}
	row := url.Values{
		goodsField + "0": {p.GetId()}, "key": form["key"], priceField(v.GetId()): {form.Get("price")}, stockField(v.GetId()): {form.Get("adjust")}, howField(v.GetId()): {form.Get("stock_how")},
	}
	if form.Has(madeField) {
		seen := strings.Fields(form.Get(madeField))
		row.Set(madeField, "")
		if slices.Contains(seen, entry("price", "", money.FromProto(v.GetPrice()).Decimal()).stamp()) {
			row.Set(madeField, storedPrice(v).stamp())
		} else if slices.Contains(seen, entry("price", "", form.Get("price")).stamp()) {
			row.Del(priceField(v.GetId())) // nobody has touched it
		}
	}
	return saving(func() (*reply, error) { return d.saveAll(row) })
}

// publish shows a product to shoppers, or asks before it takes it off the shelf.
func (d *desk) publish() (*reply, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	p, err := d.product(d.PathValue("id"))
	if err != nil {
		return nil, err
	}
	do := bulkHide
	if form.Get("publish") == "1" {
		do = bulkShow
	}
	return d.bulk(url.Values{"one": {do + ":" + p.GetId()}})
}
