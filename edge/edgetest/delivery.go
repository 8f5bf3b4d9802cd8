package edgetest

import (
	"cmp"
	"context"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	"github.com/artisan-eats/artisan/gen/state"
)

type fakeDelivery struct {
	deliveryv1connect.UnimplementedDeliveryServiceHandler
	*Peers
}

func (f fakeDelivery) GetHold(
	ctx context.Context, r *deliveryv1.GetHoldRequest,
) (*deliveryv1.GetHoldResponse, error) {
	return &deliveryv1.GetHoldResponse{
			State: state.PlaceHeld, WindowId: Saturday,
			ExpiresAt: time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC).UnixMilli(),
		},
		f.called(ctx, "delivery.GetHold", r)
}

func (f fakeDelivery) PutWindow(
	ctx context.Context, r *deliveryv1.PutWindowRequest,
) (*deliveryv1.PutWindowResponse, error) {
	put := proto.CloneOf(r.GetWindow())
	put.Id = cmp.Or(put.GetId(), Evening)
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

func (f fakeDelivery) PutSchedule(
	ctx context.Context, r *deliveryv1.PutScheduleRequest,
) (*deliveryv1.PutScheduleResponse, error) {
	put := proto.CloneOf(r.GetSchedule())
	put.Id = cmp.Or(put.GetId(), Sundays)
	return &deliveryv1.PutScheduleResponse{
		Schedule: put, Made: 1, Changed: 2, Removed: 3,
		Kept: f.theWindows()[:1],
	}, f.called(ctx, "PutSchedule", r)
}

func (f fakeDelivery) ListSchedules(
	ctx context.Context, r *deliveryv1.ListSchedulesRequest,
) (*deliveryv1.ListSchedulesResponse, error) {
	return &deliveryv1.ListSchedulesResponse{Schedules: []*deliveryv1.Schedule{
		{
			Id: Sundays, Market: "portland", Version: "v1", TimeZone: "America/Los_Angeles", Kind: "pickup",
			Weekday: 0, Starts: "09:00", Ends: "12:00", CutoffHours: 12, Capacity: 40, Place: "Larch Hall",
		},
		{
			Kind: "delivery", Weekday: 6, Starts: "10:00", Ends: "12:00", CutoffHours: 1, Capacity: 1,
			Place: "<b>", Fee: Dollars(600), Minimum: Dollars(2500),
		},
	}}, f.called(ctx, "ListSchedules", r)
}

func (f fakeDelivery) theWindows() []*deliveryv1.Window {
	start := time.Date(2026, 11, 21, 17, 0, 0, 0, time.UTC).UnixMilli()
	windows := []*deliveryv1.Window{
		{Id: Saturday, Kind: "pickup", Place: "Farmers' market, stall 4", Fee: Dollars(0)},
		{
			Id: Evening, Kind: "delivery", Place: "East of the river", Fee: Dollars(600),
			Minimum: Dollars(2500),
		},
	}
	for _, w := range windows {
		w.Market, w.Capacity, w.Remaining = "portland", 40, 12
		w.StartsAt, w.EndsAt, w.OrderBy = start, start+7_200_000, start-43_200_000
		f.Set(func(p *Peers) {
			if p.Window != nil {
				p.Window(w)
			}
		})
	}
	return windows
}

func (f fakeDelivery) ListWindows(
	ctx context.Context, r *deliveryv1.ListWindowsRequest,
) (*deliveryv1.ListWindowsResponse, error) {
	windows := f.theWindows()
	if f.OpenOrders != nil { // then there is somewhere else to go
		windows = append(windows, &deliveryv1.Window{
			Id: sunday, Kind: "pickup", Market: "portland",
			Place: "Stall 5", Capacity: 40, Remaining: 12, StartsAt: windows[0].GetStartsAt() + 86_400_000,
			EndsAt: windows[0].GetEndsAt() + 86_400_000, OrderBy: windows[0].GetStartsAt(),
		})
	}
	return &deliveryv1.ListWindowsResponse{Windows: windows}, f.called(ctx, "ListWindows", r)
}

func (f fakeDelivery) GetWindow(
	ctx context.Context, r *deliveryv1.GetWindowRequest,
) (*deliveryv1.GetWindowResponse, error) {
	for _, w := range f.theWindows() {
		if w.GetId() == r.GetId() {
			return &deliveryv1.GetWindowResponse{Window: w}, f.called(ctx, "GetWindow", r)
		}
	}
	return nil, fault.New(fault.NotFound, "window_not_found", "There is no such window.")
}
