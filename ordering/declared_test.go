package ordering_test

import (
	"encoding/json"
	"fmt"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

func (s *shop) wantCartDeclares(what, cartID, want string) {
	s.Helper()
	got, err := s.GetCart(s.Context(), &orderingv1.GetCartRequest{Id: cartID})
	s.Must(err)
	orderingtest.WantDeclared(s.Shop, what, got.GetCart().GetLines(),
		func(l *orderingv1.CartLine) bool { return l.AllergensStated != nil }, want)
}

func TestWhatALineContainsIsKeptWithTheOrder(t *testing.T) {
	each(t, func(s *shop) {
		dairy, window := s.Producer("Dairy"), s.Window(2).GetId()
		brie := s.Declares(s.Product(dairy, "Brie", "each", 900), "egg,milk")
		jam := s.Declares(s.Product(dairy, "Jam", "each", 500), "none")
		nougat := s.Declares(s.Product(dairy, "Nougat", "each", 700), "")
		cart := s.Cart(brie)
		s.Puts(cart, "", jam, 1000)
		s.Puts(cart, "", nougat, 1000)
		const said = "Brie: [egg milk] stated true; Jam: [] stated true; Nougat: [] stated false"
		s.wantCartDeclares("the basket", cart, said)
		bought, err := s.ChecksOut(cart, "key-declared", window)
		s.Must(err)
		s.WantOrderDeclares("the order", bought.GetOrder(), said)
		for _, p := range []*catalogv1.Product{brie, jam, nougat} {
			s.Declares(p, "fish")
		}
		s.WantOrderDeclares("the order later", s.Get(bought.GetOrder().GetId()), said)

		next := s.Cart(jam)
		// as an earlier version wrote it
		s.Exec("UPDATE cart_lines SET declared = '' WHERE cart_id = $1", next)
		s.wantCartDeclares("a basket of before", next, "Jam: before")
		again, err := s.ChecksOut(next, "key-before", window)
		s.Must(err)
		s.WantOrderDeclares("an order of a basket of before", again.GetOrder(), "Jam: [fish] stated true")
	})
}

func TestAnOrderOfBeforeSaysNothingOfAllergens(t *testing.T) {
	var o order.Order
	if err := json.Unmarshal(
		[]byte(
			`{"id": "ord_portland_1", "lines": [{"variant_id": "var_portland_1", "quantity": 1000}], "steps": []}`), &o); err != nil {
		t.Fatal(err)
	}
	if line := order.ToProto(o).GetLines()[0]; line.AllergensStated != nil || len(line.GetAllergens()) != 0 {
		t.Errorf("it says %v", line)
	}
}

// TestNothingIsOrderedThatContainsMoreThanWasSaid changes what is declared while something is in a basket.
func TestNothingIsOrderedThatContainsMoreThanWasSaid(t *testing.T) {
	each(t, func(s *shop) {
		dairy, window := s.Producer("Dairy"), s.Window(2).GetId()
		for i, c := range []struct {
			seen, now, says string
			asks            bool
		}{
			{"none", "nuts", "[nuts] stated true", true},
			{"milk", "milk,nuts", "[milk nuts] stated true", true},
			{"none", "", "[] stated false", true},
			{"", "nuts", "[nuts] stated true", true},
			{"milk,nuts", "milk", "[milk] stated true", false},
			{"", "none", "[] stated true", false},
			{"nuts", "nuts", "[nuts] stated true", false},
		} {
			product := s.Declares(s.Product(dairy, fmt.Sprint("Loaf ", i), "each", 900), c.seen)
			cart, key := s.Cart(product), fmt.Sprint("key-more-", i)
			s.Declares(product, c.now)
			bought, err := s.ChecksOut(cart, key, window)
			if c.asks {
				s.WantCode(err, "allergens_changed")
				s.wantCartDeclares("the basket then", cart, product.GetTitle()+": "+c.says)
				if n := s.Count("SELECT COUNT(*) FROM orders WHERE cart_id = $1", cart); n != 0 {
					s.Errorf("%q to %q: %d orders are there", c.seen, c.now, n)
				}
				bought, err = s.ChecksOut(cart, key, window)
			}
			s.Must(err)
			s.WantOrderDeclares("the order", bought.GetOrder(), product.GetTitle()+": "+c.says)
		}
	})
}

func TestMoreOfALineSaysWhatIsDeclaredNow(t *testing.T) {
	each(t, func(s *shop) {
		dairy, window := s.Producer("Dairy"), s.Window(2).GetId()
		brie, jam := s.Declares(s.Product(dairy, "Brie", "each", 900), "milk"),
			s.Declares(s.Product(dairy, "Jam", "each", 500), "none")
		bought := s.Order(window, want{brie, 2000}, want{jam, 1000})
		s.Declares(brie, "milk,egg")
		s.Declares(jam, "nuts")
		changed := s.Change(s.Wants(bought, "", want{brie, 3000}, want{jam, 1000}))
		s.WantOrderDeclares("the order", changed, "Brie: [egg milk] stated true; Jam: [] stated true")
	})
}

// TestWhatALineContainsGoesAlong pours a guest's basket into that of a member who signs in.
func TestWhatALineContainsGoesAlong(t *testing.T) {
	each(t, func(s *shop) {
		dairy, ada := s.Producer("Dairy"), s.Member("ada")
		brie, nougat := s.Declares(s.Product(dairy, "Brie", "each", 900), "milk"),
			s.Declares(s.Product(dairy, "Nougat", "each", 700), "")
		s.Basket(ada, s.Cart(brie), "")
		there := s.Basket(ada, s.Cart(nougat), "")
		orderingtest.WantDeclared(s.Shop, "the member's basket", there.GetLines(),
			func(l *orderingv1.CartLine) bool { return l.AllergensStated != nil },
			"Brie: [milk] stated true; Nougat: [] stated false")
	})
}
