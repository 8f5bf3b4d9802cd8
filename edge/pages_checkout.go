package edge

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/locale"
)

// checkoutPage is the form that makes an order of the basket.
func (e *site) checkoutPage(v *visit) (*reply, error) {
	cart, err := v.lastCart()
	if err != nil {
		return nil, err
	}
	if cart.GetOrderId() != "" {
		return redirect("/orders/" + cart.GetOrderId()), nil
	}
	if len(cart.GetLines()) == 0 {
		return redirect("/cart"), nil
	}
	typed := url.Values{"key": {e.newKey()}}
	if err := v.addKnown(typed); err != nil {
		return nil, err
	}
	return v.showCheckout(http.StatusOK, cart, typed, nil)
}

// newKey makes the key of one checkout.
func (e *site) newKey() string {
	var raw [16]byte
	if _, err := io.ReadFull(e.host.Random(), raw[:]); err != nil {
		return rand.Text()
	}
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// addKnown fills in what a member need not type again, and what is not typed already.
func (v *visit) addKnown(typed url.Values) error {
	account, err := v.whoami()
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

// checkoutAgain shows the form again without ordering: with the sums of another window, or
// for somebody who signs in midway. Nothing that was typed gets lost by that.
func (e *site) checkoutAgain(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	cart, err := v.ownCart()
	if err != nil {
		return nil, err
	}
	if len(cart.GetLines()) == 0 {
		return redirect("/cart"), nil
	}
	if typed.Get("password") != "" {
		return v.signInMidway(cart, typed)
	}
	return v.showCheckout(http.StatusOK, cart, typed, nil)
}

// signInMidway signs in from the checkout, and goes on with the same form. Who has a second factor shows it first, on its own page.
func (v *visit) signInMidway(cart *orderingv1.Cart, typed url.Values) (*reply, error) {
	answer, err := v.site.identity.SignIn(v.Context(), &identityv1.SignInRequest{Email: typed.Get("email"), Password: typed.Get("password"), Device: v.device()})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		typed.Set("do", "sign-in")
		out, err := v.showCheckout(statusOf(f), cart, typed, fault.New(f.Kind, f.Code, f.Message, fault.Field{Name: "password", Message: f.Message}))
		if err != nil {
			return nil, err
		}
		return out.advising(f), nil
	}
	if answer.GetPendingToken() != "" {
		return v.pending(answer.GetPendingToken(), answer.GetFactors(), "/checkout"), nil
	}
	if err := v.hold(answer.GetSessionToken()); err != nil {
		return nil, err
	}
	if err := v.addKnown(typed); err != nil {
		return nil, err
	}
	out, err := v.goOnAsMember(cart, typed)
	if err != nil { // the guest's basket is the member's by now, so the session is not lost with the page
		v.site.host.Log().WarnContext(v.Context(), "a checkout goes on anew after signing in", "error", err)
		out = redirect("/checkout")
	}
	return out.with(v.session(answer.GetSessionToken(), answer.GetExpiresAt())).with(v.known(answer.GetDeviceToken())...), nil
}

// goOnAsMember shows the form for the member's own basket, which a guest's is part of by now, and says where there is more in it.
func (v *visit) goOnAsMember(cart *orderingv1.Cart, typed url.Values) (*reply, error) {
	own, err := v.ownCart()
	if err != nil {
		return nil, err
	}
	if len(own.GetLines()) == 0 {
		return redirect("/checkout"), nil
	}
	if hasMore(own, cart) {
		typed.Set("joined", "1")
	}
	return v.showCheckout(http.StatusOK, own, typed, nil)
}

// hasMore reports whether there is something in a basket that another has not, or has less of.
func hasMore(cart, than *orderingv1.Cart) bool {
	had := map[string]int64{}
	for _, l := range than.GetLines() {
		had[l.GetVariantId()] = l.GetQuantity()
	}
	return slices.ContainsFunc(cart.GetLines(), func(l *orderingv1.CartLine) bool { return l.GetQuantity() > had[l.GetVariantId()] })
}

// placeOrder turns the basket into an order. The form's key makes a double click one
// order. What fails for good gets a new key; what may have worked keeps its own.
func (e *site) placeOrder(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	torn := !visible(typed.Get("key"), maxKey)
	if torn {
		typed.Set("key", e.newKey())
	}
	cart, err := v.lastCart()
	if err != nil {
		return nil, err
	}
	if cart == nil {
		return v.showThis(http.StatusConflict, nil, page.Cart{Alert: locale.Key("The basket of that page is not here any more: it is too old, or somebody else's. Nothing was ordered.")})
	}
	account, err := v.whoami()
	if err != nil {
		return nil, err
	}
	if account == nil && typed.Get("password") != "" && cart.GetOrderId() == "" {
		return v.signInMidway(cart, typed)
	}
	if stale := v.stale(cart, typed, torn); stale != nil {
		if len(cart.GetLines()) == 0 {
			return v.showThis(http.StatusConflict, cart, page.Cart{Alert: locale.Key("Your basket is empty now, perhaps by another window. Nothing was ordered.")})
		}
		return v.showCheckout(statusOf(stale), cart, typed, stale)
	}
	return v.buy(cart, typed)
}

// stale says why a form is torn, or not that of the visitor and the basket of now; nil where it is all right. What was
// ordered already is not stale: it leads to its order.
func (v *visit) stale(cart *orderingv1.Cart, typed url.Values, torn bool) *fault.Error {
	switch {
	case cart.GetOrderId() != "":
		return nil
	case torn:
		return fault.New(fault.Conflict, "stale_form", "This page did not arrive whole. Nothing is ordered yet: please look it over, and place the order.")
	case typed.Get("as") != v.account.GetId() && v.account != nil:
		return fault.Newf(fault.Conflict, "stale_form", "You are signed in as %s now. Nothing is ordered yet: please look this over, and place the order.", v.calledAs())
	case typed.Get("as") != v.account.GetId():
		return fault.New(fault.Conflict, "stale_form", "You are not signed in any more. Nothing is ordered yet: place the order without an account, or sign in again.")
	case typed.Has("seen") && typed.Get("seen") != seenOf(cart):
		return fault.New(fault.Conflict, "stale_form", "Your basket has changed since this page was opened, perhaps in another window. Nothing is ordered yet: please look it over, and place the order.")
	case typed.Has("told") && typed.Get("told") != toldOf(cart):
		return fault.New(fault.Conflict, "stale_form", "What is said of the allergens in your basket has changed since you saw it. Nothing is ordered yet: please look it over.")
	}
	return nil
}

// calledAs is how a member is called.
func (v *visit) calledAs() string { return cmp.Or(v.account.GetName(), v.account.GetEmail()) }

// seenOf tells a basket from what it was before: by what is in it, and at what price.
func seenOf(cart *orderingv1.Cart) string {
	sum := sha256.New()
	for _, l := range cart.GetLines() {
		_, _ = fmt.Fprintln(sum, l.GetVariantId(), l.GetQuantity(), l.GetTotal().GetAmount())
	}
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:9])
}

