package edge

import (
	"fmt"
	"net/http"
	"time"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/money"
)

type orderWindowJSON struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
	Place    string    `json:"place"`
}

type orderLineJSON struct {
	lineJSON
	// PackedQuantity is what was packed, null before; 0 is none. ShortReason is why that is less than was ordered.
	PackedQuantity *quantity `json:"packed_quantity"`
	Short          bool      `json:"short"`
	ShortReason    *string   `json:"short_reason"`
}

type partJSON struct {
	ID       string          `json:"id"`
	Producer refJSON         `json:"producer"`
	Status   string          `json:"status"`
	Total    *money.Amount   `json:"total"`
	Lines    []orderLineJSON `json:"lines"`
	// Changes are what was changed since the producer took the part on, and ChangedAt is when; a changed part is new again. They stay until it is packed.
	Changes   []lineChangeJSON `json:"changes"`
	ChangedAt *time.Time       `json:"changed_at"`
	// Version rises with each step and each change of the part.
	Version int64 `json:"version"`
	// Refunds are what was paid back of it, for its maker; absent for anybody else, and where that is not known.
	Refunds []partRefundJSON `json:"refunds,omitzero"`
}

type lineChangeJSON struct {
	VariantID string   `json:"variant_id"`
	Title     string   `json:"title"`
	Before    quantity `json:"before"`
	After     quantity `json:"after"`
}

type orderJSON struct {
	ID            string          `json:"id"`
	Market        string          `json:"market"`
	Status        string          `json:"status"`
	Total         *money.Amount   `json:"total"`
	Fee           *money.Amount   `json:"fee"`
	Authorised    *money.Amount   `json:"authorised"`
	AccessToken   string          `json:"access_token,omitempty"`
	Lines         []orderLineJSON `json:"lines"`
	Parts         []partJSON      `json:"parts"`
	Window        orderWindowJSON `json:"window"`
	PaymentMethod string          `json:"payment_method"`
	PlacedAt      *time.Time      `json:"placed_at"`
	ConfirmedAt   *time.Time      `json:"confirmed_at"`
	CancelledAt   *time.Time      `json:"cancelled_at"`
	Failure       *string         `json:"failure"`
	// Until when it has to be confirmed, and until when something is set aside for it till then.
	ConfirmBy  *time.Time `json:"confirm_by"`
	HoldsUntil *time.Time `json:"holds_until"`
	// Version rises with each change of the order.
	Version int64 `json:"version"`
}

func orderToJSON(o *orderingv1.Order, accessToken string) orderJSON {
	out := orderJSON{
		ID: o.GetId(), Market: o.GetMarket(), Status: o.GetStatus(), Total: moneyOf(o.GetTotal()), Fee: moneyOf(o.GetFee()),
		Authorised: moneyOf(o.GetAuthorised()), AccessToken: accessToken, Lines: []orderLineJSON{}, Parts: []partJSON{},
		Window:        orderWindowJSON{o.GetWindowId(), o.GetWindowKind(), timeOf(o.GetWindowStartsAt()), timeOf(o.GetWindowEndsAt()), o.GetWindowPlace()},
		PaymentMethod: o.GetPaymentMethod(), PlacedAt: maybeTime(o.GetPlacedAt()), ConfirmedAt: maybeTime(o.GetConfirmedAt()),
		CancelledAt: maybeTime(o.GetCancelledAt()), Failure: optional(o.GetFailure()),
		ConfirmBy: maybeTime(o.GetConfirmBy()), HoldsUntil: maybeTime(o.GetHoldsUntil()), Version: o.GetVersion(),
	}
	byProducer := map[string][]orderLineJSON{}
	for _, l := range o.GetLines() {
		line := orderLineToJSON(l)
		out.Lines = append(out.Lines, line)
		byProducer[l.GetProducerId()] = append(byProducer[l.GetProducerId()], line)
	}
	for _, p := range o.GetParts() {
		out.Parts = append(out.Parts, partJSON{
			p.GetId(),
			refJSON{p.GetProducerId(), p.GetProducerName()},
			p.GetStatus(), moneyOf(p.GetTotal()),
			append([]orderLineJSON{}, byProducer[p.GetProducerId()]...),
			lineChangesToJSON(p.GetChanges()), maybeTime(p.GetChangedAt()), p.GetMoves(), nil,
		})
	}
	return out
}

