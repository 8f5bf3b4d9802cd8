package ordering

import (
	"context"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/stamp"
)

// GetPickupLimits answers a market's limits of orders that are paid when they are picked up.
func (s *Service) GetPickupLimits(
	ctx context.Context, r *orderingv1.GetPickupLimitsRequest,
) (*orderingv1.GetPickupLimitsResponse, error) {
	if !id.ValidMarket(r.GetMarket()) {
		return nil, fault.InvalidAlone("market", "There is no such market.")
	}
	limits, err := s.Book.Limits(ctx, r.GetMarket())
	return &orderingv1.GetPickupLimitsResponse{Limits: limitsToProto(r.GetMarket(), limits)}, err
}

// PutPickupLimits sets them.
func (s *Service) PutPickupLimits(
	ctx context.Context, r *orderingv1.PutPickupLimitsRequest,
) (*orderingv1.PutPickupLimitsResponse, error) {
	market := r.GetLimits().GetMarket()
	if !id.ValidMarket(market) {
		return nil, fault.InvalidAlone("market", "There is no such market.")
	}
	limits := limitsFromProto(r.GetLimits())
	if err := limits.Check(); err != nil {
		return nil, err
	}
	if err := s.Book.PutLimits(ctx, market, limits, r.GetVersion()); err != nil {
		return nil, err
	}
	return &orderingv1.PutPickupLimitsResponse{}, nil
}

func limitsToProto(market string, l book.Limits) *orderingv1.PickupLimits {
	return &orderingv1.PickupLimits{
		Market: market, ContactHolds: l.ContactHolds, ClientHolds: l.ClientHolds, Percent: l.Percent,
		ClientBurst: l.ClientBurst,
		MarketBurst: l.MarketBurst, OpenOrders: l.OpenOrders, NewcomerOrders: &l.NewcomerOrders,
		NewcomerValue:   &l.NewcomerValue,
		WithoutPayments: l.WithoutPayments, Version: stamp.Of(l),
	}
}

func limitsFromProto(m *orderingv1.PickupLimits) book.Limits {
	l := book.Limits{
		ContactHolds: m.GetContactHolds(), ClientHolds: m.GetClientHolds(), Percent: m.GetPercent(),
		ClientBurst: m.GetClientBurst(),
		MarketBurst: m.GetMarketBurst(), OpenOrders: m.GetOpenOrders(),
		NewcomerOrders: book.DefaultLimits.NewcomerOrders, NewcomerValue: book.DefaultLimits.NewcomerValue,
		WithoutPayments: m.GetWithoutPayments(),
	}
	if m.NewcomerOrders != nil {
		l.NewcomerOrders = m.GetNewcomerOrders()
	}
	if m.NewcomerValue != nil {
		l.NewcomerValue = m.GetNewcomerValue()
	}
	return l
}
