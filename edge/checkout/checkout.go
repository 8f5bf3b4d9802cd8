package checkout

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/checkout/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/locale"
)

// CheckoutPage is the form that makes an order of the basket.
func CheckoutPage(v *web.Visit) (*web.Reply, error) {
	cart, err := trade.LastCart(v)
	if err != nil {
		return nil, err
	}
	if cart.GetOrderId() != "" {
		return web.Redirect("/orders/" + cart.GetOrderId()), nil
	}
	if len(cart.GetLines()) == 0 {
		return web.Redirect("/cart"), nil
	}
	typed := url.Values{"key": {v.Site.NewKey()}}
	if err := addKnown(v, typed); err != nil {
		return nil, err
	}
	return showCheckout(v, http.StatusOK, cart, typed, nil)
}

// addKnown fills in what a member need not type again, and what is not typed already.
func addKnown(v *web.Visit, typed url.Values) error {
	account, err := v.WhoAmI()
	if err != nil || account == nil {
		return err
	}
	for name, value := range map[string]string{"email": account.GetEmail(), "name": account.GetName()} {
		if typed.Get(name) == "" {
			typed.Set(name, value)
		}
	}
	return nil
}

// CheckoutAgain shows the form again without ordering: with the sums of another window, or
// for somebody who signs in midway. Nothing that was typed gets lost by that.
func CheckoutAgain(v *web.Visit) (*web.Reply, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	cart, err := trade.OwnCart(v)
	if err != nil {
		return nil, err
	}
	if len(cart.GetLines()) == 0 {
		return web.Redirect("/cart"), nil
	}
	if typed.Get("password") != "" {
		return signInMidway(v, cart, typed)
	}
	return showCheckout(v, http.StatusOK, cart, typed, nil)
}

// signInMidway signs in from the checkout, and goes on with the same form. Who has a second factor shows it
// first, on its own page.
func signInMidway(v *web.Visit, cart *orderingv1.Cart, typed url.Values) (*web.Reply, error) {
	answer, err := v.Site.Identity.SignIn(v.Context(),
		&identityv1.SignInRequest{
			Email: typed.Get("email"), Password: typed.Get("password"),
			Device: v.Device(),
		})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		typed.Set("do", "sign-in")
		out, err := showCheckout(v, web.StatusOf(f), cart, typed,
			fault.New(f.Kind, f.Code, f.Message, fault.Field{Name: "password", Message: f.Message}))
		if err != nil {
			return nil, err
		}
		return out.Advising(f), nil
	}
	if answer.GetPendingToken() != "" {
		return v.Pending(answer.GetPendingToken(), answer.GetFactors(), "/checkout"), nil
	}
	if err := v.Hold(answer.GetSessionToken()); err != nil {
		return nil, err
	}
	if err := addKnown(v, typed); err != nil {
		return nil, err
	}
	out, err := goOnAsMember(v, cart, typed)
	if err != nil { // the guest's basket is the member's by now, so the session is not lost with the page
		v.Site.Host.Log().WarnContext(v.Context(), "a checkout goes on anew after signing in", "error", err)
		out = web.Redirect("/checkout")
	}
	return out.With(v.Session(answer.GetSessionToken(),
		answer.GetExpiresAt())).With(v.Known(answer.GetDeviceToken())...), nil
}

// goOnAsMember shows the form for the member's own basket, which a guest's is part of by now, and says where
// there is more in it.
func goOnAsMember(v *web.Visit, cart *orderingv1.Cart, typed url.Values) (*web.Reply, error) {
	own, err := trade.OwnCart(v)
	if err != nil {
		return nil, err
	}
	if len(own.GetLines()) == 0 {
		return web.Redirect("/checkout"), nil
	}
	if hasMore(own, cart) {
		typed.Set("joined", "1")
	}
	return showCheckout(v, http.StatusOK, own, typed, nil)
}

// hasMore reports whether there is something in a basket that another has not, or has less of.
func hasMore(cart, than *orderingv1.Cart) bool {
	had := map[string]int64{}
	for _, l := range than.GetLines() {
		had[l.GetVariantId()] = l.GetQuantity()
	}
	return slices.ContainsFunc(cart.GetLines(),
		func(l *orderingv1.CartLine) bool { return l.GetQuantity() > had[l.GetVariantId()] })
}

