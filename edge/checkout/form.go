package checkout

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/artisan-eats/artisan/edge/checkout/view"
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/locale"
)

// showCheckout shows the form with all that was typed, and what is wrong beside each field.
func showCheckout(
	v *web.Visit, status int, cart *orderingv1.Cart, typed url.Values, problem *fault.Error,
) (*web.Reply, error) {
	in, err := v.Site.Market(v.Context(), cart.GetMarket())
	if err != nil {
		return nil, err
	}
	if _, err := v.WhoAmI(); err != nil {
		return nil, err
	}
	me, err := mine(v, cart)
	if err != nil {
		return nil, err
	}
	me.Total = ""
	problem = trade.Spelled(in, problem)
	form := &checkoutForm{
		visit: v, in: in, cart: cart, typed: typed, wrong: besides(problem),
		away:  problem != nil && problem.Code == trade.NoPayments,
		today: trade.Quoted(v, cart.GetLines()),
	}
	form.terms = form.today.Terms()
	form.page = view.Checkout{
		Frame: v.Site.Frame(in.Text("Check out"), in), Key: typed.Get("key"), As: v.Account.GetId(),
		Seen: seenOf(cart), Told: trade.ToldOf(cart),
		Note: typed.Get("note"), Keep: typed.Get("keep") != "", Joined: typed.Get("joined") != "",
		Signing: typed.Get("do") == "sign-in" || typed.Get("password") != "",
	}
	form.page.Me = &me
	if err := form.fill(); err != nil {
		return nil, err
	}
	switch {
	case problem == nil:
	// said once, beside the payment, where the page goes on
	case problem.Code == "payment_declined", problem.Code == trade.NoPayments:
		form.page.Declined = true
	default:
		form.page.Troubles = page.Troubles{Message: plainly(problem), Each: troublesOf(&form.page)}
	}
	again := ""
	if web.IsBusy(status) {
		sentence, wait := web.ComeBack(in.Locale)
		form.page.Troubles.Again, again = sentence, strconv.Itoa(wait)
	}
	out, err := web.Render(v.Context(), status, view.CheckoutPage(form.page))
	if err == nil && again != "" {
		out.Set("Retry-After", again)
	}
	return out, err
}

// checkoutForm is the form of a checkout while it is made.
type checkoutForm struct {
	visit *web.Visit
	in    *web.Market
	cart  *orderingv1.Cart
	typed url.Values
	// wrong is what is wrong with each field, and away says that payments could not be reached.
	wrong map[string]string
	away  bool
	today trade.Now // without what is left
	terms trade.MakerTerms
	page  view.Checkout
}

func (f *checkoutForm) fill() error {
	f.fillLines()
	f.page.Lacks = f.terms.Lacks(f.in, f.cart)
	f.fillPerson()
	if err := f.fillSlots(); err != nil {
		return err
	}
	if err := f.fillAddress(); err != nil {
		return err
	}
	return f.fillPayment()
}

// plainly says what a fault says to programs in the words of the page.
func plainly(problem *fault.Error) string {
	switch problem.Code {
	case "below_minimum":
		return locale.Key(
			"Your basket does not come to enough for that. Put something more into it, or choose another way to get it.")
	case "invalid":
		return locale.Key("Nothing is ordered yet: something is missing or not right.")
	}
	return problem.Message
}

// besides says beside which field a fault is shown. Some are about a field without naming it.
func besides(problem *fault.Error) map[string]string {
	if problem == nil {
		return map[string]string{}
	}
	wrong := web.FieldsOf(problem)
	switch problem.Code {
	case "window_full", "window_closed", "window_not_found", "below_minimum":
		wrong["window_id"] = plainly(problem)
	case "payment_declined", trade.NoPayments:
		wrong["payment"] = problem.Message
	}
	for _, name := range []string{"payment.method", "payment.token"} {
		if wrong["payment"] == "" {
			wrong["payment"] = wrong[name]
		}
	}
	return wrong
}

func (f *checkoutForm) fillLines() {
	avoids := trade.Avoids(f.visit)
	for _, l := range f.cart.GetLines() {
		line := shownLine(f.in, l)
		codes, stated := f.today.Declared(l)
		line.Note, line.Declared = f.shortOf(l), trade.Declared(f.in, codes, stated, avoids)
		f.page.Lines = append(f.page.Lines, line)
		f.page.ByWeight = f.page.ByWeight || l.GetSoldBy() == web.ByWeight
	}
}

