package ordering_test

import (
	"testing"

	"github.com/artisan-eats/artisan/contact"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/ordering/orderingtest"
	"github.com/artisan-eats/artisan/ordering/sealing"
)

// sealedContact is the contact of an order as ordering keeps it.
func sealedContact(s *orderingtest.Shop, orderID string) []byte {
	s.Helper()
	o, err := s.Service.Book.Order(s.Context(), orderID)
	s.Must(err)
	return o.SealedContact
}

func opened(s *orderingtest.Shop, sealed []byte) *identityv1.Opened {
	s.Helper()
	answer, err := identityv1connect.NewIdentityServiceClient(s.Process.Client("identity")).Open(s.Context(),
		&identityv1.OpenRequest{Sealed: [][]byte{sealed}})
	s.Must(err)
	return answer.GetContacts()[0]
}

func TestWhileIdentityIsAwayOrdersAreTakenAndTheirContactsSealedAnewLater(t *testing.T) {
	orderingtest.Each(t, func(s *orderingtest.Shop) {
		product := s.Product(s.Producer("Mill"), "Bread", "each", 500)
		window, member := s.Window(3), s.Member("ada")
		s.Must(s.Service.Sealer.Learn(t.Context()))
		s.Fails("identity.Seal", orderingtest.Down)
		s.Fails("identity.SealAnew", orderingtest.Down)
		want := orderingtest.Want{Product: product, Milli: 1000}
		orders := []*orderingv1.Order{
			s.Order(window.GetId(), want).GetOrder(),
			s.OrderFor(member, window.GetId(), want).GetOrder(),
		}
		for _, o := range orders {
			sealed := sealedContact(s, o.GetId())
			if _, toKey := contact.ReadEnvelope(sealed); o.GetStatus() != state.OrderConfirmed || !toKey {
				t.Errorf("the order is %s, its contact sealed to a public key: %v", o.GetStatus(), toKey)
			}
			if got := opened(s, sealed); got.GetContact().GetEmail() != "ada@example.com" {
				t.Errorf("its contact opens as %v", got)
			}
		}
		s.Mends()
		for _, o := range orders {
			s.Eventually("its contact is sealed under the customer's key", func() bool {
				_, toKey := contact.ReadEnvelope(sealedContact(s, o.GetId()))
				return !toKey
			})
			got := opened(s, sealedContact(s, o.GetId()))
			if got.GetContact().GetEmail() != "ada@example.com" {
				t.Errorf("its contact opens as %v", got)
			}
		}
		s.Eventually("nothing is sealed to a key any more",
			func() bool { return s.Count("SELECT COUNT(*) FROM sealed_to_key") == 0 })
		if got := s.Get(orders[0].GetId()); got.GetStatus() != state.OrderConfirmed {
			t.Errorf("the order became %s", got.GetStatus())
		}
	})
}

func TestAContactThatIsNoneIsRefusedWithoutIdentityToo(t *testing.T) {
	orderingtest.Each(t, func(s *orderingtest.Shop) {
		product := s.Product(s.Producer("Mill"), "Bread", "each", 500)
		s.Must(s.Service.Sealer.Learn(t.Context()))
		s.Fails("identity.Seal", orderingtest.Down)
		_, err := s.Checkout(t.Context(), &orderingv1.CheckoutRequest{
			CartId: s.Cart(product), IdempotencyKey: s.NextKey(), WindowId: s.Window(3).GetId(),
			PaymentMethod: "test", PaymentToken: "ok", Contact: &identityv1.Contact{Email: "x", Name: "Ada"},
		})
		s.WantCode(err, "invalid")
	})
}

func TestAKeyThatIsNotKnownIsAskedForAgainAtOnce(t *testing.T) {
	orderingtest.Each(t, func(s *orderingtest.Shop) {
		own := s.Service.Sealer
		fresh := &sealing.Sealer{Host: own.Host, Book: own.Book, Identity: own.Identity}
		s.Fails("identity.GetSealingKey", orderingtest.Down)
		for range 2 {
			if err := fresh.LearnWhereDue(t.Context()); err == nil {
				s.Fatal("nobody was asked")
			}
		}
		s.Mends()
		s.Must(fresh.LearnWhereDue(t.Context()))
		s.Fails("identity.GetSealingKey", orderingtest.Down)
		s.Must(fresh.LearnWhereDue(t.Context())) // known now, so that nobody is asked
	})
}
