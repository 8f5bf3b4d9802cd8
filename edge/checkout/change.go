package checkout

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/checkout/view"
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

// changeableBy is until when an order can be changed, for whom that is to say; "" where it cannot, or nobody
// can tell just now.
func changeableBy(v *web.Visit, in *web.Market, o *orderingv1.Order) string {
	if o.GetStatus() != state.OrderConfirmed || !trade.CanCancel(o) || !owns(v, o) &&
		slices.ContainsFunc(o.GetParts(),
			func(p *orderingv1.Part) bool { return v.ActsFor(p.GetProducerId()) }) {
		return ""
	}
	answer, err := v.Site.Delivery.GetWindow(v.Context(), &deliveryv1.GetWindowRequest{Id: o.GetWindowId()})
	over := answer.GetWindow().GetOrderBy()
	if err != nil || !v.Site.Host.Now().Before(web.TimeOf(over)) {
		return ""
	}
	return in.Locale.DayTime(in.At(over))
}

// ChangePage shows an order to whoever may change it, while that can be done.
func ChangePage(v *web.Visit) (*web.Reply, error) {
	form, err := changing(v, url.Values{})
	if err != nil {
		return nil, err
	}
	if _, err := trade.ChangeOrder(v, form.request(true)); err != nil {
		return form.cannot(err)
	}
	return form.show(http.StatusOK, nil)
}

// ChangeFromPage shows what an order would be, or makes it that.
func ChangeFromPage(v *web.Visit) (*web.Reply, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	form, err := changing(v, typed)
	if err != nil {
		return nil, err
	}
	if len(form.wrong) > 0 {
		return form.show(http.StatusUnprocessableEntity, nil)
	}
	switch typed.Get("do") {
	case "edit":
		return form.show(http.StatusOK, nil)
	case "save":
		return form.save()
	}
	return form.review(http.StatusOK, nil)
}

// changeForm is the form of a change while it is made.
type changeForm struct {
	visit *web.Visit
	in    *web.Market
	order *orderingv1.Order
	cart  *orderingv1.Cart
	typed url.Values
	lines []*orderingv1.WantedLine
	// wrong is what is wrong with each field, by its name or the ID of a variant.
	wrong map[string]string
}

// changing reads a form about an order that is there. One that was not filled in yet is about the order as it
// is.
func changing(v *web.Visit, typed url.Values) (*changeForm, error) {
	// The basket is read first: whoever finds the order unchanged then holds a basket that nothing was taken
	// out of for it, and a click that comes second finds either the order or the basket's version another.
	cart, err := trade.OwnCart(v)
	if err != nil {
		return nil, err
	}
	order, err := trade.Order(v, v.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	in, err := v.Site.Market(v.Context(), order.GetMarket())
	if err != nil {
		return nil, err
	}
	if cart.GetMarket() != order.GetMarket() {
		cart = nil
	}
	if !typed.Has("version") {
		typed.Set("version", version(order))
	}
	if !web.Visible(typed.Get("key"), web.MaxKey) {
		typed.Set("key", v.Site.NewKey())
	}
	form := &changeForm{visit: v, in: in, order: order, cart: cart, typed: typed, wrong: map[string]string{}}
	if typed.Get("do") == "save" && typed.Has("want") {
		form.lines, err = wantedLines(typed["want"])
		return form, err
	}
	form.read()
	return form, nil
}

// wantedLines reads lines as a review writes them down: what is sent twice is the same request, whatever has
// become of the order and the basket.
func wantedLines(texts []string) (lines []*orderingv1.WantedLine, err error) {
	for _, text := range texts {
		variant, number, _ := strings.Cut(text, ":")
		milli, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, web.ErrTornForm.Because(err)
		}
		lines = append(lines, &orderingv1.WantedLine{VariantId: variant, Quantity: milli})
	}
	return lines, nil
}

func wantedText(variant string, milli int64) string {
	return variant + ":" + strconv.FormatInt(milli, 10)
}

// read reads how much of everything is wanted. An amount that is as it was shown is what it was, to the gram.
func (f *changeForm) read() {
	for _, l := range f.order.GetLines() {
		milli := l.GetQuantity()
		if text, sent := f.text("q." + l.GetVariantId()); sent &&
			text != trade.FieldNumber(f.in, milli, l.GetSoldBy()) {
			shown, err := input.TypedQuantity(text)
			if err != nil {
				f.wrong[l.GetVariantId()] = err.Error()
			}
			milli = trade.Milli(f.in, shown, l.GetSoldBy())
		}
		f.want(l.GetVariantId(), milli)
	}
	for _, variant := range f.typed["add"] {
		f.want(variant, trade.InCart(f.cart, variant))
	}
}

