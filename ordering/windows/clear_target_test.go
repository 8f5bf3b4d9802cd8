package windows_test

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

func TestNothingIsMovedOntoAMakersHoliday(t *testing.T) {
	each(t, func(s *shop) {
		dairy, farm := s.Producer("Dairy"), s.Producer("Farm")
		gouda, leek := s.Product(dairy, "Gouda", "each", 1250), s.Product(farm, "Leek", "each", 300)
		window, other := s.Window(2), s.Window(4)
		away, here := s.Order(window.GetId(), want{gouda, 1000}, want{leek, 1000}).GetOrder(),
			s.Order(window.GetId(), want{leek, 1000}).GetOrder()
		s.Terms(dairy, 0, 4)
		s.Clear(orderingtest.Flood(window.GetId(), other.GetId(), "form-1"))
		got := s.Cleared(window.GetId())
		if got.GetStay() != 1 || got.GetStayed()[0].GetOrderId() != away.GetId() ||
			!strings.Contains(got.GetStayed()[0].GetMessage(), "Dairy is on holiday") {
			s.Errorf("it came to %v", got)
		}
		if s.Get(away.GetId()).GetWindowId() != window.GetId() ||
			s.Get(here.GetId()).GetWindowId() != other.GetId() {
			s.Error("the wrong one is moved")
		}
	})
}
