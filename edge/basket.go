package edge

import (
	"maps"
	"slices"

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
	today, avoids := v.today(cart), v.avoids()
	totals := map[string]money.Amount{}
	for _, l := range cart.GetLines() {
		line := in.cartLine(l, today)
		codes, stated := today.declared(l)
		line.Declared = in.declared(codes, stated, avoids)
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
	terms := today.terms()
	for i := range model.Groups {
		model.Groups[i].Lack = terms.lack(in, model.Groups[i].ID, totals[model.Groups[i].ID].Minor)
		model.Groups[i].Subtotal = totals[model.Groups[i].ID].Format(in.locale)
	}
	model.Missing = v.missing(in, cart)
}

// now is what is known about a basket's goods at this moment; nil where it is not known.
type now struct {
	quotes map[string]*catalogv1.Quote
	left   map[string]int64
}

// quoted is what the makers of some lines say of them now; nothing where nobody can tell: ordering asks again.
func (v *visit) quoted(lines []*orderingv1.CartLine) (known now) {
	request := &catalogv1.QuoteRequest{}
	for _, l := range lines {
		request.VariantIds = append(request.VariantIds, l.GetVariantId())
	}
	answer, err := v.site.catalog.Quote(v.Context(), request)
	if v.site.missing(v.Context(), "what makers say of their goods", err) != nil {
		return known
	}
	known.quotes = map[string]*catalogv1.Quote{}
	for _, q := range answer.GetQuotes() {
		known.quotes[q.GetVariant().GetId()] = q
	}
	return known
}

// today asks whether a basket's goods are still sold, for how much, and how much is left. A basket
// is shown also while nobody can tell.
func (v *visit) today(cart *orderingv1.Cart) now {
	known := v.quoted(cart.GetLines())
	var variants []string
	for _, l := range cart.GetLines() {
		variants = append(variants, l.GetVariantId())
	}
	stock, err := v.site.inventory.Availability(v.Context(), &inventoryv1.AvailabilityRequest{VariantIds: variants})
	if err == nil {
		known.left = map[string]int64{}
		for _, a := range stock.GetVariants() {
			known.left[a.GetVariantId()] = a.GetAvailable()
		}
	}
	return known
}

// terms are how the makers of its goods take orders.
func (n now) terms() makerTerms { return termsIn(maps.Values(n.quotes)) }

// declared is what a line's maker says of allergens now, or said when it was priced last.
func (n now) declared(l *orderingv1.CartLine) (codes []string, stated *bool) {
	if q := n.quotes[l.GetVariantId()]; q != nil && q.AllergensStated != nil {
		return q.GetAllergens(), q.AllergensStated
	}
	return l.GetAllergens(), l.AllergensStated
}

func (in *place) cartLine(l *orderingv1.CartLine, today now) page.CartLine {
	line := page.CartLine{Line: shownLine(in, l), Top: quantity(mostOfAKind).String()}
	if l.GetImage() != "" {
		line.Image = imageURL(l.GetImage()) + "?w=320"
	}
	quote, left := today.quotes[l.GetVariantId()], today.left[l.GetVariantId()]
	if today.left != nil {
		line.Top = quantity(in.mostOf(left, l.GetSoldBy())).String()
	}
	switch {
	case today.quotes != nil && quote == nil:
		line.Wrong = in.Text("This is not sold any more. Please take it out of your basket.")
		return line
	case today.left != nil && left <= 0:
		line.Wrong = in.Text("This has sold out since you chose it. Please take it out, or try again another week.")
		return line
	case today.left != nil && left < l.GetQuantity():
		line.Rest, line.Most = in.amount(left, l.GetSoldBy()), line.Top
		line.Wrong = in.Text("Only {amount} left. Please take less.", line.Rest)
	case quote != nil && quote.GetVariant().GetPrice().GetAmount() != l.GetPrice().GetAmount():
		line.Hint = in.Text("It costs {price} now. Order soon, and it is yours at the price you saw.", in.price(quote.GetVariant().GetPrice(), l.GetSoldBy()))
	}
	line.Less, line.More = in.beside(l, today, left)
	return line
}

// shownLine is a line of a basket as pages show it.
func shownLine(in *place, l *orderingv1.CartLine) page.Line {
	line := page.Line{
		VariantID: l.GetVariantId(), ProductID: l.GetProductId(), Title: l.GetProductTitle(), Variant: in.sized(l.GetVariantTitle()), Producer: l.GetProducerName(),
		Price: in.price(l.GetPrice(), l.GetSoldBy()), Total: in.money(l.GetTotal()),
		Quantity: in.amount(l.GetQuantity(), l.GetSoldBy()), Number: in.number(l.GetQuantity(), l.GetSoldBy()),
	}
	line.Step, line.Unit = in.steps(l.GetSoldBy())
	line.In = in.countedIn(l.GetSoldBy())
	return line
}

// beside are the amounts a step below and above a line's own; empty where that cannot be had.
func (in *place) beside(l *orderingv1.CartLine, today now, left int64) (less, more string) {
	text, _ := in.steps(l.GetSoldBy())
	step, err := parseQuantity(text)
	shown, shownErr := parseQuantity(in.number(l.GetQuantity(), l.GetSoldBy()))
	if err != nil || shownErr != nil {
		return "", ""
	}
	if below := shown - step; below > 0 {
		less = quantity(below).String()
	}
	if above := shown + step; above <= mostOfAKind && (today.left == nil || in.milli(above, l.GetSoldBy()) <= left) {
		more = quantity(above).String()
	}
	return less, more
}

// countedIn is what the field of a quantity counts in, for programs; empty for pieces.
func (in *place) countedIn(soldBy string) string {
	if soldBy == byWeight {
		return in.WeightUnit()
	}
	return ""
}

// number is a quantity as its field has it: of what is weighed in the market's unit.
func (in *place) number(milli int64, soldBy string) string {
	if soldBy == byWeight {
		return in.WeightNumber(milli)
	}
	return quantity(milli).String()
}

// milli is what is stored of a quantity that its field had, in thousandths.
func (in *place) milli(shown int64, soldBy string) int64 {
	if soldBy == byWeight {
		return in.Grams(shown)
	}
	return shown
}

// mostOfAKind is what the buttons of a basket go up to, in thousandths.
const mostOfAKind = 1000 * money.Milli

// openWindows are a market's windows that take orders now, the full ones too.
func (v *visit) openWindows(in *place) ([]*deliveryv1.Window, error) {
	answer, err := v.site.delivery.ListWindows(v.Context(), &deliveryv1.ListWindowsRequest{Market: in.code, Limit: shownWindows})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(answer.GetWindows(), func(w *deliveryv1.Window) bool {
		return w.GetClosed() || !v.site.host.Now().Before(timeOf(w.GetOrderBy()))
	}), nil
}

// missing says, for each kind of window and place, what a basket lacks to its minimum.
func (v *visit) missing(in *place, cart *orderingv1.Cart) []string {
	windows, err := v.openWindows(in)
	if err != nil {
		return nil // the basket is shown without; the checkout asks again
	}
	if len(windows) == 0 {
		return []string{in.Text("No pickup or delivery takes orders just now. Your basket is kept.")}
	}
	lowest := map[way]int64{}
	var ways []way
	for _, w := range windows {
		by := way{w.GetKind(), w.GetPlace()}
		if least, seen := lowest[by]; !seen || w.GetMinimum().GetAmount() < least {
			lowest[by] = w.GetMinimum().GetAmount()
		}
		if !slices.Contains(ways, by) {
			ways = append(ways, by)
		}
	}
	var lacks []string
	for _, by := range ways {
		if lack := lowest[by] - cart.GetTotal().GetAmount(); lack > 0 {
			lacks = append(lacks, in.lacks(money.New(lack, in.currency).Format(in.locale), by))
		}
	}
	return lacks
}

// way is how a window hands over, and where.
type way struct{ kind, place string }

func (in *place) lacks(amount string, by way) string {
	if by.kind == kindDelivery {
		return in.Text("Add {amount} for delivery to {place}.", amount, by.place)
	}
	return in.Text("Add {amount} for pickup at {place}.", amount, by.place)
}
