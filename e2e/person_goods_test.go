package e2e

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/e2e/browser"
)

// Two products of the demo's creamery, each of one size.
const (
	butter = "Cave butter, salted"
	rind   = "Thomas Creek washed rind"
)

func TestPersonSavesAPageOfPricesAndStocksAtOnce(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.signsInAs("producer", "/producer")
		p.opens("/producer/products")
		before := s.onShelf(t, butter)
		p.within(butter).fills("Price", "8.10")
		p.within(butter).fills("How much of", "+3")
		p.within(rind).fills("Price", "15.20")
		p.presses("Save this page")
		p.sees("Saved: 2 prices and 1 stock.")
		eventually(t, 20*time.Second, "the new prices and the stock are what the shop has", func() bool {
			after := s.onShelf(t, butter)
			return after.price == 810 && after.stock == before.stock+3 && s.onShelf(t, rind).price == 1520
		})
	})
}

func TestPersonKeepsWhatWasTypedInARowThatIsWrong(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.signsInAs("producer", "/producer")
		p.opens("/producer/products")
		before := s.onShelf(t, butter)
		p.within(butter).fills("Price", "a lot")
		p.within(butter).fills("How much of", "some")
		p.within(rind).fills("Price", "15.20")
		p.presses("Save this page")
		p.sees("1 row is not saved yet.", "Saved: 1 price.", rind+", 280 g square: the price")
		p.within(butter).sees("Write an amount of USD such as 12.50.", "Write a plain number")
		p.keeps("a lot", "some")
		p.within(butter).fills("Price", "8.10")
		p.within(butter).fills("How much of", "-1")
		p.presses("Save this page")
		p.sees("Saved: 1 price and 1 stock.")
		eventually(t, 20*time.Second, "only what was right is what the shop has", func() bool {
			after := s.onShelf(t, butter)
			return after.price == 810 && after.stock == before.stock-1
		})
	})
}

// offered is what a product costs, in cents, and how many pieces there are.
type offered struct {
	price, stock float64
}

// onShelf is what shoppers are told of the one size of a product.
func (s *shop) onShelf(t testing.TB, title string) offered {
	t.Helper()
	found := s.must(t, 200, "GET", "/products?market=portland&q="+url.QueryEscape(title), nil).body.list("products")
	if len(found) == 0 || found[0].str("title") != title {
		t.Fatalf("%q is not found: %v", title, found)
	}
	size := found[0].list("variants")[0]
	price, _ := size.obj("price")["amount"].(float64)
	stock, _ := size["available"].(float64)
	return offered{price, stock}
}

// keeps looks for texts in the page's fields.
func (p *person) keeps(texts ...string) {
	p.t.Helper()
	fields, err := browser.Ask[[]string](p.Tab, `[...document.querySelectorAll("input")].map(field => field.value)`)
	p.must(err)
	for _, text := range texts {
		if !slices.Contains(fields, text) {
			p.t.Errorf("no field has %q: %q", text, fields)
		}
	}
}
