package ordering

import (
	"strings"
	"testing"
)

func TestNothingIsMovedOntoAMakersHoliday(t *testing.T) {
	each(t, func(s *shop) {
		dairy, farm := s.producer("Dairy"), s.producer("Farm")
		gouda, leek := s.product(dairy, "Gouda", "each", 1250), s.product(farm, "Leek", "each", 300)
		window, other := s.window(2), s.window(4)
		away, here := s.order(window.GetId(), want{gouda, 1000}, want{leek, 1000}).GetOrder(),
			s.order(window.GetId(), want{leek, 1000}).GetOrder()
		s.terms(dairy, 0, 4)
		s.clear(flood(window.GetId(), other.GetId(), "form-1"))
		got := s.cleared(window.GetId())
		if got.GetStay() != 1 || got.GetStayed()[0].GetOrderId() != away.GetId() ||
			!strings.Contains(got.GetStayed()[0].GetMessage(), "Dairy is on holiday") {
			s.Errorf("it came to %v", got)
		}
		if s.get(away.GetId()).GetWindowId() != window.GetId() ||
			s.get(here.GetId()).GetWindowId() != other.GetId() {
			s.Error("the wrong one is moved")
		}
	})
}
