package account_test

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
)

// waiting are the makers of a market that wait for the operator.
func waiting(t *testing.T, m *edgetest.Market) []*catalogv1.Producer {
	t.Helper()
	r, err := catalogv1connect.NewCatalogServiceClient(m.Process.Client("catalog")).ListProducers(t.Context(),
		&catalogv1.ListProducersRequest{
			Market: "portland", All: true, Waiting: true, Limit: 100,
		})
	if err != nil {
		t.Fatal(err)
	}
	return r.GetProducers()
}

func TestTwentyApplicationsSentAtOnceMakeOneMakerAndAKeyIsItsAccounts(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		may, mia := m.Somebody(t, "may@example.org"), m.Somebody(t, "mia@example.org")
		application := func(name, key string) url.Values {
			return url.Values{"market": {"portland"}, "name": {name}, "key": {key}}
		}
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				door := []*edgetest.Shop{m.Shop, m.Replica}[i%2]
				if v := door.Open(t, "/sell", may, application(fmt.Sprint("Oak ", i),
					fmt.Sprint("key-", i))); v.Status != http.StatusSeeOther &&
					v.Status != http.StatusServiceUnavailable {
					t.Errorf("an application is answered with %d", v.Status)
				}
			})
		}
		all.Wait()
		if n := len(waiting(t, m)); n != 1 {
			t.Errorf("%d makers wait", n)
		}
		if v := m.Open(t, "/sell", mia, application("Elm", "key-0")); v.Status != http.StatusSeeOther {
			t.Errorf("somebody else with the same key is answered with %d", v.Status)
		}
		if waiting := waiting(t, m); len(waiting) != 2 || waiting[1].GetName() != "Elm" {
			t.Errorf("those who wait: %v", waiting)
		}
	})
}
