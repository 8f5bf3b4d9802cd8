package windows_test

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

func TestOrdersThatStayInACancelledWindowAreATrouble(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		gouda, window := s.Product(dairy, "Gouda", "each", 1250), s.Window(2)
		for range 2 {
			s.Advance(s.Order(window.GetId(), want{gouda, 1000}).GetOrder(), dairy, "packed")
		}
		s.Order(window.GetId(), want{gouda, 1000})
		s.Clear(orderingtest.Flood(window.GetId(), "", "form-1"))
		s.Cleared(window.GetId())
		found := hosttest.Troubles(s.T, s.Process, "ordering")
		if len(found) != 1 || found[0].GetAbout() != window.GetId() || found[0].GetSince() == 0 ||
			!strings.HasPrefix(found[0].GetWhat(), "2 orders stay in this window") {
			s.Fatalf("the operator is told %v", found)
		}
		s.Exec("UPDATE orders SET status = 'done' WHERE window_id = $1", window.GetId())
		if found = hosttest.Troubles(s.T, s.Process, "ordering"); len(found) != 0 {
			s.Errorf("once they are handed over the operator is told %v", found)
		}
	})
}
