package edgetest

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/state"
)

type fakeOrdering struct {
	orderingv1connect.UnimplementedOrderingServiceHandler
	*Peers
}

// What the peers tell a producer.

// byTheKilo is theOrder with goods sold by weight, accepted.
func byTheKilo() *orderingv1.Order {
	o := theOrder()
	MakeByTheKilo(o)
	return o
}

// MakeByTheKilo has an order be of goods sold by weight, accepted.
func MakeByTheKilo(o *orderingv1.Order) {
	line := o.Lines[0]
	line.VariantId, line.SoldBy, line.Quantity, line.PackedLeast, line.PackedMost = Slice, "weight", 350, 315,
		385
	o.Lines[0].Lots = []*orderingv1.Lot{{
		Id: "lot_portland_" + unique, Code: "B12", BestBefore: "2026-12-24",
		Quantity: 350,
	}}
	o.Parts[0].Status = state.PartAccepted
}

func theCart(id string) *orderingv1.Cart {
	return &orderingv1.Cart{
		Id: id, Market: "portland", Total: Dollars(4800), CreatedAt: 1,
		Lines: []*orderingv1.CartLine{{
			VariantId: Wheel, Quantity: 2000, Price: Dollars(2400), Total: Dollars(4800), ProductId: Cheese,
			ProductTitle: "Hill Tomme",
			VariantTitle: "Wheel", ProducerId: Dairy, ProducerName: "Hill Dairy", SoldBy: "each",
			Image: "tomme.jpg",
		}},
	}
}

func theOrder() *orderingv1.Order {
	return &orderingv1.Order{
		Id: PlacedOrder, Market: "portland", Status: state.OrderConfirmed, Total: Dollars(4800),
		Authorised: Dollars(4800), Fee: Dollars(0),
		Lines: []*orderingv1.OrderLine{{
			VariantId: Wheel, Quantity: 2000, Price: Dollars(2400), Total: Dollars(4800), ProductId: Cheese,
			ProductTitle: "Hill Tomme",
			VariantTitle: "Wheel", ProducerId: Dairy, ProducerName: "Hill Dairy", SoldBy: "each",
			Lots: []*orderingv1.Lot{{
				Id: "lot_portland_" + unique, Code: "B12", BestBefore: "2026-12-24",
				Quantity: 2000,
			}},
		}},
		Steps: []*orderingv1.Step{
			{Status: state.OrderPlaced, At: 1_795_161_600_000},
			{Status: state.OrderConfirmed, At: 1_795_161_601_000, Note: "<b>"},
		},
		Parts: []*orderingv1.Part{{
			Id: OnePart, ProducerId: Dairy, ProducerName: "Hill Dairy",
			Status: state.PartNew, Total: Dollars(4800),
		}},
		WindowId: Saturday, WindowKind: "pickup", WindowStartsAt: 1, WindowEndsAt: 2, WindowPlace: "Stall 4",
		CustomerId:    "acc_x_1",
		PaymentMethod: "test", PlacedAt: 1, ConfirmedAt: 2, SealedContact: []byte("sealed"),
	}
}

func noCart() error  { return fault.New(fault.NotFound, "not_found", "There is no such cart.") }
func noOrder() error { return fault.New(fault.NotFound, "not_found", "There is no such order.") }

func maySee(v *orderingv1.Viewer) bool {
	return v.GetOperator() || v.GetAccessToken() == OrderToken || v.GetCustomerId() == "acc_x_1" ||
		slices.Contains(v.GetProducerIds(), Dairy)
}

func (f fakeOrdering) CountOpenOrders(
	ctx context.Context, r *orderingv1.CountOpenOrdersRequest,
) (*orderingv1.CountOpenOrdersResponse, error) {
	return cmp.Or(f.OpenOrders, &orderingv1.CountOpenOrdersResponse{Orders: 3}),
		f.called(ctx, "CountOpenOrders", r)
}

func (f fakeOrdering) ClearWindow(
	ctx context.Context, r *orderingv1.ClearWindowRequest,
) (*orderingv1.ClearWindowResponse, error) {
	return &orderingv1.ClearWindowResponse{}, f.called(ctx, "ClearWindow", r)
}