// PlaceOrder turns the basket into an order. The form's key makes a double click one
// order. What fails for good gets a new key; what may have worked keeps its own.
func PlaceOrder(v *web.Visit) (*web.Reply, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	torn := !web.Visible(typed.Get("key"), web.MaxKey)
	if torn {
		typed.Set("key", v.Site.NewKey())
	}
	cart, err := trade.LastCart(v)
	if err != nil {
		return nil, err
	}
	if cart == nil {
		return showThis(v, http.StatusConflict, nil,
			view.Cart{
				Alert: locale.Key(
					"The basket of that page is not here any more: it is too old, or somebody else's. Nothing was ordered."),
			})
	}
	account, err := v.WhoAmI()
	if err != nil {
		return nil, err
	}
	if account == nil && typed.Get("password") != "" && cart.GetOrderId() == "" {
		return signInMidway(v, cart, typed)
	}
	if stale := stale(v, cart, typed, torn); stale != nil {
		if len(cart.GetLines()) == 0 {
			return showThis(v, http.StatusConflict, cart,
				view.Cart{
					Alert: locale.Key(
						"Your basket is empty now, perhaps by another window. Nothing was ordered."),
				})
		}
		return showCheckout(v, web.StatusOf(stale), cart, typed, stale)
	}
	return buy(v, cart, typed)
}

// stale says why a form is torn, or not that of the visitor and the basket of now; nil where it is all right.
// What was ordered already is not stale: it leads to its order.
func stale(v *web.Visit, cart *orderingv1.Cart, typed url.Values, torn bool) *fault.Error {
	switch {
	case cart.GetOrderId() != "":
		return nil
	case torn:
		return fault.New(fault.Conflict, "stale_form",
			"This page did not arrive whole. Nothing is ordered yet: please look it over, and place the order.")
	case typed.Get("as") != v.Account.GetId() && v.Account != nil:
		return fault.Newf(fault.Conflict, "stale_form",
			"You are signed in as %s now. Nothing is ordered yet: please look this over, and place the order.", trade.CalledAs(v))
	case typed.Get("as") != v.Account.GetId():
		return fault.New(fault.Conflict, "stale_form",
			"You are not signed in any more. Nothing is ordered yet: place the order without an account, or sign in again.")
	case typed.Has("seen") && typed.Get("seen") != seenOf(cart):
		return fault.New(fault.Conflict, "stale_form",
			"Your basket has changed since this page was opened, perhaps in another window. Nothing is ordered yet: please look it over, and place the order.")
	case typed.Has("told") && typed.Get("told") != trade.ToldOf(cart):
		return fault.New(fault.Conflict, "stale_form",
			"What is said of the allergens in your basket has changed since you saw it. Nothing is ordered yet: please look it over.")
	}
	return nil
}

// seenOf tells a basket from what it was before: by what is in it, and at what price.
func seenOf(cart *orderingv1.Cart) string {
	sum := sha256.New()
	for _, l := range cart.GetLines() {
		_, _ = fmt.Fprintln(sum, l.GetVariantId(), l.GetQuantity(), l.GetTotal().GetAmount())
	}
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:9])
}

func buy(v *web.Visit, cart *orderingv1.Cart, typed url.Values) (*web.Reply, error) {
	request, err := typedCheckout(v, cart.GetId(), typed)
	if err != nil {
		return nil, err
	}
	if typed.Has("seen") && typed.Has("told") { // and is what the basket says now, see stale
		request.Shown = cart.GetShown()
	}
	answer, err := checkOutPatiently(v, request)
	if err == nil {
		if typed.Get("keep") != "" {
			keepTyped(v, request.GetContact().GetAddress())
		}
		return ordered(v, answer), nil
	}
	if fault.Away(err) { // what is away is not waited for once more
		defer v.Hurry(shownWithin)()
	}
	after, cartErr := trade.Cart(v, cart.GetId())
	if cartErr != nil {
		return nil, err
	}
	if after.GetOrderId() != "" &&
		(fault.Is(err, "cart_ordered") || fault.Is(err, "idempotency_key_reused")) {
		return web.Redirect("/orders/" + after.GetOrderId() + justOrdered), nil
	}
	f := fault.Of(err)
	switch f.Kind {
	case fault.Internal:
		return nil, err
	case fault.Unavailable, fault.Unknown, fault.Exhausted:
		// nothing comes of that attempt: paid in another way it is another one
		if f.Code == trade.NoPayments {
			typed.Set("key", v.Site.NewKey())
		}
	default:
		typed.Set("key", v.Site.NewKey())
	}
	out, err := showCheckout(v, web.StatusOf(f), after, typed, f)
	if err != nil {
		return nil, err
	}
	return out.Advising(f), nil
}

