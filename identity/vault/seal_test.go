package vault_test

import (
	"bytes"
	"slices"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/identity/identitytest"
)

// wantCode and wantFields fail the test where an error is not what it should be.
var wantCode, wantFields = identitytest.WantCode, identitytest.WantFields

func TestAContactOpensAsItWasSealed(t *testing.T) {
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) {
		account := s.Member(t, "ann@example.org").GetAccount().GetId()
		guest, own := s.SealFor(t, "", s.Order()), s.SealFor(t, account, s.Order())
		if own.GetCustomerId() != account || guest.GetCustomerId() == account {
			t.Errorf("sealed for %s and %s", own.GetCustomerId(), guest.GetCustomerId())
		}
		for i, opened := range s.Opened(t, guest.GetSealed(), own.GetSealed(), guest.GetSealed()) {
			if opened.GetErased() || !proto.Equal(opened.GetContact(), identitytest.Contact()) {
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
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) {
		orders := []string{s.Order(), s.Order(), s.Order()}
		guests, sealed := make([]string, 24), make([][]byte, 24)
		var all sync.WaitGroup
		for i := range guests {
			all.Go(func() {
				r, err := s.Seal(t.Context(),
					&identityv1.SealRequest{OrderId: orders[i%3], Contact: identitytest.Contact()})
				if err != nil {
					t.Error(err)
				}
				guests[i], sealed[i] = r.GetCustomerId(), r.GetSealed()
			})
		}
		all.Wait()
		if distinct := slices.Compact(slices.Sorted(slices.Values(guests))); len(distinct) != 3 ||
			s.Count(t, "customer_keys") != 3 {
			t.Errorf("3 orders have the guests %v", distinct)
		}
		for i, opened := range s.Opened(t, sealed...) {
			if !proto.Equal(opened.GetContact(), identitytest.Contact()) {
				t.Errorf("contact %d: %v", i, opened)
			}
		}
	})
}

func TestWhatWasErasedCannotBeRead(t *testing.T) {
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) {
		up := s.Member(t, "ann@example.org")
		account, order := up.GetAccount().GetId(), s.Order()
		own, guest, other := s.SealFor(t, account, s.Order()), s.SealFor(t, "", order),
			s.SealFor(t, "", s.Order())
		putAddress(t, s, account, "")
		for range 2 {
			for _, customer := range []string{account, guest.GetCustomerId()} {
				if _, err := s.Erase(t.Context(),
					&identityv1.EraseRequest{CustomerId: customer, ByShop: true}); err != nil {
					t.Fatal(err)
				}
			}
		}
		opened := s.Opened(t, own.GetSealed(), guest.GetSealed(), other.GetSealed())
		if !opened[0].GetErased() || opened[0].GetContact() != nil || !opened[1].GetErased() ||
			opened[2].GetErased() {
			t.Errorf("opened %v", opened)
		}
		_, err := s.Session(t.Context(), up.GetSessionToken())
		wantCode(t, "the session", err, fault.Unauthenticated, "no_session")
		if s.Count(t, "accounts") != 0 || s.Count(t, "addresses") != 0 || s.Count(t, "sessions") != 0 {
			t.Error("personal data is left")
		}
		_, err = s.Seal(t.Context(), &identityv1.SealRequest{OrderId: order, Contact: identitytest.Contact()})
		wantCode(t, "a guest made anew", err, fault.Conflict, "erased")
		_, err = s.Seal(t.Context(),
			&identityv1.SealRequest{CustomerId: account, Contact: identitytest.Contact()})
		wantCode(t, "an erased account", err, fault.Conflict, "erased")
		s.Member(t, "ann@example.org")
	})
}

func TestALostKeyIsAnErasedContact(t *testing.T) {
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) {
		guest := s.SealFor(t, "", s.Order())
		s.Exec(t, "DELETE FROM customer_keys")
		if opened := s.Opened(t, guest.GetSealed()); !opened[0].GetErased() {
			t.Errorf("opened %v", opened)
		}
	})
}

func TestAKeyIsOfOneCustomer(t *testing.T) {
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) {
		a, b := s.SealFor(t, "", s.Order()), s.SealFor(t, "", s.Order())
		// As if somebody with access to the table gave everybody one customer's key.
		s.Exec(t,
			"UPDATE customer_keys SET wrapped = (SELECT wrapped FROM customer_keys WHERE customer_id = $1)",
			a.GetCustomerId())
		if _, err := s.Open(t.Context(),
			&identityv1.OpenRequest{Sealed: [][]byte{b.GetSealed()}}); fault.KindOf(err) != fault.Internal {
			t.Errorf("opened under another's key: %v", err)
		}
	})
}

func TestDamagedBytesAreRefused(t *testing.T) {
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) {
		good := s.SealFor(t, "", s.Order()).GetSealed()
		other := s.SealFor(t, "", s.Order()).GetSealed()
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
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) {
		for _, order := range []string{
			"", "x", "ord_portland_",
			s.Process.Host("identity").NewID(id.Cart, "portland"),
		} {
			_, err := s.Seal(t.Context(),
				&identityv1.SealRequest{OrderId: order, Contact: identitytest.Contact()})
			wantFields(t, err, "order_id")
		}
		for _, customer := range []string{"x", s.Process.Host("identity").NewID(id.Customer, id.Global)} {
			_, err := s.Seal(t.Context(), &identityv1.SealRequest{
				CustomerId: customer, OrderId: s.Order(),
				Contact: identitytest.Contact(),
			})
			wantCode(t, "an unknown customer", err, fault.NotFound, "not_found")
		}
		_, err := s.Seal(t.Context(), &identityv1.SealRequest{OrderId: s.Order()})
		wantFields(t, err, "email", "name")
	})
}

func putAddress(t *testing.T, s identitytest.Shop, customer, addressID string) *identityv1.Address {
	t.Helper()
	address := identitytest.Contact().GetAddress()
	address.Id = addressID
	r, err := s.PutAddress(t.Context(), &identityv1.PutAddressRequest{CustomerId: customer, Address: address})
	if err != nil {
		t.Fatal(err)
	}
	return r.GetAddress()
}

func TestAnAddressIsItsOwnersOnly(t *testing.T) {
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) {
		ann, bob := s.Member(t, "ann@example.org").GetAccount().GetId(),
			s.Member(t, "bob@example.org").GetAccount().GetId()
		address := putAddress(t, s, ann, "")
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
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) {
		ann := s.Member(t, "ann@example.org").GetAccount().GetId()
		var all sync.WaitGroup
		failures := make([]error, 25)
		for i := range failures {
			all.Go(func() {
				_, failures[i] = s.PutAddress(t.Context(),
					&identityv1.PutAddressRequest{
						CustomerId: ann,
						Address:    identitytest.Contact().GetAddress(),
					})
			})
		}
		all.Wait()
		failures = slices.DeleteFunc(failures, func(err error) bool { return err == nil })
		if len(failures) != 5 || s.Count(t, "addresses") != 20 {
			t.Errorf("%d refused, %d kept", len(failures), s.Count(t, "addresses"))
		}
		for _, err := range failures {
			wantCode(t, "one too many", err, fault.Conflict, "too_many_addresses")
		}
		_, err := s.PutAddress(t.Context(),
			&identityv1.PutAddressRequest{CustomerId: ann, Address: &identityv1.Address{Country: "USA"}})
		wantFields(t, err, "line1", "postal_code", "city", "country")
	})
}
