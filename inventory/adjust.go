package inventory

import (
	"context"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/once"
	"github.com/artisan-eats/artisan/rights"
)

// AdjustStock takes a stock-taking or a correction down; see the contract. What is sold meanwhile is lost in neither.
func (s *service) AdjustStock(ctx context.Context, m *inventoryv1.AdjustStockRequest) (*inventoryv1.AdjustStockResponse, error) {
	if err := rights.Check(ctx, "", rights.Goods); err != nil {
		return nil, err
	}
	change, action, err := adjustment(m)
	if err != nil {
		return nil, err
	}
	variant := m.GetVariantId()
	form := once.Form{Owner: variant, Key: m.GetKey()}
	if form.Hash, err = once.HashOf(m); err != nil {
		return nil, err
	}
	about := scope{variants: []string{variant}, lots: []string{countedLot(variant)}}
	err = s.stock(ctx, form, about, change, audit.Entry{Action: action, Subject: variant, Outcome: audit.Done})
	return &inventoryv1.AdjustStockResponse{}, err
}

// adjustment is what a request does to the shelf, and what the security log calls that.
func adjustment(m *inventoryv1.AdjustStockRequest) (change func(*shelf) error, action string, err error) {
	variant := m.GetVariantId()
	if err := checkVariant("variant_id", variant); err != nil {
		return nil, "", err
	}
	switch m.GetAdjustment().(type) {
	case *inventoryv1.AdjustStockRequest_Counted:
		if m.GetCounted() < 0 || m.GetCounted() > MaxLotQuantity {
			return nil, "", invalid("counted", "What is counted is not negative, and not more than a million.")
		}
		return func(shelf *shelf) error { return shelf.counted(variant, m.GetCounted()) }, "stock.count", nil
	case *inventoryv1.AdjustStockRequest_By:
		if m.GetBy() == 0 || m.GetBy() < -MaxLotQuantity || m.GetBy() > MaxLotQuantity {
			return nil, "", invalid("by", "Say how much more there is, such as 3, or how much less, such as -2.")
		}
		return func(shelf *shelf) error { return shelf.correct(variant, m.GetBy()) }, "stock.correct", nil
	}
	return nil, "", fault.New(fault.Invalid, "invalid", "Say what was counted, or how much more or less there is.")
}
