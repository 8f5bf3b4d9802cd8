package operator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/money"
)

// detail is all that is known of an order. What could not be had is nil.
type detail struct {
	order    *orderingv1.Order
	goods    *inventoryv1.GetHoldResponse
	place    *deliveryv1.GetHoldResponse
	payment  *paymentsv1.Payment
	entries  []*paymentsv1.Entry
	messages []*notifyv1.Message
	contact  *identityv1.Opened
	names    map[string]string
}

// did is something that says who did it.
type did interface {
	GetActorKind() string
	GetActorId() string
}

// by is who did something; empty where the shop itself did, or where nobody knows.
func (l *detail) by(d did) string {
	if d.GetActorKind() == "" {
		return ""
	}
	return ActorName(d.GetActorKind(), d.GetActorId(), l.names)
}

// nameActors asks who did what was done.
func (l *detail) nameActors(v *web.Visit) {
	var all []*auditv1.Entry
	for _, s := range l.order.GetSteps() {
		all = append(all, &auditv1.Entry{ActorKind: s.GetActorKind(), ActorId: s.GetActorId()})
	}
	for _, e := range l.entries {
		all = append(all, &auditv1.Entry{ActorKind: e.GetActorKind(), ActorId: e.GetActorId()})
	}
	if slices.ContainsFunc(all, func(e *auditv1.Entry) bool { return e.GetActorId() != "" }) {
		l.names = People(v, all).Names
	}
}

// detail asks all services at once. The order itself has to be there.
func (o *Office) detail(orderID string) (*detail, error) {
	order, err := trade.Order(o.Visit, orderID)
	if err != nil {
		return nil, err
	}
	if !o.MoveTo(order.GetMarket()) {
		return nil, web.ErrNoPage
	}
	l, e, ctx := &detail{order: order}, o.Visit.Site, o.Visit.Context()
	var asking errgroup.Group
	ask := func(part string, question func() error) {
		asking.Go(func() error {
			_ = e.Missing(ctx, part, question())
			return nil
		})
	}
	ask("holds of goods", func() (err error) {
		l.goods, err = e.Inventory.GetHold(ctx, &inventoryv1.GetHoldRequest{OrderId: orderID})
		return err
	})
	ask("holds of a place", func() (err error) {
		l.place, err = e.Delivery.GetHold(ctx, &deliveryv1.GetHoldRequest{OrderId: orderID})
		return err
	})
	ask("money", func() error {
		answer, err := e.Payments.GetPayment(ctx, &paymentsv1.GetPaymentRequest{OrderId: orderID})
		l.payment = answer.GetPayment()
		return err
	})
	ask("ledger", func() error {
		answer, err := e.Payments.ListEntries(ctx, &paymentsv1.ListEntriesRequest{OrderId: orderID})
		l.entries = answer.GetEntries()
		return err
	})
	ask("messages", func() error {
		answer, err := e.Notify.ListMessages(ctx,
			&notifyv1.ListMessagesRequest{OrderId: orderID, Limit: web.DeskPage})
		l.messages = answer.GetMessages()
		return err
	})
	ask("contact", func() error {
		answer, err := e.Identity.Open(ctx,
			&identityv1.OpenRequest{Sealed: [][]byte{order.GetSealedContact()}})
		for _, opened := range answer.GetContacts() {
			l.contact = opened
		}
		return err
	})
	err = asking.Wait()
	l.nameActors(o.Visit)
	return l, err
}

// Order shows an order's whole life.
func (o *Office) Order() (*web.Reply, error) { return o.showOrder(http.StatusOK, "", nil) }

