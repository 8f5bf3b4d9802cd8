package api

import (
	"net/http"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/id"
)

var (
	errNoKey = fault.New(fault.Invalid, "idempotency_key_required",
		"Send an Idempotency-Key header of 1 to 128 visible characters, a new one for each thing you want done.")
	errBadKey = fault.New(fault.Invalid, "idempotency_key_invalid",
		"An Idempotency-Key has 1 to 128 visible characters.")
)

// idempotencyKey is the header that makes a request safe to send again.
func idempotencyKey(v *web.Visit) (string, error) {
	key := v.Request.Header.Get("Idempotency-Key")
	if key == "" {
		return "", errNoKey
	}
	if !web.Visible(key, web.MaxKey) {
		return "", errBadKey
	}
	return key, nil
}

// keyed reads a request that is safe to send again: its document, and its Idempotency-Key.
func keyed[T any](v *web.Visit, read func(*input.Object) T) (request T, key string, err error) {
	if key, err = idempotencyKey(v); err != nil {
		return request, "", err
	}
	in, err := v.Object()
	if err != nil {
		return request, "", err
	}
	request = read(in)
	return request, key, in.Done()
}

// CheckOut places the order of a basket. The Idempotency-Key makes it safe to send again.
func CheckOut(v *web.Visit) (*web.Reply, error) {
	request, key, err := keyed(v, CheckoutRequest)
	if err != nil {
		return nil, err
	}
	request.CartId, request.IdempotencyKey = v.Request.PathValue("id"), key
	answer, err := trade.CheckOut(v, request)
	if fault.Is(err, trade.NoPayments) {
		return web.ProblemReply(fault.Of(err), payInstead(v, request)...), nil
	}
	if err != nil {
		return nil, err
	}
	status := http.StatusCreated
	if answer.GetOrder().GetStatus() == state.OrderAwaitingConfirmation {
		status = http.StatusAccepted
	}
	out, err := web.JSON(status, orderToJSON(answer.GetOrder(), answer.GetAccessToken()))
	if err != nil {
		return nil, err
	}
	return out.Set("Location", "/api/v1/orders/"+answer.GetOrder().GetId()), nil
}

// payInstead are the methods by which a market takes an order while payments cannot be reached: none where it
// does not, or where the order is to be brought.
func payInstead(v *web.Visit, r *orderingv1.CheckoutRequest) []string {
	market, err := id.Market(id.Window, r.GetWindowId())
	if err != nil || r.GetPaymentMethod() == trade.MethodPickup || !trade.TakesWithoutPayments(v, market) {
		return nil
	}
	answer, err := v.Site.Delivery.GetWindow(v.Context(), &deliveryv1.GetWindowRequest{Id: r.GetWindowId()})
	if err != nil || answer.GetWindow().GetKind() == trade.KindDelivery {
		return nil
	}
	return []string{trade.MethodPickup}
}

// CheckoutRequest reads what an order is to have.
func CheckoutRequest(in *input.Object) *orderingv1.CheckoutRequest {
	request := &orderingv1.CheckoutRequest{
		Contact: &identityv1.Contact{
			Email: in.Need("email", web.MaxText), Name: in.Need("name", web.MaxText),
			Phone: in.Text("phone", web.MaxText), Note: in.Prose("note", web.MaxText),
		},
		WindowId: in.Need("window_id", web.MaxText), Shown: in.Text("shown", web.MaxText),
	}
	if address := in.Child("address"); address != nil {
		request.Contact.Address = addressFrom(address)
		address.Close()
	}
	if payment := in.Child("payment"); payment != nil {
		request.PaymentMethod, request.PaymentToken = payment.Need("method", web.MaxText),
			payment.Text("token", web.MaxText)
		payment.Close()
	} else {
		in.Fail("payment", "This is required.")
	}
	return request
}

func addressFrom(in *input.Object) *identityv1.Address {
	return &identityv1.Address{
		Line1: in.Text("line1", web.MaxText), Line2: in.Text("line2", web.MaxText),
		PostalCode: in.Text("postal_code", web.MaxText),
		City:       in.Text("city", web.MaxText), Region: in.Text("region", web.MaxText),
		Country: in.Text("country", web.MaxText),
	}
}
