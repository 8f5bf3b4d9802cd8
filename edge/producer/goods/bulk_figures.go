package goods

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/money"
)

// maxBulkPrices is how many prices are set at a time.
const maxBulkPrices = 500

var (
	errPercent  = errors.New("Write by how many percent, such as 5 or -2.5, from -99 to 1,000.") //nolint:staticcheck // a sentence for people
	errTooCheap = errors.New("it would cost less than the smallest coin")
)

// raise is by how much prices are to be changed.
type raise struct {
	basisPoints int64        // of the price; zero where it is by an amount
	by          money.Amount // with its sign
}

// typedRaise reads "+5", "-2,5" percent, or "+0.50", "-1".
func typedRaise(d *producer.Desk, how, typed string) (r raise, err error) {
	number, less := signed(strings.TrimSpace(typed))
	if how == byAmount {
		r.by, err = input.TypedAmount(number, d.In.Currency)
		if err == nil && r.by.Minor == 0 {
			_, err = input.TypedAmount("", d.In.Currency)
		}
		if less {
			r.by.Minor = -r.by.Minor
		}
		return r, err
	}
	milli, err := input.TypedQuantity(number)
	r.basisPoints = milli / 10
	if less {
		r.basisPoints = -r.basisPoints
	}
	if err != nil || milli == 0 || milli%10 != 0 || r.basisPoints < -9900 || r.basisPoints > 100_000 {
		return r, errPercent
	}
	return r, nil
}

// signed parts a number from its sign.
func signed(typed string) (number string, less bool) {
	number = strings.TrimPrefix(typed, "+")
	if number != typed {
		return number, false
	}
	number = strings.TrimPrefix(strings.TrimPrefix(typed, "-"), "\u2212")
	return strings.TrimSpace(number), number != typed
}

// of is a price after it, rounded to the market's coins; never less than one of them.
func (r raise) of(price money.Amount) (to money.Amount, err error) {
	if r.basisPoints != 0 {
		to, err = price.BasisPoints(10_000 + r.basisPoints)
	} else {
		to, err = price.Add(r.by)
	}
	if err == nil && to.Minor < 1 {
		err = errTooCheap
	}
	return to, err
}

// previewPrices shows what prices would become.
func previewPrices(
	d *producer.Desk, status int, alert string, f *goodsForm, products []*catalogv1.Product,
) (*web.Reply, error) {
	by, err := typedRaise(d, f.form.Get("price_how"), f.form.Get("price_by"))
	if err != nil {
		f.wrong["price_by"] = messageOf(err)
		return showGoods(d, goodsView{
			http.StatusUnprocessableEntity, "The prices are not changed yet.", nil,
			f,
		})
	}
	model := view.GoodsPreview{Button: "Change the prices", Fields: []page.Choice{
		{Value: "do", Label: bulkPrice},
		{Value: "price_how", Label: f.form.Get("price_how")},
		{Value: "price_by", Label: f.form.Get("price_by")},
		{Value: "key", Label: d.Visit.Site.NewKey()},
	}}
	for _, p := range products {
		model.Fields = append(model.Fields, page.Choice{Value: "chosen", Label: p.GetId()})
		for _, v := range p.GetVariants() {
			was := money.FromProto(v.GetPrice())
			row := view.PreviewRow{Name: sizeRow{p, v}.name(), Now: d.In.Money(v.GetPrice())}
			to, err := by.of(was)
			switch {
			case err != nil:
				row.Stays = "Stays: " + messageOf(err) + "."
			case to == was:
				row.Stays = "Stays as it is."
			default:
				row.Then = d.In.Money(to.Proto())
				model.Fields = append(model.Fields,
					page.Choice{Value: "set", Label: setPrice(v.GetId(), was.Minor, to.Minor)})
				model.Changes++
			}
			model.Rows = append(model.Rows, row)
		}
	}
	if model.Changes > maxBulkPrices {
		return showGoods(d,
			goodsView{http.StatusBadRequest, "That is more than 500 prices: tick fewer products.", nil, f})
	}
	return showPreview(d, status, alert, trade.Plural(int64(model.Changes), "price", "prices"), model)
}

// setPrice is a change of a price as the preview's form has it.
func setPrice(variantID string, was, to int64) string {
	return variantID + ":" + strconv.FormatInt(was, 10) + ":" + strconv.FormatInt(to, 10)
}

func showPreview(
	d *producer.Desk, status int, alert, of string, model view.GoodsPreview,
) (*web.Reply, error) {
	b, err := d.Bench("Change "+of+"?", producer.GoodsAt)
	if err != nil {
		return nil, err
	}
	b.Alert = alert
	model.Bench, model.Action, model.Back = b, goodsAddress(d, BulkAt), goodsAddress(d, producer.GoodsAt)
	return web.Render(d.Visit.Context(), status, view.GoodsPreviewPage(model))
}

