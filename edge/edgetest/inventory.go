package edgetest

import (
	"context"

	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/gen/state"
)

type fakeInventory struct {
	inventoryv1connect.UnimplementedInventoryServiceHandler
	*Peers
}

// What the peers tell the operator.

func (f fakeInventory) GetHold(
	ctx context.Context, r *inventoryv1.GetHoldRequest,
) (*inventoryv1.GetHoldResponse, error) {
	return &inventoryv1.GetHoldResponse{State: state.GoodsSold}, f.called(ctx, "inventory.GetHold", r)
}

func (f fakeInventory) ListLots(
	ctx context.Context, r *inventoryv1.ListLotsRequest,
) (*inventoryv1.ListLotsResponse, error) {
	return &inventoryv1.ListLotsResponse{Lots: []*inventoryv1.Lot{
		{
			Id: "lot_portland_" + unique, VariantId: r.GetVariantId(), Code: "B12 <old>",
			BestBefore: "2026-12-24", Received: 5000, Remaining: 3250,
		},
	}}, f.called(ctx, "ListLots", r)
}

func (f fakeInventory) Receive(
	ctx context.Context, r *inventoryv1.ReceiveRequest,
) (*inventoryv1.ReceiveResponse, error) {
	return &inventoryv1.ReceiveResponse{}, f.called(ctx, "Receive", r)
}

func (f fakeInventory) SetStock(
	ctx context.Context, r *inventoryv1.SetStockRequest,
) (*inventoryv1.SetStockResponse, error) {
	return &inventoryv1.SetStockResponse{}, f.called(ctx, "SetStock", r)
}

func (f fakeInventory) AdjustStock(
	ctx context.Context, r *inventoryv1.AdjustStockRequest,
) (*inventoryv1.AdjustStockResponse, error) {
	return &inventoryv1.AdjustStockResponse{}, f.called(ctx, "AdjustStock", r)
}

// AdjustStocks does all that it is asked to.
func (f fakeInventory) AdjustStocks(
	ctx context.Context, r *inventoryv1.AdjustStocksRequest,
) (*inventoryv1.AdjustStocksResponse, error) {
	answer := &inventoryv1.AdjustStocksResponse{}
	for _, a := range r.GetAdjustments() {
		stock := &inventoryv1.AdjustedStock{VariantId: a.GetVariantId(), Refused: f.Refused[a.GetVariantId()]}
		if stock.GetRefused() == "" {
			stock.Lots = []*inventoryv1.LotChange{{LotId: "lot_portland_" + unique, Was: 3250, Is: 3250 +
				a.GetBy()}}
		}
		answer.Stocks = append(answer.Stocks, stock)
	}
	return answer, f.called(ctx, "AdjustStocks", r)
}

// UndoStocks does all that it is asked to, but for what it refuses.
func (f fakeInventory) UndoStocks(
	ctx context.Context, r *inventoryv1.UndoStocksRequest,
) (*inventoryv1.UndoStocksResponse, error) {
	answer := &inventoryv1.UndoStocksResponse{}
	for _, s := range r.GetStocks() {
		answer.Stocks = append(answer.Stocks,
			&inventoryv1.AdjustedStock{VariantId: s.GetVariantId(), Refused: f.Refused[s.GetVariantId()]})
	}
	return answer, f.called(ctx, "UndoStocks", r)
}

func (f fakeInventory) Availability(
	ctx context.Context, r *inventoryv1.AvailabilityRequest,
) (*inventoryv1.AvailabilityResponse, error) {
	answer := &inventoryv1.AvailabilityResponse{}
	f.Set(func(p *Peers) {
		for _, id := range r.GetVariantIds() {
			answer.Variants = append(answer.Variants,
				&inventoryv1.Availability{VariantId: id, Available: p.Stock[id]})
		}
	})
	return answer, f.called(ctx, "Availability", r)
}