func lineChangesToJSON(changes []*orderingv1.LineChange) []lineChangeJSON {
	out := []lineChangeJSON{}
	for _, c := range changes {
		out = append(out, lineChangeJSON{c.GetVariantId(), sized(c.GetProductTitle(), c.GetVariantTitle()), quantity(c.GetBefore()), quantity(c.GetAfter())})
	}
	return out
}

func orderLineToJSON(l *orderingv1.OrderLine) orderLineJSON {
	line := orderLineJSON{lineJSON: lineJSON{
		VariantID: l.GetVariantId(), Title: sized(l.GetProductTitle(), l.GetVariantTitle()), Quantity: quantity(l.GetQuantity()), Price: money.FromProto(l.GetPrice()), Total: money.FromProto(l.GetTotal()),
		ProductID: l.GetProductId(), ProductTitle: l.GetProductTitle(), VariantTitle: l.GetVariantTitle(),
		Producer: refJSON{l.GetProducerId(), l.GetProducerName()}, SoldBy: l.GetSoldBy(), Unit: l.GetUnit(), UnitValue: l.GetUnitValue(),
		Allergens: some(l.GetAllergens()), AllergensStated: l.AllergensStated,
	}}
	if packed := quantity(l.GetPackedQuantity()); wasPacked(l) {
		line.PackedQuantity, line.Short, line.ShortReason = &packed, l.GetShort(), optional(l.GetShortReason())
	}
	return line
}

// getOrder answers an order to who may see it.
func (e *site) getOrder(v *visit) (*reply, error) {
	order, err := v.order(v.PathValue("id"))
	if err != nil {
		return nil, err
	}
	out := []orderJSON{orderToJSON(order, "")}
	v.tellMakers([]*orderingv1.Order{order}, out)
	return jsonReply(http.StatusOK, out[0])
}

// order reads an order that the visitor may see.
func (v *visit) order(orderID string) (*orderingv1.Order, error) {
	viewer, err := v.viewer()
	if err != nil {
		return nil, err
	}
	answer, err := v.site.ordering.GetOrder(v.Context(), &orderingv1.GetOrderRequest{Id: orderID, Viewer: viewer})
	if err != nil {
		return nil, err
	}
	return answer.GetOrder(), nil
}

// cancelOrder cancels an order before anything of it is packed.
func (e *site) cancelOrder(v *visit) (*reply, error) {
	order, err := v.cancel(v.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, orderToJSON(order, ""))
}

// cancel cancels an order for the visitor.
func (v *visit) cancel(orderID string) (*orderingv1.Order, error) {
	viewer, err := v.viewer()
	if err != nil {
		return nil, err
	}
	answer, err := v.site.ordering.CancelOrder(v.Context(), &orderingv1.CancelOrderRequest{Id: orderID, Viewer: viewer})
	if err != nil {
		return nil, err
	}
	return answer.GetOrder(), nil
}

// listOrders lists the visitor's own orders, with those of their verified address.
func (e *site) listOrders(v *visit) (*reply, error) {
	return v.orderList(v.everyOrder())
}

// listProducerOrders lists the orders that a producer of the visitor has a part in.
func (e *site) listProducerOrders(v *visit) (*reply, error) {
	if !v.actsFor(v.PathValue("id")) {
		return nil, errNoPage
	}
	return v.orderList(&orderingv1.ListOrdersRequest{ProducerId: v.PathValue("id")})
}

func (v *visit) orderList(request *orderingv1.ListOrdersRequest) (*reply, error) {
	q, err := readQuery(v.Request, "", []string{"limit", "cursor"})
	if err != nil {
		return nil, err
	}
	if request.Limit, err = q.limit(25); err != nil {
		return nil, err
	}
	request.Cursor = q.get("cursor")
	answer, err := v.site.ordering.ListOrders(v.Context(), request)
	if err != nil {
		return nil, err
	}
	var orders []orderJSON
	for _, o := range answer.GetOrders() {
		orders = append(orders, orderToJSON(o, ""))
	}
	v.tellMakers(answer.GetOrders(), orders)
	return jsonReply(http.StatusOK, listOf("orders", orders, answer.GetNextCursor()))
}

