package goods

import (
	"strings"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/money"
)

// What a maker says of a stock: that there is more or less than the shop believes, or what a stock-taking
// found on the shelf.
const (
	stockCorrected = "by"
	stockCounted   = "count"
)

// adjustmentOf reads what is said of a size's stock. A stock-taking is not held to what the page showed: what
// it counts is on the shelf, whatever was sold of it meanwhile.
func adjustmentOf(v *catalogv1.Variant, how, typed string) (*inventoryv1.AdjustStockRequest, error) {
	request := &inventoryv1.AdjustStockRequest{VariantId: v.GetId()}
	switch how {
	case stockCounted:
		counted, err := stockOf(typed, v.GetSoldBy())
		request.Adjustment = &inventoryv1.AdjustStockRequest_Counted{Counted: counted}
		return request, err
	case stockCorrected:
		by, err := correctionOf(typed, v.GetSoldBy())
		request.Adjustment = &inventoryv1.AdjustStockRequest_By{By: by}
		return request, err
	}
	return nil, errStockHow
}

var errStockHow = fault.New(fault.Invalid, "invalid",
	"Say whether you counted that, or by how much to correct.")

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
	milli, err := input.TypedQuantity(typed)
	if err == nil && soldBy != web.ByWeight && milli%money.Milli != 0 {
		return 0, input.ErrPieces
	}
	return milli, err
}
