package goods

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
)

// undoneField is a stock that is to be as it was: a variant, and of each of its lots what was left and is
// left.
const undoneField = "was"

// undoStock takes back what many stocks were changed by; there is nothing to it where nothing was changed.
func undoStock(
	d *producer.Desk, products []*catalogv1.Product, changed []*inventoryv1.AdjustedStock,
) page.Undo {
	undo, some := undoBulk(d, bulkUndo, products), false
	for _, stock := range changed {
		words := []string{stock.GetVariantId()}
		for _, lot := range stock.GetLots() {
			words = append(words, fmt.Sprintf("%s=%d=%d", lot.GetLotId(), lot.GetWas(), lot.GetIs()))
		}
		if len(stock.GetLots()) > 0 {
			undo.Fields, some = append(undo.Fields,
				page.Choice{Value: undoneField, Label: strings.Join(words, " ")}), true
		}
	}
	if !some {
		return page.Undo{}
	}
	return undo
}

// undone reads what undoStock wrote.
func undone(text string) (*inventoryv1.AdjustedStock, error) {
	words := strings.Fields(text)
	if len(words) < 2 {
		return nil, web.ErrTornForm
	}
	stock := &inventoryv1.AdjustedStock{VariantId: words[0]}
	for _, word := range words[1:] {
		parts := strings.Split(word, "=")
		if len(parts) != 3 {
			return nil, web.ErrTornForm
		}
		was, errWas := strconv.ParseInt(parts[1], 10, 64)
		is, errIs := strconv.ParseInt(parts[2], 10, 64)
		if errWas != nil || errIs != nil {
			return nil, web.ErrTornForm
		}
		stock.Lots = append(stock.Lots, &inventoryv1.LotChange{LotId: parts[0], Was: was, Is: is})
	}
	return stock, nil
}

// undoStocks makes stocks what they were, those of which nothing was sold or changed since.
func undoStocks(d *producer.Desk, f *goodsForm, products []*catalogv1.Product) (*web.Reply, error) {
	if err := d.Visit.CheckKey(f.form); err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, p := range products {
		for _, v := range p.GetVariants() {
			names[v.GetId()] = sizeRow{p, v}.name()
		}
	}
	request := &inventoryv1.UndoStocksRequest{Key: f.form.Get("key")}
	for _, text := range f.form[undoneField] {
		stock, err := undone(text)
		if err != nil {
			return nil, err
		}
		if names[stock.GetVariantId()] == "" {
			return nil, web.ErrNoPage
		}
		request.Stocks = append(request.Stocks, stock)
	}
	answer, err := d.Visit.Site.Inventory.UndoStocks(d.Visit.Context(), request)
	if err != nil {
		return nil, err
	}
	said, done := &view.GoodsSaid{}, int64(0)
	for _, stock := range answer.GetStocks() {
		if stock.GetRefused() == "" {
			done++
			continue
		}
		said.Stays = append(said.Stays, names[stock.GetVariantId()]+": "+stock.GetRefused())
	}
	said.Done = trade.Plural(done, "stock is", "stocks are") + " as before."
	return showGoods(d, goodsView{status: http.StatusOK, said: said})
}