func (f *changeForm) text(name string) (string, bool) {
	return strings.TrimSpace(f.typed.Get(name)), f.typed.Has(name)
}

func (f *changeForm) want(variant string, milli int64) {
	if at := slices.IndexFunc(f.lines,
		func(l *orderingv1.WantedLine) bool { return l.GetVariantId() == variant }); at >= 0 {
		f.lines[at].Quantity += milli
	} else if milli > 0 {
		f.lines = append(f.lines, &orderingv1.WantedLine{VariantId: variant, Quantity: milli})
	}
}

func (f *changeForm) request(look bool) *orderingv1.ChangeOrderRequest {
	number, _ := strconv.ParseInt(f.typed.Get("version"), 10, 64) // none is the order's
	_, token, _ := strings.Cut(f.typed.Get("payment"), ":")
	return &orderingv1.ChangeOrderRequest{
		Id: f.order.GetId(), IdempotencyKey: f.typed.Get("key"), Version: number, Lines: f.lines,
		WindowId: f.typed.Get("window_id"), PaymentToken: token, Look: look,
	}
}

// writeDown keeps in the form all that it wants and what of that comes from the basket, as it is now.
func (f *changeForm) writeDown() {
	if f.typed.Get("do") == "save" && f.typed.Has("want") {
		return
	}
	f.typed["want"], f.typed["added"] = nil, nil
	f.typed.Set("basket", written(f.cart))
	for _, l := range f.lines {
		f.typed.Add("want", wantedText(l.GetVariantId(), l.GetQuantity()))
	}
	for _, variant := range f.typed["add"] {
		f.typed.Add("added", wantedText(variant, trade.InCart(f.cart, variant)))
	}
}

// save changes the order, and takes out of the basket what is in the order now. What was saved already goes
// where it went.
func (f *changeForm) save() (*web.Reply, error) {
	f.writeDown() // a page of an earlier version did not
	request := f.request(false)
	if total, err := strconv.ParseInt(f.typed.Get("total"), 10, 64); err == nil {
		request.ExpectedTotal = money.New(total, f.order.GetTotal().GetCurrency()).Proto()
	}
	answer, err := f.changePatiently(request)
	// what was sent first had something else in it: this is wanted besides
	if fault.Is(err, "idempotency_key_reused") {
		f.typed.Set("key", f.visit.Site.NewKey())
		request.IdempotencyKey = f.typed.Get("key")
		answer, err = f.changePatiently(request)
	}
	if err == nil {
		f.takeFromBasket()
		return web.Redirect("/orders/" + answer.GetOrder().GetId() + "?changed=1"), nil
	}
	problem := fault.Of(err)
	switch {
	case problem.Kind == fault.Internal:
		return nil, err
	case problem.Kind == fault.Unavailable, problem.Kind == fault.Unknown, problem.Code == "in_progress":
		return f.review(web.StatusOf(problem), problem) // it may have been done: the same again finds out
	case problem.Kind == fault.Exhausted:
		return nil, err
	}
	f.typed.Set("key", f.visit.Site.NewKey())
	if problem.Code == "payment_declined" || problem.Code == "price_changed" {
		return f.review(web.StatusOf(problem), problem)
	}
	return f.cannot(err)
}

// changePatiently waits for the outcome where the same change is under way already: a browser shows the
// answer to its last click only.
func (f *changeForm) changePatiently(
	request *orderingv1.ChangeOrderRequest,
) (*orderingv1.ChangeOrderResponse, error) {
	for try := 1; ; try++ {
		answer, err := trade.ChangeOrder(f.visit, request)
		if try == progressTries || !fault.Is(err, "in_progress") {
			return answer, err
		}
		if err := pause(f.visit, progressPause); err != nil {
			return nil, err
		}
	}
}

// takeFromBasket takes what was added to the order out of the basket. A form that is sent again takes out
// nothing that was put in since.
func (f *changeForm) takeFromBasket() {
	if f.typed.Get("version") != version(f.order) && f.typed.Get("basket") != written(f.cart) {
		return
	}
	added, err := wantedLines(f.typed["added"])
	cart := f.cart
	for _, l := range added {
		have := trade.InCart(cart, l.GetVariantId())
		if err != nil || have == 0 {
			continue
		}
		cart, err = trade.SetLineOf(f.visit, cart.GetId(), l.GetVariantId(), max(0, have-l.GetQuantity()),
			cart.GetVersion())
	}
	if err != nil {
		f.visit.Site.Host.Log().WarnContext(f.visit.Context(),
			"something stays in a basket that was added to an order", "error", err)
	}
}

