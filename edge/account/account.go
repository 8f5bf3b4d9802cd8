package account

import (
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/locale"
)

// AccountPage shows the member's orders and addresses.
func AccountPage(v *web.Visit) (*web.Reply, error) {
	request := trade.EveryOrder(v)
	request.Limit, request.Cursor = web.DeskPage, v.Cursor()
	answer, err := v.Site.Ordering.ListOrders(v.Context(), request)
	if err != nil {
		return nil, err
	}
	model := view.Account{
		Frame: v.Frame("Your account"), Name: trade.CalledAs(v), Email: v.Account.GetEmail(),
		Verified: v.Account.GetEmailVerified(), As: v.Account.GetId(),
		Producer: len(v.Whole().GetProducerIds()) > 0, Operator: web.IsOperator(v.Whole()),
		Data: "/account/data.json",
		Next: web.NextPage("/account", url.Values{}, answer.GetNextCursor()),
	}
	if !v.Fresh() {
		model.Data, model.Prove = web.Ask("/account"), true
	}
	if model.Orders, err = ownOrders(v, answer.GetOrders()); err != nil {
		return nil, err
	}
	all, err := trade.Addresses(v)
	if model.AddressesAway = fault.Away(err); err != nil && !model.AddressesAway {
		return nil, err
	}
	for _, a := range all {
		model.Addresses = append(model.Addresses,
			view.Address{ID: a.GetId(), Line: trade.AddressLine(v.Says(), a)})
	}
	return web.Render(v.Context(), http.StatusOK, view.AccountPage(model))
}

// shopperWords say in a word or two how an order stands.
var shopperWords = map[string]string{
	state.OrderConfirmed: locale.Key("Confirmed"), state.OrderPacked: locale.Key("Packed"),
	state.OrderDone: locale.Key("Handed over"), state.OrderReleasing: locale.Key("Being called off"),
	state.OrderFailed: locale.Key("Not placed"), state.OrderCancelled: locale.Key("Cancelled"),
}

// ownOrders are orders of any markets, each as its market reads.
func ownOrders(v *web.Visit, orders []*orderingv1.Order) ([]view.Order, error) {
	places := map[string]*web.Market{}
	var models []view.Order
	for _, o := range orders {
		if places[o.GetMarket()] == nil {
			in, err := v.Site.Market(v.Context(), o.GetMarket())
			if err != nil {
				return nil, err
			}
			places[o.GetMarket()] = in
		}
		in := places[o.GetMarket()]
		model := view.Order{
			ID: o.GetId(), Number: trade.OrderNumber(o.GetId()),
			Status: v.Says().Text(shopperWords[o.GetStatus()]), Total: in.Money(o.GetTotal()),
			When:      v.Says().Span(in.At(o.GetWindowStartsAt()), in.At(o.GetWindowEndsAt())),
			CanRepeat: o.GetConfirmedAt() != 0,
		}
		if model.Status == "" {
			model.Status = v.Says().Text("Being placed")
		}
		models = append(models, model)
	}
	return models, nil
}

// underWayStates are those of orders that still come to something.
var underWayStates = []string{
	state.OrderPlaced, state.OrderHeld, state.OrderAuthorised, state.OrderConfirmed,
	state.OrderPacked, state.OrderReleasing,
}

// LeavePage asks before an account is deleted.
func LeavePage(v *web.Visit) (*web.Reply, error) { return showLeave(v, http.StatusOK, nil) }

func showLeave(v *web.Visit, status int, problem *fault.Error) (*web.Reply, error) {
	return showForm(v, status, view.Form{
		Heading: "Delete your account", Action: "/account/delete", Button: "Delete it for good",
		Back: "/account",
		Explained: []string{
			"Your name, addresses and messages are erased, also from past orders.",
			"What was sold stays in the producers' books, without a name.",
			"You are signed out everywhere. This cannot be taken back.",
		},
		Inputs: []page.Input{passwordNow},
	}, url.Values{}, problem)
}

// showForm shows a form of a member's own, with what is wrong beside each field.
func showForm(
	v *web.Visit, status int, model view.Form, typed url.Values, problem *fault.Error,
) (*web.Reply, error) {
	model.Frame, model.As = v.Frame(model.Heading), v.Account.GetId()
	wrong := map[string]string{}
	if problem != nil {
		wrong = web.FieldsOf(problem)
	}
	model.Inputs = web.Inputs(typed, wrong, model.Inputs...)
	if problem != nil {
		model.Troubles = page.Troubles{Message: problem.Message, Each: web.InputTroubles(model.Inputs)}
	}
	out, err := web.Render(v.Context(), status, view.FormPage(model))
	if err != nil || problem == nil {
		return out, err
	}
	return out.Advising(problem), nil
}

// ownForm reads a form that is the member's own; the fault says that it was somebody else's.
func ownForm(v *web.Visit) (url.Values, *fault.Error, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, nil, err
	}
	if typed.Get("as") != v.Account.GetId() {
		return typed, fault.Newf(fault.Conflict, "stale_form",
			"You are signed in as %s now, and this form was somebody else's. Nothing is changed: please look again.", trade.CalledAs(v)), nil
	}
	return typed, nil, nil
}

// Leave deletes the account, unless an order is under way.
func Leave(v *web.Visit) (*web.Reply, error) {
	typed, stale, err := ownForm(v)
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return showLeave(v, web.StatusOf(stale), stale)
	}
	open, err := v.Site.Ordering.ListOrders(v.Context(),
		&orderingv1.ListOrdersRequest{CustomerId: v.Account.GetId(), Statuses: underWayStates, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(open.GetOrders()) > 0 {
		f := fault.Newf(fault.Conflict, "order_under_way",
			"Order %s is still under way. Please come back when you have it, or cancel it first.",
			trade.OrderNumber(open.GetOrders()[0].GetId()))
		return showLeave(v, web.StatusOf(f), f)
	}
	_, err = v.Site.Identity.Erase(v.Context(),
		&identityv1.EraseRequest{CustomerId: v.Account.GetId(), Password: typed.Get("password")})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		if f.Code == "bad_credentials" {
			f = fault.New(fault.Invalid, "invalid", "Nothing is deleted.",
				fault.Field{Name: "password", Message: "This is not your password."})
		}
		return showLeave(v, web.StatusOf(f), f)
	}
	out, err := web.Render(v.Context(), http.StatusOK, view.DonePage(view.Done{
		Frame: v.Frame("Your account is deleted"), Heading: "Your account is deleted",
		Message: "Thank you for having been with us. The market is open to you at any time.", To: "/",
		Label: "To the market",
	}))
	if err != nil {
		return nil, err
	}
	return v.Forget(out), nil
}
