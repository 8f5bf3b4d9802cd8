package edge

import (
	"crypto/rand"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
)

func (e *edge) checkoutPage(v *visit) (*reply, error) {
	cart, err := v.ownCart()
	if err != nil {
		return nil, err
	}
	if len(cart.GetLines()) == 0 {
		return redirect("/cart"), nil
	}
	typed, err := v.known()
	if err != nil {
		return nil, err
	}
	typed.Set("key", e.newKey())
	return v.showCheckout(http.StatusOK, cart, typed, nil)
}

// newKey makes the key of one checkout.
func (e *edge) newKey() string {
	var raw [16]byte
	if _, err := io.ReadFull(e.host.Random(), raw[:]); err != nil {
		return rand.Text()
	}
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// known is what a member need not type again.
func (v *visit) known() (url.Values, error) {
	typed := url.Values{}
	account, err := v.whoami()
	if err != nil || account == nil {
		return typed, err
	}
	typed.Set("email", account.GetEmail())
	typed.Set("name", account.GetName())
	answer, err := v.edge.identity.ListAddresses(v.Context(), &identityv1.ListAddressesRequest{CustomerId: account.GetId()})
	if err != nil || len(answer.GetAddresses()) == 0 {
		return typed, err
	}
	a := answer.GetAddresses()[0]
	for name, value := range map[string]string{
		"line1": a.GetLine1(), "line2": a.GetLine2(), "postal_code": a.GetPostalCode(), "city": a.GetCity(), "region": a.GetRegion(),
	} {
		typed.Set("address."+name, value)
	}
	return typed, nil
}

// showCheckout shows the form with all that was typed, and what is wrong beside each field.
func (v *visit) showCheckout(status int, cart *orderingv1.Cart, typed url.Values, problem *fault.Error) (*reply, error) {
	in, err := v.edge.place(v.Context(), cart.GetMarket())
	if err != nil {
		return nil, err
	}
	wrong := map[string]string{}
	model := page.Checkout{Frame: v.edge.frame("Check out", in), Key: typed.Get("key"), SignedIn: v.account != nil}
	if problem != nil {
		wrong, model.Alert = fieldsOf(problem), problem.Message
	}
	model.Total = in.money(cart.GetTotal())
	for _, l := range cart.GetLines() {
		line := shownLine(in, l)
		line.Note = wrong[l.GetVariantId()]
		model.Lines = append(model.Lines, line)
	}
	model.Person, model.Address = personInputs(typed, wrong), addressInputs(typed, wrong)
	model.Note, model.NoteWrong = typed.Get("note"), wrong["note"]
	model.SlotWrong, model.PayWrong = wrong["window_id"], wrong["payment"]+wrong["payment.method"]+wrong["payment.token"]
	if model.Pickups, model.Deliveries, err = v.slots(in, typed.Get("window_id")); err != nil {
		return nil, err
	}
	if model.Payments, err = v.payments(typed.Get("payment")); err != nil {
		return nil, err
	}
	return render(v.Context(), status, page.CheckoutPage(model))
}

func personInputs(typed url.Values, wrong map[string]string) []page.Input {
	return []page.Input{
		input(typed, wrong, page.Input{Name: "name", Label: "Name", Type: "text", Autocomplete: "name", MaxLength: "200", Required: true}),
		input(typed, wrong, page.Input{Name: "email", Label: "E-mail", Type: "email", Autocomplete: "email", MaxLength: "254", Required: true}),
		input(typed, wrong, page.Input{Name: "phone", Label: "Phone", Type: "tel", Autocomplete: "tel", MaxLength: "40"}),
	}
}

func addressInputs(typed url.Values, wrong map[string]string) []page.Input {
	inputs := []page.Input{
		{Name: "address.line1", Label: "Street and number", Autocomplete: "address-line1", MaxLength: "200"},
		{Name: "address.line2", Label: "Flat, floor, company", Autocomplete: "address-line2", MaxLength: "200"},
		{Name: "address.postal_code", Label: "Postal code", Autocomplete: "postal-code", MaxLength: "20"},
		{Name: "address.city", Label: "Town", Autocomplete: "address-level2", MaxLength: "100"},
		{Name: "address.region", Label: "State or region", Autocomplete: "address-level1", MaxLength: "100"},
	}
	for i := range inputs {
		inputs[i].Type = "text"
		inputs[i] = input(typed, wrong, inputs[i])
	}
	if wrong["address"] != "" {
		inputs[0].Wrong = wrong["address"]
	}
	return inputs
}

func input(typed url.Values, wrong map[string]string, i page.Input) page.Input {
	i.Value, i.Wrong = typed.Get(i.Name), wrong[i.Name]
	return i
}

// shownWindows is how many windows there are to choose from.
const shownWindows = 60

// slots are the windows that still take orders.
func (v *visit) slots(in *place, chosen string) (pickups, deliveries []page.Slot, err error) {
	windows, err := v.openWindows(in)
	if err != nil {
		return nil, nil, err
	}
	for _, w := range windows {
		slot := page.Slot{
			ID: w.GetId(), When: in.span(w.GetStartsAt(), w.GetEndsAt()), Place: w.GetPlace(), Full: w.GetRemaining() <= 0, Chosen: w.GetId() == chosen,
		}
		if w.GetFee().GetAmount() > 0 {
			slot.Fee = in.money(w.GetFee())
		}
		if slot.Full {
			slot.Note = "Full"
		}
		if w.GetKind() == kindDelivery {
			deliveries = append(deliveries, slot)
		} else {
			pickups = append(pickups, slot)
		}
	}
	return pickups, deliveries, nil
}

const kindDelivery = "delivery"

// payments are the ways to pay; the first is chosen unless another was.
func (v *visit) payments(chosen string) ([]page.Pay, error) {
	answer, err := v.edge.payments.Methods(v.Context(), &paymentsv1.MethodsRequest{})
	if err != nil {
		return nil, err
	}
	var ways []page.Pay
	for _, method := range answer.GetMethods() {
		switch method {
		case "test":
			ways = append(ways, page.Pay{Value: "test:ok", Label: "A test card"}, page.Pay{Value: "test:declined", Label: "A test card that is declined"})
		case "pickup":
			ways = append(ways, page.Pay{Value: "pickup", Label: "When I get it"})
		}
	}
	for i := range ways {
		ways[i].Chosen = ways[i].Value == chosen || (chosen == "" && i == 0)
	}
	return ways, nil
}

// placeOrder turns the basket into an order. The form's key makes a double click one
// order. What fails for good gets a new key; what may have worked keeps its own.
func (e *edge) placeOrder(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	cartID := e.jar.read(v.Request, cartCookie)
	if cartID == "" {
		return redirect("/cart"), nil
	}
	if !visible(typed.Get("key"), 128) {
		return nil, errBadKey
	}
	answer, err := v.checkOutPatiently(v.typedCheckout(cartID, typed))
	if err == nil {
		return e.ordered(answer), nil
	}
	cart, cartErr := v.cart(cartID)
	if cartErr != nil {
		return nil, err
	}
	if cart.GetOrderId() != "" && (fault.Is(err, "cart_ordered") || fault.Is(err, "idempotency_key_reused")) {
		return redirect("/orders/" + cart.GetOrderId()), nil
	}
	f := fault.Of(err)
	switch f.Kind {
	case fault.Internal:
		return nil, err
	case fault.Unavailable, fault.Unknown, fault.Exhausted:
	default:
		typed.Set("key", e.newKey())
	}
	out, err := v.showCheckout(statusOf(f), cart, typed, f)
	if err != nil {
		return nil, err
	}
	return out.advising(f), nil
}

// ordered sends on to the order's page, which the browser may see from now on.
func (e *edge) ordered(answer *orderingv1.CheckoutResponse) *reply {
	at := "/orders/" + answer.GetOrder().GetId()
	out := redirect(at)
	out.cookies = []*http.Cookie{e.jar.make(orderCookie, answer.GetAccessToken(), at, orderLives), e.jar.drop(cartCookie)}
	return out
}

// typedCheckout is what was typed as a request. An address counts only for a delivery:
// browsers fill addresses in unasked.
func (v *visit) typedCheckout(cartID string, typed url.Values) *orderingv1.CheckoutRequest {
	method, token, _ := strings.Cut(typed.Get("payment"), ":")
	request := &orderingv1.CheckoutRequest{
		CartId: cartID, IdempotencyKey: typed.Get("key"), WindowId: typed.Get("window_id"), PaymentMethod: method, PaymentToken: token,
		Contact: &identityv1.Contact{Email: typed.Get("email"), Name: typed.Get("name"), Phone: typed.Get("phone"), Note: typed.Get("note")},
	}
	answer, err := v.edge.delivery.GetWindow(v.Context(), &deliveryv1.GetWindowRequest{Id: request.GetWindowId()})
	if err == nil && answer.GetWindow().GetKind() == kindDelivery {
		request.Contact.Address = &identityv1.Address{
			Line1: typed.Get("address.line1"), Line2: typed.Get("address.line2"), PostalCode: typed.Get("address.postal_code"),
			City: typed.Get("address.city"), Region: typed.Get("address.region"),
		}
	}
	return request
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
		select {
		case <-time.After(progressPause):
		case <-v.Context().Done():
			return nil, v.Context().Err()
		}
	}
}
