package basket_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// sizes adds a product with a variant of each title and content, of which there is plenty.
func (s *shop) sizes(producerID, title string, variants ...*catalogv1.Variant) *catalogv1.Product {
	s.Helper()
	for i, v := range variants {
		v.SoldBy, v.Price = "each", &moneyv1.Money{Amount: int64(200 + i), Currency: "USD"}
	}
	got := s.Put(&catalogv1.Product{
		Market: market, ProducerId: producerID, Title: title,
		Category: "vegetables", Published: true, Variants: variants,
	})
	var levels []*inventoryv1.StockLevel
	for _, v := range got.GetVariants() {
		levels = append(levels, &inventoryv1.StockLevel{VariantId: v.GetId(), Available: 1_000_000})
	}
	_, err := s.Inventory.SetStock(s.Context(), &inventoryv1.SetStockRequest{Levels: levels})
	s.Must(err)
	return got
}

// TestSizesAreToldApart follows two sizes without a name from the basket to the pack list.
func TestSizesAreToldApart(t *testing.T) {
	each(t, func(s *shop) {
		farm := s.Producer("Green Acre")
		carrots := s.sizes(farm, "Carrots", &catalogv1.Variant{UnitValue: 250, Unit: "g"},
			&catalogv1.Variant{UnitValue: 1, Unit: "kg"},
			&catalogv1.Variant{Title: "Sack", UnitValue: 5, Unit: "kg"})
		bare := s.sizes(farm, "Seeds", &catalogv1.Variant{Sku: "S1"}, &catalogv1.Variant{})
		created, err := s.CreateCart(s.Context(), &orderingv1.CreateCartRequest{Market: market})
		s.Must(err)
		cart := created.GetCart()
		for _, v := range slices.Concat(carrots.GetVariants(), bare.GetVariants()) {
			set, err := s.SetLine(s.Context(),
				&orderingv1.SetLineRequest{CartId: cart.GetId(), VariantId: v.GetId(), Quantity: 1000})
			s.Must(err)
			cart = set.GetCart()
		}
		kept, err := s.GetCart(s.Context(), &orderingv1.GetCartRequest{Id: cart.GetId()})
		s.Must(err)
		window := s.Window(2).GetId()
		placed, err := s.Checkout(s.Context(), &orderingv1.CheckoutRequest{
			CartId: cart.GetId(), IdempotencyKey: "key-sizes", WindowId: window, PaymentMethod: "test",
			PaymentToken: "ok",
			Contact:      &identityv1.Contact{Name: "Ada", Email: "ada@example.com"},
			Viewer:       &orderingv1.Viewer{},
		})
		s.Must(err)
		bought := s.Get(placed.GetOrder().GetId())
		packed, err := s.PackList(s.Context(),
			&orderingv1.PackListRequest{ProducerId: farm, WindowId: window})
		s.Must(err)

		want := "Carrots 1 kg 1kg, Carrots 250 g 250g, Carrots Sack, 5 kg 5kg, Seeds #2 0, Seeds S1 0"
		wantSizes(s, "the basket", cart.GetLines(), want)
		wantSizes(s, "the basket, read", kept.GetCart().GetLines(), want)
		wantSizes(s, "the order", bought.GetLines(), want)
		wantSizes(s, "the pack list", packed.GetItems(), want)
	})
}

type sized interface {
	GetProductTitle() string
	GetVariantTitle() string
	GetUnit() string
	GetUnitValue() float64
}

func wantSizes[T sized](s *shop, what string, lines []T, want string) {
	s.Helper()
	var names []string
	for _, l := range lines {
		names = append(names, fmt.Sprintf("%s %s %v%s", l.GetProductTitle(), l.GetVariantTitle(),
			l.GetUnitValue(), l.GetUnit()))
	}
	slices.Sort(names)
	if got := strings.Join(names, ", "); got != want {
		s.Errorf("%s: got %s, want %s", what, got, want)
	}
}
