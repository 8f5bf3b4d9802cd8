package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// mostClicks is how many it may take to accept and pack eight orders, and to hand them over.
const mostClicks = 6

// TestPersonPacksEightOrdersInSixClicks begins at her desk, where eight orders are new, and counts what she
// has to press.
func TestPersonPacksEightOrdersInSixClicks(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		_, first := s.guestOrder(t, e)
		ids := []string{first.GetId()}
		for i := range 7 {
			ids = append(ids, s.buysAlike(t, fmt.Sprint("eight-", i), first))
		}
		p := s.visitor(t, e)
		p.signsInAs("producer", "/producer")
		p.opens("/producer/orders?state=new&q=lovelace&window=" + first.GetWindowId())
		p.sees("Choose all 8")
		clicks := 0
		presses := func(name, then string) {
			t.Helper()
			clicks++
			p.presses(name)
			p.sees(then)
		}
		presses("Choose all 8", "Choose none")
		presses("Accept", "8 orders are accepted.")
		presses("Packed", "8 orders are packed.")
		presses("Ready", "8 orders are ready.")
		presses("Handed over", "8 orders are handed over.")
		if clicks > mostClicks {
			t.Errorf("it took %d clicks", clicks)
		}
		for _, id := range ids {
			if o := s.order(t, id); o.GetStatus() != state.OrderDone {
				t.Errorf("%s is %s", id, o.GetStatus())
			}
		}
	})
}

// TestPersonTakesAStepBack accepts by mistake, and undoes it.
func TestPersonTakesAStepBack(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		_, o := s.guestOrder(t, e)
		p := s.visitor(t, e)
		p.signsInAs("producer", "/producer")
		p.opens("/producer/orders?q=lovelace&state=new")
		p.within("Ada Lovelace").presses("Accept")
		p.sees("1 order is accepted.")
		p.presses("Undo")
		p.sees("1 order is taken one step back.")
		if got := s.order(t, o.GetId()).GetParts()[0].GetStatus(); got != "new" {
			t.Errorf("the order is %s", got)
		}
	})
}

// buysAlike has a guest buy one piece of what is in another order, for the same window, and gives the new
// order's ID.
func (s *shop) buysAlike(t *testing.T, key string, like *orderingv1.Order) string {
	t.Helper()
	cart := s.must(t, http.StatusCreated, "POST", "/carts", object{"market": like.GetMarket()}).body.str("id")
	s.must(t, http.StatusOK, "PUT", "/carts/"+cart+"/lines/"+like.GetLines()[0].GetVariantId(),
		object{"quantity": 1})
	return s.must(t, http.StatusCreated, "POST", "/carts/"+cart+"/checkout", order(like.GetWindowId(), "ok"),
		"Idempotency-Key", key).body.str("id")
}