// shownWithin is how long the page of a checkout may take that could not be done because a service is away.
const shownWithin = 2 * time.Second

// justOrdered marks the address of an order's page for whoever comes from the checkout.
const justOrdered = "?new=1"

// ordered sends on to the order's page, which a guest's browser may see from now on; a member's session opens
// it anyway. The basket's cookie stays, so that who goes back is led to the order.
func ordered(v *web.Visit, answer *orderingv1.CheckoutResponse) *web.Reply {
	out := web.Redirect("/orders/" + answer.GetOrder().GetId() + justOrdered)
	if owns(v, answer.GetOrder()) {
		return out
	}
	return out.With(v.KeepLink(answer.GetOrder().GetId(), answer.GetAccessToken())...)
}

// typedCheckout is what was typed as a request. An address counts only for a delivery:
// browsers fill addresses in unasked.
func typedCheckout(v *web.Visit, cartID string, typed url.Values) (*orderingv1.CheckoutRequest, error) {
	method, token, _ := strings.Cut(typed.Get("payment"), ":")
	request := &orderingv1.CheckoutRequest{
		CartId: cartID, IdempotencyKey: typed.Get("key"), WindowId: typed.Get("window_id"),
		PaymentMethod: method, PaymentToken: token, KeepPlace: true,
		Contact: &identityv1.Contact{
			Email: typed.Get("email"), Name: typed.Get("name"),
			Phone: typed.Get("phone"), Note: typed.Get("note"),
		},
	}
	var answer *deliveryv1.GetWindowResponse
	err := v.Site.Part(v.Context(), "delivery", web.PartPatience, func(ctx context.Context) (err error) {
		answer, err = v.Site.Delivery.GetWindow(ctx, &deliveryv1.GetWindowRequest{Id: request.GetWindowId()})
		return err
	})
	if err == nil && !goesWith(answer.GetWindow(), typed) {
		request.WindowId = ""
		return request, nil
	}
	if err != nil || answer.GetWindow().GetKind() != trade.KindDelivery {
		return request, nil //nolint:nilerr // ordering says what is wrong with a window
	}
	request.Contact.Address, err = chosenAddress(v, typed)
	return request, err
}

// chosenAddress is the saved address that was chosen, or the one that was typed.
func chosenAddress(v *web.Visit, typed url.Values) (*identityv1.Address, error) {
	if saved := typed.Get("saved"); saved != "" {
		all, err := trade.Addresses(v)
		if err != nil && !fault.Away(err) { // then the page says so, beside what is missing
			return nil, err
		}
		for _, a := range all {
			if a.GetId() == saved {
				return a, nil
			}
		}
	}
	return trade.TypedAddress(typed, "address."), nil
}

// keepTyped saves an address that an order went to, unless it is saved already. The order
// stands whether or not that works.
func keepTyped(v *web.Visit, a *identityv1.Address) {
	if v.Account == nil || a == nil || a.GetId() != "" {
		return
	}
	all, err := trade.Addresses(v)
	if err == nil && slices.ContainsFunc(all, func(kept *identityv1.Address) bool {
		return trade.AddressLine(locale.Default, kept) == trade.AddressLine(locale.Default, a)
	}) {
		return
	}
	if err == nil {
		_, err = v.Site.Identity.PutAddress(v.Context(),
			&identityv1.PutAddressRequest{CustomerId: v.Account.GetId(), Address: a})
	}
	if err != nil {
		v.Site.Host.Log().WarnContext(v.Context(), "an address was not kept", "error", err)
	}
}

const (
	progressPause = 200 * time.Millisecond
	progressTries = 25
)

// checkOutPatiently waits for the outcome where the same checkout is under way already:
// a browser shows the answer to its last click only.
func checkOutPatiently(
	v *web.Visit, request *orderingv1.CheckoutRequest,
) (*orderingv1.CheckoutResponse, error) {
	for try := 1; ; try++ {
		answer, err := trade.CheckOut(v, request)
		if try == progressTries || !fault.Is(err, "in_progress") {
			return answer, err
		}
		if err := pause(v, progressPause); err != nil {
			return nil, err
		}
	}
}

// pause waits for a while, or fails when the visitor has left.
func pause(v *web.Visit, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-v.Context().Done():
		return v.Context().Err()
	}
}
