package api

import (
	"net/http"
	"time"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
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
	// PackedQuantity is what was packed, null before; 0 is none. ShortReason is why that is less than was
	// ordered.
	PackedQuantity *input.Quantity `json:"packed_quantity"`
	Short          bool            `json:"short"`
	ShortReason    *string         `json:"short_reason"`
}

type partJSON struct {
	ID       string          `json:"id"`
	Producer refJSON         `json:"producer"`
	Status   string          `json:"status"`
	Total    *money.Amount   `json:"total"`
	Lines    []orderLineJSON `json:"lines"`
	// Changes are what was changed since the producer took the part on, and ChangedAt is when; a changed part
	// is new again. They stay until it is packed.
	Changes   []lineChangeJSON `json:"changes"`
	ChangedAt *time.Time       `json:"changed_at"`
	// Version rises with each step and each change of the part.
	Version int64 `json:"version"`
	// Refunds are what was paid back of it, for its maker; absent for anybody else, and where that is not
	// known.
	Refunds []partRefundJSON `json:"refunds,omitzero"`
}

type lineChangeJSON struct {
	VariantID string         `json:"variant_id"`
	Title     string         `json:"title"`
	Before    input.Quantity `json:"before"`
	After     input.Quantity `json:"after"`
}

// OrderJSON is an order as the API tells it.
type OrderJSON struct {
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

func orderToJSON(o *orderingv1.Order, accessToken string) OrderJSON {
	out := OrderJSON{
		ID: o.GetId(), Market: o.GetMarket(), Status: o.GetStatus(), Total: moneyOf(o.GetTotal()),
		Fee:        moneyOf(o.GetFee()),
		Authorised: moneyOf(o.GetAuthorised()), AccessToken: accessToken, Lines: []orderLineJSON{},
		Parts: []partJSON{},
		Window: orderWindowJSON{
			o.GetWindowId(), o.GetWindowKind(), web.TimeOf(o.GetWindowStartsAt()),
			web.TimeOf(o.GetWindowEndsAt()), o.GetWindowPlace(),
		},
		PaymentMethod: o.GetPaymentMethod(), PlacedAt: maybeTime(o.GetPlacedAt()),
		ConfirmedAt: maybeTime(o.GetConfirmedAt()),
		CancelledAt: maybeTime(o.GetCancelledAt()), Failure: optional(o.GetFailure()),
		ConfirmBy: maybeTime(o.GetConfirmBy()), HoldsUntil: maybeTime(o.GetHoldsUntil()),
		Version: o.GetVersion(),
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
		out = append(out, lineChangeJSON{
			c.GetVariantId(),
			trade.Sized(c.GetProductTitle(), c.GetVariantTitle()), input.Quantity(c.GetBefore()),
			input.Quantity(c.GetAfter()),
		})
	}
	return out
}

func orderLineToJSON(l *orderingv1.OrderLine) orderLineJSON {
	line := orderLineJSON{lineJSON: lineToJSON(l, l.AllergensStated)}
	if packed := input.Quantity(l.GetPackedQuantity()); trade.WasPacked(l) {
		line.PackedQuantity, line.Short, line.ShortReason = &packed, l.GetShort(),
			optional(l.GetShortReason())
	}
	return line
}

// GetOrder answers an order to who may see it.
func GetOrder(v *web.Visit) (*web.Reply, error) {
	order, err := trade.Order(v, v.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	out := []OrderJSON{orderToJSON(order, "")}
	tellMakers(v, []*orderingv1.Order{order}, out)
	return web.JSON(http.StatusOK, out[0])
}

// CancelOrder cancels an order before anything of it is packed.
func CancelOrder(v *web.Visit) (*web.Reply, error) {
	order, err := trade.Cancel(v, v.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.JSON(http.StatusOK, orderToJSON(order, ""))
}

// ListOrders lists the visitor's own orders, with those of their verified address.
func ListOrders(v *web.Visit) (*web.Reply, error) {
	return orderList(v, trade.EveryOrder(v))
}

// ListProducerOrders lists the orders that a producer of the visitor has a part in.
func ListProducerOrders(v *web.Visit) (*web.Reply, error) {
	if !v.ActsFor(v.Request.PathValue("id")) {
		return nil, web.ErrNoPage
	}
	return orderList(v, &orderingv1.ListOrdersRequest{ProducerId: v.Request.PathValue("id")})
}

func orderList(v *web.Visit, request *orderingv1.ListOrdersRequest) (*web.Reply, error) {
	q, err := web.ReadQuery(v.Request, "", []string{"limit", "cursor"})
	if err != nil {
		return nil, err
	}
	if request.Limit, err = q.Limit(25); err != nil {
		return nil, err
	}
	request.Cursor = q.Get("cursor")
	answer, err := v.Site.Ordering.ListOrders(v.Context(), request)
	if err != nil {
		return nil, err
	}
	var orders []OrderJSON
	for _, o := range answer.GetOrders() {
		orders = append(orders, orderToJSON(o, ""))
	}
	tellMakers(v, answer.GetOrders(), orders)
	return web.JSON(http.StatusOK, listOf("orders", orders, answer.GetNextCursor()))
}

// AdvancePart takes a producer's part of an order a step on.
func AdvancePart(v *web.Visit) (*web.Reply, error) {
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	request := &orderingv1.AdvancePartRequest{
		OrderId: v.Request.PathValue("id"),
		PartId:  v.Request.PathValue("part"), To: in.Need("to", 32),
	}
	for _, line := range in.List("packed", trade.MaxPacked) {
		request.Packed = append(request.Packed,
			&orderingv1.PackedLine{
				VariantId: line.Need("variant_id", 128), Quantity: line.Quantity(),
				Reason: line.Text("reason", trade.MaxWhy),
			})
		line.Close()
	}
	request.Moves = in.MaybeWhole("version", "This must be a whole number.")
	if err := in.Done(); err != nil {
		return nil, err
	}
	order, err := trade.Advance(v, request)
	if err != nil {
		return nil, err
	}
	return web.JSON(http.StatusOK, orderToJSON(order, ""))
}

type paymentJSON struct {
	OrderID    string        `json:"order_id"`
	Method     string        `json:"method"`
	Status     string        `json:"status"`
	Authorised *money.Amount `json:"authorised"`
	Captured   *money.Amount `json:"captured"`
	Refunded   *money.Amount `json:"refunded"`
}

// RefundOrder pays money back. The Idempotency-Key makes it safe to send again.
func RefundOrder(v *web.Visit) (*web.Reply, error) {
	key, err := idempotencyKey(v)
	if err != nil {
		return nil, err
	}
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	r := trade.Refund{Producer: in.Text("producer", web.MaxText), Line: in.Text("line", web.MaxText)}
	if in.Fields["quantity"] != nil {
		r.Quantity = in.Quantity()
	}
	if sum := in.Child("amount"); sum != nil {
		r.Amount = money.New(sum.Minor("amount"), sum.Need("currency", 3))
		sum.Close()
	} else if r.Line == "" || r.Quantity == 0 {
		in.Fail("amount", "This is required.")
	}
	r.Reason = in.Prose("reason", web.MaxText)
	if err := in.Done(); err != nil {
		return nil, err
	}
	payment, err := trade.PayBack(v, v.Request.PathValue("id"), r, key)
	if err != nil {
		return nil, err
	}
	return web.JSON(http.StatusCreated, paymentToJSON(payment))
}

func paymentToJSON(p *paymentsv1.Payment) paymentJSON {
	return paymentJSON{
		p.GetOrderId(), p.GetMethod(), p.GetStatus(), moneyOf(p.GetAuthorised()), moneyOf(p.GetCaptured()),
		moneyOf(p.GetRefunded()),
	}
}