// setPrices sets the prices of a preview, all or none: each is still as it was shown there.
func setPrices(d *producer.Desk, f *goodsForm, products []*catalogv1.Product) (*web.Reply, error) {
	request := &catalogv1.SetPricesRequest{ProducerId: d.Producer.GetId(), Key: f.form.Get("key")}
	undo := undoBulk(d, bulkPrice, nil)
	for _, set := range f.form["set"] {
		variantID, figures, _ := strings.Cut(set, ":")
		from, to, _ := strings.Cut(figures, ":")
		was, errWas := strconv.ParseInt(from, 10, 64)
		price, errTo := strconv.ParseInt(to, 10, 64)
		if errWas != nil || errTo != nil || price < 1 {
			return nil, web.ErrTornForm.Because(errors.Join(errWas, errTo))
		}
		request.Changes = append(request.Changes, &catalogv1.PriceChange{
			VariantId: variantID, Price: money.New(price, d.In.Currency).Proto(),
			Was: money.New(was, d.In.Currency).Proto(),
		})
		undo.Fields = append(undo.Fields, page.Choice{Value: "set", Label: setPrice(variantID, price, was)})
	}
	answer, err := d.Visit.Site.Catalog.SetPrices(d.Visit.Context(), request)
	if conflicting(err) {
		const alert = "Some of these prices were changed meanwhile, or are not asked any more. None is changed yet: please look again."
		if len(products) > 0 {
			return previewPrices(d, http.StatusConflict, alert, f, products)
		}
		return showGoods(d, goodsView{status: http.StatusConflict, alert: alert})
	}
	if err != nil {
		return nil, err
	}
	said := &view.GoodsSaid{Done: trade.Plural(int64(len(request.GetChanges())), "price is", "prices are") +
		" changed.", Undo: undo}
	if answer.GetAgain() && !stand(request.GetChanges(), products) {
		said = &view.GoodsSaid{Done: doneBefore}
	}
	return showGoods(d, goodsView{status: http.StatusOK, said: said})
}

// stand reports whether products cost what changes of their prices made it.
func stand(changes []*catalogv1.PriceChange, products []*catalogv1.Product) bool {
	now := map[string]int64{}
	for _, p := range products {
		for _, v := range p.GetVariants() {
			now[v.GetId()] = v.GetPrice().GetAmount()
		}
	}
	return !slices.ContainsFunc(changes, func(c *catalogv1.PriceChange) bool {
		return now[c.GetVariantId()] != c.GetPrice().GetAmount()
	})
}

// previewStock adds to stocks, or takes a stock-taking of them down, once the preview was seen.
func previewStock(d *producer.Desk, f *goodsForm, products []*catalogv1.Product) (*web.Reply, error) {
	how, typed := f.form.Get("all_how"), strings.TrimSpace(f.form.Get("stock_by"))
	if _, err := adjustmentOf(&catalogv1.Variant{SoldBy: web.ByWeight}, how, typed); err != nil ||
		typed == "" {
		f.wrong["stock_by"] = "Say how much it is, such as 12; to correct, how much more, such as 3, or less, such as -2."
		return showGoods(d, goodsView{
			http.StatusUnprocessableEntity, "The stocks are not changed yet.", nil,
			f,
		})
	}
	if f.form.Get("sure") != "" {
		return setStocks(d, f, products)
	}
	stock := trade.Balances(d.Visit.Context(), d.Visit.Site, products...)
	model := view.GoodsPreview{Button: "Change the stocks", Fields: []page.Choice{
		{Value: "do", Label: bulkStock},
		{Value: "all_how", Label: how},
		{Value: "stock_by", Label: typed},
		{Value: "sure", Label: "1"},
		{Value: "key", Label: d.Visit.Site.NewKey()},
	}}
	for _, p := range products {
		model.Fields = append(model.Fields, page.Choice{Value: "chosen", Label: p.GetId()})
		for _, v := range p.GetVariants() {
			row := view.PreviewRow{Name: sizeRow{p, v}.name(), Now: "not known"}
			request, err := adjustmentOf(v, how, typed)
			if balance := stock[v.GetId()]; balance != nil {
				row.Now = d.In.Kept(balance.GetAvailable(), v.GetSoldBy())
				row.Then = d.In.Kept(stockThen(request, balance), v.GetSoldBy())
			}
			if err != nil {
				row.Stays, row.Then = "Stays: "+err.Error(), ""
			} else {
				model.Changes++
			}
			model.Rows = append(model.Rows, row)
		}
	}
	return showPreview(d, http.StatusOK, "", trade.Plural(int64(model.Changes), "stock", "stocks"), model)
}

// stockThen is what could be sold after an adjustment.
func stockThen(request *inventoryv1.AdjustStockRequest, balance *inventoryv1.Availability) int64 {
	if _, counts := request.GetAdjustment().(*inventoryv1.AdjustStockRequest_Counted); counts {
		return max(0, request.GetCounted()-balance.GetHeld()-balance.GetUnpacked())
	}
	return max(0, balance.GetAvailable()+request.GetBy())
}

func setStocks(d *producer.Desk, f *goodsForm, products []*catalogv1.Product) (*web.Reply, error) {
	if err := d.Visit.CheckKey(f.form); err != nil {
		return nil, err
	}
	request, names := &inventoryv1.AdjustStocksRequest{}, map[string]string{}
	said := &view.GoodsSaid{}
	for _, p := range products {
		for _, v := range p.GetVariants() {
			names[v.GetId()] = sizeRow{p, v}.name()
			each, err := adjustmentOf(v, f.form.Get("all_how"), strings.TrimSpace(f.form.Get("stock_by")))
			if err != nil {
				said.Stays = append(said.Stays, names[v.GetId()]+": "+err.Error())
				continue
			}
			each.Key = f.form.Get("key")
			request.Adjustments = append(request.Adjustments, each)
		}
	}
	answer, err := d.Visit.Site.Inventory.AdjustStocks(d.Visit.Context(), request)
	if err != nil {
		return nil, err
	}
	done, again := int64(0), false
	for _, stock := range answer.GetStocks() {
		again = again || stock.GetAgain()
		if stock.GetRefused() != "" {
			said.Stays = append(said.Stays, names[stock.GetVariantId()]+": "+stock.GetRefused())
		} else {
			done++
		}
	}
	said.Done = trade.Plural(done, "stock is", "stocks are") + " changed."
	said.Undo = undoStock(d, products, answer.GetStocks())
	if again && said.Undo.Button == "" {
		said.Done = doneBefore
	}
	return showGoods(d, goodsView{status: http.StatusOK, said: said})
}
