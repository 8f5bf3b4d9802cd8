package edge

import (
	"cmp"
	"context"
	"time"

	"google.golang.org/protobuf/proto"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/host"
)

// What the peers tell the operator.

func (f fakeInventory) GetHold(
	ctx context.Context, r *inventoryv1.GetHoldRequest,
) (*inventoryv1.GetHoldResponse, error) {
	return &inventoryv1.GetHoldResponse{State: state.GoodsSold}, f.called(ctx, "inventory.GetHold", r)
}

func (f fakeDelivery) GetHold(
	ctx context.Context, r *deliveryv1.GetHoldRequest,
) (*deliveryv1.GetHoldResponse, error) {
	return &deliveryv1.GetHoldResponse{
			State: state.PlaceHeld, WindowId: saturday,
			ExpiresAt: time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC).UnixMilli(),
		},
		f.called(ctx, "delivery.GetHold", r)
}

func (f fakeDelivery) PutWindow(
	ctx context.Context, r *deliveryv1.PutWindowRequest,
) (*deliveryv1.PutWindowResponse, error) {
	put := proto.CloneOf(r.GetWindow())
	put.Id = cmp.Or(put.GetId(), evening)
	return &deliveryv1.PutWindowResponse{Window: put}, f.called(ctx, "PutWindow", r)
}

func (f fakeDelivery) CloseWindow(
	ctx context.Context, r *deliveryv1.CloseWindowRequest,
) (*deliveryv1.CloseWindowResponse, error) {
	return &deliveryv1.CloseWindowResponse{Window: &deliveryv1.Window{
		Id: r.GetId(), Market: "portland",
		Closed: r.GetClosed(),
	}}, f.called(ctx, "CloseWindow", r)
}

func (f fakeOrdering) CountOpenOrders(
	ctx context.Context, r *orderingv1.CountOpenOrdersRequest,
) (*orderingv1.CountOpenOrdersResponse, error) {
	return cmp.Or(f.openOrders, &orderingv1.CountOpenOrdersResponse{Orders: 3}),
		f.called(ctx, "CountOpenOrders", r)
}

func (f fakeDelivery) PutSchedule(
	ctx context.Context, r *deliveryv1.PutScheduleRequest,
) (*deliveryv1.PutScheduleResponse, error) {
	put := proto.CloneOf(r.GetSchedule())
	put.Id = cmp.Or(put.GetId(), sundays)
	return &deliveryv1.PutScheduleResponse{
		Schedule: put, Made: 1, Changed: 2, Removed: 3,
		Kept: f.theWindows()[:1],
	}, f.called(ctx, "PutSchedule", r)
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
		WindowId: r.GetWindowId(), ToWindowId: evening, Reason: "The hall is flooded", Orders: 48, Gone: 31,
		Waiting: 15, Stay: 2, Done: true,
		Stayed: []*orderingv1.Stayed{{
			OrderId: placedOrder, Code: "too_late",
			Message: "This order is being packed.",
		}},
	}
	f.set(func(p *peers) {
		if p.clearing != nil {
			p.clearing(clearing)
		}
	})
	return &orderingv1.GetClearingResponse{Clearing: clearing}, f.called(ctx, "GetClearing", r)
}

func (f fakeDelivery) ListSchedules(
	ctx context.Context, r *deliveryv1.ListSchedulesRequest,
) (*deliveryv1.ListSchedulesResponse, error) {
	return &deliveryv1.ListSchedulesResponse{Schedules: []*deliveryv1.Schedule{
		{
			Id: sundays, Market: "portland", Version: "v1", TimeZone: "America/Los_Angeles", Kind: "pickup",
			Weekday: 0, Starts: "09:00", Ends: "12:00", CutoffHours: 12, Capacity: 40, Place: "Larch Hall",
		},
		{
			Kind: "delivery", Weekday: 6, Starts: "10:00", Ends: "12:00", CutoffHours: 1, Capacity: 1,
			Place: "<b>", Fee: dollars(600), Minimum: dollars(2500),
		},
	}}, f.called(ctx, "ListSchedules", r)
}

