package edge

import (
	"net/url"
	"strings"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/money"
)

// What a maker says of a stock: that there is more or less than the shop believes, or what a stock-taking found on the shelf.
const (
	stockCorrected = "by"
	stockCounted   = "count"
)

// typedStock is what a variant's row says of its stock; nil for nothing. A stock-taking is not held to what the page showed: what it counts
// is on the shelf, whatever was sold of it meanwhile.
func (d *desk) typedStock(v *catalogv1.Variant, form url.Values, wrong map[string]string) *inventoryv1.AdjustStockRequest {
	if form.Get("stock") != form.Get("stock_was") {
		form.Set("adjust", form.Get("stock"))
		wrong["adjust"] = "Nothing is saved yet: say whether you counted that, or by how much to correct."
		return nil
	}
	typed := strings.TrimSpace(form.Get("adjust"))
	if typed == "" {
		return nil
	}
	request := &inventoryv1.AdjustStockRequest{VariantId: v.GetId(), Key: form.Get("key")}
	var err error
	switch form.Get("stock_how") {
	case stockCounted:
		var counted int64
		counted, err = stockOf(typed, v.GetSoldBy())
		request.Adjustment = &inventoryv1.AdjustStockRequest_Counted{Counted: counted}
	case stockCorrected:
		var by int64
		by, err = correctionOf(typed, v.GetSoldBy())
		request.Adjustment = &inventoryv1.AdjustStockRequest_By{By: by}
	default:
		wrong["adjust"] = "Say whether you counted that, or by how much to correct."
	}
	if err == nil {
		err = d.checkKey(form)
	}
	if err != nil {
		wrong["adjust"] = err.Error()
	}
	return request
}

// correctionOf reads how much more there is, or less: "+3", "-2", "−2".
func correctionOf(typed, soldBy string) (int64, error) {
	number := strings.TrimPrefix(typed, "+")
	less := number == typed && strings.HasPrefix(strings.Replace(typed, "\u2212", "-", 1), "-")
	if less {
		number = strings.TrimPrefix(strings.TrimPrefix(typed, "-"), "\u2212")
	}
	milli, err := stockOf(number, soldBy)
	if less {
		milli = -milli
	}
	return milli, err
}

// stockOf reads a quantity that is there; pieces are whole.
func stockOf(typed, soldBy string) (int64, error) {
	milli, err := typedQuantity(typed)
	if err == nil && soldBy != byWeight && milli%money.Milli != 0 {
		return 0, errPieces
	}
	return milli, err
}
