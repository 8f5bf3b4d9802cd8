package goods

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
)

// SaveGoods saves the prices and stocks of a page. A row that is wrong, or that somebody else has changed,
// stops none of the others.
func SaveGoods(d *producer.Desk) (*web.Reply, error) {
	form, err := d.Visit.Form()
	if err != nil {
		return nil, err
	}
	return web.Saving(func() (*web.Reply, error) { return saveAll(d, form) })
}

func saveAll(d *producer.Desk, form url.Values) (*web.Reply, error) {
	f, err := readGoods(d, form)
	if err != nil {
		return nil, err
	}
	if err := f.savePrices(); err != nil {
		return nil, err
	}
	if err := f.saveStocks(); err != nil {
		return savedInPart(d, f, err)
	}
	switch {
	case len(f.differences) > 0:
		return showGoods(d, goodsView{
			http.StatusConflict, f.left() +
				" Some of it somebody else has changed since you opened the page: choose what it is to be.",
			f.said(), f,
		})
	case len(f.wrong) > 0:
		return showGoods(d, goodsView{http.StatusUnprocessableEntity, f.left(), f.said(), f})
	case f.gone > 0:
		return showGoods(d, goodsView{
			http.StatusConflict, "Some of these sizes are not sold any more.",
			f.said(), f,
		})
	}
	prices, stocks := strconv.Itoa(len(f.savedPrices)), strconv.Itoa(len(f.savedStocks))
	return web.Redirect(goodsAddress(d, producer.GoodsAt, "after", d.Visit.Param("after"), "prices", prices,
		"stocks", stocks)), nil
}

// savedInPart tells of a failure behind what is saved already; nothing of that is hidden.
func savedInPart(d *producer.Desk, f *goodsForm, err error) (*web.Reply, error) {
	failure := fault.Of(err)
	if len(f.savedPrices) == 0 || failure.Kind == fault.Internal {
		return nil, err
	}
	for _, request := range f.stocks {
		field := stockField(request.GetVariantId())
		f.kept[field], f.wrong[field] = true, notSavedYet
	}
	return showGoods(d, goodsView{web.StatusOf(failure), "The prices are saved, the stock is not: " +
		failure.Message + " What you typed there is kept: save it again.", f.said(), f})
}

// savePrices changes prices, each where it is as it was seen, but for those that catalog finds wrong.
func (f *goodsForm) savePrices() error {
	for len(f.prices) > 0 {
		_, err := f.desk.Visit.Site.Catalog.SetPrices(f.desk.Visit.Context(),
			&catalogv1.SetPricesRequest{ProducerId: f.desk.Producer.GetId(), Changes: f.prices})
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
	answer, err := f.desk.Visit.Site.Inventory.AdjustStocks(f.desk.Visit.Context(),
		&inventoryv1.AdjustStocksRequest{Adjustments: f.stocks})
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
