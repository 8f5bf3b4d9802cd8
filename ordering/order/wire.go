package order

import (
	"time"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// CartToProto is a cart as its owner sees it.
func CartToProto(c Cart) *orderingv1.Cart {
	out := &orderingv1.Cart{
		Id: c.ID, Market: c.Market, CustomerId: c.CustomerID, OrderId: c.OrderID,
		CreatedAt: c.CreatedAt.UnixMilli(), Version: c.Stamp(), Revision: c.Revision,
	}
	if c.Unkept {
		out.Shown = c.Shown()
	}
	if c.Kept.OrderID != "" {
		out.KeptWindowId, out.KeptUntil = c.Kept.WindowID, c.Kept.Until.UnixMilli()
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

// ToProto is an order as it is told: to peers whole, to others what SeenBy and PartOf left of it.
func ToProto(o Order) *orderingv1.Order {
	out := &orderingv1.Order{
		Id: o.ID, Market: o.Market, Status: o.Status,
		Total: o.Total.Proto(), Authorised: o.Authorised.Proto(), Fee: o.Fee.Proto(),
		WindowId: o.Window.ID, WindowKind: o.Window.Kind, WindowPlace: o.Window.Place,
		WindowStartsAt: Millis(o.Window.StartsAt), WindowEndsAt: Millis(o.Window.EndsAt),
		CustomerId: o.CustomerID, SealedContact: o.SealedContact, PaymentMethod: o.PaymentMethod,
		PlacedAt: Millis(o.PlacedAt), ConfirmedAt: Millis(o.ConfirmedAt), CancelledAt: Millis(o.CancelledAt),
		Version: o.Events, PartOnly: o.PartOnly, ContactVerified: o.Vouched(), PlacedFrom: o.PlacedFrom,
		MarketSays: o.MarketSays, MoneyLater: o.MoneyLater,
	}
	if from := o.MovedFrom; from != nil {
		out.MovedFrom = &orderingv1.MovedFrom{
			StartsAt: Millis(from.StartsAt), EndsAt: Millis(from.EndsAt),
			Place: from.Place,
		}
	}
	if o.Status == Awaiting {
		out.ConfirmBy, out.HoldsUntil, out.Queued = Millis(o.Confirmation.ConfirmBy), Millis(o.HoldsUntil),
			o.Confirmation.Queued
	}
	if o.Failure != nil {
		out.Failure = o.Failure.Code
	}
	for _, l := range o.Lines {
		out.Lines = append(out.Lines, o.LineToProto(l))
	}
	for _, p := range o.Parts {
		out.Parts = append(out.Parts, &orderingv1.Part{
			Id: p.ID, ProducerId: p.ProducerID, ProducerName: p.ProducerName, Status: p.Status,
			Total:   p.Total.Proto(),
			Changes: lineChangesToProto(p.Changes), WindowChanged: p.WindowChanged,
			ChangedAt: Millis(p.ChangedAt),
			Moves:     p.Moves, CanTakeBack: o.fixed(p) == nil,
		})
	}
	for _, s := range o.Steps {
		out.Steps = append(out.Steps, &orderingv1.Step{
			Status: s.Status, At: Millis(s.At), Note: s.Note,
			ActorKind: s.ByKind, ActorId: s.ByID,
		})
	}
	return out
}

func lineToCart(l Line) *orderingv1.CartLine {
	return &orderingv1.CartLine{
		VariantId: l.VariantID, Quantity: l.Quantity, Price: l.Price.Proto(), Total: l.Total.Proto(),
		ProductId: l.ProductID, ProductTitle: l.ProductTitle, VariantTitle: l.Size(), Unit: l.Unit,
		UnitValue: l.UnitValue, Image: l.Image,
		ProducerId: l.ProducerID, ProducerName: l.ProducerName, SoldBy: l.SoldBy,
		Allergens: l.Declared.codes(), AllergensStated: l.Declared.stated(),
	}
}

// LineToProto is a line of the order: as in a cart, with what may be packed of it, and what was.
func (o Order) LineToProto(l Line) *orderingv1.OrderLine {
	in := lineToCart(l)
	out := &orderingv1.OrderLine{
		VariantId: in.GetVariantId(), Quantity: in.GetQuantity(), Price: in.GetPrice(), Total: in.GetTotal(),
		ProductId: in.GetProductId(), ProductTitle: in.GetProductTitle(), VariantTitle: in.GetVariantTitle(),
		Unit: in.GetUnit(), UnitValue: in.GetUnitValue(),
		ProducerId: in.GetProducerId(), ProducerName: in.GetProducerName(), SoldBy: in.GetSoldBy(),
		Image:     in.GetImage(),
		Allergens: in.GetAllergens(), AllergensStated: in.AllergensStated, Lots: LotsToProto(l.Lots),
	}
	out.PackedLeast, out.PackedMost = l.packedRange()
	if o.IsPacked(l) {
		out.Packed, out.PackedQuantity, out.Short, out.ShortReason = true, l.Packed, l.Short(), l.ShortReason
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

// LotsToProto are lots as they are told, in their order.
func LotsToProto(lots []Lot) (out []*orderingv1.Lot) {
	for _, lot := range lots {
		out = append(out, &orderingv1.Lot{
			Id: lot.ID, Code: lot.Code, BestBefore: lot.BestBefore,
			Quantity: lot.Quantity,
		})
	}
	return out
}

// WindowFromProto is a window as delivery tells it.
func WindowFromProto(w *deliveryv1.Window) Window {
	return Window{
		ID: w.GetId(), Kind: w.GetKind(), Place: w.GetPlace(),
		StartsAt: time.UnixMilli(w.GetStartsAt()).UTC(), EndsAt: time.UnixMilli(w.GetEndsAt()).UTC(),
	}
}

// Millis is a time on the wire; the zero time is 0.
func Millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