// written tells a basket from what it was before somebody wrote to it, also where it has the same in it
// again: of two, one was added to an order and one is left, and one there was when the shopper looked.
func written(c *orderingv1.Cart) string {
	return c.GetVersion() + "." + strconv.FormatInt(c.GetRevision(), 10)
}

// cannot says why an order is not changed: on the form where another choice helps, on the order's page where
// none does.
func (f *changeForm) cannot(err error) (*web.Reply, error) {
	problem := fault.Of(err)
	switch {
	case problem.Kind != fault.Conflict && problem.Kind != fault.Invalid:
		return nil, err
	case slices.Contains([]string{"too_late", "not_open"}, problem.Code),
		problem.Code == "too_many_changes" && !f.typed.Has("do"):
		return showOrder(f.visit, web.StatusOf(problem), f.order, problem.Message)
	case problem.Code == "order_changed": // what was typed was about another order
		f.typed = url.Values{"key": {f.visit.Site.NewKey()}, "version": {version(f.order)}}
	}
	return f.show(web.StatusOf(problem), problem)
}

// show shows the form with what was typed, and what is wrong beside it.
func (f *changeForm) show(status int, problem *fault.Error) (*web.Reply, error) {
	o := f.order
	model := view.Changing{
		Frame: f.visit.Site.Frame(f.in.Text("Change order {number}", trade.OrderNumber(o.GetId())), f.in),
		ID:    o.GetId(), Number: trade.OrderNumber(o.GetId()),
		Hidden: f.hidden("version", "key"), Shop: "/m/" + f.in.Code + "/products",
		Now: f.in.Span(o.GetWindowStartsAt(), o.GetWindowEndsAt()), Place: orderWay(f.in, o),
		Stays: f.typed.Get("window_id") == "",
	}
	if problem = trade.Spelled(f.in, problem); problem != nil {
		model.Alert = problem.Message
		for name, why := range web.FieldsOf(problem) {
			f.wrong[name] = why
		}
		if strings.HasPrefix(problem.Code, "window_") || problem.Code == "below_minimum" {
			model.SlotWrong = problem.Message
		}
		if problem.Code == "below_minimum" {
			model.SlotWrong = locale.Key(
				"Your order would not come to enough for that time. Add something, or choose another one.")
		}
	} else if len(f.wrong) > 0 {
		model.Alert = locale.Key("Nothing is changed yet: something is missing or not right.")
	}
	model.SlotWrong = f.wrong["window_id"] + model.SlotWrong
	for _, l := range o.GetLines() {
		model.Lines = append(model.Lines, f.line(l))
	}
	for _, l := range f.cart.GetLines() {
		line := view.ChangingLine{
			Line: shownLine(f.in, l), Wrong: f.wrong[l.GetVariantId()],
			Added: slices.Contains(f.typed["add"], l.GetVariantId()),
		}
		line.Declared = trade.Declared(f.in, l.GetAllergens(), l.AllergensStated, trade.Avoids(f.visit))
		model.Basket = append(model.Basket, line)
	}
	var err error
	if model.Days, err = f.days(); err != nil {
		return nil, err
	}
	return web.Render(f.visit.Context(), status, view.ChangePage(model))
}

func (f *changeForm) line(l *orderingv1.OrderLine) view.ChangingLine {
	line := view.ChangingLine{Line: shownLine(f.in, l), Image: pictureOf(l), Wrong: f.wrong[l.GetVariantId()]}
	if text, sent := f.text("q." + l.GetVariantId()); sent {
		line.Number = text
	}
	line.Declared = trade.Declared(f.in, l.GetAllergens(), l.AllergensStated, trade.Avoids(f.visit))
	return line
}

// days are the other windows that the order can be in, by day. What they take at least is told when the
// change is looked at.
func (f *changeForm) days() (days []view.SlotDay, err error) {
	windows, err := trade.OpenWindows(f.visit.Context(), f.visit.Site, f.in)
	if err != nil {
		return nil, err
	}
	lines := f.goods()
	terms := trade.Quoted(f.visit, lines).Terms()
	for _, w := range windows {
		if w.GetId() == f.order.GetWindowId() || w.GetKind() == trade.KindDelivery &&
			f.order.GetWindowKind() != trade.KindDelivery {
			continue
		}
		slot := slot(f.in, w,
			&orderingv1.Cart{Total: money.New(w.GetMinimum().GetAmount(), f.in.Currency).Proto()})
		if why := terms.Closed(f.in, lines, w); why != "" {
			slot.Why = why
		}
		slot.Chosen = w.GetId() == f.typed.Get("window_id") && slot.Why == ""
		days = addSlot(days, f.in.Locale.LongDay(f.in.At(w.GetStartsAt())), slot)
	}
	return days, nil
}

