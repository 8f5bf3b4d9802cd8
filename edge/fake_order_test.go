package edge

import (
	"context"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
)

// WatchOrder answers the order as it stands, and once more for each ring of the bell.
func (f fakeOrdering) WatchOrder(
	ctx context.Context, r *orderingv1.WatchOrderRequest,
	stream orderingv1connect.OrderingServiceWatchOrderServerStream,
) error {
	if r.GetId() != placedOrder || !maySee(r.GetViewer()) {
		return noOrder()
	}
	if err := f.called(ctx, "WatchOrder", r); err != nil {
		return err
	}
	for {
		if err := stream.Send(&orderingv1.WatchOrderResponse{Order: f.orderNow()}); err != nil {
			return err
		}
		select {
		case <-f.bell:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// letterOf is the token of the letter of the order that is there.
const letterOf = "the-letters-token"

// ChangeOrder answers the order with the lines that are wanted, to who ordered.
func (f fakeOrdering) ChangeOrder(
	ctx context.Context, r *orderingv1.ChangeOrderRequest,
) (*orderingv1.ChangeOrderResponse, error) {
	if r.GetId() != placedOrder || r.GetViewer().GetAccessToken() != orderToken &&
		r.GetViewer().GetCustomerId() != "acc_x_1" {
		return nil, noOrder()
	}
	order := f.orderNow()
	extra := int64(0)
	for _, line := range order.GetLines() {
		for _, want := range r.GetLines() {
			if want.GetVariantId() == line.GetVariantId() {
				extra += line.GetPrice().GetAmount() * (want.GetQuantity() - line.GetQuantity()) / 1000
				line.Quantity, line.Total = want.GetQuantity(),
					dollars(line.GetPrice().GetAmount()*want.GetQuantity()/1000)
			}
		}
	}
	order.Total = dollars(order.GetTotal().GetAmount() + extra)
	err := f.called(ctx, "ChangeOrder", r)
	if r.GetLook() {
		err = nil // what is planted is about the change
	}
	return &orderingv1.ChangeOrderResponse{Order: order, Extra: dollars(max(0, extra))}, err
}

func (f fakeOrdering) ConfirmOrder(
	ctx context.Context, r *orderingv1.ConfirmOrderRequest,
) (*orderingv1.ConfirmOrderResponse, error) {
	if r.GetId() != placedOrder || r.GetToken() != letterOf {
		return nil, noOrder()
	}
	if !r.GetLook() {
		if err := f.called(ctx, "ConfirmOrder", r); err != nil {
			return nil, err
		}
	}
	return &orderingv1.ConfirmOrderResponse{Order: f.orderNow(), AccessToken: orderToken}, nil
}

func (f fakeOrdering) ListUnconfirmed(
	ctx context.Context, r *orderingv1.ListUnconfirmedRequest,
) (*orderingv1.ListUnconfirmedResponse, error) {
	order := f.orderNow()
	order.Queued = r.GetQueued()
	return &orderingv1.ListUnconfirmedResponse{
		Orders: []*orderingv1.Unconfirmed{{Order: order, Client: "k3x9ab"}}, All: 831, Queued: 818,
		NextCursor: "next",
	}, f.called(ctx, "ListUnconfirmed", r)
}

func (f fakeOrdering) SettleUnconfirmed(
	ctx context.Context, r *orderingv1.SettleUnconfirmedRequest,
) (*orderingv1.SettleUnconfirmedResponse, error) {
	return &orderingv1.SettleUnconfirmedResponse{Settled: 2}, f.called(ctx, "SettleUnconfirmed", r)
}

func (f fakeOrdering) GetPickupLimits(
	ctx context.Context, r *orderingv1.GetPickupLimitsRequest,
) (*orderingv1.GetPickupLimitsResponse, error) {
	return &orderingv1.GetPickupLimitsResponse{Limits: &orderingv1.PickupLimits{
		Market:  r.GetMarket(),
		Percent: 10, ClientHolds: 5,
	}}, f.called(ctx, "GetPickupLimits", r)
}

func (f fakeOrdering) PutPickupLimits(
	ctx context.Context, r *orderingv1.PutPickupLimitsRequest,
) (*orderingv1.PutPickupLimitsResponse, error) {
	return &orderingv1.PutPickupLimitsResponse{}, f.called(ctx, "PutPickupLimits", r)
}