func (f fakePayments) GetPayment(
	ctx context.Context, r *paymentsv1.GetPaymentRequest,
) (*paymentsv1.GetPaymentResponse, error) {
	payment := &paymentsv1.Payment{
		OrderId: r.GetOrderId(), Method: "test", Status: state.PaymentCaptured, Authorised: dollars(5280),
		Captured: dollars(4800), Refunded: dollars(300),
	}
	f.set(func(p *peers) {
		if p.payment != nil {
			p.payment(payment)
		}
	})
	return &paymentsv1.GetPaymentResponse{Payment: payment}, f.called(ctx, "GetPayment", r)
}

func (f fakePayments) PartRefunds(
	ctx context.Context, r *paymentsv1.PartRefundsRequest,
) (*paymentsv1.PartRefundsResponse, error) {
	answer := &paymentsv1.PartRefundsResponse{}
	for _, orderID := range r.GetOrderIds() {
		answer.Refunds = append(answer.Refunds,
			&paymentsv1.PartRefund{
				OrderId: orderID, Amount: dollars(2400), At: happenedAt, VariantId: wheel,
				Quantity: 1000,
			}, &paymentsv1.PartRefund{OrderId: orderID, Amount: dollars(35), OfOrder: true})
	}
	return answer, f.called(ctx, "PartRefunds", r)
}

func (f fakePayments) ListEntries(
	ctx context.Context, r *paymentsv1.ListEntriesRequest,
) (*paymentsv1.ListEntriesResponse, error) {
	return &paymentsv1.ListEntriesResponse{Entries: []*paymentsv1.Entry{
		{At: 1, What: "captured", Account: "clearing:test", Amount: dollars(4800)},
		{At: 1, What: "captured", Account: "payable:" + dairy, Amount: dollars(-4800), Note: "<b>"},
		{
			At: 2, What: "refunded", Account: "refunds", Amount: dollars(-300), ProducerId: dairy,
			VariantId: wheel,
		},
		{At: 3, What: "refund_paid", Account: "refunds", Amount: dollars(300)},
	}}, f.called(ctx, "ListEntries", r)
}

func (f fakeIdentity) FindCustomers(
	ctx context.Context, r *identityv1.FindCustomersRequest,
) (*identityv1.FindCustomersResponse, error) {
	answer := &identityv1.FindCustomersResponse{}
	if r.GetEmail() == "ann@example.org" {
		answer.CustomerIds = []string{"acc_x_1", "cus_x_2"}
	}
	return answer, f.called(ctx, "FindCustomers", r)
}

func (f fakeCatalog) ApproveProducer(
	ctx context.Context, r *catalogv1.ApproveProducerRequest,
) (*catalogv1.ApproveProducerResponse, error) {
	return &catalogv1.ApproveProducerResponse{Producer: theProducer()}, f.called(ctx, "ApproveProducer", r)
}

func (f fakeNotify) MailOrderLink(
	ctx context.Context, r *notifyv1.MailOrderLinkRequest,
) (*notifyv1.MailOrderLinkResponse, error) {
	return &notifyv1.MailOrderLinkResponse{}, f.called(ctx, "MailOrderLink", r)
}

func (f fakeNotify) Resend(ctx context.Context, r *notifyv1.ResendRequest) (*notifyv1.ResendResponse, error) {
	return &notifyv1.ResendResponse{Message: &notifyv1.Message{Id: r.GetId(), Status: state.MessageQueued}},
		f.called(ctx, "Resend", r)
}

// addTroubles gives a service whose peers are fakes its troubles: payments has one.
func (p *peers) addTroubles(h *host.Host) {
	list := func(ctx context.Context) ([]host.Trouble, error) {
		err := p.called(ctx, h.Name()+".ListTroubles", nil)
		if err != nil || h.Name() != "payments" {
			return nil, err
		}
		since := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
		return []host.Trouble{{
			ID: placedOrder, About: placedOrder, What: "The provider does not answer.",
			Since: since, Attempts: 7,
		}}, nil
	}
	h.Troubles("cancelled_window", func(context.Context) (found []host.Trouble, _ error) {
		p.set(func(p *peers) {
			if p.stays && h.Name() == "ordering" {
				found = append(found, host.Trouble{
					ID: saturday, About: saturday,
					What:  "2 orders stay in this window, which is cancelled.",
					Since: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC),
				})
			}
		})
		return found, nil
	}, nil)
	h.Troubles("money", list,
		func(ctx context.Context, id string) error { return p.called(ctx, h.Name()+".Retry", id) })
}
