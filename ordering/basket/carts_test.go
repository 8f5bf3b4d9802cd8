package basket_test

import (
	"testing"

	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestAnOrderIsOrderedAgainAtTodaysPrices(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.Producer("Dairy"), s.Producer("Bakery")
		gouda, brie, rye := s.Product(dairy, "Gouda", "weight", 2000), s.Product(dairy, "Brie", "each", 900),
			s.Product(bakery, "Rye", "each", 700)
		before := s.Order(s.Window(2).GetId(), want{gouda, 350}, want{brie, 2000}, want{rye, 1000})
		gouda.GetVariants()[0].Price = &moneyv1.Money{Amount: 2200, Currency: "USD"}
		s.Put(gouda)
		brie.Published = false
		s.Put(brie)

		again, err := s.CreateCart(s.Context(), &orderingv1.CreateCartRequest{
			FromOrder: before.GetOrder().GetId(),
			Viewer:    &orderingv1.Viewer{AccessToken: before.GetAccessToken()},
		})
		s.Must(err)
		kept, err := s.GetCart(s.Context(), &orderingv1.GetCartRequest{Id: again.GetCart().GetId()})
		s.Must(err)
		for _, cart := range []*orderingv1.Cart{again.GetCart(), kept.GetCart()} {
			if lines := cart.GetLines(); cart.GetMarket() != market || len(lines) != 2 ||
				lines[0].GetProductTitle() != "Rye" ||
				lines[1].GetQuantity() != 350 || lines[1].GetPrice().GetAmount() != 2200 ||
				lines[1].GetTotal().GetAmount() != 770 {
				s.Errorf("cart %v", cart)
			}
		}
		if out := again.GetLeftOut(); len(out) != 1 || out[0].GetProductTitle() != "Brie" ||
			out[0].GetQuantity() != 2000 {
			s.Errorf("left out %v", out)
		}
	})
}

func TestNobodyReordersWhatTheyMayNotSee(t *testing.T) {
	each(t, func(s *shop) {
		before := s.Order(s.Window(2).GetId(),
			want{s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), 1000})
		for _, from := range []string{
			before.GetOrder().GetId(), "ord_portland_01k8y6v0xq7d3mz1n5r2t9w4bc",
			"nonsense",
		} {
			_, err := s.CreateCart(s.Context(),
				&orderingv1.CreateCartRequest{FromOrder: from, Viewer: &orderingv1.Viewer{AccessToken: "x"}})
			s.WantCode(err, "not_found")
		}
		if n := s.Count("SELECT COUNT(*) FROM carts"); n != 1 {
			s.Errorf("%d carts, want 1", n)
		}
	})
}
