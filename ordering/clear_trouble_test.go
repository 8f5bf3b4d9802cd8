package ordering

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/host/hosttest"
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
		found := hosttest.Troubles(s.T, s.p, "ordering")
		if len(found) != 1 || found[0].GetAbout() != window.GetId() || found[0].GetSince() == 0 ||
			!strings.HasPrefix(found[0].GetWhat(), "2 orders stay in this window") {
			s.Fatalf("the operator is told %v", found)
		}
		s.exec("UPDATE orders SET status = 'done' WHERE window_id = $1", window.GetId())
		if found = hosttest.Troubles(s.T, s.p, "ordering"); len(found) != 0 {
			s.Errorf("once they are handed over the operator is told %v", found)
		}
	})
}
