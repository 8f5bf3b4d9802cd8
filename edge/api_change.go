package edge

import (
	"net/http"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

// maxOrdered is how many lines a request may want; ordering says how many an order may have.
const maxOrdered = 200

// putOrder makes an order another: what is sent is all that it is to have.
func (e *site) putOrder(v *visit) (*reply, error) {
	key, err := v.idempotencyKey()
	if err != nil {
		return nil, err
	}
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	request := changeRequest(in)
	if err := in.done(); err != nil {
		return nil, err
	}
	request.Id, request.IdempotencyKey = v.PathValue("id"), key
	answer, err := v.changeOrder(request)
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, orderToJSON(answer.GetOrder(), ""))
}

func changeRequest(in *object) *orderingv1.ChangeOrderRequest {
	request := &orderingv1.ChangeOrderRequest{Version: in.whole("version", "This must be a whole number."), WindowId: in.text("window_id", maxText)}
	for _, line := range in.list("lines", maxOrdered) {
		request.Lines = append(request.Lines, &orderingv1.WantedLine{VariantId: line.need("variant_id", 128), Quantity: line.quantity()})
		line.close()
	}
	if payment := in.child("payment"); payment != nil {
		request.PaymentToken = payment.text("token", maxText)
		payment.close()
	}
	if total := in.child("expected_total"); total != nil {
		request.ExpectedTotal = money.New(total.minor("amount"), total.need("currency", 3)).Proto()
		total.close()
	}
	return request
}

// changeOrder changes an order for the visitor, or only looks at what that would make of it.
func (v *visit) changeOrder(request *orderingv1.ChangeOrderRequest) (*orderingv1.ChangeOrderResponse, error) {
	viewer, err := v.viewer()
	if err != nil {
		return nil, err
	}
	request.Viewer = viewer
	answer, err := v.site.ordering.ChangeOrder(v.Context(), request)
	return answer, asSent(err)
}
