package vault_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/contact"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/identity/identitytest"
)

// toKey seals a contact as a peer does that cannot ask identity, to the public key that it answers now.
func toKey(t *testing.T, s identitytest.Shop, customer string) (sealed []byte, keyID string) {
	t.Helper()
	key, err := s.GetSealingKey(t.Context(), &identityv1.GetSealingKeyRequest{})
	if err != nil {
		t.Fatal(err)
	}
	sealed, err = contact.PublicKey{ID: key.GetId(), Bytes: key.GetPublicKey()}.Seal(customer,
		contact.FromProto(identitytest.Contact()))
	if err != nil {
		t.Fatal(err)
	}
	return sealed, key.GetId()
}

func guestOf(t *testing.T, order string) string {
	t.Helper()
	guest, err := contact.GuestOf(order)
	if err != nil {
		t.Fatal(err)
	}
	return guest
}

func sealAnew(t *testing.T, s identitytest.Shop, sealed ...[]byte) [][]byte {
	t.Helper()
	answer, err := s.SealAnew(t.Context(), &identityv1.SealAnewRequest{Sealed: sealed})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetSealed()
}

func erase(t *testing.T, s identitytest.Shop, customer string) {
	t.Helper()
	if _, err := s.Erase(t.Context(),
		&identityv1.EraseRequest{CustomerId: customer, ByShop: true}); err != nil {
		t.Fatal(err)
	}
}

func TestWhatWasSealedWithoutIdentityOpensAndIsSealedAnew(t *testing.T) {
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) {
		member := s.Member(t, "ann@example.org").GetAccount().GetId()
		guest := guestOf(t, s.Order())
		own, _ := toKey(t, s, member)
		guests, _ := toKey(t, s, guest)
		all := append([][]byte{own, guests}, sealAnew(t, s, own, guests)...)
		for i, opened := range s.Opened(t, all...) {
			if !proto.Equal(opened.GetContact(), identitytest.Contact()) || opened.GetErased() ||
				opened.GetVerified() != (i%2 == 0) {
				t.Errorf("contact %d: %v", i, opened)
			}
		}
		for i, anew := range all[2:] {
			if _, to := contact.ReadEnvelope(anew); to {
				t.Errorf("contact %d is sealed to a public key still", i)
			}
		}
		found, err := s.FindCustomers(t.Context(), &identityv1.FindCustomersRequest{Email: "ann@example.org"})
		if err != nil || len(found.GetCustomerIds()) != 2 {
			t.Errorf("the address finds %v (%v)", found.GetCustomerIds(), err)
		}
		erase(t, s, guest)
		erase(t, s, member)
		for i, opened := range s.Opened(t, all...) {
			if !opened.GetErased() || opened.GetContact() != nil {
				t.Errorf("contact %d of who is erased: %v", i, opened)
			}
		}
	})
}

func TestWhoIsErasedBeforeTheirContactIsSealedAnewStaysErased(t *testing.T) {
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) {
		guest := guestOf(t, s.Order())
		sealed, _ := toKey(t, s, guest)
		erase(t, s, guest)
		for i, opened := range s.Opened(t, sealed, sealAnew(t, s, sealed)[0]) {
			if !opened.GetErased() || opened.GetContact() != nil {
				t.Errorf("contact %d: %v", i, opened)
			}
		}
		if n := s.Count(t, "customer_keys WHERE wrapped IS NOT NULL"); n != 0 {
			t.Errorf("%d keys are made of who is erased", n)
		}
	})
}

func TestAPrivateKeyIsKeptAsLongAsSomethingIsSealedToIt(t *testing.T) {
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) {
		retire := func(inUse ...string) {
			t.Helper()
			if _, err := s.RetireSealingKeys(t.Context(),
				&identityv1.RetireSealingKeysRequest{InUse: inUse}); err != nil {
				t.Fatal(err)
			}
		}
		opens := func(sealed []byte, want bool) {
			t.Helper()
			if got := s.Opened(t, sealed)[0].GetContact() != nil; got != want {
				t.Errorf("it opens: %v, want %v", got, want)
			}
		}
		sealed, first := toKey(t, s, guestOf(t, s.Order()))
		s.Clock.Advance(31 * 24 * time.Hour)
		retire()
		later, second := toKey(t, s, guestOf(t, s.Order()))
		if first == second {
			t.Fatal("the key pair of a month ago is still the newest")
		}
		opens(sealed, true) // whoever has not heard of the second may have sealed it a moment ago
		s.Clock.Advance(31 * 24 * time.Hour)
		retire(first)
		opens(sealed, true)
		retire(second)
		opens(sealed, false)
		retire()
		opens(later, true) // it is the newest
		if n := s.Count(t, "sealing_keys WHERE wrapped IS NULL"); n != 1 {
			t.Errorf("%d keys are destroyed, want 1", n)
		}
	})
}
