package api

import (
	"net/http"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

// maxOrdered is how many lines a request may want; ordering says how many an order may have.
const maxOrdered = 200

// PutOrder makes an order another: what is sent is all that it is to have.
func PutOrder(v *web.Visit) (*web.Reply, error) {
	request, key, err := keyed(v, changeRequest)
	if err != nil {
		return nil, err
	}
	request.Id, request.IdempotencyKey = v.Request.PathValue("id"), key
	answer, err := trade.ChangeOrder(v, request)
	if err != nil {
		return nil, err
	}
	return web.JSON(http.StatusOK, orderToJSON(answer.GetOrder(), ""))
}

func changeRequest(in *input.Object) *orderingv1.ChangeOrderRequest {
	request := &orderingv1.ChangeOrderRequest{
		Version:  in.Whole("version", "This must be a whole number."),
		WindowId: in.Text("window_id", web.MaxText),
	}
	for _, line := range in.List("lines", maxOrdered) {
		request.Lines = append(request.Lines, &orderingv1.WantedLine{
			VariantId: line.Need("variant_id", 128),
			Quantity:  line.Quantity(),
		})
		line.Close()
	}
	if payment := in.Child("payment"); payment != nil {
		request.PaymentToken = payment.Text("token", web.MaxText)
		payment.Close()
	}
	if total := in.Child("expected_total"); total != nil {
		request.ExpectedTotal = money.New(total.Minor("amount"), total.Need("currency", 3)).Proto()
		total.Close()
	}
	return request
}
