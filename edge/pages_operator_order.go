package edge

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/money"
)

// life is all that is known of an order. What could not be had is nil.
type life struct {
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
func (l *life) by(d did) string {
	if d.GetActorKind() == "" {
		return ""
	}
	return actorName(d.GetActorKind(), d.GetActorId(), l.names)
}

// nameActors asks who did what was done.
func (l *life) nameActors(v *visit) {
	var all []*auditv1.Entry
	for _, s := range l.order.GetSteps() {
		all = append(all, &auditv1.Entry{ActorKind: s.GetActorKind(), ActorId: s.GetActorId()})
	}
	for _, e := range l.entries {
		all = append(all, &auditv1.Entry{ActorKind: e.GetActorKind(), ActorId: e.GetActorId()})
	}
	if slices.ContainsFunc(all, func(e *auditv1.Entry) bool { return e.GetActorId() != "" }) {
		l.names = v.site.people(v, all).names
	}
}

// life asks all services at once. The order itself has to be there.
func (o *office) life(orderID string) (*life, error) {
	order, err := o.visit.order(orderID)
	if err != nil {
		return nil, err
	}
	if !o.moveTo(order.GetMarket()) {
		return nil, errNoPage
	}
	l, e, ctx := &life{order: order}, o.site, o.Context()
	var asking errgroup.Group
	ask := func(part string, question func() error) {
		asking.Go(func() error {
			_ = e.missing(ctx, part, question())
			return nil
		})
	}
	ask("holds of goods", func() (err error) {
		l.goods, err = e.inventory.GetHold(ctx, &inventoryv1.GetHoldRequest{OrderId: orderID})
		return err
	})
	ask("holds of a place", func() (err error) {
		l.place, err = e.delivery.GetHold(ctx, &deliveryv1.GetHoldRequest{OrderId: orderID})
		return err
	})
	ask("money", func() error {
		answer, err := e.payments.GetPayment(ctx, &paymentsv1.GetPaymentRequest{OrderId: orderID})
		l.payment = answer.GetPayment()
		return err
	})
	ask("ledger", func() error {
		answer, err := e.payments.ListEntries(ctx, &paymentsv1.ListEntriesRequest{OrderId: orderID})
		l.entries = answer.GetEntries()
		return err
	})
	ask("messages", func() error {
		answer, err := e.notify.ListMessages(ctx, &notifyv1.ListMessagesRequest{OrderId: orderID, Limit: deskPage})
		l.messages = answer.GetMessages()
		return err
	})
	ask("contact", func() error {
		answer, err := e.identity.Open(ctx, &identityv1.OpenRequest{Sealed: [][]byte{order.GetSealedContact()}})
		for _, opened := range answer.GetContacts() {
			l.contact = opened
		}
		return err
	})
	err = asking.Wait()
	l.nameActors(o.visit)
	return l, err
}

// order shows an order's whole life.
func (o *office) order() (*reply, error) { return o.showLife(http.StatusOK, "", nil) }

// showLife shows an order; a refund that was refused is shown as it was typed.
func (o *office) showLife(status int, alert string, typed *page.Refund) (*reply, error) {
	l, err := o.life(o.PathValue("id"))
	if err != nil {
		return nil, err
	}
	order := l.order
	model := page.Life{
		Bench: o.desk("Order "+number(order.GetId()), "/operator"), ID: order.GetId(), State: state(order), Total: o.in.money(order.GetTotal()), Fee: o.in.money(order.GetFee()),
		When: o.in.span(order.GetWindowStartsAt(), order.GetWindowEndsAt()), Place: order.GetWindowPlace(), Kind: kindName(order.GetWindowKind()),
		Window: o.at("/operator/windows/" + order.GetWindowId()), Failure: order.GetFailure(), For: o.whom(l.contact), Again: o.at("/operator/orders/" + order.GetId()),
		Goods: o.goodsHeld(l.goods), Slot: o.placeHeld(l.place), CanCancel: canCancel(order),
	}
	model.Alert = alert
	last := ""
	for _, s := range order.GetSteps() {
		step := page.Happened{What: orderWords[s.GetStatus()], When: o.in.when(s.GetAt()), Note: s.GetNote(), By: l.by(s)}
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
	return render(o.Context(), status, page.LifePage(model))
}

// whom says whom an order is for, the e-mail address included; nothing where that cannot be read.
func (o *office) whom(opened *identityv1.Opened) []string {
	if opened == nil {
		return nil
	}
	lines := contactLines(o.in.Locale, opened)
	if email := opened.GetContact().GetEmail(); email != "" {
		lines = append(lines, email)
	}
	return lines
}

func (o *office) partOf(order *orderingv1.Order, p *orderingv1.Part) page.LifePart {
	part := page.LifePart{
		Producer: p.GetProducerName(), State: page.State{Label: partWords[p.GetStatus()], Good: p.GetStatus() == partDone, Bad: p.GetStatus() == "cancelled"},
		Total: o.in.money(p.GetTotal()), Desk: addressWith("/producer/orders/"+order.GetId(), "producer", p.GetProducerId()),
	}
	for _, l := range order.GetLines() {
		if l.GetProducerId() != p.GetProducerId() {
			continue
		}
		line := page.LifeLine{
			Title: l.GetProductTitle(), Variant: l.GetVariantTitle(), Quantity: o.in.kept(l.GetQuantity(), l.GetSoldBy()), Total: o.in.money(l.GetTotal()),
			Packed: packedWords(l, amount, "none"), Why: whyWords(l.GetShortReason()),
		}
		for _, lot := range l.GetLots() {
			line.Lots = append(line.Lots, o.in.kept(lot.GetQuantity(), l.GetSoldBy())+" of lot "+lotWords(lot))
		}
		part.Lines = append(part.Lines, line)
	}
	return part
}

// accountNames are what the accounts of the ledger are called; those that go on with a method or a producer end in a colon.
var accountNames = map[string]string{
	"clearing:": "To come from the provider", "authorised:": "Reserved", "authorised": "Reserved, its other side", "payable:": "Owed to", "commission": "Our commission",
	"delivery": "Delivery fees", "refunds": "Refunds promised",
}

// entryWords say what an entry of the ledger is of.
var entryWords = map[string]string{
	"authorised": "Reserved", "voided": "Given back", "released": "No longer reserved", "captured": "Collected", "refunded": "Refund promised", "refund_paid": "Refund paid",
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
		name += " (" + paymentName(of) + ")"
	}
	return name
}

// holdWords say how a hold of goods or of a place stands.
var holdWords = map[string]string{
	"none": "Nothing is held.", "held": "Held until ", "sold": "Sold.", "taken": "Taken.", "released": "Given back.", "expired": "The hold ran out.",
	"returned": "Given back after it was taken.",
}

func (o *office) goodsHeld(h *inventoryv1.GetHoldResponse) string {
	if h == nil {
		return notKnown
	}
	return o.held(h.GetState(), h.GetExpiresAt())
}

func (o *office) placeHeld(h *deliveryv1.GetHoldResponse) string {
	if h == nil {
		return notKnown
	}
	return o.held(h.GetState(), h.GetExpiresAt())
}

// notKnown stands for what could not be asked for.
const notKnown = "Cannot be reached just now."

func (o *office) held(state string, until int64) string {
	if state == "held" {
		return holdWords[state] + o.in.when(until) + "."
	}
	return holdWords[state]
}

// payWords are what the operator calls the states of a payment.
var payWords = map[string]string{
	"none": "Nothing was asked for", "authorising": "Being authorised", "authorised": "Authorised", "declined": "Declined", "voiding": "Being given back",
	"voided": "Given back", "capturing": "Being collected", "captured": "Collected", "refunding": "Being refunded", "refunded": "Refunded",
}

// addMoney tells what was paid, and has the refund's form where something is left to refund.
func (o *office) addMoney(model *page.Life, l *life, typed *page.Refund) {
	if l.payment == nil {
		model.Paid = notKnown
		return
	}
	p := l.payment
	model.Paid, model.Method = payWords[p.GetStatus()], paymentName(p.GetMethod())
	for _, sum := range []struct {
		label string
		of    money.Amount
	}{{"Authorised", money.FromProto(p.GetAuthorised())}, {"Collected", money.FromProto(p.GetCaptured())}, {"Refunded", money.FromProto(p.GetRefunded())}} {
		if sum.of.Minor != 0 {
			model.Sums = append(model.Sums, page.Sum{Label: sum.label, Amount: sum.of.Format(o.in.locale)})
		}
	}
	for _, entry := range l.entries {
		model.Ledger = append(model.Ledger, page.Entry{When: o.in.when(entry.GetAt()), What: cmp.Or(entryWords[entry.GetWhat()], entry.GetWhat()) + refundedWhat(l.order, entry), Account: accountName(entry.GetAccount(), l.order), Amount: o.in.money(entry.GetAmount()), Note: entry.GetNote(), By: l.by(entry)})
	}
	left := money.New(p.GetCaptured().GetAmount()-p.GetRefunded().GetAmount(), p.GetCaptured().GetCurrency())
	if left.Minor <= 0 && typed == nil {
		return
	}
	model.Refund = page.Refund{Key: o.site.newKey(), Amount: left.Decimal(), Of: o.param("of")}
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
	model.Refund.Left, model.Refund.Currency = left.Format(o.in.locale), left.Currency
	model.Refund.Open = o.param("refund") != "" || typed != nil
	model.Refund.Prove = o.proveFirst(o.at("/operator/orders/"+l.order.GetId(), "refund", "1", "of", model.Refund.Of))
}

// cancelFromDesk calls an order off.
func (o *office) cancelFromDesk() (*reply, error) {
	order, err := o.cancel(o.PathValue("id"))
	if f := fault.Of(err); err != nil && f.Kind == fault.Conflict {
		return o.showLife(statusOf(f), f.Message, nil)
	}
	if err != nil {
		return nil, err
	}
	return redirect(o.at("/operator/orders/" + order.GetId())), nil
}

// message is an e-mail as the operator sees it.
func (o *office) message(m *notifyv1.Message) page.OfficeMail {
	out := page.OfficeMail{
		ID: m.GetId(), To: m.GetTo(), Subject: m.GetSubject(), Text: m.GetText(), When: o.in.when(m.GetCreatedAt()), Error: m.GetError(),
		State: page.State{Label: mailWords[m.GetStatus()], Good: m.GetStatus() == mailSent, Bad: m.GetStatus() == mailFailed}, Failed: m.GetStatus() == mailFailed,
	}
	if m.GetOrderId() != "" {
		out.Order, out.OrderNumber = o.at("/operator/orders/"+m.GetOrderId()), number(m.GetOrderId())
	}
	return out
}

// States of a message.
const (
	mailQueued = "queued"
	mailSent   = "sent"
	mailFailed = "failed"
)

var mailWords = map[string]string{mailQueued: "Waiting", mailSent: "Sent", mailFailed: "Failed"}
