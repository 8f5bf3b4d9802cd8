package producer_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
)

// TestAnApplicationIsADesk applies on real services: the desk is there at once, and says that it waits; to
// apply again leads to it.
func TestAnApplicationIsADesk(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		m.Member(t, "crumb@example.org", "a long password", "Crumb")
		cookie := "session=" + strings.TrimPrefix(m.SignIn(t, "crumb@example.org")[1], "Bearer ")
		appliesAtOnce(t, m, cookie,
			url.Values{"market": {"portland"}, "name": {"Crumb & Co"}, "town": {"Salem"}})
		desk := m.Open(t, "/producer", cookie, nil)
		if desk.Status != http.StatusOK || !strings.Contains(desk.Text(), "operator looks at you first") {
			t.Errorf("the desk: status %d", desk.Status)
		}
		form := url.Values{
			"key": {"k"}, "title": {"Rye"}, "category": {"bread"}, "rows": {"1"},
			"published": {"1"}, "variants.0.price": {"6.5"}, "variants.0.sold_by": {"each"},
			"season": {"9", "10"},
		}
		made := m.Open(t, "/producer/products", cookie, form)
		at := made.Header.Get("Location")
		if page := m.Open(t, at, cookie, nil); page.Value("variants.0.price") != "6.50" ||
			len(page.Find("input", "name", "season", "checked", "")) != 2 {
			t.Errorf("the product is at %q (%d)", at, made.Status)
		}
		if again := m.Open(t, "/sell", cookie,
			url.Values{"market": {"portland"}, "name": {"Crumb & Co"}}); again.Header.Get(
			"Location") != "/producer" {
			t.Errorf("the second application is answered with %d", again.Status)
		}
	})
}

// appliesAtOnce sends one application many times, at two front doors: it is one.
func appliesAtOnce(t *testing.T, m *edgetest.Market, cookie string, form url.Values) {
	t.Helper()
	if v := m.Open(t, "/sell", cookie, form); v.Status != http.StatusConflict ||
		!strings.Contains(v.Text(), "did not arrive whole") {
		t.Errorf("an application without a key is answered with %d", v.Status)
	}
	form.Set("key", m.Open(t, "/sell", cookie, nil).KeyAt("/sell"))
	var clicks sync.WaitGroup
	for i := range 6 {
		front := []*edgetest.Shop{m.Shop, m.Replica}[i%2]
		clicks.Go(func() {
			if v := front.Open(t, "/sell", cookie, form); v.Status != http.StatusSeeOther {
				t.Errorf("status %d: %s", v.Status, v.Text())
			}
		})
	}
	clicks.Wait()
	catalog := catalogv1connect.NewCatalogServiceClient(m.Process.Client("catalog"))
	waiting, err := catalog.ListProducers(t.Context(),
		&catalogv1.ListProducersRequest{Market: "portland", Waiting: true})
	if err != nil || len(waiting.GetProducers()) != 1 {
		t.Errorf("%v wait for the operator, %v", waiting.GetProducers(), err)
	}
}
