package edge

import (
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

// fillCart tells what is in a basket, producer by producer, and what stands in the way of ordering it.
func (v *visit) fillCart(model *page.Cart, in *place, cart *orderingv1.Cart) {
	if len(cart.GetLines()) == 0 {
		return
	}
	model.Total = in.money(cart.GetTotal())
	today := v.today(cart)
	totals := map[string]money.Amount{}
	for _, l := range cart.GetLines() {
		line := cartLine(in, l, today)
		if l.GetVariantId() == model.Refused.VariantID {
			line.Number, line.Refused = model.Refused.Typed, model.Refused.Why
		}
		model.Stuck = model.Stuck || line.Wrong != ""
		at := slices.IndexFunc(model.Groups, func(g page.CartGroup) bool { return g.ID == l.GetProducerId() })
		if at < 0 {
			at = len(model.Groups)
			model.Groups = append(model.Groups, page.CartGroup{ID: l.GetProducerId(), Producer: l.GetProducerName()})
			totals[l.GetProducerId()] = money.New(0, l.GetTotal().GetCurrency())
		}
		model.Groups[at].Lines = append(model.Groups[at].Lines, line)
		if sum, err := totals[l.GetProducerId()].Add(money.FromProto(l.GetTotal())); err == nil {
			totals[l.GetProducerId()] = sum
		}
	}
	for i := range model.Groups {
		model.Groups[i].Subtotal = totals[model.Groups[i].ID].Format(in.locale)
	}
	model.Missing = v.missing(in, cart)
}

// now is what is known about a basket's goods at this moment; nil where it is not known.
type now struct {
	quotes map[string]*catalogv1.Quote
	left   map[string]int64
}

// today asks whether a basket's goods are still sold, for how much, and how much is left. A basket
// is shown also while nobody can tell.
func (v *visit) today(cart *orderingv1.Cart) now {
	var variants []string
	for _, l := range cart.GetLines() {
		variants = append(variants, l.GetVariantId())
	}
	var known now
	quotes, err := v.edge.catalog.Quote(v.Context(), &catalogv1.QuoteRequest{VariantIds: variants})
	if err == nil {
		known.quotes = map[string]*catalogv1.Quote{}
		for _, q := range quotes.GetQuotes() {
			known.quotes[q.GetVariant().GetId()] = q
		}
	}
	stock, err := v.edge.inventory.Availability(v.Context(), &inventoryv1.AvailabilityRequest{VariantIds: variants})
	if err == nil {
		known.left = map[string]int64{}
		for _, a := range stock.GetVariants() {
			known.left[a.GetVariantId()] = a.GetAvailable()
		}
	}
	return known
}

func cartLine(in *place, l *orderingv1.CartLine, today now) page.CartLine {
	line := page.CartLine{Line: shownLine(in, l)}
	if l.GetImage() != "" {
		line.Image = imageURL(l.GetImage()) + "?w=320"
	}
	quote, left := today.quotes[l.GetVariantId()], today.left[l.GetVariantId()]
	switch {
	case today.quotes != nil && quote == nil:
		line.Wrong = "This is not sold any more. Please take it out of your basket."
		return line
	case today.left != nil && left <= 0:
		line.Wrong = "This has sold out since you chose it. Please take it out, or try again another week."
		return line
	case today.left != nil && left < l.GetQuantity():
		line.Wrong, line.Most = "Only "+amount(left, l.GetSoldBy())+" left. Please take less.", quantity(left).String()
	case quote != nil && quote.GetVariant().GetPrice().GetAmount() != l.GetPrice().GetAmount():
		line.Hint = "It costs " + in.price(quote.GetVariant().GetPrice(), l.GetSoldBy()) + " now. Order soon, and it is yours at the price you saw."
	}
	line.Less, line.More = beside(l, today, left)
	return line
}

func shownLine(in *place, l *orderingv1.CartLine) page.Line {
	line := page.Line{
		VariantID: l.GetVariantId(), ProductID: l.GetProductId(), Title: l.GetProductTitle(), Variant: l.GetVariantTitle(), Producer: l.GetProducerName(),
		Price: in.price(l.GetPrice(), l.GetSoldBy()), Total: in.money(l.GetTotal()),
		Quantity: amount(l.GetQuantity(), l.GetSoldBy()), Number: quantity(l.GetQuantity()).String(),
	}
	line.Step, line.Unit = steps(l.GetSoldBy())
	return line
}

// beside are the amounts a step below and above a line's own; empty where that cannot be had.
func beside(l *orderingv1.CartLine, today now, left int64) (less, more string) {
	text, _ := steps(l.GetSoldBy())
	step, err := parseQuantity(text)
	if err != nil {
		return "", ""
	}
	if below := l.GetQuantity() - step; below > 0 {
		less = quantity(below).String()
	}
	if above := l.GetQuantity() + step; above <= mostOfAKind && (today.left == nil || above <= left) {
		more = quantity(above).String()
	}
	return less, more
}

// mostOfAKind is what the buttons of a basket go up to, in thousandths.
const mostOfAKind = 1000 * money.Milli

// openWindows are a market's windows that take orders now, the full ones too.
func (v *visit) openWindows(in *place) ([]*deliveryv1.Window, error) {
	answer, err := v.edge.delivery.ListWindows(v.Context(), &deliveryv1.ListWindowsRequest{Market: in.code, Limit: shownWindows})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(answer.GetWindows(), func(w *deliveryv1.Window) bool { return !v.edge.host.Now().Before(timeOf(w.GetOrderBy())) }), nil
}

// missing says, for each kind of window and place, what a basket lacks to its minimum.
func (v *visit) missing(in *place, cart *orderingv1.Cart) []string {
	windows, err := v.openWindows(in)
	if err != nil {
		return nil // the basket is shown without; the checkout asks again
	}
	if len(windows) == 0 {
		return []string{"No pickup or delivery takes orders just now. Your basket is kept."}
	}
	lowest := map[string]int64{}
	var names []string
	for _, w := range windows {
		name := way(w)
		if least, seen := lowest[name]; !seen || w.GetMinimum().GetAmount() < least {
			lowest[name] = w.GetMinimum().GetAmount()
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	var lacks []string
	for _, name := range names {
		if lack := lowest[name] - cart.GetTotal().GetAmount(); lack > 0 {
			lacks = append(lacks, "Add "+money.New(lack, in.currency).Format(in.locale)+" for "+strings.ToLower(name[:1])+name[1:]+".")
		}
	}
	return lacks
}

// way says how a window hands over: "Delivery to the east side".
func way(w *deliveryv1.Window) string {
	if w.GetKind() == kindDelivery {
		return "Delivery to " + w.GetPlace()
	}
	return "Pickup at " + w.GetPlace()
}
