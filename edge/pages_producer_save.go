package edge

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
)

// saveGoods saves the prices and stocks of a page. A row that is wrong, or that somebody else has changed, stops none of the others.
func (d *desk) saveGoods() (*reply, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	return saving(func() (*reply, error) { return d.saveAll(form) })
}

func (d *desk) saveAll(form url.Values) (*reply, error) {
	f, err := d.readGoods(form)
	if err != nil {
		return nil, err
	}
	if err := f.savePrices(); err != nil {
		return nil, err
	}
	if err := f.saveStocks(); err != nil {
		return d.savedInPart(f, err)
	}
	switch {
	case len(f.differences) > 0:
		return d.showGoods(goodsView{http.StatusConflict, f.left() + " Some of it somebody else has changed since you opened the page: choose what it is to be.", f.said(), f})
	case len(f.wrong) > 0:
		return d.showGoods(goodsView{http.StatusUnprocessableEntity, f.left(), f.said(), f})
	case f.gone > 0:
		return d.showGoods(goodsView{http.StatusConflict, "Some of these sizes are not sold any more.", f.said(), f})
	}
	prices, stocks := strconv.Itoa(len(f.savedPrices)), strconv.Itoa(len(f.savedStocks))
	return redirect(d.goodsAddress(goodsAt, "after", d.param("after"), "prices", prices, "stocks", stocks)), nil
}

// savedInPart tells of a failure behind what is saved already; nothing of that is hidden.
func (d *desk) savedInPart(f *goodsForm, err error) (*reply, error) {
	failure := fault.Of(err)
	if len(f.savedPrices) == 0 || failure.Kind == fault.Internal {
		return nil, err
	}
	for _, request := range f.stocks {
		field := stockField(request.GetVariantId())
		f.kept[field], f.wrong[field] = true, notSavedYet
	}
	return d.showGoods(goodsView{statusOf(failure), "The prices are saved, the stock is not: " + failure.Message + " What you typed there is kept: save it again.", f.said(), f})
}

// savePrices changes prices, each where it is as it was seen, but for those that catalog finds wrong.
func (f *goodsForm) savePrices() error {
	for len(f.prices) > 0 {
		_, err := f.desk.site.catalog.SetPrices(f.desk.Context(), &catalogv1.SetPricesRequest{ProducerId: f.desk.producer.GetId(), Changes: f.prices})
		if err != nil {
			if !f.dropPrices(fault.Of(err)) {
				return err
			}
			continue
		}
		for _, change := range f.prices {
			f.savedPrices = append(f.savedPrices, change.GetVariantId())
		}
		f.prices = nil
	}
	return nil
}

// dropPrices takes those out that a fault is about, and notes why; it reports whether there were any.
func (f *goodsForm) dropPrices(of *fault.Error) bool {
	if of.Kind != fault.Invalid {
		return false
	}
	dropped := map[int]bool{}
	for _, field := range of.Fields {
		rest, _ := strings.CutPrefix(field.Name, "changes.")
		number, _, _ := strings.Cut(rest, ".")
		if i, err := strconv.Atoi(number); err == nil && i < len(f.prices) {
			dropped[i], f.wrong[priceField(f.prices[i].GetVariantId())] = true, field.Message
		}
	}
	var left []*catalogv1.PriceChange
	for i, change := range f.prices {
		if !dropped[i] {
			left = append(left, change)
		}
	}
	f.prices = left
	return len(dropped) > 0
}

// saveStocks takes down what was typed of stocks, each for itself.
func (f *goodsForm) saveStocks() error {
	if len(f.stocks) == 0 {
		return nil
	}
	answer, err := f.desk.site.inventory.AdjustStocks(f.desk.Context(), &inventoryv1.AdjustStocksRequest{Adjustments: f.stocks})
	if err != nil {
		return err
	}
	f.stocks = nil
	for _, stock := range answer.GetStocks() {
		if stock.GetRefused() != "" {
			f.wrong[stockField(stock.GetVariantId())] = stock.GetRefused()
		} else {
			f.savedStocks = append(f.savedStocks, stock.GetVariantId())
		}
	}
	return nil
}
