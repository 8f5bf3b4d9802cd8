package ordering

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

// declares has a product's maker say what it contains: "none", "" for nothing, or codes with commas between.
func (s *shop) declares(p *catalogv1.Product, says string) *catalogv1.Product {
	s.Helper()
	p.Allergens, p.AllergensNone = nil, says == "none"
	if says != "" && says != "none" {
		p.Allergens = strings.Split(says, ",")
	}
	return s.put(p)
}

type declaring interface {
	GetProductTitle() string
	GetAllergens() []string
	GetAllergensStated() bool
}

// wantDeclared compares what lines say of allergens. Those of which nothing was kept say "before".
func wantDeclared[T declaring](s *shop, what string, lines []T, kept func(T) bool, want string) {
	s.Helper()
	var all []string
	for _, l := range lines {
		says := fmt.Sprint(l.GetAllergens(), " stated ", l.GetAllergensStated())
		if !kept(l) {
			says = "before"
		}
		all = append(all, l.GetProductTitle()+": "+says)
	}
	if got := strings.Join(all, "; "); got != want {
		s.Errorf("%s: got %s, want %s", what, got, want)
	}
}

func (s *shop) wantCartDeclares(what, cartID, want string) {
	s.Helper()
	got, err := s.GetCart(s.Context(), &orderingv1.GetCartRequest{Id: cartID})
	s.must(err)
	wantDeclared(s, what, got.GetCart().GetLines(),
		func(l *orderingv1.CartLine) bool { return l.AllergensStated != nil }, want)
}

func (s *shop) wantOrderDeclares(what string, o *orderingv1.Order, want string) {
	s.Helper()
	wantDeclared(s, what, o.GetLines(),
		func(l *orderingv1.OrderLine) bool { return l.AllergensStated != nil }, want)
}

func (s *shop) checksOut(cartID, key, windowID string) (*orderingv1.CheckoutResponse, error) {
	return s.Checkout(s.Context(), &orderingv1.CheckoutRequest{
		CartId: cartID, IdempotencyKey: key, WindowId: windowID, PaymentMethod: "test", PaymentToken: "ok",
		Contact: &identityv1.Contact{Name: "Ada", Email: "ada@example.com"}, Viewer: &orderingv1.Viewer{},
	})
}

func TestWhatALineContainsIsKeptWithTheOrder(t *testing.T) {
	each(t, func(s *shop) {
		dairy, window := s.producer("Dairy"), s.window(2).GetId()
		brie := s.declares(s.product(dairy, "Brie", "each", 900), "egg,milk")
		jam := s.declares(s.product(dairy, "Jam", "each", 500), "none")
		nougat := s.declares(s.product(dairy, "Nougat", "each", 700), "")
		cart := s.cart(brie)
		s.puts(cart, "", jam, 1000)
		s.puts(cart, "", nougat, 1000)
		const said = "Brie: [egg milk] stated true; Jam: [] stated true; Nougat: [] stated false"
		s.wantCartDeclares("the basket", cart, said)
		bought, err := s.checksOut(cart, "key-declared", window)
		s.must(err)
		s.wantOrderDeclares("the order", bought.GetOrder(), said)
		for _, p := range []*catalogv1.Product{brie, jam, nougat} {
			s.declares(p, "fish")
		}
		s.wantOrderDeclares("the order later", s.get(bought.GetOrder().GetId()), said)

		next := s.cart(jam)
		// as an earlier version wrote it
		s.exec("UPDATE cart_lines SET declared = '' WHERE cart_id = $1", next)
		s.wantCartDeclares("a basket of before", next, "Jam: before")
		again, err := s.checksOut(next, "key-before", window)
		s.must(err)
		s.wantOrderDeclares("an order of a basket of before", again.GetOrder(), "Jam: [fish] stated true")
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
		dairy, window := s.producer("Dairy"), s.window(2).GetId()
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
			product := s.declares(s.product(dairy, fmt.Sprint("Loaf ", i), "each", 900), c.seen)
			cart, key := s.cart(product), fmt.Sprint("key-more-", i)
			s.declares(product, c.now)
			bought, err := s.checksOut(cart, key, window)
			if c.asks {
				s.wantCode(err, "allergens_changed")
				s.wantCartDeclares("the basket then", cart, product.GetTitle()+": "+c.says)
				if n := s.count("SELECT COUNT(*) FROM orders WHERE cart_id = $1", cart); n != 0 {
					s.Errorf("%q to %q: %d orders are there", c.seen, c.now, n)
				}
				bought, err = s.checksOut(cart, key, window)
			}
			s.must(err)
			s.wantOrderDeclares("the order", bought.GetOrder(), product.GetTitle()+": "+c.says)
		}
	})
}

func TestMoreOfALineSaysWhatIsDeclaredNow(t *testing.T) {
	each(t, func(s *shop) {
		dairy, window := s.producer("Dairy"), s.window(2).GetId()
		brie, jam := s.declares(s.product(dairy, "Brie", "each", 900), "milk"),
			s.declares(s.product(dairy, "Jam", "each", 500), "none")
		bought := s.order(window, want{brie, 2000}, want{jam, 1000})
		s.declares(brie, "milk,egg")
		s.declares(jam, "nuts")
		changed := s.change(s.wants(bought, "", want{brie, 3000}, want{jam, 1000}))
		s.wantOrderDeclares("the order", changed, "Brie: [egg milk] stated true; Jam: [] stated true")
	})
}

// TestWhatALineContainsGoesAlong pours a guest's basket into that of a member who signs in.
func TestWhatALineContainsGoesAlong(t *testing.T) {
	each(t, func(s *shop) {
		dairy, ada := s.producer("Dairy"), s.member("ada")
		brie, nougat := s.declares(s.product(dairy, "Brie", "each", 900), "milk"),
			s.declares(s.product(dairy, "Nougat", "each", 700), "")
		s.basket(ada, s.cart(brie), "")
		there := s.basket(ada, s.cart(nougat), "")
		wantDeclared(s, "the member's basket", there.GetLines(),
			func(l *orderingv1.CartLine) bool { return l.AllergensStated != nil },
			"Brie: [milk] stated true; Nougat: [] stated false")
	})
}
