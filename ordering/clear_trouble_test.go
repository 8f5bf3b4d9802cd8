package ordering

import (
	"strings"
	"testing"
)

func TestOrdersThatStayInACancelledWindowAreATrouble(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.producer("Dairy")
		gouda, window := s.product(dairy, "Gouda", "each", 1250), s.window(2)
		for range 2 {
			s.advance(s.order(window.GetId(), want{gouda, 1000}).GetOrder(), dairy, "packed")
		}
		s.order(window.GetId(), want{gouda, 1000})
		s.clear(flood(window.GetId(), "", "form-1"))
		s.cleared(window.GetId())
		found, err := s.service.stayedOrders(s.Context())
		if s.must(err); len(found) != 1 || found[0].About != window.GetId() || found[0].Since.IsZero() ||
			!strings.HasPrefix(found[0].What, "2 orders stay in this window") {
			s.Fatalf("the operator is told %v", found)
		}
		s.exec("UPDATE orders SET status = 'done' WHERE window_id = $1", window.GetId())
		if found, err = s.service.stayedOrders(s.Context()); err != nil || len(found) != 0 {
			s.Errorf("once they are handed over the operator is told %v, %v", found, err)
		}
	})
}
