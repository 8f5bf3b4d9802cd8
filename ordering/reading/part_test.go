package reading_test

import (
	"strings"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

// TestAMakerSeesHerPartsTotalOnly asks for an order of two makers in every way that one of them can.
func TestAMakerSeesHerPartsTotalOnly(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.Producer("Dairy"), s.Producer("Bakery")
		window := s.Window(2).GetId()
		bought := s.Order(window, want{s.Product(dairy, "Gouda", "weight", 2000), 1000},
			want{s.Product(bakery, "Rye", "each", 700), 3000}).GetOrder()
		for _, to := range []string{order.PartAccepted, order.PartPacked, order.PartReady} {
			s.Advance(bought, bakery, to)
		}
		viewer := &orderingv1.Viewer{ProducerIds: []string{dairy}}
		got, err := s.GetOrder(s.Context(), &orderingv1.GetOrderRequest{Id: bought.GetId(), Viewer: viewer})
		s.Must(err)
		listed, err := s.ListOrders(s.Context(), &orderingv1.ListOrdersRequest{ProducerId: dairy})
		s.Must(err)
		packed, err := s.PackList(s.Context(),
			&orderingv1.PackListRequest{ProducerId: dairy, WindowId: window})
		s.Must(err)
		watched, err := s.Watch(s.Context(), bought.GetId(), viewer).Receive()
		s.Must(err)
		advanced, err := s.AdvancePart(s.Context(), &orderingv1.AdvancePartRequest{
			OrderId: bought.GetId(),
			PartId:  got.GetOrder().GetParts()[0].GetId(), To: order.PartAccepted, Viewer: viewer,
		})
		s.Must(err)
		for how, o := range map[string]*orderingv1.Order{
			"one": got.GetOrder(), "a list": listed.GetOrders()[0], "a pack list": packed.GetOrders()[0],
			"a watch": watched.GetOrder(), "a step": advanced.GetOrder(),
		} {
			if o.GetTotal().GetAmount() != 2000 || o.GetAuthorised().GetAmount() != 2200 ||
				o.GetFee().GetAmount() != 0 || !o.GetPartOnly() {
				s.Errorf("%s: the total is %v, at most %v, the fee %v", how, o.GetTotal(), o.GetAuthorised(),
					o.GetFee())
			}
			if text := o.String(); strings.Contains(text, "Rye") || strings.Contains(text, "Bakery") ||
				strings.Contains(text, bakery) {
				s.Errorf("%s tells of the other maker: %s", how, text)
			}
		}
		whole, err := s.GetOrder(s.Context(),
			&orderingv1.GetOrderRequest{Id: bought.GetId(), Viewer: operator})
		s.Must(err)
		if o := whole.GetOrder(); o.GetTotal().GetAmount() != 4100 || o.GetPartOnly() ||
			len(o.GetSteps()) < 5 {
			s.Errorf("the operator sees %v", o)
		}
	})
}
