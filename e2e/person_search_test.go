package e2e

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
)

func TestPersonFindsByTypingAndByNarrowing(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.opens("/m/portland")
		p.fills("Search", "thomas crek washd") // as one types it on a phone
		if e.NoScript {
			p.presses("Search")
		}
		p.presses(creek)
		p.arrives("/p/")
		p.sees(creek, "$14.50")
		p.opens("/m/portland/products?q=cheese")
		p.narrows(e)
		p.must(p.Pick("Category", "Cheese"))
		p.shows(e, "category=cheese")
		p.sees(fmt.Sprint(s.found(t, &catalogv1.ListProductsRequest{Q: "cheese", Category: "cheese"}),
			" products"))
		p.narrows(e)
		p.chooses("Egg")
		p.shows(e, "allergen_free=egg")
		request := &catalogv1.ListProductsRequest{
			Q: "cheese", Category: "cheese",
			AllergenFree: []string{"egg"},
		}
		p.sees(fmt.Sprint(s.found(t, request), " products"))
		p.must(p.Back())
		p.must(p.Until(func() error {
			if strings.Contains(p.Address(), "egg") || !strings.Contains(p.Address(), "category=cheese") {
				return errors.New("the list is still narrowed")
			}
			return nil
		}))
	})
}

// narrows opens what narrows a list, which a phone keeps folded.
func (p *person) narrows(e browser.Eyes) {
	p.t.Helper()
	if e.Width == browser.Phone.Width && (e.NoScript || !strings.Contains(p.Address(), "category=")) {
		p.presses("Filter and sort")
	}
}

// shows presses the button where no script shows at once what was chosen, and waits for the address.
func (p *person) shows(e browser.Eyes, part string) {
	p.t.Helper()
	if e.NoScript {
		p.presses("Show")
	}
	p.must(p.Until(func() error {
		if at := p.Address(); !strings.Contains(at, part) || strings.Contains(at, "chosen=") {
			return fmt.Errorf("the address has no %s, or chooses again: %s", part, at)
		}
		return nil
	}))
}

// found is how many products the catalogue has for a request.
func (s *shop) found(t testing.TB, request *catalogv1.ListProductsRequest) (n int) {
	t.Helper()
	request.Market, request.Facets = "portland", true
	client := catalogv1connect.NewCatalogServiceClient(s.client("catalog"))
	answer, err := client.ListProducts(t.Context(), request)
	if err != nil || answer.GetTotal() == 0 {
		t.Fatalf("%v is answered with %v, %v", request, answer, err)
	}
	return int(answer.GetTotal())
}
