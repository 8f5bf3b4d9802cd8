package ordering

import (
	"time"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/stamp"
)

func cartToProto(c Cart) *orderingv1.Cart {
	out := &orderingv1.Cart{
		Id: c.ID, Market: c.Market, CustomerId: c.CustomerID, OrderId: c.OrderID,
		CreatedAt: c.CreatedAt.UnixMilli(), Version: c.stamp(),
	}
	if c.unkept {
		out.Shown = c.shown()
	}
	if c.kept.orderID != "" {
		out.KeptWindowId, out.KeptUntil = c.kept.windowID, c.kept.until.UnixMilli()
	}
	for _, l := range c.Lines {
		out.Lines = append(out.Lines, lineToCart(l))
	}
	// A sum beyond money.Max is told at checkout; the cart is shown without it.
	if total, err := c.Total(); err == nil && total.Currency != "" {
		out.Total = total.Proto()
	}
	return out
}

func orderToProto(o Order) *orderingv1.Order {
	out := &orderingv1.Order{
		Id: o.ID, Market: o.Market, Status: o.Status,
		Total: o.Total.Proto(), Authorised: o.Authorised.Proto(), Fee: o.Fee.Proto(),
		WindowId: o.Window.ID, WindowKind: o.Window.Kind, WindowPlace: o.Window.Place,
		WindowStartsAt: millis(o.Window.StartsAt), WindowEndsAt: millis(o.Window.EndsAt),
		CustomerId: o.CustomerID, SealedContact: o.SealedContact, PaymentMethod: o.PaymentMethod,
		PlacedAt: millis(o.PlacedAt), ConfirmedAt: millis(o.ConfirmedAt), CancelledAt: millis(o.CancelledAt),
		Version: o.Events, PartOnly: o.partOnly, ContactVerified: o.vouched(), PlacedFrom: o.PlacedFrom,
		MarketSays: o.MarketSays,
	}
	if from := o.MovedFrom; from != nil {
		out.MovedFrom = &orderingv1.MovedFrom{
			StartsAt: millis(from.StartsAt), EndsAt: millis(from.EndsAt),
			Place: from.Place,
		}
	}
	if o.Status == Awaiting {
		out.ConfirmBy, out.HoldsUntil, out.Queued = millis(o.Trial.ConfirmBy), millis(o.HoldsUntil),
			o.Trial.Queued
	}
	if o.Failure != nil {
		out.Failure = o.Failure.Code
	}
	for _, l := range o.Lines {
		out.Lines = append(out.Lines, o.lineToProto(l))
	}
	for _, p := range o.Parts {
		out.Parts = append(out.Parts, &orderingv1.Part{
			Id: p.ID, ProducerId: p.ProducerID, ProducerName: p.ProducerName, Status: p.Status,
			Total:   p.Total.Proto(),
			Changes: lineChangesToProto(p.Changes), WindowChanged: p.WindowChanged,
			ChangedAt: millis(p.ChangedAt),
			Moves:     p.Moves, CanTakeBack: o.fixed(p) == nil,
		})
	}
	for _, s := range o.Steps {
		out.Steps = append(out.Steps, &orderingv1.Step{
			Status: s.Status, At: millis(s.At), Note: s.Note,
			ActorKind: s.ByKind, ActorId: s.ByID,
		})
	}
	return out
}

func lineChangesToProto(changes []LineChange) (out []*orderingv1.LineChange) {
	for _, c := range changes {
		out = append(out, &orderingv1.LineChange{
			VariantId: c.VariantID, ProductTitle: c.ProductTitle, VariantTitle: c.VariantTitle,
			SoldBy: c.SoldBy, Before: c.Before, After: c.After,
		})
	}
	return out
}

func windowFromProto(w *deliveryv1.Window) Window {
	return Window{
		ID: w.GetId(), Kind: w.GetKind(), Place: w.GetPlace(),
		StartsAt: time.UnixMilli(w.GetStartsAt()).UTC(), EndsAt: time.UnixMilli(w.GetEndsAt()).UTC(),
	}
}

// millis is a time on the wire; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func workToProto(w Work) *orderingv1.Work {
	return &orderingv1.Work{
		WindowId: w.Window.ID, WindowKind: w.Window.Kind, WindowPlace: w.Window.Place,
		WindowStartsAt: millis(w.Window.StartsAt), WindowEndsAt: millis(w.Window.EndsAt),
		New: w.Parts[PartNew], Accepted: w.Parts[PartAccepted], Packed: w.Parts[PartPacked],
		Ready: w.Parts[PartReady], Done: w.Parts[PartDone],
		Total: w.Total.Proto(),
	}
}

func packItemToProto(i *packItem) *orderingv1.PackItem {
	return &orderingv1.PackItem{
		VariantId: i.VariantID, ProductTitle: i.ProductTitle, VariantTitle: i.size(), Unit: i.Unit,
		UnitValue: i.UnitValue, SoldBy: i.SoldBy,
		Quantity: i.Quantity, Orders: i.orders, ToPack: i.toPack, Lots: lotsToProto(i.Lots),
	}
}

func lotsToProto(lots []Lot) (out []*orderingv1.Lot) {
	for _, lot := range lots {
		out = append(out, &orderingv1.Lot{
			Id: lot.ID, Code: lot.Code, BestBefore: lot.BestBefore,
			Quantity: lot.Quantity,
		})
	}
	return out
}

func limitsToProto(market string, l Limits) *orderingv1.PickupLimits {
	return &orderingv1.PickupLimits{
		Market: market, ContactHolds: l.ContactHolds, ClientHolds: l.ClientHolds, Percent: l.Percent,
		ClientBurst: l.ClientBurst,
		MarketBurst: l.MarketBurst, OpenOrders: l.OpenOrders, NewcomerOrders: &l.NewcomerOrders,
		NewcomerValue: &l.NewcomerValue,
		Version:       stamp.Of(l),
	}
}

func limitsFromProto(m *orderingv1.PickupLimits) Limits {
	l := Limits{
		ContactHolds: m.GetContactHolds(), ClientHolds: m.GetClientHolds(), Percent: m.GetPercent(),
		ClientBurst: m.GetClientBurst(),
		MarketBurst: m.GetMarketBurst(), OpenOrders: m.GetOpenOrders(),
		NewcomerOrders: defaultLimits.NewcomerOrders, NewcomerValue: defaultLimits.NewcomerValue,
	}
	if m.NewcomerOrders != nil {
		l.NewcomerOrders = m.GetNewcomerOrders()
	}
	if m.NewcomerValue != nil {
		l.NewcomerValue = m.GetNewcomerValue()
	}
	return l
}
