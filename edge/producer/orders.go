package producer

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// nextSteps is where a part goes from each of its states.
var nextSteps = map[string]page.Step{
	state.PartNew:      {To: state.PartAccepted, Label: "Accept"},
	state.PartAccepted: {To: state.PartPacked, Label: "Packed"},
	state.PartPacked:   {To: state.PartReady, Label: "Ready"},
	state.PartReady:    {To: state.PartDone, Label: "Handed over"},
}

// part is the desk's own part of an order; nil when it has none.
func (d *Desk) part(o *orderingv1.Order) *orderingv1.Part {
	for _, p := range o.GetParts() {
		if p.GetProducerId() == d.Producer.GetId() {
			return p
		}
	}
	return nil
}

// tickets are a page of the orders of a window, or of all; more is the address of the next page.
func (d *Desk) tickets(
	window, cursor string, limit int32, back string,
) (tickets []view.Ticket, more string, err error) {
	answer, err := d.Visit.Site.Ordering.ListOrders(d.Visit.Context(), &orderingv1.ListOrdersRequest{
		ProducerId: d.Producer.GetId(), WindowId: window, Cursor: cursor, Limit: limit,
	})
	if err != nil || len(answer.GetOrders()) == 0 {
		return nil, "", err
	}
	contacts := trade.Contacts(d.Visit, answer.GetOrders()...)
	refunds, _ := trade.PartRefunds(d.Visit, d.Producer.GetId(), answer.GetOrders()...)
	for i, o := range answer.GetOrders() {
		t := d.ticket(o, nil, nil)
		t.For, t.Back, t.PaidBack = contacts[i], back, d.paidBackOf(o, refunds[o.GetId()])
		tickets = append(tickets, t)
	}
	if next := answer.GetNextCursor(); next != "" {
		more = d.At("/producer/orders", "window", window, "cursor", next)
	}
	return tickets, more, nil
}

// ticket is an order as its producer packs it. What was typed, and what is wrong with it, may be nil.
func (d *Desk) ticket(o *orderingv1.Order, typed url.Values, problem *fault.Error) view.Ticket {
	part := d.part(o)
	status := part.GetStatus()
	t := view.Ticket{
		ID: o.GetId(), Number: trade.OrderNumber(o.GetId()), Status: trade.PartWords[status],
		Good: status == state.PartReady || status == state.PartDone, Bad: status == state.PartCancelled,
		When: d.In.Span(o.GetWindowStartsAt(), o.GetWindowEndsAt()), Place: o.GetWindowPlace(),
		Total:   d.In.Money(part.GetTotal()),
		Action:  d.At("/producer/orders/" + o.GetId() + "/parts/" + part.GetId()),
		Page:    d.At("/producer/orders/" + o.GetId()),
		Urgency: slices.Index(append(trade.Progress, state.PartCancelled), status),
	}
	t.Changes, t.Seen, t.Moves = changesOf(d.In, part), strconv.FormatInt(part.GetChangedAt(), 10),
		strconv.FormatInt(part.GetMoves(), 10)
	if o.GetStatus() == state.OrderConfirmed || o.GetStatus() == state.OrderPacked {
		t.Next = nextSteps[status]
	}
	if t.Next.To != "" && trade.ComesToNothing(o, part) {
		t.Next = page.Step{To: state.PartDone, Label: "Close"}
	}
	wrong := map[string]string{}
	if problem != nil {
		t.Alert, wrong = problem.Message, web.FieldsOf(problem)
	}
	for _, l := range o.GetLines() {
		if l.GetProducerId() == d.Producer.GetId() {
			t.Lines = append(t.Lines, packLine(d.In, l, t.Next.To == state.PartPacked, typed, wrong))
		}
	}
	return t
}

// changesOf say what a shopper changed of a part that is not packed since.
func changesOf(in *web.Market, part *orderingv1.Part) (said []string) {
	if part.GetWindowChanged() {
		said = append(said, "Another time or place")
	}
	for _, c := range part.GetChanges() {
		before, after := in.Kept(c.GetBefore(), c.GetSoldBy()), in.Kept(c.GetAfter(), c.GetSoldBy())
		words := after + " instead of " + before
		switch {
		case c.GetBefore() == 0:
			words = after + ", new"
		case c.GetAfter() == 0:
			words = "none any more, instead of " + before
		}
		said = append(said, trade.Sized(c.GetProductTitle(), c.GetVariantTitle())+": "+words)
	}
	return said
}

