package checkout

import (
	"net/url"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/edge/checkout/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

const (
	kindPickup = "pickup"
)

// fillSlots lists the windows that still take orders, day by day, and what the order comes to in the chosen
// one.
func (f *checkoutForm) fillSlots() error {
	windows, err := trade.OpenWindows(f.visit.Context(), f.visit.Site, f.in)
	if err != nil {
		return err
	}
	f.page.SlotWrong = f.wrong["window_id"]
	f.page.Sums = view.Sums{
		Goods: f.in.Money(f.cart.GetTotal()), Adds: slices.ContainsFunc(windows, addsFee),
	}
	for _, w := range windows {
		slot := slot(f.in, w, f.cart)
		if kept := f.cart.GetKeptUntil(); w.GetId() == f.cart.GetKeptWindowId() &&
			kept > f.visit.Site.Host.Now().UnixMilli() {
			slot.Left = f.in.Text("Your place is kept until {time}", clock(f.in, kept))
			if w.GetRemaining() <= 0 {
				slot.Why = belowMinimum(f.in, w, f.cart)
			}
		}
		if why := f.terms.Closed(f.in, f.cart.GetLines(), w); why != "" {
			slot.Why = why
		}
		if w.GetId() == f.typed.Get("window_id") && goesWith(w, f.typed) {
			slot.Chosen = slot.Why == ""
			f.page.Sums = sums(f.in, w, f.cart)
		}
		f.page.Days = addSlot(f.page.Days, f.in.Locale.LongDay(f.in.At(w.GetStartsAt())), slot)
	}
	f.fillWays(windows)
	f.page.Days, f.page.Later = soonest(f.in, f.page.Days, f.visit.Site.Remembered(f.visit.Request).Day)
	return nil
}

// soon is how many days are shown at once, where nobody has chosen one before.
const soon = 3

// soonest parts the days into those that are shown at once, the day that was chosen while shopping alone, and
// the others.
func soonest(p *web.Market, days []view.SlotDay, chosen string) (now, later []view.SlotDay) {
	at, err := time.ParseInLocation(time.DateOnly, chosen, p.Zone)
	n := slices.IndexFunc(days,
		func(d view.SlotDay) bool { return err == nil && d.Label == p.Locale.LongDay(at) })
	if n < 0 {
		return days[:min(len(days), soon)], days[min(len(days), soon):]
	}
	return days[n : n+1], slices.Concat(days[:n], days[n+1:])
}

// fillWays asks whether it is fetched or brought, where there are windows of both kinds.
func (f *checkoutForm) fillWays(windows []*deliveryv1.Window) {
	for _, kind := range []string{kindPickup, trade.KindDelivery} {
		if slices.ContainsFunc(windows, func(w *deliveryv1.Window) bool { return w.GetKind() == kind }) {
			f.page.Ways = append(f.page.Ways,
				page.Choice{Value: kind, Label: trade.Kind(f.in, kind), Chosen: f.typed.Get("way") == kind})
		}
	}
	if len(f.page.Ways) < 2 {
		f.page.Ways = nil
	}
}

// addsFee reports whether an order is brought in a window, for more than the goods cost.
func addsFee(w *deliveryv1.Window) bool {
	return w.GetKind() == trade.KindDelivery && w.GetFee().GetAmount() > 0
}

// goesWith reports whether a window is of the kind that was chosen; without a script another one may be
// chosen still.
func goesWith(w *deliveryv1.Window, typed url.Values) bool {
	return typed.Get("way") == "" || typed.Get("way") == w.GetKind()
}

// addSlot adds a window to those of its day, which is the last or a new one.
func addSlot(days []view.SlotDay, day string, slot view.Slot) []view.SlotDay {
	if n := len(days); n == 0 || days[n-1].Label != day {
		days = append(days, view.SlotDay{Label: day, Way: slot.Kind})
	}
	last := &days[len(days)-1]
	if last.Slots = append(last.Slots, slot); last.Way != slot.Kind {
		last.Way = ""
	}
	return days
}

func slot(p *web.Market, w *deliveryv1.Window, cart *orderingv1.Cart) view.Slot {
	slot := view.Slot{
		ID: w.GetId(), Kind: w.GetKind(), Way: trade.Kind(p, w.GetKind()), Place: w.GetPlace(),
		Left: trade.PlacesLeft(p, w.GetRemaining()), Fee: p.Text("free"),
		Time:    p.Hours(w.GetStartsAt(), w.GetEndsAt()),
		OrderBy: p.Locale.DayTime(p.At(w.GetOrderBy())),
	}
	if w.GetFee().GetAmount() > 0 {
		slot.Fee = p.Money(w.GetFee())
	}
	slot.Why = belowMinimum(p, w, cart)
	if w.GetRemaining() <= 0 {
		slot.Why = p.Text("Full. All its places are taken.")
	}
	return slot
}

// belowMinimum says what a basket lacks to a window's minimum; empty where that is nothing.
func belowMinimum(p *web.Market, w *deliveryv1.Window, cart *orderingv1.Cart) string {
	lack := w.GetMinimum().GetAmount() - cart.GetTotal().GetAmount()
	if lack <= 0 {
		return ""
	}
	return p.Text("Orders from {minimum}: add {amount} more.", p.Money(w.GetMinimum()),
		money.New(lack, p.Currency).Format(p.Tag))
}

// sums are what an order comes to in a window.
func sums(p *web.Market, w *deliveryv1.Window, cart *orderingv1.Cart) view.Sums {
	sums := view.Sums{
		Goods: p.Money(cart.GetTotal()), Way: trade.Kind(p, w.GetKind()), Fee: p.Text("free"),
		Total: p.Money(cart.GetTotal()), Chosen: true,
	}
	if w.GetFee().GetAmount() <= 0 {
		return sums
	}
	sums.Fee = p.Money(w.GetFee())
	if total, err := money.FromProto(cart.GetTotal()).Add(money.FromProto(w.GetFee())); err == nil {
		sums.Total = total.Format(p.Tag)
	}
	return sums
}
