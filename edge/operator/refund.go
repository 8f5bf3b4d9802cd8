package operator

import (
	"net/http"
	"strings"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/money"
)

// refundWrong says what is wrong with a refund's fields: what is wrong with all of it is said beside what
// says how much.
func refundWrong(f *fault.Error, byQuantity bool) map[string]string {
	wrong := web.FieldsOf(f)
	switch {
	case len(wrong) > 0:
	case byQuantity:
		wrong["quantity"] = f.Message
	default:
		wrong["amount"] = f.Message
	}
	return wrong
}

// What a refund's form says that it is of.
const (
	ofPart = "part:"
	ofLine = "line:"
)

// refundOf is a refund as its form has it.
func refundOf(of string, amount money.Amount, reason string) trade.Refund {
	r := trade.Refund{Amount: amount, Reason: reason}
	if producer, ok := strings.CutPrefix(of, ofPart); ok {
		r.Producer = producer
		return r
	}
	r.Line = strings.TrimPrefix(of, ofLine) // what is neither is no line, and refused
	return r
}

// offerRefunds leads to the refund of a part, and of each of its lines, where something of it is left.
func (o *Office) offerRefunds(part *view.DetailPart, l *detail, p *orderingv1.Part) {
	at := func(of string) string {
		if _, left, ok := o.refundable(l, of); !ok || left <= 0 {
			return ""
		}
		return o.At("/operator/orders/"+l.order.GetId(), "refund", "1", "of", of)
	}
	part.Refund = at(ofPart + p.GetProducerId())
	for i, line := range trade.LinesOf(l.order, p.GetProducerId()) {
		part.Lines[i].Refund = at(ofLine + line.GetVariantId())
	}
}

// refundable is the part or the line that a refund is of, by name, and what is left of it.
func (o *Office) refundable(l *detail, of string) (called string, left int64, ok bool) {
	r := refundOf(of, money.Amount{}, "")
	for _, p := range l.order.GetParts() {
		if r.Producer != "" && p.GetProducerId() == r.Producer {
			called, left, ok = "Of the part of "+p.GetProducerName(), p.GetTotal().GetAmount(), true
		}
	}
	for _, line := range l.order.GetLines() {
		if r.Line != "" && line.GetVariantId() == r.Line {
			called, left, ok = "Of "+trade.Sized(line.GetProductTitle(), line.GetVariantTitle())+" ("+
				line.GetProducerName()+")", line.GetTotal().GetAmount(), true
		}
	}
	for _, before := range l.payment.GetRefunds() {
		if r.Producer != "" && before.GetProducerId() == r.Producer || r.Line != "" &&
			before.GetVariantId() == r.Line {
			left -= before.GetAmount().GetAmount()
		}
	}
	return called, left, ok
}

// refundedWhat names what a refund in the ledger is of; empty for anything else.
func refundedWhat(order *orderingv1.Order, e *paymentsv1.Entry) string {
	for _, line := range order.GetLines() {
		if e.GetVariantId() != "" && line.GetVariantId() == e.GetVariantId() {
			return ": " + trade.Sized(line.GetProductTitle(), line.GetVariantTitle()) + " (" +
				line.GetProducerName() + ")"
		}
	}
	for _, p := range order.GetParts() {
		if e.GetProducerId() != "" && p.GetProducerId() == e.GetProducerId() {
			return ": the part of " + p.GetProducerName()
		}
	}
	return ""
}

// askHowMuch gives the refund of a line a field for how much of it; one of a part, or of the whole order, has
// none.
func (o *Office) askHowMuch(r *view.Refund, l *detail) {
	variant, ok := strings.CutPrefix(r.Of, ofLine)
	line := lineOf(l.order, variant)
	if !ok || line == nil {
		return
	}
	all, words := line.GetQuantity(), "Ordered: "
	if trade.WasPacked(line) {
		all, words = line.GetPackedQuantity(), "Packed: "
	}
	back := int64(0)
	for _, before := range l.payment.GetRefunds() {
		if before.GetVariantId() == variant {
			back += before.GetQuantity()
		}
	}
	r.Many, r.Weighed = "How many", line.GetSoldBy() == web.ByWeight
	if r.Weighed {
		r.Many = "How much, in kg"
	}
	r.ManyHint = words + o.In.Kept(all, line.GetSoldBy()) + "."
	if back > 0 {
		r.ManyHint += " Paid back already: " + o.In.Kept(back, line.GetSoldBy()) + "."
	}
	r.ManyHint += " What it comes to is said first. Left empty, the amount counts."
}

