package operator_test

import (
	"net/http"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

func TestAnOrdersLifeSaysWhoCancelledIt(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Order = func(o *orderingv1.Order) {
		o.Status = state.OrderCancelled
		o.Steps = append(o.Steps, &orderingv1.Step{
			Status: state.OrderCancelled, At: edgetest.HappenedAt,
			ActorKind: "operator", ActorId: "acc_x_4",
		})
	}
	s.AsOperator(t, "/operator/orders/"+edgetest.PlacedOrder, nil).Says(t, http.StatusOK,
		"Cancelled by op@example.org Nov 21, 2026, 9:00 AM")
}