func (f fakeOrdering) GetClearing(
	ctx context.Context, r *orderingv1.GetClearingRequest,
) (*orderingv1.GetClearingResponse, error) {
	clearing := &orderingv1.Clearing{
		WindowId: r.GetWindowId(), ToWindowId: Evening, Reason: "The hall is flooded", Orders: 48, Gone: 31,
		Waiting: 15, Stay: 2, Done: true,
		Stayed: []*orderingv1.Stayed{{
			OrderId: PlacedOrder, Code: "too_late",
			Message: "This order is being packed.",
		}},
	}
	f.Set(func(p *Peers) {
		if p.Clearing != nil {
			p.Clearing(clearing)
		}
	})
	return &orderingv1.GetClearingResponse{Clearing: clearing}, f.called(ctx, "GetClearing", r)
}

// WatchOrder answers the order as it stands, and once more for each ring of the bell.
func (f fakeOrdering) WatchOrder(
	ctx context.Context, r *orderingv1.WatchOrderRequest,
	stream orderingv1connect.OrderingServiceWatchOrderServerStream,
) error {
	if r.GetId() != PlacedOrder || !maySee(r.GetViewer()) {
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
		case <-f.Bell:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ChangeOrder answers the order with the lines that are wanted, to who ordered.
func (f fakeOrdering) ChangeOrder(
	ctx context.Context, r *orderingv1.ChangeOrderRequest,
) (*orderingv1.ChangeOrderResponse, error) {
	if r.GetId() != PlacedOrder || r.GetViewer().GetAccessToken() != OrderToken &&
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
					Dollars(line.GetPrice().GetAmount()*want.GetQuantity()/1000)
			}
		}
	}
	order.Total = Dollars(order.GetTotal().GetAmount() + extra)
	err := f.called(ctx, "ChangeOrder", r)
	if r.GetLook() {
		err = nil // what is planted is about the change
	}
	return &orderingv1.ChangeOrderResponse{Order: order, Extra: Dollars(max(0, extra))}, err
}

func (f fakeOrdering) ConfirmOrder(
	ctx context.Context, r *orderingv1.ConfirmOrderRequest,
) (*orderingv1.ConfirmOrderResponse, error) {
	if r.GetId() != PlacedOrder || r.GetToken() != LetterOf {
		return nil, noOrder()
	}
	if !r.GetLook() {
		if err := f.called(ctx, "ConfirmOrder", r); err != nil {
			return nil, err
		}
	}
	return &orderingv1.ConfirmOrderResponse{Order: f.orderNow(), AccessToken: OrderToken}, nil
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
	limits := &orderingv1.PickupLimits{Market: r.GetMarket(), Percent: 10, ClientHolds: 5}
	f.Set(func(p *Peers) { limits.WithoutPayments = p.WithoutPayments })
	return &orderingv1.GetPickupLimitsResponse{Limits: limits}, f.called(ctx, "GetPickupLimits", r)
}

func (f fakeOrdering) PutPickupLimits(
	ctx context.Context, r *orderingv1.PutPickupLimitsRequest,
) (*orderingv1.PutPickupLimitsResponse, error) {
	return &orderingv1.PutPickupLimitsResponse{}, f.called(ctx, "PutPickupLimits", r)
}

func (f fakeOrdering) ListWork(
	ctx context.Context, r *orderingv1.ListWorkRequest,
) (*orderingv1.ListWorkResponse, error) {
	work := &orderingv1.Work{
		WindowId: Saturday, WindowKind: "pickup", WindowStartsAt: 1, WindowEndsAt: 2, WindowPlace: "Stall 4",
		New: 3, Accepted: 2, Ready: 1, Total: Dollars(9000),
	}
	later := &orderingv1.Work{
		WindowId: Evening, WindowKind: "delivery", WindowStartsAt: 3, WindowEndsAt: 4,
		New: 1, Total: Dollars(100),
	}
	return &orderingv1.ListWorkResponse{Work: []*orderingv1.Work{work, later}[:min(2, max(1, r.GetLimit()))]},
		f.called(ctx, "ListWork", r)
}

