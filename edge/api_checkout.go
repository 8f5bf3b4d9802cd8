package edge

import (
	"errors"
	"net/http"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// maxText bounds a text of a request, in characters. What fits where is said by the services.
const maxText = 2000

// maxKey bounds a key that makes a request safe to send again.
const maxKey = 128

var (
	errNoKey  = fault.New(fault.Invalid, "idempotency_key_required", "Send an Idempotency-Key header of 1 to 128 visible characters, a new one for each thing you want done.")
	errBadKey = fault.New(fault.Invalid, "idempotency_key_invalid", "An Idempotency-Key has 1 to 128 visible characters.")
)

// idempotencyKey is the header that makes a request safe to send again.
func (v *visit) idempotencyKey() (string, error) {
	key := v.Header.Get("Idempotency-Key")
	if key == "" {
		return "", errNoKey
	}
	if !visible(key, maxKey) {
		return "", errBadKey
	}
	return key, nil
}

// checkOut places the order of a basket. The Idempotency-Key makes it safe to send again.
func (e *site) checkOut(v *visit) (*reply, error) {
	key, err := v.idempotencyKey()
	if err != nil {
		return nil, err
	}
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	request := checkoutRequest(in)
	if err := in.done(); err != nil {
		return nil, err
	}
	request.CartId, request.IdempotencyKey = v.PathValue("id"), key
	answer, err := v.checkOut(request)
	if err != nil {
		return nil, err
	}
	status := http.StatusCreated
	if answer.GetOrder().GetStatus() == statusAwaiting {
		status = http.StatusAccepted
	}
	out, err := jsonReply(status, orderToJSON(answer.GetOrder(), answer.GetAccessToken()))
	if err != nil {
		return nil, err
	}
	return out.set("Location", "/api/v1/orders/"+answer.GetOrder().GetId()), nil
}

func checkoutRequest(in *object) *orderingv1.CheckoutRequest {
	request := &orderingv1.CheckoutRequest{
		Contact: &identityv1.Contact{
			Email: in.need("email", maxText), Name: in.need("name", maxText), Phone: in.text("phone", maxText), Note: in.prose("note", maxText),
		},
		WindowId: in.need("window_id", maxText), Shown: in.text("shown", maxText),
	}
	if address := in.child("address"); address != nil {
		request.Contact.Address = addressFrom(address)
		address.close()
	}
	if payment := in.child("payment"); payment != nil {
		request.PaymentMethod, request.PaymentToken = payment.need("method", maxText), payment.text("token", maxText)
		payment.close()
	} else {
		in.fail("payment", "This is required.")
	}
	return request
}

func addressFrom(in *object) *identityv1.Address {
	return &identityv1.Address{
		Line1: in.text("line1", maxText), Line2: in.text("line2", maxText), PostalCode: in.text("postal_code", maxText),
		City: in.text("city", maxText), Region: in.text("region", maxText), Country: in.text("country", maxText),
	}
}

// checkOut places the order of a cart for the visitor.
func (v *visit) checkOut(request *orderingv1.CheckoutRequest) (*orderingv1.CheckoutResponse, error) {
	viewer, err := v.viewer()
	if err != nil {
		return nil, err
	}
	request.Viewer = viewer
	if v.account == nil {
		request.Links = v.proofs()
	}
	answer, err := v.site.ordering.Checkout(v.Context(), request)
	return answer, asSent(err)
}

// asSent names a field as it is called in the request of a checkout.
func asSent(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || !slices.ContainsFunc(f.Fields, func(field fault.Field) bool { return field.Name == "token" }) {
		return err
	}
	renamed := *f
	renamed.Fields = slices.Clone(f.Fields)
	for i := range renamed.Fields {
		if renamed.Fields[i].Name == "token" {
			renamed.Fields[i].Name = "payment.token"
		}
	}
	return &renamed
}
