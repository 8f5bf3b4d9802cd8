package edge

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/locale"
)

// accountPage shows the member's orders and addresses.
func (e *site) accountPage(v *visit) (*reply, error) {
	request := v.everyOrder()
	request.Limit, request.Cursor = deskPage, v.cursor()
	answer, err := e.ordering.ListOrders(v.Context(), request)
	if err != nil {
		return nil, err
	}
	model := page.Account{
		Frame: v.frame("Your account"), Name: v.calledAs(), Email: v.account.GetEmail(), Verified: v.account.GetEmailVerified(), As: v.account.GetId(),
		Producer: len(v.whole().GetProducerIds()) > 0, Operator: isOperator(v.whole()), Data: "/account/data.json",
		Next: nextPage("/account", url.Values{}, answer.GetNextCursor()),
	}
	if !v.fresh() {
		model.Data, model.Prove = ask("/account"), true
	}
	if model.Orders, err = v.ownOrders(answer.GetOrders()); err != nil {
		return nil, err
	}
	all, err := v.addresses()
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		model.Addresses = append(model.Addresses, page.Address{ID: a.GetId(), Line: addressLine(v.says(), a)})
	}
	return render(v.Context(), http.StatusOK, page.AccountPage(model))
}

// everyOrder asks for the orders of a member: those of the account, and what its verified address ordered without one. While nobody can
// tell of the latter, they are left out.
func (v *visit) everyOrder() *orderingv1.ListOrdersRequest {
	request := &orderingv1.ListOrdersRequest{CustomerId: v.account.GetId()}
	if !v.account.GetEmailVerified() {
		return request
	}
	found, err := v.site.identity.FindCustomers(v.Context(), &identityv1.FindCustomersRequest{Email: v.account.GetEmail()})
	if v.site.missing(v.Context(), "orders without an account", err) != nil {
		return request
	}
	request.GuestIds = slices.DeleteFunc(found.GetCustomerIds(), func(customer string) bool { return customer == request.GetCustomerId() })
	return request
}

// shopperWords say in a word or two how an order stands.
var shopperWords = map[string]string{
	statusConfirmed: locale.Key("Confirmed"), statusPacked: locale.Key("Packed"), statusDone: locale.Key("Handed over"), statusReleasing: locale.Key("Being called off"),
	statusFailed: locale.Key("Not placed"), statusCancelled: locale.Key("Cancelled"),
}

// ownOrders are orders of any markets, each as its market reads.
func (v *visit) ownOrders(orders []*orderingv1.Order) ([]page.Order, error) {
	places := map[string]*place{}
	var models []page.Order
	for _, o := range orders {
		if places[o.GetMarket()] == nil {
			in, err := v.site.place(v.Context(), o.GetMarket())
			if err != nil {
				return nil, err
			}
			places[o.GetMarket()] = in
		}
		in := places[o.GetMarket()]
		model := page.Order{
			ID: o.GetId(), Number: number(o.GetId()), Status: v.says().Text(shopperWords[o.GetStatus()]), Total: in.money(o.GetTotal()),
			When: v.says().Span(in.at(o.GetWindowStartsAt()), in.at(o.GetWindowEndsAt())), CanRepeat: o.GetConfirmedAt() != 0,
		}
		if model.Status == "" {
			model.Status = v.says().Text("Being placed")
		}
		models = append(models, model)
	}
	return models, nil
}

// underWayStates are those of orders that still come to something.
var underWayStates = []string{"placed", "held", "authorised", statusConfirmed, statusPacked, statusReleasing}

// leavePage asks before an account is deleted.
func (e *site) leavePage(v *visit) (*reply, error) { return v.showLeave(http.StatusOK, nil) }

func (v *visit) showLeave(status int, problem *fault.Error) (*reply, error) {
	return v.showForm(status, page.Form{
		Heading: "Delete your account", Action: "/account/delete", Button: "Delete it for good", Back: "/account",
		Explained: []string{
			"Your name, addresses and messages are erased, also from past orders.",
			"What was sold stays in the producers' books, without a name.",
			"You are signed out everywhere. This cannot be taken back.",
		},
		Inputs: []page.Input{passwordNow},
	}, url.Values{}, problem)
}

// showForm shows a form of a member's own, with what is wrong beside each field.
func (v *visit) showForm(status int, model page.Form, typed url.Values, problem *fault.Error) (*reply, error) {
	model.Frame, model.As = v.frame(model.Heading), v.account.GetId()
	wrong := map[string]string{}
	if problem != nil {
		wrong = fieldsOf(problem)
	}
	model.Inputs = inputs(typed, wrong, model.Inputs...)
	if problem != nil {
		model.Troubles = page.Troubles{Message: problem.Message, Each: inputTroubles(model.Inputs)}
	}
	out, err := render(v.Context(), status, page.FormPage(model))
	if err != nil || problem == nil {
		return out, err
	}
	return out.advising(problem), nil
}

// ownForm reads a form that is the member's own; the fault says that it was somebody else's.
func (v *visit) ownForm() (url.Values, *fault.Error, error) {
	typed, err := v.form()
	if err != nil {
		return nil, nil, err
	}
	if typed.Get("as") != v.account.GetId() {
		return typed, fault.Newf(fault.Conflict, "stale_form", "You are signed in as %s now, and this form was somebody else's. Nothing is changed: please look again.", v.calledAs()), nil
	}
	return typed, nil, nil
}

// leave deletes the account, unless an order is under way.
func (e *site) leave(v *visit) (*reply, error) {
	typed, stale, err := v.ownForm()
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return v.showLeave(statusOf(stale), stale)
	}
	open, err := e.ordering.ListOrders(v.Context(), &orderingv1.ListOrdersRequest{CustomerId: v.account.GetId(), Statuses: underWayStates, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(open.GetOrders()) > 0 {
		f := fault.Newf(fault.Conflict, "order_under_way", "Order %s is still under way. Please come back when you have it, or cancel it first.", number(open.GetOrders()[0].GetId()))
		return v.showLeave(statusOf(f), f)
	}
	_, err = e.identity.Erase(v.Context(), &identityv1.EraseRequest{CustomerId: v.account.GetId(), Password: typed.Get("password")})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		if f.Code == "bad_credentials" {
			f = fault.New(fault.Invalid, "invalid", "Nothing is deleted.", fault.Field{Name: "password", Message: "This is not your password."})
		}
		return v.showLeave(statusOf(f), f)
	}
	out, err := render(v.Context(), http.StatusOK, page.DonePage(page.Done{
		Frame: v.frame("Your account is deleted"), Heading: "Your account is deleted", Message: "Thank you for having been with us. The market is open to you at any time.", To: "/", Label: "To the market",
	}))
	if err != nil {
		return nil, err
	}
	return v.forget(out), nil
}

// cursor is the place in a list that the address names.
func (v *visit) cursor() string {
	cursor := v.URL.Query().Get("cursor")
	if badText(cursor, maxValue) != "" {
		return "?"
	}
	return cursor
}

// nextPage is the address of a list's next page; empty on the last.
func nextPage(path string, query url.Values, cursor string) string {
	if cursor == "" {
		return ""
	}
	with := maps.Clone(query)
	with.Set("cursor", cursor)
	return path + "?" + with.Encode()
}
