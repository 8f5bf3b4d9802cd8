package e2e

import (
	"net/url"
	"slices"
	"strings"
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
		p.isAt("price.")
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

func TestPersonIsAskedWhereTwoTabsChangeOneProduct(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.signsInAs("producer", "/producer")
		p.opens("/producer/products")
		p.presses(butter)
		product := p.arrives("/producer/products/")
		other := p.beside(e)
		other.opens("/producer/products/" + product)
		other.fills("Price", "8.40")
		other.fills("Description", "Churned on Mondays.")
		other.presses("Save")
		eventually(t, 20*time.Second, "the other tab's price is what the shop has",
			func() bool { return s.onShelf(t, butter).price == 840 })
		p.fills("Price", "8.90")
		p.fills("Ingredients", "Cream and sea salt")
		p.presses("Save")
		p.sees("changed since you opened it", "Leave what is there now: 8.40", "Take yours: 8.90",
			"Leave what is there now: Churned on Mondays.")
		if now := s.onShelf(t, butter).price; now != 840 {
			t.Errorf("something is written before it is chosen: it costs %v", now)
		}
		p.within("Take yours: 8.90").chooses("Take yours")
		p.presses("Save")
		eventually(t, 20*time.Second, "the price that was chosen is what the shop has",
			func() bool { return s.onShelf(t, butter).price == 890 })
		p.opens("/p/" + product)
		p.sees("Churned on Mondays.", "Cream and sea salt")
	})
}

func TestPersonChangesManyAndTakesItBack(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.signsInAs("producer", "/producer")
		before, other := s.onShelf(t, butter), s.onShelf(t, rind)
		is := func(what string, want offered) {
			t.Helper()
			eventually(t, 20*time.Second, what, func() bool { return s.onShelf(t, butter) == want })
		}
		ticks := func() {
			p.opens("/producer/products")
			p.presses("Change many")
			p.within(butter).chooses("Tick")
			p.within(rind).chooses("Tick")
		}
		ticks()
		p.fills("How much, + or", "+1")
		p.must(p.Pick("Prices", "by an amount"))
		p.presses("Look at the prices")
		p.sees("Nothing is changed yet")
		p.presses("Change the prices")
		p.sees("2 prices are changed.")
		is("the price is raised", offered{before.price + 100, before.stock})
		p.presses("Undo")
		is("the price is what it was", before)

		ticks()
		p.fills("How much of each", "+4")
		p.presses("Look at the stocks")
		p.sees("Nothing is changed yet")
		p.presses("Change the stocks")
		p.sees("2 stocks are changed.")
		is("there is more", offered{before.price, before.stock + 4})
		tab := p.beside(e)
		tab.opens("/producer/products")
		tab.within(rind).fills("How much of", "+1")
		tab.presses("Save this page")
		tab.sees("Saved: 1 stock.")
		p.presses("Undo")
		p.sees("1 stock is as before.", "It stays as it is")
		is("there is what there was", before)
		if left := s.onShelf(t, rind).stock; left != other.stock+5 {
			t.Errorf("of what was corrected meanwhile there is %v, was %v", left, other.stock)
		}

		p.within(butter).presses("Hide")
		p.sees("Hide " + butter + "?")
		p.presses("Hide")
		p.sees(butter + " is not shown any more.")
		shown := func() bool {
			found := s.must(t, 200, "GET", "/products?market=portland&q="+url.QueryEscape(butter),
				nil).body.list("products")
			return len(found) > 0 && found[0].str("title") == butter
		}
		eventually(t, 20*time.Second, "it is hidden", func() bool { return !shown() })
		p.presses("Undo")
		eventually(t, 20*time.Second, "it is shown again", shown)
	})
}

// offered is what a product costs, in cents, and how many pieces there are.
type offered struct {
	price, stock float64
}

// onShelf is what shoppers are told of the one size of a product.
func (s *shop) onShelf(t testing.TB, title string) offered {
	t.Helper()
	found := s.must(t, 200, "GET", "/products?market=portland&q="+url.QueryEscape(title),
		nil).body.list("products")
	if len(found) == 0 || found[0].str("title") != title {
		t.Fatalf("%q is not found: %v", title, found)
	}
	size := found[0].list("variants")[0]
	price, _ := size.obj("price")["amount"].(float64)
	stock, _ := size["available"].(float64)
	return offered{price, stock}
}

// isAt looks for the focus: on a field whose name begins so, where it can be seen.
func (p *person) isAt(name string) {
	p.t.Helper()
	at, err := browser.Ask[string](p.Tab, `(() => {
		const at = document.activeElement, box = at.getBoundingClientRect();
		return box.top >= 0 && box.bottom <= innerHeight ? at.name ?? "" : "out of sight";
	})()`)
	p.must(err)
	if !strings.HasPrefix(at, name) {
		p.t.Errorf("the focus is at %q, not at %s", at, name)
	}
}

// keeps looks for texts in the page's fields.
func (p *person) keeps(texts ...string) {
	p.t.Helper()
	fields, err := browser.Ask[[]string](p.Tab,
		`[...document.querySelectorAll("input")].map(field => field.value)`)
	p.must(err)
	for _, text := range texts {
		if !slices.Contains(fields, text) {
			p.t.Errorf("no field has %q: %q", text, fields)
		}
	}
}
