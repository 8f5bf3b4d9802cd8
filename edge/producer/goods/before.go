package goods

import (
	"net/url"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/money"
)

// Pages of the version before have a form for each size, and one that shows or hides each product. They may
// be open still.

// SaveVariant saves a size's row.
func SaveVariant(d *producer.Desk) (*web.Reply, error) {
	form, p, v, err := formOfSize(d)
	if err != nil {
		return nil, err
	}
	row := url.Values{
		goodsField + "0": {p.GetId()}, "key": form["key"], priceField(v.GetId()): {form.Get("price")},
		stockField(v.GetId()): {form.Get("adjust")}, howField(v.GetId()): {form.Get("stock_how")},
	}
	if form.Has(web.MadeField) {
		seen := strings.Fields(form.Get(web.MadeField))
		row.Set(web.MadeField, "")
		if slices.Contains(seen, web.Entry("price", "", money.FromProto(v.GetPrice()).Decimal()).Stamp()) {
			row.Set(web.MadeField, storedPrice(v).Stamp())
		} else if slices.Contains(seen, web.Entry("price", "", form.Get("price")).Stamp()) {
			row.Del(priceField(v.GetId())) // nobody has touched it
		}
	}
	return web.Saving(func() (*web.Reply, error) { return saveAll(d, row) })
}

// Publish shows a product to shoppers, or asks before it hides it.
func Publish(d *producer.Desk) (*web.Reply, error) {
	form, err := d.Visit.Form()
	if err != nil {
		return nil, err
	}
	p, err := product(d, d.Visit.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	do := bulkHide
	if form.Get("publish") == "1" {
		do = bulkShow
	}
	return bulk(d, url.Values{"one": {do + ":" + p.GetId()}})
}
