package basket_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// asked is a catalogue in which something happens while it is asked for prices.
type asked struct {
	catalogv1connect.CatalogServiceClient
	meanwhile func()
}

func (a *asked) Quote(ctx context.Context, r *catalogv1.QuoteRequest) (*catalogv1.QuoteResponse, error) {
	answer, err := a.CatalogServiceClient.Quote(ctx, r)
	if do := a.meanwhile; do != nil {
		a.meanwhile = nil
		do()
	}
	return answer, err
}

// old makes the prices of a cart ones that were shown long ago, and sets those of today.
func (s *shop) old(cartID string, products ...*catalogv1.Product) {
	s.Helper()
	s.Exec("UPDATE cart_lines SET quoted_at = $1 WHERE cart_id = $2",
		s.Service.Host.Now().Add(-time.Hour).UnixMilli(), cartID)
	for _, p := range products {
		p.GetVariants()[0].Price = &moneyv1.Money{
			Amount:   p.GetVariants()[0].GetPrice().GetAmount() + 100,
			Currency: "USD",
		}
		s.Put(p)
	}
}

func (s *shop) shownCart(cartID string) *orderingv1.Cart {
	s.Helper()
	got, err := s.GetCart(s.Context(), &orderingv1.GetCartRequest{Id: cartID})
	s.Must(err)
	return got.GetCart()
}

// kept is all that is stored of a cart's lines and its revision, as text.
func (s *shop) kept(cartID string) string {
	s.Helper()
	var all strings.Builder
	rows, err := s.Service.Host.DB().Read().QueryContext(s.Context(), `SELECT c.revision, l.variant_id,
		l.quantity, l.price, l.quoted_at, l.declared
		FROM carts AS c JOIN cart_lines AS l ON l.cart_id = c.id WHERE c.id = $1
		ORDER BY l.variant_id`, cartID)
	s.Must(err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var revision, quantity, price, quotedAt int64
		var variant, declared string
		s.Must(rows.Scan(&revision, &variant, &quantity, &price, &quotedAt, &declared))
		_, _ = fmt.Fprintln(&all, revision, variant, quantity, price, quotedAt, declared)
	}
	s.Must(rows.Err())
	return all.String()
}

func TestWhoLooksAtABasketChangesNothing(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		brie, gouda := s.Product(dairy, "Brie", "each", 900), s.Product(dairy, "Gouda", "each", 700)
		cart := s.Cart(brie)
		s.Puts(cart, "", gouda, 1000)
		s.old(cart, brie)
		before := s.kept(cart)
		for range 2 {
			if shown := s.shownCart(cart); shown.GetTotal().GetAmount() != 1700 || shown.GetShown() == "" {
				s.Errorf("it shows %v", shown)
			}
		}
		if after := s.kept(cart); after != before {
			s.Errorf("what is kept was\n%s and is\n%s", before, after)
		}
	})
}

// TestWhatIsTakenOutWhileABasketIsPricedStaysOut takes it out while the catalogue is asked, for each reason
// to ask.
func TestWhatIsTakenOutWhileABasketIsPricedStaysOut(t *testing.T) {
	each(t, func(s *shop) {
		dairy, window := s.Producer("Dairy"), s.Window(2).GetId()
		brie, gouda := s.Product(dairy, "Brie", "each", 900), s.Product(dairy, "Gouda", "each", 700)
		catalogue := &asked{CatalogServiceClient: s.Service.Baskets.Catalog}
		s.Service.Baskets.Catalog = catalogue
		for name, ask := range map[string]func(cart string){
			"looking": func(cart string) { s.shownCart(cart) },
			"adding":  func(cart string) { s.Puts(cart, "", gouda, 2000) },
			"ordering": func(cart string) {
				_, err := s.ChecksOut(cart, "key-taken-out", window)
				s.WantCode(err, "price_changed")
			},
		} {
			cart := s.Cart(brie)
			s.Puts(cart, "", gouda, 1000)
			s.old(cart, brie)
			catalogue.meanwhile = func() { s.Puts(cart, "", brie, 0) }
			ask(cart)
			if lines := s.shownCart(cart).GetLines(); len(lines) != 1 ||
				lines[0].GetProductTitle() != "Gouda" {
				s.Errorf("%s: the basket has %v", name, lines)
			}
		}
	})
}

// TestAPriceOfTodayIsChargedOnceItWasSeen orders an old basket with what it was shown as, and without.
func TestAPriceOfTodayIsChargedOnceItWasSeen(t *testing.T) {
	each(t, func(s *shop) {
		dairy, window := s.Producer("Dairy"), s.Window(2).GetId()
		brie := s.Declares(s.Product(dairy, "Brie", "each", 900), "none")
		checkout := func(cart, key, shown string) (*orderingv1.CheckoutResponse, error) {
			return s.Checkout(s.Context(), &orderingv1.CheckoutRequest{
				CartId: cart, IdempotencyKey: key, WindowId: window, PaymentMethod: "test",
				PaymentToken: "ok", Shown: shown,
				Contact: &identityv1.Contact{Name: "Ada", Email: "ada@example.com"},
				Viewer:  &orderingv1.Viewer{},
			})
		}
		seen := s.Cart(brie)
		brie = s.Declares(brie, "milk")
		s.old(seen, brie)
		bought, err := checkout(seen, "key-seen", s.shownCart(seen).GetShown())
		s.Must(err)
		if bought.GetOrder().GetTotal().GetAmount() != 1000 {
			s.Errorf("it costs %v", bought.GetOrder().GetTotal())
		}
		s.WantOrderDeclares("the order", bought.GetOrder(), "Brie: [milk] stated true")

		unseen := s.Cart(brie)
		s.old(unseen, brie)
		shown := s.shownCart(unseen).GetShown()
		s.old(unseen, brie) // and is dearer once more
		for _, says := range []string{shown, ""} {
			_, err = checkout(unseen, "key-unseen", says)
			if says != "" {
				s.WantCode(err, "price_changed")
			}
		}
		s.Must(err)
		if n := s.Count("SELECT total FROM orders WHERE cart_id = $1", unseen); n != 1200 {
			s.Errorf("the second time it costs %d", n)
		}
	})
}

// TestWhoPutsSomethingInKeepsThePricesOfTheRest prices an old basket once, and not whenever it is looked at.
func TestWhoPutsSomethingInKeepsThePricesOfTheRest(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		brie, gouda := s.Product(dairy, "Brie", "each", 900), s.Product(dairy, "Gouda", "each", 700)
		cart := s.Cart(brie)
		s.old(cart, brie)
		s.Puts(cart, "", gouda, 1000)
		if shown := s.shownCart(cart); shown.GetShown() != "" || shown.GetTotal().GetAmount() != 1700 {
			s.Errorf("it shows %v", shown)
		}
	})
}