// showOrder shows an order; a refund that was refused is shown as it was typed.
func (o *Office) showOrder(status int, alert string, typed *view.Refund) (*web.Reply, error) {
	l, err := o.detail(o.Visit.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	order := l.order
	model := view.OrderDetail{
		Bench: o.Desk("Order "+trade.OrderNumber(order.GetId()), "/operator"), ID: order.GetId(),
		State: desk.StateOf(order), Total: o.In.Money(order.GetTotal()), Fee: o.In.Money(order.GetFee()),
		When: o.In.Span(order.GetWindowStartsAt(), order.GetWindowEndsAt()), Place: order.GetWindowPlace(),
		Kind:   trade.KindName(order.GetWindowKind()),
		Window: o.At("/operator/windows/" + order.GetWindowId()), Failure: order.GetFailure(),
		For: o.whom(l.contact), Again: o.At("/operator/orders/" + order.GetId()),
		Goods: o.goodsHeld(l.goods), Slot: o.placeHeld(l.place), CanCancel: trade.CanCancel(order),
	}
	model.Alert = alert
	last := ""
	for _, s := range order.GetSteps() {
		step := view.Happened{
			What: desk.OrderWords[s.GetStatus()], When: desk.When(o.In, s.GetAt()),
			Note: s.GetNote(), By: l.by(s),
		}
		if s.GetStatus() == last && step.Note != "" {
			step.What, step.Note = step.Note, "" // the order stands as before: what happened is in the note
		}
		last = s.GetStatus()
		model.Steps = append(model.Steps, step)
	}
	for _, p := range order.GetParts() {
		part := o.partOf(order, p)
		if l.payment.GetCaptured().GetAmount() > l.payment.GetRefunded().GetAmount() {
			o.offerRefunds(&part, l, p)
		}
		model.Parts = append(model.Parts, part)
	}
	for _, m := range l.messages {
		model.Messages = append(model.Messages, o.message(m))
	}
	o.addMoney(&model, l, typed)
	return web.Render(o.Visit.Context(), status, view.OrderDetailPage(model))
}

// whom says whom an order is for, the e-mail address included; nothing where that cannot be read.
func (o *Office) whom(opened *identityv1.Opened) []string {
	if opened == nil {
		return nil
	}
	lines := trade.ContactLines(o.In.Locale, opened)
	if email := opened.GetContact().GetEmail(); email != "" {
		lines = append(lines, email)
	}
	return lines
}

func (o *Office) partOf(order *orderingv1.Order, p *orderingv1.Part) view.DetailPart {
	part := view.DetailPart{
		Producer: p.GetProducerName(), State: page.State{
			Label: trade.PartWords[p.GetStatus()],
			Good:  p.GetStatus() == state.PartDone, Bad: p.GetStatus() == state.PartCancelled,
		},
		Total: o.In.Money(p.GetTotal()), Desk: web.AddressWith("/producer/orders/"+order.GetId(), "producer",
			p.GetProducerId()),
	}
	for _, l := range order.GetLines() {
		if l.GetProducerId() != p.GetProducerId() {
			continue
		}
		line := view.DetailLine{Ordered: desk.Ordered(o.In, l), Total: o.In.Money(l.GetTotal())}
		for _, lot := range l.GetLots() {
			line.Lots = append(line.Lots, o.In.Kept(lot.GetQuantity(), l.GetSoldBy())+" of lot "+
				desk.LotWords(lot))
		}
		part.Lines = append(part.Lines, line)
	}
	return part
}

// accountNames are what the accounts of the ledger are called; those that go on with a method or a producer
// end in a colon.
var accountNames = map[string]string{
	"clearing:": "To come from the provider", "authorised:": "Reserved",
	state.PaymentAuthorised: "Reserved, its other side", "payable:": "Owed to",
	"commission": "Our commission",
	"delivery":   "Delivery fees", "refunds": "Refunds promised",
}

// entryWords say what an entry of the ledger is of.
var entryWords = map[string]string{
	state.PaymentAuthorised: "Reserved", state.PaymentVoided: "Given back", "released": "No longer reserved",
	state.PaymentCaptured: "Collected", state.PaymentRefunded: "Refund promised",
	"refund_paid": "Refund paid",
}

// accountName is an account of the ledger in words; one that is not known is called by its own name.
func accountName(account string, o *orderingv1.Order) string {
	kind, of, whose := strings.Cut(account, ":")
	if whose {
		kind += ":"
	}
	name := accountNames[kind]
	if name == "" {
		return account
	}
	for _, p := range o.GetParts() {
		if p.GetProducerId() == of {
			return name + " " + p.GetProducerName()
		}
	}
	if of != "" {
		name += " (" + trade.PaymentName(of) + ")"
	}
	return name
}

// holdWords say how a hold of goods or of a place stands.
var holdWords = map[string]string{
	state.GoodsNone: "Nothing is held.", state.GoodsHeld: "Held until ", state.GoodsSold: "Sold.",
	state.PlaceTaken: "Taken.", state.GoodsReleased: "Given back.",
	state.GoodsExpired: "The hold ran out.", state.GoodsReturned: "Given back after it was taken.",
}

func (o *Office) goodsHeld(h *inventoryv1.GetHoldResponse) string {
	if h == nil {
		return notKnown
	}
	return o.held(h.GetState(), h.GetExpiresAt())
}

func (o *Office) placeHeld(h *deliveryv1.GetHoldResponse) string {
	if h == nil {
		return notKnown
	}
	return o.held(h.GetState(), h.GetExpiresAt())
}

// notKnown stands for what could not be asked for.
const notKnown = "Cannot be reached just now."

func (o *Office) held(as string, until int64) string {
	if as == state.GoodsHeld {
		return holdWords[as] + desk.When(o.In, until) + "."
	}
	return holdWords[as]
}

// payWords are what the operator calls the states of a payment.
var payWords = map[string]string{
	state.PaymentNone: "Nothing was asked for", state.PaymentAuthorising: "Being authorised",
	state.PaymentAuthorised: "Authorised", state.PaymentDeclined: "Declined",
	state.PaymentVoiding: "Being given back",
	state.PaymentVoided:  "Given back", state.PaymentCapturing: "Being collected",
	state.PaymentCaptured: "Collected", state.PaymentRefunding: "Being refunded",
	state.PaymentRefunded: "Refunded",
}

// addMoney tells what was paid, and has the refund's form where something is left to refund.
func (o *Office) addMoney(model *view.OrderDetail, l *detail, typed *view.Refund) {
	if l.payment == nil && l.order.GetMoneyLater() {
		model.Paid = "Taken while payments was away, and paid for on pickup. It is in the ledger once payments is back."
		return
	}
	if l.payment == nil {
		model.Paid = notKnown
		return
	}
	p := l.payment
	model.Paid, model.Method = payWords[p.GetStatus()], trade.PaymentName(p.GetMethod())
	for _, sum := range []struct {
		label string
		of    money.Amount
	}{
		{"Authorised", money.FromProto(p.GetAuthorised())},
		{"Collected", money.FromProto(p.GetCaptured())},
		{"Refunded", money.FromProto(p.GetRefunded())},
	} {
		if sum.of.Minor != 0 {
			model.Sums = append(model.Sums, view.Sum{Label: sum.label, Amount: sum.of.Format(o.In.Tag)})
		}
	}
	for _, entry := range l.entries {
		model.Ledger = append(model.Ledger, view.Entry{
			When:    desk.When(o.In, entry.GetAt()),
			What:    cmp.Or(entryWords[entry.GetWhat()], entry.GetWhat()) + refundedWhat(l.order, entry),
			Account: accountName(entry.GetAccount(), l.order), Amount: o.In.Money(entry.GetAmount()),
			Note: entry.GetNote(), By: l.by(entry),
		})
	}
	left := money.New(p.GetCaptured().GetAmount()-p.GetRefunded().GetAmount(), p.GetCaptured().GetCurrency())
	if left.Minor <= 0 && typed == nil {
		return
	}
	model.Refund = view.Refund{Key: o.Visit.Site.NewKey(), Amount: left.Decimal(), Of: o.Visit.Param("of")}
	if typed != nil {
		model.Refund = *typed
	}
	if called, most, ok := o.refundable(l, model.Refund.Of); ok {
		if model.Refund.Called = called; typed == nil {
			left.Minor = min(left.Minor, max(most, 0))
			model.Refund.Amount = left.Decimal()
		}
		o.askHowMuch(&model.Refund, l)
	} else {
		model.Refund.Of = ""
	}
	model.Refund.Left, model.Refund.Currency = left.Format(o.In.Tag), left.Currency
	model.Refund.Open = o.Visit.Param("refund") != "" || typed != nil
	model.Refund.Prove = o.Visit.ProveFirst(o.At("/operator/orders/"+l.order.GetId(), "refund", "1", "of",
		model.Refund.Of))
}

// CancelFromDesk calls an order off.
func (o *Office) CancelFromDesk() (*web.Reply, error) {
	order, err := trade.Cancel(o.Visit, o.Visit.Request.PathValue("id"))
	if f := fault.Of(err); err != nil && f.Kind == fault.Conflict {
		return o.showOrder(web.StatusOf(f), f.Message, nil)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect(o.At("/operator/orders/" + order.GetId())), nil
}

// message is an e-mail as the operator sees it.
func (o *Office) message(m *notifyv1.Message) view.OfficeMail {
	out := view.OfficeMail{
		ID: m.GetId(), To: m.GetTo(), Subject: m.GetSubject(), Text: m.GetText(),
		When: desk.When(o.In, m.GetCreatedAt()), Error: m.GetError(),
		State: page.State{
			Label: mailWords[m.GetStatus()], Good: m.GetStatus() == state.MessageSent,
			Bad: m.GetStatus() == state.MessageFailed,
		}, Failed: m.GetStatus() == state.MessageFailed,
	}
	if m.GetOrderId() != "" {
		out.Order, out.OrderNumber = o.At("/operator/orders/"+m.GetOrderId()),
			trade.OrderNumber(m.GetOrderId())
	}
	return out
}

var mailWords = map[string]string{
	state.MessageQueued: "Waiting", state.MessageSent: "Sent",
	state.MessageFailed: "Failed",
}
