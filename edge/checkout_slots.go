package edge

import (
	"net/url"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

const (
	kindPickup   = "pickup"
	kindDelivery = "delivery"
	// shownWindows is how many windows there are to choose from.
	shownWindows = 60
)

// fillSlots lists the windows that still take orders, day by day, and what the order comes to in the chosen one.
func (f *checkoutForm) fillSlots() error {
	windows, err := f.openWindows(f.in)
	if err != nil {
		return err
	}
	f.page.SlotWrong = f.wrong["window_id"]
	f.page.Sums = page.Sums{Goods: f.in.money(f.cart.GetTotal())}
	for _, w := range windows {
		slot := f.in.slot(w, f.cart)
		if kept := f.cart.GetKeptUntil(); w.GetId() == f.cart.GetKeptWindowId() && kept > f.site.host.Now().UnixMilli() {
			slot.Left = f.in.Text("Your place is kept until {time}", f.in.clock(kept))
			if w.GetRemaining() <= 0 {
				slot.Why = f.in.belowMinimum(w, f.cart)
			}
		}
		f.terms.close(f.in, &slot, f.cart.GetLines(), w)
		if w.GetId() == f.typed.Get("window_id") && goesWith(w, f.typed) {
			slot.Chosen = slot.Why == ""
			f.page.Sums = f.in.sums(w, f.cart)
		}
		f.page.Days = addSlot(f.page.Days, f.in.LongDay(f.in.at(w.GetStartsAt())), slot)
	}
	f.fillWays(windows)
	f.page.Days, f.page.Later = f.in.soonest(f.page.Days, f.site.remembered(f.Request).day)
	return nil
}

// soon is how many days are shown at once, where nobody has chosen one before.
const soon = 3

// soonest parts the days into those that are shown at once, the day that was chosen while shopping alone, and the others.
func (p *place) soonest(days []page.SlotDay, chosen string) (now, later []page.SlotDay) {
	at, err := time.ParseInLocation(time.DateOnly, chosen, p.zone)
	n := slices.IndexFunc(days, func(d page.SlotDay) bool { return err == nil && d.Label == p.LongDay(at) })
	if n < 0 {
		return days[:min(len(days), soon)], days[min(len(days), soon):]
	}
	return days[n : n+1], slices.Concat(days[:n], days[n+1:])
}

// fillWays asks whether it is fetched or brought, where there are windows of both kinds.
func (f *checkoutForm) fillWays(windows []*deliveryv1.Window) {
	for _, kind := range []string{kindPickup, kindDelivery} {
		if slices.ContainsFunc(windows, func(w *deliveryv1.Window) bool { return w.GetKind() == kind }) {
			f.page.Ways = append(f.page.Ways, page.Choice{Value: kind, Label: f.in.kind(kind), Chosen: f.typed.Get("way") == kind})
		}
	}
	if len(f.page.Ways) < 2 {
		f.page.Ways = nil
	}
}

// goesWith reports whether a window is of the kind that was chosen; without a script another one may be chosen still.
func goesWith(w *deliveryv1.Window, typed url.Values) bool {
	return typed.Get("way") == "" || typed.Get("way") == w.GetKind()
}

// addSlot adds a window to those of its day, which is the last or a new one.
func addSlot(days []page.SlotDay, day string, slot page.Slot) []page.SlotDay {
	if n := len(days); n == 0 || days[n-1].Label != day {
		days = append(days, page.SlotDay{Label: day, Way: slot.Kind})
	}
	last := &days[len(days)-1]
	if last.Slots = append(last.Slots, slot); last.Way != slot.Kind {
		last.Way = ""
	}
	return days
}

func (p *place) slot(w *deliveryv1.Window, cart *orderingv1.Cart) page.Slot {
	slot := page.Slot{
		ID: w.GetId(), Kind: w.GetKind(), Way: p.kind(w.GetKind()), Place: w.GetPlace(), Left: p.placesLeft(w.GetRemaining()), Fee: p.Text("free"),
		Time:    p.hours(w.GetStartsAt(), w.GetEndsAt()),
		OrderBy: p.DayTime(p.at(w.GetOrderBy())),
	}
	if w.GetFee().GetAmount() > 0 {
		slot.Fee = p.money(w.GetFee())
	}
	slot.Why = p.belowMinimum(w, cart)
	if w.GetRemaining() <= 0 {
		slot.Why = p.Text("Full. All its places are taken.")
	}
	return slot
}

// placesLeft says how many places a window has left.
func (p *place) placesLeft(n int64) string { return p.Count(n, "{n} place left", "{n} places left") }

// belowMinimum says what a basket lacks to a window's minimum; empty where that is nothing.
func (p *place) belowMinimum(w *deliveryv1.Window, cart *orderingv1.Cart) string {
	lack := w.GetMinimum().GetAmount() - cart.GetTotal().GetAmount()
	if lack <= 0 {
		return ""
	}
	return p.Text("Orders from {minimum}: add {amount} more.", p.money(w.GetMinimum()), money.New(lack, p.currency).Format(p.locale))
}

// sums are what an order comes to in a window.
func (p *place) sums(w *deliveryv1.Window, cart *orderingv1.Cart) page.Sums {
	sums := page.Sums{Goods: p.money(cart.GetTotal()), Way: p.kind(w.GetKind()), Fee: p.Text("free"), Total: p.money(cart.GetTotal()), Chosen: true}
	if w.GetFee().GetAmount() <= 0 {
		return sums
	}
	sums.Fee = p.money(w.GetFee())
	if total, err := money.FromProto(cart.GetTotal()).Add(money.FromProto(w.GetFee())); err == nil {
		sums.Total = total.Format(p.locale)
	}
	return sums
}