// shortOf says what is wrong with a line, and what is left of it in the market's unit.
func (f *checkoutForm) shortOf(l *orderingv1.CartLine) string {
	said := f.wrong[l.GetVariantId()]
	if number, ok := locale.Filled("Only {amount} left.", said); ok {
		if milli, err := input.ParseQuantity(number[0]); err == nil {
			return f.in.Text("Only {amount} left.", f.in.Amount(milli, l.GetSoldBy()))
		}
	}
	return said
}

func (f *checkoutForm) fillPerson() {
	if f.visit.Account != nil {
		f.page.SignedIn = trade.CalledAs(f.visit)
	}
	f.page.Person = web.Inputs(f.typed, f.wrong,
		page.Input{Name: "name", Label: "Name", Autocomplete: "name", MaxLength: "200", Required: true},
		page.Input{
			Name: "email", Label: "E-mail", Type: "email", Autocomplete: "email", MaxLength: "254",
			Required: true,
		},
		page.Input{Name: "phone", Label: "Phone", Type: "tel", Autocomplete: "tel", MaxLength: "40"})
	if f.visit.Request.Method == http.MethodGet {
		first := slices.IndexFunc(f.page.Person,
			func(i page.Input) bool { return i.Required && i.Value == "" })
		if first >= 0 {
			f.page.Person[first].Focus = true
		}
	}
	f.page.Password = page.Input{
		Name: "password", Label: "Password", Type: "password", Autocomplete: "current-password",
		MaxLength: "200", Sometimes: true,
		Wrong: f.wrong["password"], Focus: f.page.Signing,
	}
}

func (f *checkoutForm) fillAddress() error {
	f.page.Address = trade.AddressInputs(f.in.Locale, "address.", f.typed, f.wrong)
	if f.wrong["address"] != "" {
		f.page.Address[0].Wrong = f.wrong["address"]
	}
	if f.visit.Account == nil {
		return nil
	}
	all, err := trade.Addresses(f.visit)
	if fault.Away(err) {
		f.page.SavedAway = true
		return nil
	}
	if err != nil || len(all) == 0 {
		return err
	}
	chosen := f.typed.Get("saved")
	if !f.typed.Has("saved") && f.typed.Get("address.line1") == "" {
		chosen = all[0].GetId()
	}
	for _, a := range all {
		f.page.Saved = append(f.page.Saved,
			page.Choice{
				Value: a.GetId(), Label: trade.AddressLine(f.in.Locale, a),
				Chosen: a.GetId() == chosen,
			})
	}
	another := !slices.ContainsFunc(f.page.Saved, func(c page.Choice) bool { return c.Chosen })
	f.page.Saved = append(f.page.Saved, page.Choice{Label: f.in.Text("Another address"), Chosen: another})
	return nil
}

// fillPayment lists the ways to pay; the first is chosen unless another was.
func (f *checkoutForm) fillPayment() error {
	methods, away, err := f.visit.Site.PayMethods(f.visit.Context())
	if err != nil {
		return err
	}
	f.page.PayWrong, f.page.NoteWrong = f.wrong["payment"], f.wrong["note"]
	whereDelivered := f.offers(trade.KindDelivery)
	if away || f.away {
		var takes bool
		methods, takes = f.withoutPayments(methods, away)
		whereDelivered = whereDelivered && !takes
	}
	for _, method := range methods {
		ways := waysOf(f.in, method)
		if method == trade.MethodPickup {
			ways = []view.Pay{{Value: method, Label: f.paysThere(whereDelivered)}}
		}
		f.page.Payments = append(f.page.Payments, ways...)
	}
	choosePay(f.page.Payments, f.typed.Get("payment"))
	return nil
}