// StepParts takes what it is asked to on, but for what has to be weighed.
func (f fakeOrdering) StepParts(
	ctx context.Context, r *orderingv1.StepPartsRequest,
) (*orderingv1.StepPartsResponse, error) {
	answer := &orderingv1.StepPartsResponse{}
	for _, choice := range r.GetParts() {
		step := &orderingv1.PartStep{OrderId: choice.GetOrderId(), Outcome: "stepped", Order: f.orderNow()}
		if r.GetTo() == state.PartPacked && choice.GetOrderId() != PlacedOrder {
			step.Outcome, step.Message, step.Order = "needs_weight", "It has to be weighed: Hill Tomme.", nil
		}
		answer.Steps = append(answer.Steps, step)
	}
	return answer, f.called(ctx, "StepParts", r)
}

// Tally has sold two products in the last span but one.
func (f fakeOrdering) Tally(
	ctx context.Context, r *orderingv1.TallyRequest,
) (*orderingv1.TallyResponse, error) {
	answer := &orderingv1.TallyResponse{Late: 2, Unaccepted: 3, Short: 1, Cut: f.ManyOrders}
	for range len(r.GetBounds()) - 1 {
		answer.Spans = append(answer.Spans, &orderingv1.Span{})
	}
	answer.Spans[len(answer.GetSpans())-2] = &orderingv1.Span{
		Orders: 5, Total: Dollars(9000),
		Products: []*orderingv1.ProductTally{
			{ProductId: Cheese, Title: "Hill Tomme <young>", Total: Dollars(7000)},
			{ProductId: "prd_other", Title: "Curd", Total: Dollars(2000)},
		},
	}
	return answer, f.called(ctx, "Tally", r)
}

func (f fakeOrdering) PackList(
	ctx context.Context, r *orderingv1.PackListRequest,
) (*orderingv1.PackListResponse, error) {
	if err := f.called(ctx, "PackList", r); err != nil || r.GetWindowId() != Saturday {
		return &orderingv1.PackListResponse{}, err
	}
	item := &orderingv1.PackItem{
		VariantId: Slice, ProductTitle: "Hill Tomme <young>",
		VariantTitle: "By weight", SoldBy: "weight", Quantity: 350, Orders: 1,
		Lots: byTheKilo().GetLines()[0].GetLots(),
	}
	return &orderingv1.PackListResponse{
		Items:  []*orderingv1.PackItem{item},
		Orders: []*orderingv1.Order{theOrder(), byTheKilo()},
	}, nil
}

func (f fakeOrdering) CreateCart(
	ctx context.Context, r *orderingv1.CreateCartRequest,
) (*orderingv1.CreateCartResponse, error) {
	if r.GetFromOrder() == "" && r.GetMarket() != "portland" {
		return nil, web.Invalid("market", "There is no such market.")
	}
	if r.GetFromOrder() != "" {
		if r.GetFromOrder() != PlacedOrder || !maySee(r.GetViewer()) {
			return nil, noOrder()
		}
		answer := &orderingv1.CreateCartResponse{Cart: theCart(GuestCart)}
		f.Set(func(p *Peers) { answer.LeftOut = p.LeftOut })
		return answer, f.called(ctx, "CreateCart", r)
	}
	return &orderingv1.CreateCartResponse{Cart: &orderingv1.Cart{Id: GuestCart, Market: "portland"}},
		f.called(ctx, "CreateCart", r)
}

func (f fakeOrdering) GetCart(
	ctx context.Context, r *orderingv1.GetCartRequest,
) (*orderingv1.GetCartResponse, error) {
	if r.GetId() != GuestCart && (r.GetId() != MembersCart || r.GetViewer().GetCustomerId() != "acc_x_1") {
		return nil, noCart()
	}
	return &orderingv1.GetCartResponse{Cart: f.cartNow(r.GetId())}, f.called(ctx, "GetCart", r)
}

