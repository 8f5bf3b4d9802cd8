package identity_test

import (
	"bytes"
	"slices"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/id"
)

func contact() *identityv1.Contact {
	return &identityv1.Contact{
		Email: "ann@example.org", Name: "Ann Baker", Phone: "+1 503 555 0100",
		Note: "The blue door.\nRing twice.",
		Address: &identityv1.Address{
			Line1: "1 Mill Lane", PostalCode: "97201", City: "Portland",
			Region: "OR", Country: "US",
		},
	}
}

func (s shop) order() string { return s.process.Host("identity").NewID(id.Order, "portland") }

func (s shop) seal(t *testing.T, customer, order string) *identityv1.SealResponse {
	t.Helper()
	r, err := s.Seal(t.Context(), &identityv1.SealRequest{
		CustomerId: customer, OrderId: order,
		Contact: contact(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (s shop) open(t *testing.T, sealed ...[]byte) []*identityv1.Opened {
	t.Helper()
	r, err := s.Open(t.Context(), &identityv1.OpenRequest{Sealed: sealed})
	if err != nil {
		t.Fatal(err)
	}
	return r.GetContacts()
}

func TestAContactOpensAsItWasSealed(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		account := s.signUp(t, "ann@example.org").GetAccount().GetId()
		guest, own := s.seal(t, "", s.order()), s.seal(t, account, s.order())
		if own.GetCustomerId() != account || guest.GetCustomerId() == account {
			t.Errorf("sealed for %s and %s", own.GetCustomerId(), guest.GetCustomerId())
		}
		for i, opened := range s.open(t, guest.GetSealed(), own.GetSealed(), guest.GetSealed()) {
			if opened.GetErased() || !proto.Equal(opened.GetContact(), contact()) {
				t.Errorf("contact %d: %v", i, opened)
			}
		}
		for _, sealed := range [][]byte{guest.GetSealed(), own.GetSealed()} {
			if bytes.Contains(sealed, []byte("Ann")) || bytes.Contains(sealed, []byte("Mill")) {
				t.Errorf("a name can be read in %q", sealed)
			}
		}
	})
}

func TestAnOrderHasOneGuest(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		orders := []string{s.order(), s.order(), s.order()}
		guests, sealed := make([]string, 24), make([][]byte, 24)
		var all sync.WaitGroup
		for i := range guests {
			all.Go(func() {
				r, err := s.Seal(t.Context(),
					&identityv1.SealRequest{OrderId: orders[i%3], Contact: contact()})
				if err != nil {
					t.Error(err)
				}
				guests[i], sealed[i] = r.GetCustomerId(), r.GetSealed()
			})
		}
		all.Wait()
		if distinct := slices.Compact(slices.Sorted(slices.Values(guests))); len(distinct) != 3 ||
			s.count(t, "customer_keys") != 3 {
			t.Errorf("3 orders have the guests %v", distinct)
		}
		for i, opened := range s.open(t, sealed...) {
			if !proto.Equal(opened.GetContact(), contact()) {
				t.Errorf("contact %d: %v", i, opened)
			}
		}
	})
}

func TestWhatWasErasedCannotBeRead(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		up := s.signUp(t, "ann@example.org")
		account, order := up.GetAccount().GetId(), s.order()
		own, guest, other := s.seal(t, account, s.order()), s.seal(t, "", order), s.seal(t, "", s.order())
		s.putAddress(t, account, "")
		for range 2 {
			for _, customer := range []string{account, guest.GetCustomerId()} {
				if _, err := s.Erase(t.Context(),
					&identityv1.EraseRequest{CustomerId: customer, ByShop: true}); err != nil {
					t.Fatal(err)
				}
			}
		}
		opened := s.open(t, own.GetSealed(), guest.GetSealed(), other.GetSealed())
		if !opened[0].GetErased() || opened[0].GetContact() != nil || !opened[1].GetErased() ||
			opened[2].GetErased() {
			t.Errorf("opened %v", opened)
		}
		_, err := s.session(t.Context(), up.GetSessionToken())
		wantCode(t, "the session", err, fault.Unauthenticated, "no_session")
		if s.count(t, "accounts") != 0 || s.count(t, "addresses") != 0 || s.count(t, "sessions") != 0 {
			t.Error("personal data is left")
		}
		_, err = s.Seal(t.Context(), &identityv1.SealRequest{OrderId: order, Contact: contact()})
		wantCode(t, "a guest made anew", err, fault.Conflict, "erased")
		_, err = s.Seal(t.Context(), &identityv1.SealRequest{CustomerId: account, Contact: contact()})
		wantCode(t, "an erased account", err, fault.Conflict, "erased")
		s.signUp(t, "ann@example.org")
	})
}

func TestALostKeyIsAnErasedContact(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		guest := s.seal(t, "", s.order())
		s.exec(t, "DELETE FROM customer_keys")
		if opened := s.open(t, guest.GetSealed()); !opened[0].GetErased() {
			t.Errorf("opened %v", opened)
		}
	})
}

func TestAKeyIsOfOneCustomer(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		a, b := s.seal(t, "", s.order()), s.seal(t, "", s.order())
		// As if somebody with access to the table gave everybody one customer's key.
		s.exec(t,
			"UPDATE customer_keys SET wrapped = (SELECT wrapped FROM customer_keys WHERE customer_id = $1)",
			a.GetCustomerId())
		if _, err := s.Open(t.Context(),
			&identityv1.OpenRequest{Sealed: [][]byte{b.GetSealed()}}); fault.KindOf(err) != fault.Internal {
			t.Errorf("opened under another's key: %v", err)
		}
	})
}