func (v *visit) buy(cart *orderingv1.Cart, typed url.Values) (*reply, error) {
	request, err := v.typedCheckout(cart.GetId(), typed)
	if err != nil {
		return nil, err
	}
	if typed.Has("seen") && typed.Has("told") { // and is what the basket says now, see stale
		request.Shown = cart.GetShown()
	}
	answer, err := v.checkOutPatiently(request)
	if err == nil {
		if typed.Get("keep") != "" {
			v.keepTyped(request.GetContact().GetAddress())
		}
		return v.ordered(answer), nil
	}
	after, cartErr := v.cart(cart.GetId())
	if cartErr != nil {
		return nil, err
	}
	if after.GetOrderId() != "" && (fault.Is(err, "cart_ordered") || fault.Is(err, "idempotency_key_reused")) {
		return redirect("/orders/" + after.GetOrderId() + justOrdered), nil
	}
	f := fault.Of(err)
	switch f.Kind {
	case fault.Internal:
		return nil, err
	case fault.Unavailable, fault.Unknown, fault.Exhausted:
	default:
		typed.Set("key", v.site.newKey())
	}
	out, err := v.showCheckout(statusOf(f), after, typed, f)
	if err != nil {
		return nil, err
	}
	return out.advising(f), nil
}

// justOrdered marks the address of an order's page for whoever comes from the checkout.
const justOrdered = "?new=1"

