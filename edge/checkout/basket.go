package checkout

import (
	"context"
	"slices"

	"github.com/artisan-eats/artisan/edge/checkout/view"
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

// fillCart tells what is in a basket, producer by producer, and what stands in the way of ordering it.
func fillCart(v *web.Visit, model *view.Cart, in *web.Market, cart *orderingv1.Cart) {
	if len(cart.GetLines()) == 0 {
		return
	}
	model.Total = in.Money(cart.GetTotal())
	today, avoids := trade.Today(v, cart), trade.Avoids(v)
	totals := map[string]money.Amount{}
	for _, l := range cart.GetLines() {
		line := cartLine(in, l, today)
		codes, stated := today.Declared(l)
		line.Declared = trade.Declared(in, codes, stated, avoids)
		if l.GetVariantId() == model.Refused.VariantID {
			line.Number, line.Refused = model.Refused.Typed, model.Refused.Why
		}
		model.Stuck = model.Stuck || line.Wrong != ""
		at := slices.IndexFunc(model.Groups, func(g view.CartGroup) bool { return g.ID == l.GetProducerId() })
		if at < 0 {
			at = len(model.Groups)
			model.Groups = append(model.Groups,
				view.CartGroup{ID: l.GetProducerId(), Producer: l.GetProducerName()})
			totals[l.GetProducerId()] = money.New(0, l.GetTotal().GetCurrency())
		}
		model.Groups[at].Lines = append(model.Groups[at].Lines, line)
		if sum, err := totals[l.GetProducerId()].Add(money.FromProto(l.GetTotal())); err == nil {
			totals[l.GetProducerId()] = sum
		}
	}
	terms := today.Terms()
	for i := range model.Groups {
		model.Groups[i].Lack = terms.Lack(in, model.Groups[i].ID, totals[model.Groups[i].ID].Minor)
		model.Groups[i].Subtotal = totals[model.Groups[i].ID].Format(in.Tag)
	}
	model.Missing = missing(v, in, cart)
}

func cartLine(in *web.Market, l *orderingv1.CartLine, today trade.Now) view.CartLine {
	line := view.CartLine{
		Line: shownLine(in, l), Image: pictureOf(l),
		Top: input.Quantity(trade.MostOfAKind).String(),
	}
	quote, left := today.Quotes[l.GetVariantId()], today.Left[l.GetVariantId()]
	if today.Left != nil {
		line.Top = input.Quantity(trade.MostOf(in, left, l.GetSoldBy())).String()
	}
	switch {
	case today.Quotes != nil && quote == nil:
		line.Wrong = in.Text("This is not sold any more. Please take it out of your basket.")
		return line
	case today.Left != nil && left <= 0:
		line.Wrong = in.Text(
			"This has sold out since you chose it. Please take it out, or try again another week.")
		return line
	case today.Left != nil && left < l.GetQuantity():
		line.Rest, line.Most = in.Amount(left, l.GetSoldBy()), line.Top
		line.Wrong = in.Text("Only {amount} left. Please take less.", line.Rest)
	case quote != nil && quote.GetVariant().GetPrice().GetAmount() != l.GetPrice().GetAmount():
		line.Hint = in.Text("It costs {price} now. Order soon, and it is yours at the price you saw.",
			in.Price(quote.GetVariant().GetPrice(), l.GetSoldBy()))
	}
	line.Less, line.More = beside(in, l, today, left)
	return line
}

// beside are the amounts a step below and above a line's own; empty where that cannot be had.
func beside(in *web.Market, l *orderingv1.CartLine, today trade.Now, left int64) (less, more string) {
	text, _ := trade.Steps(in, l.GetSoldBy())
	step, err := input.ParseQuantity(text)
	shown, shownErr := input.ParseQuantity(trade.FieldNumber(in, l.GetQuantity(), l.GetSoldBy()))
	if err != nil || shownErr != nil {
		return "", ""
	}
	if below := shown - step; below > 0 {
		less = input.Quantity(below).String()
	}
	if above := shown + step; above <= trade.MostOfAKind &&
		(today.Left == nil || trade.Milli(in, above, l.GetSoldBy()) <= left) {
		more = input.Quantity(above).String()
	}
	return less, more
}

// missing says, for each kind of window and place, what a basket lacks to its minimum.
func missing(v *web.Visit, in *web.Market, cart *orderingv1.Cart) []string {
	var windows []*deliveryv1.Window
	err := v.Site.Part(v.Context(), "delivery", web.PartPatience, func(ctx context.Context) (err error) {
		windows, err = trade.OpenWindows(ctx, v.Site, in)
		return err
	})
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
			lacks = append(lacks, lackOf(in, money.New(lack, in.Currency).Format(in.Tag), by))
		}
	}
	return lacks
}

// way is how a window hands over, and where.
type way struct{ kind, place string }

func lackOf(in *web.Market, amount string, by way) string {
	if by.kind == trade.KindDelivery {
		return in.Text("Add {amount} for delivery to {place}.", amount, by.place)
	}
	return in.Text("Add {amount} for pickup at {place}.", amount, by.place)
}

// shownLine is a line as pages show it, with what the field of its quantity needs.
func shownLine(in *web.Market, l trade.Goods) view.Line {
	line := view.Line{
		VariantID: l.GetVariantId(), ProductID: l.GetProductId(), Title: l.GetProductTitle(),
		Variant: trade.SizeIn(in, l.GetVariantTitle()), Producer: l.GetProducerName(),
		Price: in.Price(l.GetPrice(), l.GetSoldBy()), Total: in.Money(l.GetTotal()),
		Quantity: in.Amount(l.GetQuantity(), l.GetSoldBy()),
		Number:   trade.FieldNumber(in, l.GetQuantity(), l.GetSoldBy()),
	}
	line.Step, line.Unit = trade.Steps(in, l.GetSoldBy())
	line.In = trade.CountedIn(in, l.GetSoldBy())
	return line
}

// pictureOf is the address of a line's picture on a page, or "".
func pictureOf(l trade.Goods) string {
	if l.GetImage() == "" {
		return ""
	}
	return web.ImageURL(l.GetImage()) + "?w=320"
}