// withoutPayments says what there is to do while cards cannot be charged, and answers the ways to pay that
// are left. What is paid where it is picked up goes all the same where the market takes it without payments.
func (f *checkoutForm) withoutPayments(methods []string, unreachable bool) (left []string, takes bool) {
	takes = f.offers(kindPickup) && trade.TakesWithoutPayments(f.visit, f.in.Code)
	if takes && unreachable || takes && len(methods) == 0 {
		methods = []string{trade.MethodPickup}
	}
	if takes {
		f.typed.Set("payment", trade.MethodPickup)
	}
	said := payLater
	switch {
	case takes && f.page.PayWrong != "":
		said = payThere
	case takes:
		said = payThereToo
	case f.page.PayWrong == "":
		said = payWithNothing
	}
	if f.page.PayWrong != "" {
		f.page.PayWrong = said
	} else {
		f.page.PayNote = said
	}
	return methods, takes
}

// What is said while cards cannot be charged: to whom has just tried, and to whom looks at the page.
var (
	payThere = locale.Key(
		"Cards cannot be charged just now, and yours was not. What you pick up you can pay for there; or try again in a few minutes.")
	payLater = locale.Key(
		"Payments cannot be reached just now, and nothing is charged. Please try again in a few minutes.")
	payThereToo = locale.Key(
		"Cards cannot be charged just now. You can order all the same what you pick up, and pay for it there.")
	payWithNothing = locale.Key(
		"Payments cannot be reached just now. Your basket is kept: please come back in a few minutes.")
)

// offers reports whether there is a window of a kind that can be chosen.
func (f *checkoutForm) offers(kind string) bool {
	for _, day := range slices.Concat(f.page.Days, f.page.Later) {
		if slices.ContainsFunc(day.Slots,
			func(s view.Slot) bool { return s.Kind == kind && s.Why == "" }) {
			return true
		}
	}
	return false
}

// paysThere says where an order is paid for that is not paid for at once.
func (f *checkoutForm) paysThere(whereDelivered bool) string {
	switch {
	case !whereDelivered && f.offers(kindPickup):
		return f.in.Text("Pay on pickup")
	case whereDelivered && !f.offers(kindPickup):
		return f.in.Text("Pay on delivery")
	}
	return f.in.Text("Pay on pickup or delivery")
}

// waysOf are the ways to pay at once by a method.
func waysOf(p *web.Market, method string) []view.Pay {
	if method != "test" {
		return nil
	}
	return []view.Pay{
		{Value: "test:ok", Label: p.Text("A test card")},
		{Value: "test:declined", Label: p.Text("A test card that is declined")},
	}
}

// choosePay marks the way to pay that was chosen, or else the first.
func choosePay(ways []view.Pay, chosen string) {
	for i := range ways {
		ways[i].Chosen = ways[i].Value == chosen || (chosen == "" && i == 0)
	}
}

// troublesOf sums up what is wrong, in the order of the page, and puts the focus on the first.
func troublesOf(model *view.Checkout) []page.Trouble {
	all := web.InputTroubles(model.Person)
	if model.Password.Wrong != "" {
		all = append(all, page.Trouble{
			At: "f-password", Label: locale.Key("Password"),
			Message: model.Password.Wrong,
		})
	}
	if model.SlotWrong != "" {
		focusSlot(model, len(all) == 0)
		all = append(all, page.Trouble{
			At: "when", Label: locale.Key("Pickup or delivery"),
			Message: model.SlotWrong,
		})
	}
	where := web.InputTroubles(model.Address)
	if len(all) > 0 {
		for i := range model.Address {
			model.Address[i].Focus = false
		}
	}
	all = append(all, where...)
	if model.PayWrong != "" {
		all = append(all, page.Trouble{At: "pay", Label: locale.Key("Payment"), Message: model.PayWrong})
	}
	if model.NoteWrong != "" {
		all = append(all,
			page.Trouble{At: "f-note", Label: locale.Key("Your note"), Message: model.NoteWrong})
	}
	for _, l := range model.Lines {
		if l.Note != "" {
			all = append(all, page.Trouble{At: "w-" + l.VariantID, Label: l.Title, Message: l.Note})
		}
	}
	return all
}

// focusSlot puts the focus on the first window that can be chosen.
func focusSlot(model *view.Checkout, first bool) {
	for d := range model.Days {
		for s := range model.Days[d].Slots {
			if first && model.Days[d].Slots[s].Why == "" {
				model.Days[d].Slots[s].Focus = true
				return
			}
		}
	}
}