// MemberCart answers the cart that the device knows, and makes one where it is asked to.
func (f fakeOrdering) MemberCart(
	ctx context.Context, r *orderingv1.MemberCartRequest,
) (*orderingv1.MemberCartResponse, error) {
	if err := f.called(ctx, "MemberCart", r); err != nil {
		return nil, err
	}
	got, err := f.GetCart(ctx,
		&orderingv1.GetCartRequest{
			Id:     r.GetCartId(),
			Viewer: &orderingv1.Viewer{CustomerId: r.GetCustomerId()},
		})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		got, err = nil, nil
	}
	if open := got.GetCart(); err == nil && r.GetMarket() != "" &&
		(open == nil || open.GetMarket() != r.GetMarket() || open.GetOrderId() != "") {
		made, err := f.CreateCart(ctx,
			&orderingv1.CreateCartRequest{Market: r.GetMarket(), CustomerId: r.GetCustomerId()})
		return &orderingv1.MemberCartResponse{Cart: made.GetCart()}, err
	}
	return &orderingv1.MemberCartResponse{Cart: got.GetCart()}, err
}

func (f fakeOrdering) SetLine(
	ctx context.Context, r *orderingv1.SetLineRequest,
) (*orderingv1.SetLineResponse, error) {
	if r.GetCartId() != GuestCart {
		return nil, noCart()
	}
	if r.GetQuantity()%1000 != 0 && r.GetVariantId() == Wheel {
		return nil, web.Invalid("quantity", "This is sold by the piece.")
	}
	return &orderingv1.SetLineResponse{Cart: f.cartNow(GuestCart)}, f.called(ctx, "SetLine", r)
}

func (f fakeOrdering) Checkout(
	ctx context.Context, r *orderingv1.CheckoutRequest,
) (*orderingv1.CheckoutResponse, error) {
	if r.GetCartId() != GuestCart {
		return nil, noCart()
	}
	if err := f.called(ctx, "Checkout", r); err != nil {
		return nil, err
	}
	return &orderingv1.CheckoutResponse{Order: f.orderNow(), AccessToken: OrderToken}, nil
}

func (f fakeOrdering) GetOrder(
	ctx context.Context, r *orderingv1.GetOrderRequest,
) (*orderingv1.GetOrderResponse, error) {
	if r.GetId() != PlacedOrder || !maySee(r.GetViewer()) {
		return nil, noOrder()
	}
	return &orderingv1.GetOrderResponse{Order: f.orderNow()}, f.called(ctx, "GetOrder", r)
}

func (f fakeOrdering) ListOrders(
	ctx context.Context, r *orderingv1.ListOrdersRequest,
) (*orderingv1.ListOrdersResponse, error) {
	answer := &orderingv1.ListOrdersResponse{Orders: []*orderingv1.Order{f.orderNow()}}
	f.Set(func(p *Peers) {
		if p.NoOrders {
			answer.Orders = nil
		}
		if p.Orders != nil {
			from, _ := strconv.Atoi(r.GetCursor())
			to := min(from+int(r.GetLimit()), len(p.Orders))
			if answer.Orders = p.Orders[from:to]; to < len(p.Orders) {
				answer.NextCursor = strconv.Itoa(to)
			}
		}
	})
	return answer, f.called(ctx, "ListOrders", r)
}

func (f fakeOrdering) CancelOrder(
	ctx context.Context, r *orderingv1.CancelOrderRequest,
) (*orderingv1.CancelOrderResponse, error) {
	if r.GetId() != PlacedOrder || !maySee(r.GetViewer()) {
		return nil, noOrder()
	}
	order := theOrder()
	order.Status, order.CancelledAt = state.OrderCancelled, 3
	return &orderingv1.CancelOrderResponse{Order: order}, f.called(ctx, "CancelOrder", r)
}

func (f fakeOrdering) AdvancePart(
	ctx context.Context, r *orderingv1.AdvancePartRequest,
) (*orderingv1.AdvancePartResponse, error) {
	if r.GetOrderId() != PlacedOrder || !maySee(r.GetViewer()) {
		return nil, noOrder()
	}
	order := theOrder()
	order.Parts[0].Status = r.GetTo()
	return &orderingv1.AdvancePartResponse{Order: order}, f.called(ctx, "AdvancePart", r)
}

// MakePacked has an order's part be packed.
func MakePacked(o *orderingv1.Order) {
	o.Status, o.Parts[0].Status, o.PartOnly = state.OrderPacked, state.PartPacked, true
}
