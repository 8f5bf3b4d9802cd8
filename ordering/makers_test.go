package ordering_test

import (
	"testing"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// wantRefused wants a fault of a kind that names a maker.
func (s *shop) wantRefused(what string, err error, kind fault.Kind, code, message string) {
	s.Helper()
	if f := fault.Of(err); f == nil || f.Kind != kind || f.Code != code ||
		(message != "" && f.Message != message) {
		s.Errorf("%s: %v", what, err)
	}
}

func TestACheckoutObeysItsMakers(t *testing.T) {
	each(t, func(s *shop) {
		dairy, farm := s.Producer("Larkmoor"), s.Producer("Hill Farm")
		cheese, eggs := s.Product(dairy, "Tomme", "each", 1350), s.Product(farm, "Eggs", "each", 400)
		soon, later := s.Window(3), s.Window(5)
		s.Terms(dairy, 2000, 3)
		buy := func(window string, wants ...want) error {
			made, err := s.CreateCart(s.Context(), &orderingv1.CreateCartRequest{Market: market})
			s.Must(err)
			for _, w := range wants {
				_, err = s.SetLine(s.Context(), &orderingv1.SetLineRequest{
					CartId:    made.GetCart().GetId(),
					VariantId: w.Product.GetVariants()[0].GetId(), Quantity: w.Milli,
				})
				s.Must(err)
			}
			s.Last.CartId, s.Last.WindowId, s.Last.IdempotencyKey = made.GetCart().GetId(), window,
				made.GetCart().GetId()
			_, err = s.Checkout(s.Context(), s.Last)
			return err
		}
		s.Order(later.GetId(), want{eggs, 1000}) // another maker's are not concerned
		err := buy(later.GetId(), want{cheese, 1000}, want{eggs, 5000})
		s.wantRefused("too little of hers", err, fault.Invalid, "below_producer_minimum",
			"Orders from Larkmoor start at 20.00 USD; 6.50 are missing.")
		if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != dairy {
			s.Errorf("it does not name the producer: %v", f)
		}
		s.wantRefused("on her holiday", buy(soon.GetId(), want{cheese, 2000}), fault.Conflict,
			"window_closed", "")
		s.Must(buy(later.GetId(), want{cheese, 2000}))
		s.Must(buy(soon.GetId(), want{eggs, 1000}))
		s.Terms(dairy, 0)
		s.Must(buy(soon.GetId(), want{cheese, 1000}))
		if n := s.Count("SELECT COUNT(*) FROM orders"); n != 4 {
			s.Errorf("there are %d orders, want 4: what is refused is not written", n)
		}
	})
}

func TestAChangeObeysItsMakers(t *testing.T) {
	each(t, func(s *shop) {
		dairy, farm := s.Producer("Larkmoor"), s.Producer("Hill Farm")
		cheese, eggs := s.Product(dairy, "Tomme", "each", 1350), s.Product(farm, "Eggs", "each", 400)
		soon, later, last := s.Window(3), s.Window(5), s.Window(6)
		bought := s.Order(soon.GetId(), want{cheese, 2000}, want{eggs, 1000})
		s.Terms(dairy, 2000, 3, 5)
		asks := func(window string, wants ...want) error {
			_, err := s.ChangeOrder(s.Context(), s.Wants(bought, window, wants...))
			return err
		}
		s.wantRefused("less than she wants", asks("", want{cheese, 1000}, want{eggs, 1000}), fault.Invalid,
			"below_producer_minimum", "")
		s.wantRefused("more on her holiday", asks("", want{cheese, 3000}, want{eggs, 1000}), fault.Conflict,
			"window_closed", "")
		s.wantRefused("to another of her holidays", asks(later.GetId(), want{cheese, 2000}, want{eggs, 1000}),
			fault.Conflict, "window_closed", "")
		s.Must(asks("", want{cheese, 2000}, want{eggs, 2000})) // what she took stays taken
		s.Must(asks(last.GetId(), want{cheese, 3000}, want{eggs, 2000}))
		s.Terms(dairy, 9000)
		s.Must(asks("", want{cheese, 4000}, want{eggs, 2000})) // more is never too little
		s.Must(asks("", want{eggs, 2000}))
		s.wantRefused("hers anew", asks("", want{cheese, 1000}, want{eggs, 2000}), fault.Invalid,
			"below_producer_minimum", "")
	})
}
