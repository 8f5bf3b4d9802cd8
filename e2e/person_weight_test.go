package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
)

// wheel is a cheese of the demo's that is sold by weight only.
const wheel = "Bell tomme"

// TestPersonSeesWhatAWeightComesToWhileTyping types a weight figure by figure, and takes a usual one. What
// stands beside the field is what the basket then says.
func TestPersonSeesWhatAWeightComesToWhileTyping(t *testing.T) {
	t.Parallel()
	browses(t)
	s := openDemo(t)
	found := s.must(t, 200, "GET", "/products?market=portland&q=bell+tomme", nil).body.list("products")[0]
	for _, e := range []browser.Eyes{browser.Phone, browser.Desk} {
		t.Run(fmt.Sprint("at ", e.Width), func(t *testing.T) {
			p := s.visitor(t, e)
			p.opens("/p/" + found.str("id"))
			before := p.comesTo("")
			seen := map[string]bool{before: true}
			for _, typed := range []string{"1", "1.2", "1.25"} {
				p.fills("of "+wheel, typed)
				now := p.comesTo(typed)
				if seen[now] {
					t.Errorf("after %q it still comes to %q", typed, now)
				}
				seen[now] = true
			}
			comes := p.comesTo("1.25")
			for _, none := range []string{"0", "-1", "500"} {
				p.fills("of "+wheel, none)
				if now := p.comesTo(none); now != "" {
					t.Errorf("%q of it comes to %s", none, now)
				}
			}
			p.presses("0.5 lb")
			if now := p.comesTo("0.5"); now != before {
				t.Errorf("the usual weight comes to %s, and came to %s", now, before)
			}
			p.fills("of "+wheel, "1.25")
			p.presses("Add to basket")
			p.seesBasketFilled()
			p.opens("/cart")
			if text, err := p.Text(); err != nil || !strings.HasPrefix(comes, "$") ||
				!strings.Contains(text, comes) {
				t.Errorf("while it was typed it came to %q, and the basket says: %s, %v", comes, text, err)
			}
		})
	}
}

// comesTo is the amount beside the field of a weight, in which this was typed; empty for what it began with.
func (p *person) comesTo(typed string) string {
	p.t.Helper()
	type beside struct{ Field, Comes string }
	got, err := browser.Ask[beside](p.Tab, `(() => {
		const comes = document.querySelector("[data-price]");
		return {Field: comes.form.elements.quantity.value, Comes: comes.textContent};
	})()`)
	if p.must(err); typed != "" && got.Field != typed {
		p.t.Fatalf("the field has %q, not %q", got.Field, typed)
	}
	return got.Comes
}
