package edge

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// States of a producer's part of an order.
const (
	partNew      = "new"
	partAccepted = "accepted"
	partPacked   = "packed"
	partReady    = "ready"
	partDone     = "done"
)

// progress is the way of a part, in order.
var progress = []string{partNew, partAccepted, partPacked, partReady, partDone}

// partWords are what a producer calls the states of a part.
var partWords = map[string]string{
	partNew: "New", partAccepted: "To pack", partPacked: "Packed", partReady: "Ready", partDone: "Handed over", "cancelled": "Cancelled",
}

// nextSteps is where a part goes from each of its states.
var nextSteps = map[string]page.Step{
	partNew:      {To: partAccepted, Label: "Accept"},
	partAccepted: {To: partPacked, Label: "Packed"},
	partPacked:   {To: partReady, Label: "Ready"},
	partReady:    {To: partDone, Label: "Handed over"},
}

// part is the desk's own part of an order; nil when it has none.
func (d *desk) part(o *orderingv1.Order) *orderingv1.Part {
	for _, p := range o.GetParts() {
		if p.GetProducerId() == d.producer.GetId() {
			return p
		}
	}
	return nil
}

// tickets are a page of the orders of a window, or of all; more is the address of the next page.
func (d *desk) tickets(window, cursor string, limit int32, back string) (tickets []page.Ticket, more string, err error) {
	answer, err := d.site.ordering.ListOrders(d.Context(), &orderingv1.ListOrdersRequest{
		ProducerId: d.producer.GetId(), WindowId: window, Cursor: cursor, Limit: limit,
	})
	if err != nil || len(answer.GetOrders()) == 0 {
		return nil, "", err
	}
	contacts := d.contacts(answer.GetOrders()...)
	refunds, _ := d.partRefunds(d.producer.GetId(), answer.GetOrders()...)
	for i, o := range answer.GetOrders() {
		t := d.ticket(o, nil, nil)
		t.For, t.Back, t.PaidBack = contacts[i], back, d.paidBackOf(o, refunds[o.GetId()])
		tickets = append(tickets, t)
	}
	if next := answer.GetNextCursor(); next != "" {
		more = d.at("/producer/orders", "window", window, "cursor", next)
	}
	return tickets, more, nil
}

// ticket is an order as its producer packs it. What was typed, and what is wrong with it, may be nil.
func (d *desk) ticket(o *orderingv1.Order, typed url.Values, problem *fault.Error) page.Ticket {
	part := d.part(o)
	status := part.GetStatus()
	t := page.Ticket{
		ID: o.GetId(), Number: number(o.GetId()), Status: partWords[status], Good: status == partReady || status == partDone, Bad: status == "cancelled",
		When: d.in.span(o.GetWindowStartsAt(), o.GetWindowEndsAt()), Place: o.GetWindowPlace(), Total: d.in.money(part.GetTotal()),
		Action: d.at("/producer/orders/" + o.GetId() + "/parts/" + part.GetId()), Page: d.at("/producer/orders/" + o.GetId()),
		Urgency: slices.Index(append(progress, "cancelled"), status),
	}
	t.Changes, t.Seen, t.Moves = changesOf(d.in, part), strconv.FormatInt(part.GetChangedAt(), 10), strconv.FormatInt(part.GetMoves(), 10)
	if o.GetStatus() == statusConfirmed || o.GetStatus() == statusPacked {
		t.Next = nextSteps[status]
	}
	if t.Next.To != "" && comesToNothing(o, part) {
		t.Next = page.Step{To: partDone, Label: "Close"}
	}
	wrong := map[string]string{}
	if problem != nil {
		t.Alert, wrong = problem.Message, fieldsOf(problem)
	}
	for _, l := range o.GetLines() {
		if l.GetProducerId() == d.producer.GetId() {
			t.Lines = append(t.Lines, packLine(d.in, l, t.Next.To == partPacked, typed, wrong))
		}
	}
	return t
}

// changesOf say what a shopper changed of a part that is not packed since.
func changesOf(in *place, part *orderingv1.Part) (said []string) {
	if part.GetWindowChanged() {
		said = append(said, "Another time or place")
	}
	for _, c := range part.GetChanges() {
		before, after := in.kept(c.GetBefore(), c.GetSoldBy()), in.kept(c.GetAfter(), c.GetSoldBy())
		words := after + " instead of " + before
		switch {
		case c.GetBefore() == 0:
			words = after + ", new"
		case c.GetAfter() == 0:
			words = "none any more, instead of " + before
		}
		said = append(said, sized(c.GetProductTitle(), c.GetVariantTitle())+": "+words)
	}
	return said
}

