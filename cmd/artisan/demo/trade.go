package demo

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"connectrpc.com/connect/v2"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/state"
)

// sale is an order that a guest places when the market is made.
type sale struct {
	Name   string             `json:"name"`
	Window int                `json:"window"` // which of the pickup windows that take orders
	Lines  map[string]float64 `json:"lines"`  // pieces or kilograms, by SKU
	// how far it goes: "" is new; a state of a part, "cancelled", "failed" or "awaiting"
	To    string `json:"to"`
	Short string `json:"short"` // the SKU of which none is there when it is packed
}

// steps are the states that a part goes through.
var steps = []string{state.PartAccepted, state.PartPacked, state.PartReady, state.PartDone}

// trader places the orders of data/trade.
type trader struct {
	market   *market
	variants map[string]string // by SKU
	windows  []string
	ordering orderingv1connect.OrderingServiceClient
}

var operator = &orderingv1.Viewer{Operator: true}

// Trade places orders in every state, so that no desk is empty. A market that has orders stays as it is.
func Trade(ctx context.Context, peer func(service string) *connect.Client, now time.Time) error {
	m, err := load()
	if err != nil {
		return err
	}
	t := &trader{market: m, ordering: orderingv1connect.NewOrderingServiceClient(peer("ordering"))}
	there, err := t.ordering.ListOrders(ctx, &orderingv1.ListOrdersRequest{Market: m.Code, Limit: 1})
	if err != nil || len(there.GetOrders()) > 0 {
		return err
	}
	var sales []sale
	if err := read("data/trade/orders.json", &sales); err != nil {
		return err
	}
	if _, t.variants, err = (&seeder{
		market:  m,
		catalog: catalogv1connect.NewCatalogServiceClient(peer("catalog")),
	}).products(ctx); err != nil {
		return err
	}
	if t.windows, err = pickups(ctx, deliveryv1connect.NewDeliveryServiceClient(peer("delivery")), m.Code,
		now); err != nil {
		return err
	}
	for _, s := range sales {
		if err := t.sell(ctx, s); err != nil {
			return fmt.Errorf("the order of %s: %w", s.Name, err)
		}
	}
	return nil
}

// pickups are the pickup windows that take orders, the next first.
func pickups(
	ctx context.Context, delivery deliveryv1connect.DeliveryServiceClient, market string, now time.Time,
) (ids []string, err error) {
	list, err := delivery.ListWindows(ctx,
		&deliveryv1.ListWindowsRequest{Market: market, EndsAfter: now.UnixMilli()})
	if err != nil {
		return nil, err
	}
	for _, w := range list.GetWindows() {
		if w.GetKind() == "pickup" && w.GetOrderBy() > now.Add(time.Minute).UnixMilli() {
			ids = append(ids, w.GetId())
		}
	}
	return ids, nil
}

func (t *trader) sell(ctx context.Context, s sale) error {
	if s.Window >= len(t.windows) {
		return nil // the calendar is not laid out so far yet
	}
	made, err := t.ordering.CreateCart(ctx, &orderingv1.CreateCartRequest{Market: t.market.Code})
	if err != nil {
		return err
	}
	for sku, quantity := range s.Lines {
		_, err := t.ordering.SetLine(ctx, &orderingv1.SetLineRequest{
			CartId:    made.GetCart().GetId(),
			VariantId: t.variants[sku], Quantity: int64(math.Round(quantity * 1000)),
		})
		if err != nil {
			return fmt.Errorf("%s: %w", sku, err)
		}
	}
	request := &orderingv1.CheckoutRequest{
		CartId: made.GetCart().GetId(), IdempotencyKey: "demo", WindowId: t.windows[s.Window],
		PaymentMethod: "test", PaymentToken: "ok",
		Contact: &identityv1.Contact{
			Name: s.Name,
			Email: strings.ToLower(strings.ReplaceAll(latin.Replace(s.Name), " ", ".")) +
				"@shoppers.example",
		},
	}
	switch s.To {
	case state.OrderFailed:
		request.PaymentToken = "declined"
	case "awaiting":
		request.PaymentMethod, request.PaymentToken = "pickup", ""
	}
	placed, err := t.ordering.Checkout(ctx, request)
	if s.To == state.OrderFailed && fault.Is(err, "payment_declined") {
		return nil
	}
	if err != nil {
		return err
	}
	return t.takeOn(ctx, placed.GetOrder(), s)
}

// latin are the letters of names in e-mail addresses.
var latin = strings.NewReplacer("í", "i")

// takeOn takes an order as far as it goes.
func (t *trader) takeOn(ctx context.Context, o *orderingv1.Order, s sale) error {
	if s.To == state.OrderCancelled {
		_, err := t.ordering.CancelOrder(ctx, &orderingv1.CancelOrderRequest{Id: o.GetId(), Viewer: operator})
		return err
	}
	for _, to := range steps {
		if s.To == "" || s.To == "awaiting" {
			return nil
		}
		for _, p := range o.GetParts() {
			request := &orderingv1.AdvancePartRequest{
				OrderId: o.GetId(), PartId: p.GetId(), To: to,
				Viewer: operator,
			}
			if to == state.PartPacked && s.Short != "" {
				request.Packed = []*orderingv1.PackedLine{{
					VariantId: t.variants[s.Short],
					Reason:    "sold_out",
				}}
			}
			if _, err := t.ordering.AdvancePart(ctx, request); err != nil {
				return fmt.Errorf("to %s: %w", to, err)
			}
		}
		if to == s.To {
			return nil
		}
	}
	return nil
}
