package ordering

import (
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// terms says how a maker takes orders: from how much on, and that she is on holiday on the day that is so
// many days ahead.
func (s *shop) terms(producerID string, minimum int64, days ...int) {
	s.Helper()
	zone, err := time.LoadLocation("America/Los_Angeles")
	s.must(err)
	r := &catalogv1.EditProducerRequest{Id: producerID, OrderMinimum: minimum}
	for _, ahead := range days {
		day := time.Now().AddDate(0, 0, ahead).Truncate(time.Hour).In(zone).Format(time.DateOnly)
		r.Holidays = append(r.Holidays, &catalogv1.Holiday{From: day, Until: day})
	}
	_, err = s.catalog.EditProducer(s.Context(), r)
	s.must(err)
}

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
		dairy, farm := s.producer("Larkmoor"), s.producer("Hill Farm")
		cheese, eggs := s.product(dairy, "Tomme", "each", 1350), s.product(farm, "Eggs", "each", 400)
		soon, later := s.window(3), s.window(5)
		s.terms(dairy, 2000, 3)
		buy := func(window string, wants ...want) error {
			made, err := s.CreateCart(s.Context(), &orderingv1.CreateCartRequest{Market: market})
			s.must(err)
			for _, w := range wants {
				_, err = s.SetLine(s.Context(), &orderingv1.SetLineRequest{
					CartId:    made.GetCart().GetId(),
					VariantId: w.product.GetVariants()[0].GetId(), Quantity: w.milli,
				})
				s.must(err)
			}
			s.last.CartId, s.last.WindowId, s.last.IdempotencyKey = made.GetCart().GetId(), window,
				made.GetCart().GetId()
			_, err = s.Checkout(s.Context(), s.last)
			return err
		}
		s.order(later.GetId(), want{eggs, 1000}) // another maker's are not concerned
		err := buy(later.GetId(), want{cheese, 1000}, want{eggs, 5000})
		s.wantRefused("too little of hers", err, fault.Invalid, "below_producer_minimum",
			"Orders from Larkmoor start at 20.00 USD; 6.50 are missing.")
		if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != dairy {
			s.Errorf("it does not name the producer: %v", f)
		}
		s.wantRefused("on her holiday", buy(soon.GetId(), want{cheese, 2000}), fault.Conflict,
			"window_closed", "")
		s.must(buy(later.GetId(), want{cheese, 2000}))
		s.must(buy(soon.GetId(), want{eggs, 1000}))
		s.terms(dairy, 0)
		s.must(buy(soon.GetId(), want{cheese, 1000}))
		if n := s.count("SELECT COUNT(*) FROM orders"); n != 4 {
			s.Errorf("there are %d orders, want 4: what is refused is not written", n)
		}
	})
}

func TestAChangeObeysItsMakers(t *testing.T) {
	each(t, func(s *shop) {
		dairy, farm := s.producer("Larkmoor"), s.producer("Hill Farm")
		cheese, eggs := s.product(dairy, "Tomme", "each", 1350), s.product(farm, "Eggs", "each", 400)
		soon, later, last := s.window(3), s.window(5), s.window(6)
		bought := s.order(soon.GetId(), want{cheese, 2000}, want{eggs, 1000})
		s.terms(dairy, 2000, 3, 5)
		asks := func(window string, wants ...want) error {
			_, err := s.ChangeOrder(s.Context(), s.wants(bought, window, wants...))
			return err
		}
		s.wantRefused("less than she wants", asks("", want{cheese, 1000}, want{eggs, 1000}), fault.Invalid,
			"below_producer_minimum", "")
		s.wantRefused("more on her holiday", asks("", want{cheese, 3000}, want{eggs, 1000}), fault.Conflict,
			"window_closed", "")
		s.wantRefused("to another of her holidays", asks(later.GetId(), want{cheese, 2000}, want{eggs, 1000}),
			fault.Conflict, "window_closed", "")
		s.must(asks("", want{cheese, 2000}, want{eggs, 2000})) // what she took stays taken
		s.must(asks(last.GetId(), want{cheese, 3000}, want{eggs, 2000}))
		s.terms(dairy, 9000)
		s.must(asks("", want{cheese, 4000}, want{eggs, 2000})) // more is never too little
		s.must(asks("", want{eggs, 2000}))
		s.wantRefused("hers anew", asks("", want{cheese, 1000}, want{eggs, 2000}), fault.Invalid,
			"below_producer_minimum", "")
	})
}