// packLine is a line to pack: what is weighed has a field for its weight, and of everything it can be said that there is less, or none.
func packLine(in *place, l *orderingv1.OrderLine, packing bool, typed url.Values, wrong map[string]string) page.PackLine {
	variant := l.GetVariantId()
	line := page.PackLine{
		VariantID: variant, Title: l.GetProductTitle(), Variant: l.GetVariantTitle(), Quantity: in.kept(l.GetQuantity(), l.GetSoldBy()),
		Packing: packing, Weigh: packing && l.GetSoldBy() == byWeight, Range: packRange(l), Field: packedField + variant,
		Packed: packedWords(l, amount, "none"), Why: whyWords(l.GetShortReason()), Own: typed.Get(ownWhyField + variant), WhyWrong: wrong[whyField+variant], OwnWrong: wrong[ownWhyField+variant],
	}
	if l.GetSoldBy() != byWeight {
		line.Field = piecesField + variant
	}
	line.Value, line.Wrong = typed.Get(line.Field), wrong[line.Field]
	for _, why := range whyShort {
		why.Chosen = typed.Get(whyField+variant) == why.Value
		line.Reasons = append(line.Reasons, why)
	}
	line.Open = line.WhyWrong+line.OwnWrong != "" || line.Own != "" || typed.Get(whyField+variant) != "" || !line.Weigh && line.Value+line.Wrong != ""
	for _, lot := range l.GetLots() {
		line.Lots = append(line.Lots, lotLine(lot))
	}
	return line
}

// lotWords say which lot to take: "B12, best before 1 Dec 2026".
func lotWords(lot *orderingv1.Lot) string {
	words := lot.GetCode()
	if lot.GetBestBefore() != "" {
		words = strings.TrimPrefix(words+", best before "+shortDay(lot.GetBestBefore()), ", ")
	}
	return words
}

// lotLine is lotWords as a line of its own: "Lot B12, best before 1 Dec 2026", "Best before 1 Dec 2026".
func lotLine(lot *orderingv1.Lot) string {
	words := lotWords(lot)
	if lot.GetCode() != "" {
		return "Lot " + words
	}
	return strings.Replace(words, "best", "Best", 1)
}

// shortDay is a date for people: "1 Dec 2026". What is no date stays as it is.
func shortDay(date string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return day.Format("2 Jan 2006")
}

// order shows one order to pack.
func (d *desk) order() (*reply, error) {
	o, err := d.visit.order(d.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return d.showOrder(http.StatusOK, o, nil, nil)
}

func (d *desk) showOrder(status int, o *orderingv1.Order, typed url.Values, problem *fault.Error) (*reply, error) {
	if d.part(o) == nil {
		return nil, errNoPage
	}
	b, err := d.bench("Order "+number(o.GetId()), "/producer/orders")
	if err != nil {
		return nil, err
	}
	t := d.ticket(o, typed, problem)
	t.For, t.Back = d.contacts(o)[0], localPath(typed.Get("back"), t.Page)
	refunds, _ := d.partRefunds(d.producer.GetId(), o)
	t.PaidBack = d.paidBackOf(o, refunds[o.GetId()])
	return render(d.Context(), status, page.OnePage(page.One{Bench: b, Ticket: t}))
}

// advanceFromDesk takes a part on. What is wrong with what was packed is said beside it.
func (e *site) advanceFromDesk(v *visit) (*reply, error) {
	form, err := v.form()
	if err != nil {
		return nil, err
	}
	request := &orderingv1.AdvancePartRequest{OrderId: v.PathValue("id"), PartId: v.PathValue("part"), To: form.Get("to")}
	if seen, err := strconv.ParseInt(form.Get("seen"), 10, 64); err == nil {
		request.ChangedAt = &seen
	}
	if moves, err := strconv.ParseInt(form.Get("moves"), 10, 64); err == nil {
		request.Moves = &moves
	}
	if request.Packed, err = v.packing(request, form); err == nil {
		_, err = v.advance(request)
	}
	if err == nil {
		return redirect(localPath(form.Get("back"), "/producer")), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return nil, err
	}
	o, part, orderErr := v.orderWithPart(request)
	if orderErr != nil {
		return nil, err
	}
	d, deskErr := v.deskOf(part.GetProducerId())
	if deskErr != nil {
		return nil, err
	}
	return d.showOrder(statusOf(f), o, form, f)
}

// packing reads what was packed of a part, where it is to be packed.
func (v *visit) packing(request *orderingv1.AdvancePartRequest, form url.Values) ([]*orderingv1.PackedLine, error) {
	if request.GetTo() != partPacked {
		return nil, nil
	}
	o, part, err := v.orderWithPart(request)
	if err != nil {
		return nil, err
	}
	if slices.Index(progress, part.GetStatus()) >= slices.Index(progress, partPacked) {
		return nil, nil // ordering says that it is too late
	}
	return packing(form, linesOf(o, part.GetProducerId()))
}

// orderWithPart is the order of a part, and the part.
func (v *visit) orderWithPart(request *orderingv1.AdvancePartRequest) (*orderingv1.Order, *orderingv1.Part, error) {
	o, err := v.order(request.GetOrderId())
	if err != nil {
		return nil, nil, err
	}
	at := slices.IndexFunc(o.GetParts(), func(p *orderingv1.Part) bool { return p.GetId() == request.GetPartId() })
	if at < 0 {
		return nil, nil, errNoPage
	}
	return o, o.GetParts()[at], nil
}