func lineOf(order *orderingv1.Order, variant string) *orderingv1.OrderLine {
	for _, l := range order.GetLines() {
		if l.GetVariantId() == variant {
			return l
		}
	}
	return nil
}

// RefundFromDesk pays money back. What so much of a line comes to is said first; a refund that is refused is
// shown again as it was typed.
func (o *Office) RefundFromDesk() (*web.Reply, error) {
	form, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	order, err := trade.Order(o.Visit, o.Visit.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	typed := view.Refund{
		Of: form.Get("of"), Key: form.Get("key"), Amount: strings.TrimSpace(form.Get("amount")),
		Reason: form.Get("reason"), Quantity: strings.TrimSpace(form.Get("quantity")),
	}
	if err := o.Visit.CheckKey(form); err != nil {
		typed.Key = form.Get("key")
		return o.showOrder(http.StatusConflict,
			"This page did not arrive whole. Nothing is refunded yet: please look it over, and refund it again.", &typed)
	}
	if form.Get("change") != "" {
		return o.showOrder(http.StatusOK, "", &typed)
	}
	said, err := o.refundTyped(order, &typed, form.Get("said"))
	if err == nil && said != "" {
		typed.Comes = said
		return o.showOrder(http.StatusOK, "", &typed)
	}
	if err == nil {
		return web.Redirect(o.At("/operator/orders/" + order.GetId())), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict && (f.Kind != fault.NotFound || typed.Of == "") {
		return nil, err
	}
	o.Visit.NewForm(form, f)
	typed.Key, typed.Wrong = form.Get("key"), refundWrong(f, typed.Quantity != "")
	return o.showOrder(web.StatusOf(f), "", &typed)
}

// refundTyped makes the refund that was typed. Of so much of a line that it is not said yet what that comes
// to, it says so instead, and puts the amount into the form.
func (o *Office) refundTyped(
	order *orderingv1.Order, typed *view.Refund, said string,
) (comes string, err error) {
	many := int64(0)
	if typed.Quantity != "" {
		if many, err = typedPart(order, typed); err != nil {
			return "", err
		}
	}
	if typed.Quantity != "" && said != typed.Quantity {
		answer, err := o.Visit.Site.Payments.QuoteRefund(o.Visit.Context(),
			&paymentsv1.QuoteRefundRequest{
				OrderId:   order.GetId(),
				VariantId: strings.TrimPrefix(typed.Of, ofLine), Quantity: many,
			})
		if err != nil {
			return "", err
		}
		typed.Amount = money.FromProto(answer.GetAmount()).Decimal()
		return o.In.Money(answer.GetAmount()), nil
	}
	amount, err := input.TypedAmount(typed.Amount, order.GetTotal().GetCurrency())
	if err != nil {
		return "", err
	}
	r := refundOf(typed.Of, amount, typed.Reason)
	r.Quantity = many
	_, err = trade.PayBack(o.Visit, order.GetId(), r, typed.Key)
	return "", err
}

// typedPart reads how much of a line is to be paid back, in thousandths.
func typedPart(order *orderingv1.Order, typed *view.Refund) (int64, error) {
	line := lineOf(order, strings.TrimPrefix(typed.Of, ofLine))
	milli, err := input.TypedQuantity(typed.Quantity)
	switch {
	case line == nil:
		return 0, web.Invalid("quantity", "There is no such line in this order.")
	case err != nil:
		return 0, web.Invalid("quantity", err.Error())
	case milli <= 0:
		return 0, web.Invalid("quantity", "This is more than nothing.")
	case line.GetSoldBy() != web.ByWeight && milli%trade.MilliPiece != 0:
		return 0, web.Invalid("quantity", input.ErrPieces.Error())
	}
	return milli, nil
}
