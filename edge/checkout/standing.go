package checkout

import (
	"context"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/edge/checkout/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

// headlines say in a sentence how an order stands.
var headlines = map[string]string{
	state.OrderAwaitingConfirmation: locale.Key("One more step: look into your mail."),
	state.OrderConfirmed:            locale.Key("Thank you, your order is confirmed."),
	state.OrderPacked:               locale.Key("Your order is packed."),
	state.OrderDone:                 locale.Key("Enjoy your food."),
	state.OrderReleasing:            locale.Key("This order is being called off."),
	state.OrderFailed:               locale.Key("This order could not be placed."),
	state.OrderCancelled:            locale.Key("This order is cancelled."),
}

// ownWords say how a producer's part of an order stands.
var ownWords = map[string]string{
	state.PartNew: locale.Key("Not accepted yet"), state.PartAccepted: locale.Key("Accepted"),
	state.PartPacked: locale.Key("Packed"), state.PartReady: locale.Key("Ready"),
	state.PartDone: locale.Key("Handed over"), state.PartCancelled: locale.Key("Cancelled"),
}

// standing is the part of an order's page that changes.
func standing(v *web.Visit, in *web.Market, o *orderingv1.Order) view.Standing {
	model := view.Standing{
		ID: o.GetId(), Number: trade.OrderNumber(o.GetId()), Message: in.Text(headlines[o.GetStatus()]),
		Total: in.Money(o.GetTotal()),
		Off: o.GetStatus() == state.OrderReleasing || o.GetStatus() == state.OrderFailed ||
			o.GetStatus() == state.OrderCancelled,
		Stages: stages(in, o), Fee: trade.Sum(in, money.FromProto(o.GetFee())),
		ChangeBy: changeableBy(v, in, o), CanCancel: trade.CanCancel(o), CanRepeat: o.GetConfirmedAt() != 0,
	}
	if o.GetWindowStartsAt() != 0 {
		model.When, model.Kind, model.Place = in.Span(o.GetWindowStartsAt(), o.GetWindowEndsAt()),
			trade.Kind(in, o.GetWindowKind()), o.GetWindowPlace()
	}
	tellWhy(in, o, &model)
	model.Notes = append(model.Notes, movedByMarket(in, o)...)
	if o.GetStatus() == state.OrderCancelled && o.GetCancelledAt() != 0 {
		model.Notes = append(model.Notes, cancelledBy(in, o))
	}
	if !trade.IsOver(o) && o.GetStatus() != state.OrderAwaitingConfirmation {
		model.Calendar = "/orders/" + o.GetId() + "/calendar.ics"
	}
	switch {
	case model.Message == "":
		model.Message = in.Text("Your order is being placed.")
	case trade.IsNothing(o):
		model.Message, model.Off = in.Text("Nothing of your order is there."), true
	}
	for _, p := range o.GetParts() {
		if p.GetStatus() == state.OrderCancelled && o.GetStatus() != state.OrderCancelled {
			continue // its shopper took all of it out
		}
		part := view.OrderPart{
			ProducerID: p.GetProducerId(), Producer: p.GetProducerName(),
			Status: in.Text(ownWords[p.GetStatus()]),
		}
		if o.GetConfirmedAt() == 0 {
			part.Status = "" // nobody was asked
		}
		for _, l := range trade.LinesOf(o, p.GetProducerId()) {
			part.Lines = append(part.Lines, orderLine(in, l))
		}
		model.Parts = append(model.Parts, part)
	}
	model.Payment = paid(v, in, o)
	return model
}

// tellWhy says what an order waits for, or why it came to nothing.
func tellWhy(in *web.Market, o *orderingv1.Order, model *view.Standing) {
	until := clock(in, o.GetConfirmBy())
	switch {
	case o.GetStatus() != state.OrderAwaitingConfirmation:
		if said := failureWords[o.GetFailure()]; said != "" && o.GetStatus() != state.OrderConfirmed {
			model.Message, model.Basket = in.Text(said), true
		}
	case o.GetQueued():
		model.Message = in.Text("The market looks at this order first.")
		model.Notes = []string{
			in.Text(
				"Many orders came at once from where you are. As soon as somebody has looked at this one we write to you. Nothing is set aside for it."),
			in.Text(
				"You need not wait: cancel it, and pay by card or sign in. What is in your basket stays there."),
		}
	case o.GetHoldsUntil() != 0:
		model.Notes = []string{
			in.Text(
				"We have sent you a link. Follow it by {time}, and the order is confirmed. Nothing is ordered before.", until),
			in.Text("Until then your goods and your place are set aside."),
		}
	default:
		model.Notes = []string{
			in.Text(
				"We have sent you a link. Follow it by {time}, and the order is confirmed if there is enough left. Nothing is ordered before.", until),
			in.Text(
				"Many orders are unconfirmed just now, so nothing is set aside for this one: the sooner you confirm it, the better."),
		}
	}
}

// failureWords say why an order came to nothing that was never confirmed.
var failureWords = map[string]string{
	"not_confirmed": locale.Key("This order was not confirmed in time."),
	"called_off":    locale.Key("This order was called off before it was confirmed."),
}

// lotSaid says which one a shopper's goods are of.
func lotSaid(p *web.Market, lot *orderingv1.Lot) string {
	day, err := time.Parse(time.DateOnly, lot.GetBestBefore())
	switch {
	case err != nil && lot.GetCode() == "":
		return ""
	case err != nil:
		return p.Text("Lot {code}", lot.GetCode())
	case lot.GetCode() == "":
		return p.Text("Best before {day}", p.Locale.Date(day))
	}
	return p.Text("Lot {code}", lot.GetCode()) + ", " + p.Text("best before {day}", p.Locale.Date(day))
}

func orderLine(in *web.Market, l *orderingv1.OrderLine) view.OrderLine {
	line := view.OrderLine{Line: shownLine(in, l), Image: pictureOf(l)}
	line.Declared = trade.Declared(in, l.GetAllergens(), l.AllergensStated, nil)
	line.Packed, line.Short = trade.PackedWords(l, in.Amount, in.Text("none")), trade.ShortWords(in, l)
	for _, lot := range l.GetLots() {
		if said := lotSaid(in, lot); said != "" {
			line.Lots = append(line.Lots, said)
		}
	}
	return line
}

// stages are the steps on the way of an order, of which the slowest producer says how far it is.
func stages(in *web.Market, o *orderingv1.Order) []view.Stage {
	names := []string{
		locale.Key("Placed"), locale.Key("Confirmed"), locale.Key("Accepted"),
		locale.Key("Packed"), locale.Key("Ready"), locale.Key("Handed over"),
	}
	reached := 0
	if o.GetConfirmedAt() != 0 {
		reached = 1 + slowest(o)
	}
	at := map[string]int64{"Placed": o.GetPlacedAt(), "Confirmed": o.GetConfirmedAt()}
	for _, step := range o.GetSteps() {
		switch step.GetStatus() {
		case state.OrderPacked:
			at["Packed"] = step.GetAt()
		case state.OrderDone:
			at["Handed over"] = step.GetAt()
		}
	}
	all := make([]view.Stage, len(names))
	for i, name := range names {
		all[i].Label = in.Text(name)
		switch {
		case i < reached || o.GetStatus() == state.OrderDone:
			all[i].State = "past"
		case i == reached:
			all[i].State = "here"
		default:
			all[i].State = "ahead"
		}
		if when := at[name]; when != 0 && i <= reached {
			all[i].When = in.Locale.DayTime(in.At(when))
		}
	}
	return all
}

// slowest is how many steps the producer who is behind all others has done. Who has nothing to bring keeps
// nobody waiting.
func slowest(o *orderingv1.Order) int {
	least := len(trade.Progress) - 1
	for _, p := range o.GetParts() {
		if at := slices.Index(trade.Progress, p.GetStatus()); at >= 0 && !trade.ComesToNothing(o, p) {
			least = min(least, at)
		}
	}
	return least
}

// moneyWithin is how long a page waits for what became of the money.
const moneyWithin = 2 * time.Second

// paid says in words what became of the money; nothing where that is not known just now, or is not the
// viewer's to know.
func paid(v *web.Visit, in *web.Market, o *orderingv1.Order) []string {
	if o.GetPartOnly() {
		return nil
	}
	if o.GetStatus() == state.OrderAwaitingConfirmation { // no payment is begun
		return []string{in.Text("You pay on pickup or delivery.")}
	}
	asking, cancel := context.WithTimeout(v.Context(), moneyWithin)
	defer cancel()
	answer, err := v.Site.Payments.GetPayment(asking, &paymentsv1.GetPaymentRequest{OrderId: o.GetId()})
	if err != nil && o.GetPaymentMethod() == trade.MethodPickup && !trade.IsOver(o) {
		return []string{in.Text("You pay on pickup or delivery.")}
	}
	if err != nil {
		return nil
	}
	p := answer.GetPayment()
	if o.GetPaymentMethod() == "pickup" {
		return paidAtPickup(in, o, p)
	}
	captured, refunded := trade.Sum(in, money.FromProto(p.GetCaptured())),
		trade.Sum(in, money.FromProto(p.GetRefunded()))
	switch {
	case refunded != "":
		return append([]string{
			in.Text("Paid: {amount}.", captured),
			in.Text("Paid back: {amount}.", refunded),
		}, eachRefund(in, o, p)...)
	case captured != "":
		return []string{in.Text("Paid: {amount}.", captured)}
	case p.GetStatus() == state.PaymentAuthorised:
		return []string{
			in.Text(
				"Set aside on your card: {amount}. When everything is packed, we take what it comes to then, never more.", in.Money(o.GetAuthorised())),
		}
	case p.GetStatus() == state.PaymentVoided || p.GetStatus() == state.PaymentVoiding:
		return []string{in.Text("Nothing was charged.")}
	case p.GetStatus() == state.PaymentDeclined:
		return []string{in.Text("The payment was declined. Nothing was charged.")}
	}
	return nil
}

func paidAtPickup(in *web.Market, o *orderingv1.Order, p *paymentsv1.Payment) []string {
	refunded := trade.Sum(in, money.FromProto(p.GetRefunded()))
	switch {
	case refunded != "":
		return append([]string{in.Text("Paid back: {amount}.", refunded)}, eachRefund(in, o, p)...)
	case comesToNothingMore(o), p.GetStatus() == state.PaymentVoided, p.GetStatus() == state.PaymentVoiding:
		return []string{in.Text("There is nothing to pay.")}
	case o.GetStatus() == state.OrderDone:
		return []string{in.Text("You paid when you got it.")}
	}
	return []string{in.Text("You pay on pickup or delivery.")}
}

// comesToNothingMore reports whether an order was called off, or nothing of it is there: there is nothing to
// pay for, whatever the payment says just now.
func comesToNothingMore(o *orderingv1.Order) bool {
	return o.GetStatus() == state.OrderCancelled || o.GetStatus() == state.OrderFailed ||
		o.GetStatus() == state.OrderReleasing || trade.IsNothing(o)
}

// eachRefund says when money was paid back, and why.
func eachRefund(in *web.Market, o *orderingv1.Order, p *paymentsv1.Payment) (said []string) {
	for _, r := range p.GetRefunds() {
		if r.GetAt() == 0 {
			continue // of before this was kept
		}
		words := in.Text("{field}: {problem}", in.Locale.DayTime(in.At(r.GetAt())), in.Money(r.GetAmount()))
		if of := refundName(o, r); of != "" {
			words += " · " + of
		}
		if r.GetReason() != "" {
			words += " · " + r.GetReason()
		}
		said = append(said, words)
	}
	return said
}

// movedByMarket says from when an order was moved, unless that is over, and why the market did what it did.
func movedByMarket(p *web.Market, o *orderingv1.Order) (said []string) {
	if from := o.GetMovedFrom(); from != nil && !trade.IsOver(o) {
		said = append(said,
			p.Text("The market has moved it. It was to be {when}.",
				p.Span(from.GetStartsAt(), from.GetEndsAt())))
	}
	if words := o.GetMarketSays(); words != "" && o.GetStatus() != state.OrderDone {
		said = append(said, p.Text("The market says: {words}", words))
	}
	return said
}

// refundName is the line, or the maker, that money was paid back for; empty where it was for the whole order.
func refundName(o *orderingv1.Order, r *paymentsv1.Refund) string {
	for _, line := range o.GetLines() {
		if r.GetVariantId() != "" && line.GetVariantId() == r.GetVariantId() {
			return trade.Sized(line.GetProductTitle(), line.GetVariantTitle())
		}
	}
	for _, p := range o.GetParts() {
		if r.GetProducerId() != "" && p.GetProducerId() == r.GetProducerId() {
			return p.GetProducerName()
		}
	}
	return ""
}

// cancelledBy says when an order was cancelled, and whether by the market.
func cancelledBy(p *web.Market, o *orderingv1.Order) string {
	when := p.Locale.DayTime(p.At(o.GetCancelledAt()))
	for _, s := range o.GetSteps() {
		if s.GetStatus() == state.OrderCancelled && s.GetActorKind() == audit.Operator {
			return p.Text("The market cancelled it: {when}.", when)
		}
	}
	return p.Text("It was cancelled: {when}.", when)
}
