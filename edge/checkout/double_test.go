package checkout_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
)

// TestADoubleClickIsOneOrder sends the same form several times at once, and once more
// as if the shopper had gone back and changed it. All lead to the one order.
func TestADoubleClickIsOneOrder(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		cart := "cart=" + m.FillCart(t)
		form := edgetest.Typed(m.Open(t, "/checkout", cart, nil).Value("key"))
		form.Set("window_id", m.Windows)
		led := make([]string, 4)
		var clicks sync.WaitGroup
		for i := range led {
			clicks.Go(func() { led[i] = m.Open(t, "/checkout", cart, form).Header.Get("Location") })
		}
		clicks.Wait()
		changed := maps.Clone(form)
		changed.Set("name", "Somebody else")
		led = append(led, m.Open(t, "/checkout", cart, changed).Header.Get("Location"))
		changed.Set("key", "another")
		led = append(led, m.Open(t, "/checkout", cart, changed).Header.Get("Location"))
		if orders := slices.Compact(led); len(orders) != 1 ||
			!strings.HasPrefix(orders[0], "/orders/ord_portland_") {
			t.Errorf("the clicks lead to %q", orders)
		}
	})
}