// packLine is a line to pack: what is weighed has a field for its weight, and of everything it can be said
// that there is less, or none.
func packLine(
	in *web.Market, l *orderingv1.OrderLine, packing bool, typed url.Values, wrong map[string]string,
) view.PackLine {
	variant := l.GetVariantId()
	line := view.PackLine{
		Ordered: desk.Ordered(in, l), VariantID: variant,
		Packing: packing, Weigh: packing && l.GetSoldBy() == web.ByWeight, Range: packRange(l),
		Field: packedField + variant,
		Own:   typed.Get(ownWhyField + variant), WhyWrong: wrong[whyField+variant],
		OwnWrong: wrong[ownWhyField+variant],
	}
	if l.GetSoldBy() != web.ByWeight {
		line.Field = piecesField + variant
	}
	line.Value, line.Wrong = typed.Get(line.Field), wrong[line.Field]
	for _, why := range trade.WhyShort {
		why.Chosen = typed.Get(whyField+variant) == why.Value
		line.Reasons = append(line.Reasons, why)
	}
	line.Open = line.WhyWrong+line.OwnWrong != "" || line.Own != "" || typed.Get(whyField+variant) != "" ||
		!line.Weigh && line.Value+line.Wrong != ""
	for _, lot := range l.GetLots() {
		line.Lots = append(line.Lots, lotLine(lot))
	}
	return line
}

// lotLine is LotWords as a line of its own: "Lot B12, best before 1 Dec 2026", "Best before 1 Dec 2026".
func lotLine(lot *orderingv1.Lot) string {
	words := desk.LotWords(lot)
	if lot.GetCode() != "" {
		return "Lot " + words
	}
	return strings.Replace(words, "best", "Best", 1)
}

// Order shows one order to pack.
func (d *Desk) Order() (*web.Reply, error) {
	o, err := trade.Order(d.Visit, d.Visit.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return d.showOrder(http.StatusOK, o, nil, nil)
}

func (d *Desk) showOrder(
	status int, o *orderingv1.Order, typed url.Values, problem *fault.Error,
) (*web.Reply, error) {
	if d.part(o) == nil {
		return nil, web.ErrNoPage
	}
	b, err := d.Bench("Order "+trade.OrderNumber(o.GetId()), "/producer/orders")
	if err != nil {
		return nil, err
	}
	t := d.ticket(o, typed, problem)
	t.For, t.Back = trade.Contacts(d.Visit, o)[0], web.LocalPath(typed.Get("back"), t.Page)
	refunds, _ := trade.PartRefunds(d.Visit, d.Producer.GetId(), o)
	t.PaidBack = d.paidBackOf(o, refunds[o.GetId()])
	return web.Render(d.Visit.Context(), status, view.OnePage(view.One{Bench: b, Ticket: t}))
}

// AdvanceFromDesk takes a part on. What is wrong with what was packed is said beside it.
func AdvanceFromDesk(v *web.Visit) (*web.Reply, error) {
	form, err := v.Form()
	if err != nil {
		return nil, err
	}
	request := &orderingv1.AdvancePartRequest{
		OrderId: v.Request.PathValue("id"),
		PartId:  v.Request.PathValue("part"), To: form.Get("to"),
	}
	if seen, err := strconv.ParseInt(form.Get("seen"), 10, 64); err == nil {
		request.ChangedAt = &seen
	}
	if moves, err := strconv.ParseInt(form.Get("moves"), 10, 64); err == nil {
		request.Moves = &moves
	}
	if request.Packed, err = readPacking(v, request, form); err == nil {
		_, err = trade.Advance(v, request)
	}
	if err == nil {
		return web.Redirect(web.LocalPath(form.Get("back"), "/producer")), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return nil, err
	}
	o, part, orderErr := orderWithPart(v, request)
	if orderErr != nil {
		return nil, err
	}
	d, deskErr := deskOf(v, part.GetProducerId())
	if deskErr != nil {
		return nil, err
	}
	return d.showOrder(web.StatusOf(f), o, form, f)
}

// readPacking reads what was packed of a part, where it is to be packed.
func readPacking(
	v *web.Visit, request *orderingv1.AdvancePartRequest, form url.Values,
) ([]*orderingv1.PackedLine, error) {
	if request.GetTo() != state.PartPacked {
		return nil, nil
	}
	o, part, err := orderWithPart(v, request)
	if err != nil {
		return nil, err
	}
	if slices.Index(trade.Progress, part.GetStatus()) >= slices.Index(trade.Progress, state.PartPacked) {
		return nil, nil // ordering says that it is too late
	}
	return packing(form, trade.LinesOf(o, part.GetProducerId()))
}

// orderWithPart is the order of a part, and the part.
func orderWithPart(
	v *web.Visit, request *orderingv1.AdvancePartRequest,
) (*orderingv1.Order, *orderingv1.Part, error) {
	o, err := trade.Order(v, request.GetOrderId())
	if err != nil {
		return nil, nil, err
	}
	at := slices.IndexFunc(o.GetParts(),
		func(p *orderingv1.Part) bool { return p.GetId() == request.GetPartId() })
	if at < 0 {
		return nil, nil, web.ErrNoPage
	}
	return o, o.GetParts()[at], nil
}