func TestDamagedBytesAreRefused(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		good := s.seal(t, "", s.order()).GetSealed()
		other := s.seal(t, "", s.order()).GetSealed()
		moved := slices.Concat(other[:len(good)/4], good[len(good)/4:])
		damaged := slices.Clone(good)
		damaged[len(damaged)-1] ^= 1
		newer := slices.Clone(good)
		newer[0] = 99
		for _, bad := range [][]byte{
			nil,
			{1},
			good[:20], good[:len(good)-1], damaged, newer,
			append(slices.Clone(good), 0), moved,
		} {
			if bytes.Equal(bad, good) {
				t.Fatal("the sample is not damaged")
			}
			r, err := s.Open(t.Context(), &identityv1.OpenRequest{Sealed: [][]byte{bad}})
			if err == nil && !r.GetContacts()[0].GetErased() {
				t.Errorf("opened %q as %v", bad, r)
			}
		}
	})
}

func TestAGuestNeedsAnOrder(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		for _, order := range []string{
			"", "x", "ord_portland_",
			s.process.Host("identity").NewID(id.Cart, "portland"),
		} {
			_, err := s.Seal(t.Context(), &identityv1.SealRequest{OrderId: order, Contact: contact()})
			wantFields(t, err, "order_id")
		}
		for _, customer := range []string{"x", s.process.Host("identity").NewID(id.Customer, id.Global)} {
			_, err := s.Seal(t.Context(), &identityv1.SealRequest{
				CustomerId: customer, OrderId: s.order(),
				Contact: contact(),
			})
			wantCode(t, "an unknown customer", err, fault.NotFound, "not_found")
		}
		_, err := s.Seal(t.Context(), &identityv1.SealRequest{OrderId: s.order()})
		wantFields(t, err, "email", "name")
	})
}

func (s shop) putAddress(t *testing.T, customer, addressID string) *identityv1.Address {
	t.Helper()
	address := contact().GetAddress()
	address.Id = addressID
	r, err := s.PutAddress(t.Context(), &identityv1.PutAddressRequest{CustomerId: customer, Address: address})
	if err != nil {
		t.Fatal(err)
	}
	return r.GetAddress()
}

func TestAnAddressIsItsOwnersOnly(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		ann, bob := s.signUp(t, "ann@example.org").GetAccount().GetId(),
			s.signUp(t, "bob@example.org").GetAccount().GetId()
		address := s.putAddress(t, ann, "")
		_, err := s.PutAddress(t.Context(), &identityv1.PutAddressRequest{CustomerId: bob, Address: address})
		wantCode(t, "another's address", err, fault.NotFound, "not_found")
		if _, err := s.DeleteAddress(t.Context(),
			&identityv1.DeleteAddressRequest{CustomerId: bob, AddressId: address.GetId()}); err != nil {
			t.Fatal(err)
		}
		address.Line2 = "Back door"
		changed, err := s.PutAddress(t.Context(),
			&identityv1.PutAddressRequest{CustomerId: ann, Address: address})
		if err != nil {
			t.Fatal(err)
		}
		address = changed.GetAddress()
		listed, err := s.ListAddresses(t.Context(), &identityv1.ListAddressesRequest{CustomerId: ann})
		if err != nil || len(listed.GetAddresses()) != 1 || !proto.Equal(listed.GetAddresses()[0], address) {
			t.Fatalf("Ann's addresses: %v, %v", listed, err)
		}
		for range 2 {
			if _, err := s.DeleteAddress(t.Context(),
				&identityv1.DeleteAddressRequest{CustomerId: ann, AddressId: address.GetId()}); err != nil {
				t.Fatal(err)
			}
		}
		for _, customer := range []string{ann, bob, ""} {
			listed, err := s.ListAddresses(t.Context(),
				&identityv1.ListAddressesRequest{CustomerId: customer})
			if err != nil || len(listed.GetAddresses()) != 0 {
				t.Errorf("addresses of %q: %v, %v", customer, listed, err)
			}
		}
	})
}

func TestAnAccountKeepsTwentyAddresses(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		ann := s.signUp(t, "ann@example.org").GetAccount().GetId()
		var all sync.WaitGroup
		failures := make([]error, 25)
		for i := range failures {
			all.Go(func() {
				_, failures[i] = s.PutAddress(t.Context(),
					&identityv1.PutAddressRequest{CustomerId: ann, Address: contact().GetAddress()})
			})
		}
		all.Wait()
		failures = slices.DeleteFunc(failures, func(err error) bool { return err == nil })
		if len(failures) != 5 || s.count(t, "addresses") != 20 {
			t.Errorf("%d refused, %d kept", len(failures), s.count(t, "addresses"))
		}
		for _, err := range failures {
			wantCode(t, "one too many", err, fault.Conflict, "too_many_addresses")
		}
		_, err := s.PutAddress(t.Context(),
			&identityv1.PutAddressRequest{CustomerId: ann, Address: &identityv1.Address{Country: "USA"}})
		wantFields(t, err, "line1", "postal_code", "city", "country")
	})
}