// ordered sends on to the order's page, which a guest's browser may see from now on; a member's session opens it anyway. The
// basket's cookie stays, so that who goes back is led to the order.
func (v *visit) ordered(answer *orderingv1.CheckoutResponse) *reply {
	out := redirect("/orders/" + answer.GetOrder().GetId() + justOrdered)
	if v.owns(answer.GetOrder()) {
		return out
	}
	return out.with(v.keepLink(answer.GetOrder().GetId(), answer.GetAccessToken())...)
}

// typedCheckout is what was typed as a request. An address counts only for a delivery:
// browsers fill addresses in unasked.
func (v *visit) typedCheckout(cartID string, typed url.Values) (*orderingv1.CheckoutRequest, error) {
	method, token, _ := strings.Cut(typed.Get("payment"), ":")
	request := &orderingv1.CheckoutRequest{
		CartId: cartID, IdempotencyKey: typed.Get("key"), WindowId: typed.Get("window_id"), PaymentMethod: method, PaymentToken: token, KeepPlace: true,
		Contact: &identityv1.Contact{Email: typed.Get("email"), Name: typed.Get("name"), Phone: typed.Get("phone"), Note: typed.Get("note")},
	}
	answer, err := v.site.delivery.GetWindow(v.Context(), &deliveryv1.GetWindowRequest{Id: request.GetWindowId()})
	if err == nil && !goesWith(answer.GetWindow(), typed) {
		request.WindowId = ""
		return request, nil
	}
	if err != nil || answer.GetWindow().GetKind() != kindDelivery {
		return request, nil //nolint:nilerr // ordering says what is wrong with a window
	}
	request.Contact.Address, err = v.chosenAddress(typed)
	return request, err
}

// chosenAddress is the saved address that was chosen, or the one that was typed.
func (v *visit) chosenAddress(typed url.Values) (*identityv1.Address, error) {
	if saved := typed.Get("saved"); saved != "" {
		all, err := v.addresses()
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			if a.GetId() == saved {
				return a, nil
			}
		}
	}
	return typedAddress(typed, "address."), nil
}

// typedAddress is an address as it was typed.
func typedAddress(typed url.Values, prefix string) *identityv1.Address {
	return &identityv1.Address{
		Line1: typed.Get(prefix + "line1"), Line2: typed.Get(prefix + "line2"), PostalCode: typed.Get(prefix + "postal_code"),
		City: typed.Get(prefix + "city"), Region: typed.Get(prefix + "region"),
	}
}

// keepTyped saves an address that an order went to, unless it is saved already. The order
// stands whether or not that works.
func (v *visit) keepTyped(a *identityv1.Address) {
	if v.account == nil || a == nil || a.GetId() != "" {
		return
	}
	all, err := v.addresses()
	if err == nil && slices.ContainsFunc(all, func(kept *identityv1.Address) bool {
		return addressLine(locale.Default, kept) == addressLine(locale.Default, a)
	}) {
		return
	}
	if err == nil {
		_, err = v.site.identity.PutAddress(v.Context(), &identityv1.PutAddressRequest{CustomerId: v.account.GetId(), Address: a})
	}
	if err != nil {
		v.site.host.Log().WarnContext(v.Context(), "an address was not kept", "error", err)
	}
}

const (
	progressPause = 200 * time.Millisecond
	progressTries = 25
)

// checkOutPatiently waits for the outcome where the same checkout is under way already:
// a browser shows the answer to its last click only.
func (v *visit) checkOutPatiently(request *orderingv1.CheckoutRequest) (*orderingv1.CheckoutResponse, error) {
	for try := 1; ; try++ {
		answer, err := v.checkOut(request)
		if try == progressTries || !fault.Is(err, "in_progress") {
			return answer, err
		}
		if err := v.pause(progressPause); err != nil {
			return nil, err
		}
	}
}

// pause waits for a while, or fails when the visitor has left.
func (v *visit) pause(d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-v.Context().Done():
		return v.Context().Err()
	}
}
