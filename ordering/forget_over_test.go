package ordering_test

import (
	"testing"

	"github.com/artisan-eats/artisan/id"
)

// TestWhatIsOverIsForgottenInTime makes rows of several ages, of which some are needed.
func TestWhatIsOverIsForgottenInTime(t *testing.T) {
	each(t, func(s *shop) {
		h, now := s.Service.Host, s.Service.Host.Now()
		ago := func(kind string, days int) string {
			return id.New(kind, market, now.AddDate(0, 0, -days),
				h.Random())
		}
		for _, c := range []struct {
			days  int
			state string
		}{{100, "done"}, {100, "failed"}, {100, "changing"}, {80, "done"}} {
			changeID := ago(id.Order, c.days)
			s.Exec(
				"INSERT INTO order_changes (id, order_id, change_key, request_hash, state, failure) VALUES ($1, $1, 'k', '', $2, '')", changeID, c.state)
		}
		clearing := func(days, done int, state string) string {
			window := ago(id.Window, days)
			s.Exec(
				"INSERT INTO clearings (window_id, to_window, reason, form_key, actor_kind, actor_id, started_at, done) VALUES ($1, '', '', '', '', '', $2, $3)",
				window, now.AddDate(0, 0, -days).UnixMilli(), done)
			s.Exec(
				"INSERT INTO clearing_orders (window_id, order_id, state, code, message) VALUES ($1, $2, $3, '', '')", window, ago(id.Order, days), state)
			return window
		}
		clearing(401, 1, "gone")
		clearing(401, 1, "stays") // of an order that is not there
		clearing(401, 0, "waiting")
		clearing(399, 1, "gone")
		bought := s.Order(s.Window(2).GetId(),
			want{s.Product(s.Producer("Dairy"), "Brie", "each", 900), 1000})
		open := clearing(500, 1, "stays")
		s.Exec("UPDATE clearing_orders SET order_id = $1 WHERE window_id = $2", bought.GetOrder().GetId(),
			open)
		s.Exec("UPDATE orders SET window_id = $1 WHERE id = $2", open, bought.GetOrder().GetId())
		for _, days := range []int{5*366 + 1, 5*366 - 1} {
			s.Exec("INSERT INTO order_lots (lot_id, order_id, quantity) VALUES ($1, $2, 1)",
				ago(id.Lot, days), ago(id.Order, days))
		}
		for range 2 {
			s.Must(s.Service.Book.ForgetOver(s.Context()))
		}
		for query, want := range map[string]int64{
			"SELECT COUNT(*) FROM order_changes":                          2,
			"SELECT COUNT(*) FROM order_changes WHERE state = 'changing'": 1,
			"SELECT COUNT(*) FROM clearings":                              3,
			"SELECT COUNT(*) FROM clearing_orders":                        3,
			"SELECT COUNT(*) FROM order_lots":                             2,
		} {
			if n := s.Count(query); n != want {
				s.Errorf("%s: %d, want %d", query, n, want)
			}
		}
	})
}