// goods are what the order has, and what is added to it of the basket.
func (f *changeForm) goods() (lines []*orderingv1.CartLine) {
	for _, l := range f.order.GetLines() {
		lines = append(lines, &orderingv1.CartLine{
			VariantId: l.GetVariantId(), ProducerId: l.GetProducerId(),
			ProducerName: l.GetProducerName(),
		})
	}
	for _, l := range f.cart.GetLines() {
		if slices.Contains(f.typed["add"], l.GetVariantId()) {
			lines = append(lines, l)
		}
	}
	return lines
}

// review shows what the order would be.
func (f *changeForm) review(status int, problem *fault.Error) (*web.Reply, error) {
	answer, err := trade.ChangeOrder(f.visit, f.request(true))
	if err != nil {
		return f.cannot(err)
	}
	o, next := f.order, answer.GetOrder()
	f.writeDown()
	f.typed.Set("total", strconv.FormatInt(next.GetTotal().GetAmount(), 10))
	model := view.Reviewed{
		Frame: f.visit.Site.Frame(f.in.Text("Change order {number}", trade.OrderNumber(o.GetId())), f.in),
		ID:    o.GetId(), Number: trade.OrderNumber(o.GetId()),
		Hidden: f.hidden("version", "key", "total", "window_id", "add", "want", "added", "basket"),
		When:   f.in.Span(next.GetWindowStartsAt(), next.GetWindowEndsAt()), Place: orderWay(f.in, next),
		Fee:    trade.Sum(f.in, money.FromProto(next.GetFee())),
		Before: f.in.Money(o.GetTotal()), After: f.in.Money(next.GetTotal()),
		Extra:  trade.Sum(f.in, money.FromProto(answer.GetExtra())),
		Less:   next.GetTotal().GetAmount() < o.GetTotal().GetAmount(),
		Pickup: o.GetPaymentMethod() == "pickup",
	}
	for _, l := range o.GetLines() {
		model.Hidden = append(model.Hidden, f.hidden("q."+l.GetVariantId())...)
	}
	f.tellApart(&model, next)
	if !model.Pickup {
		model.Payments = waysOf(f.in, o.GetPaymentMethod())
		choosePay(model.Payments, f.typed.Get("payment"))
	}
	if problem != nil {
		model.PayWrong = besides(problem)["payment"]
		if model.PayWrong == "" {
			model.Alert = problem.Message
		}
	}
	return web.Render(f.visit.Context(), status, view.ReviewPage(model))
}

// tellApart shows the lines of what the order would be, and what is another about it than it was.
func (f *changeForm) tellApart(model *view.Reviewed, next *orderingv1.Order) {
	for _, l := range next.GetLines() {
		line := shownLine(f.in, l)
		line.Declared = trade.Declared(f.in, l.GetAllergens(), l.AllergensStated, trade.Avoids(f.visit))
		switch was := inOrder(f.order, l.GetVariantId()); was {
		case l.GetQuantity():
		case 0:
			line.Was = f.in.Text("New in this order")
		default:
			line.Was = f.in.Text("Instead of {what}", f.in.Amount(was, l.GetSoldBy()))
		}
		model.Lines = append(model.Lines, line)
	}
	var gone []string
	for _, l := range f.order.GetLines() {
		if inOrder(next, l.GetVariantId()) == 0 {
			gone = append(gone, shownLine(f.in, l).Name())
		}
	}
	if len(gone) > 0 {
		model.Gone = f.in.Text("Not in it any more: {things}", strings.Join(gone, "; "))
	}
	if next.GetWindowId() != f.order.GetWindowId() {
		model.Moved = f.in.Text("Instead of {what}",
			f.in.Span(f.order.GetWindowStartsAt(), f.order.GetWindowEndsAt()))
	}
}

// inOrder is how much of a variant an order has, in thousandths.
func inOrder(o *orderingv1.Order, variant string) (milli int64) {
	for _, l := range o.GetLines() {
		if l.GetVariantId() == variant {
			milli += l.GetQuantity()
		}
	}
	return milli
}

// hidden are fields that go on with the form.
func (f *changeForm) hidden(names ...string) (fields []page.Choice) {
	for _, name := range names {
		for _, value := range f.typed[name] {
			fields = append(fields, page.Choice{Label: name, Value: value})
		}
	}
	return fields
}