// advancePart takes a producer's part of an order a step on.
func (e *site) advancePart(v *visit) (*reply, error) {
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	request := &orderingv1.AdvancePartRequest{OrderId: v.PathValue("id"), PartId: v.PathValue("part"), To: in.need("to", 32)}
	for _, line := range in.list("packed", maxPacked) {
		request.Packed = append(request.Packed, &orderingv1.PackedLine{VariantId: line.need("variant_id", 128), Quantity: line.quantity(), Reason: line.text("reason", maxWhy)})
		line.close()
	}
	request.Moves = in.maybeWhole("version", "This must be a whole number.")
	if err := in.done(); err != nil {
		return nil, err
	}
	order, err := v.advance(request)
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, orderToJSON(order, ""))
}

// advance takes a part of an order a step on for the visitor.
func (v *visit) advance(request *orderingv1.AdvancePartRequest) (*orderingv1.Order, error) {
	viewer, err := v.viewer()
	if err != nil {
		return nil, err
	}
	request.Viewer = viewer
	answer, err := v.site.ordering.AdvancePart(v.Context(), request)
	if err != nil {
		return nil, err
	}
	return answer.GetOrder(), nil
}

type paymentJSON struct {
	OrderID    string        `json:"order_id"`
	Method     string        `json:"method"`
	Status     string        `json:"status"`
	Authorised *money.Amount `json:"authorised"`
	Captured   *money.Amount `json:"captured"`
	Refunded   *money.Amount `json:"refunded"`
}

// refundOrder pays money back. The Idempotency-Key makes it safe to send again.
func (e *site) refundOrder(v *visit) (*reply, error) {
	key, err := v.idempotencyKey()
	if err != nil {
		return nil, err
	}
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	r := refund{producer: in.text("producer", maxText), line: in.text("line", maxText)}
	if in.fields["quantity"] != nil {
		r.quantity = in.quantity()
	}
	if sum := in.child("amount"); sum != nil {
		r.amount = money.New(sum.minor("amount"), sum.need("currency", 3))
		sum.close()
	} else if r.line == "" || r.quantity == 0 {
		in.fail("amount", "This is required.")
	}
	r.reason = in.prose("reason", maxText)
	if err := in.done(); err != nil {
		return nil, err
	}
	payment, err := v.refund(v.PathValue("id"), r, key)
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusCreated, paymentToJSON(payment))
}

// refund is what is to be paid back: of a whole order, of a producer's part, or of a line, of which quantity says how much in place of an amount.
type refund struct {
	amount         money.Amount
	producer, line string
	quantity       int64
	reason         string
}

// refund pays back a part of an order that is there.
func (v *visit) refund(orderID string, r refund, key string) (*paymentsv1.Payment, error) {
	if _, err := v.order(orderID); err != nil {
		return nil, err
	}
	request := &paymentsv1.RefundRequest{
		OrderId: orderID, Key: orderID + ":" + key, Reason: r.reason, ProducerId: r.producer, VariantId: r.line, Quantity: r.quantity,
	}
	if r.amount.Currency != "" || r.quantity == 0 {
		request.Amount = r.amount.Proto()
	}
	if request.Amount != nil && r.amount.Minor <= 0 {
		return nil, invalid("amount", "A refund is more than nothing.")
	}
	answer, err := v.site.payments.Refund(v.Context(), request)
	if err != nil {
		return nil, fmt.Errorf("refund: %w", err)
	}
	return answer.GetPayment(), nil
}

func paymentToJSON(p *paymentsv1.Payment) paymentJSON {
	return paymentJSON{
		p.GetOrderId(), p.GetMethod(), p.GetStatus(), moneyOf(p.GetAuthorised()), moneyOf(p.GetCaptured()), moneyOf(p.GetRefunded()),
	}
}
