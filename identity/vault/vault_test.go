package vault

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/fault"
)

func FuzzSealedFor(f *testing.F) {
	v, err := newVault([][]byte{make([]byte, 32)}, rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	key, _, err := v.newKey("cus_x_1")
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := v.Seal("cus_x_1", key, sealedContact, []byte("hello"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add([]byte{})
	f.Add([]byte{1, 255, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		customer, rest, err := sealedFor(data)
		if err == nil && 2+len(customer)+len(rest) != len(data) {
			t.Errorf("%q is for %q with %d bytes more", data, customer, len(rest))
		}
		if plain, err := Unseal(key, sealedContact, data); err == nil && !slices.Equal(data, sealed) {
			t.Errorf("forged %q", plain)
		}
	})
}

func TestSealedBytesSayWhatTheyAre(t *testing.T) {
	v, err := newVault([][]byte{make([]byte, 32)}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, wrapped, err := v.newKey("cus_x_1")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.unwrap("cus_x_1", wrapped); err != nil || !slices.Equal(got, key) {
		t.Errorf("unwrap = %v", err)
	}
	if _, err := v.unwrap("cus_x_2", wrapped); !errors.Is(err, errSealed) {
		t.Errorf("unwrapped for another customer: %v", err)
	}
	another, err := newVault([][]byte{[]byte(strings.Repeat("x", 32))}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := another.unwrap("cus_x_1", wrapped); !errors.Is(err, errSealed) {
		t.Errorf("unwrapped under another secret: %v", err)
	}
	sealed, err := v.Seal("cus_x_1", key, sealedAddress, []byte("1 Mill Lane"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Unseal(key, sealedContact, sealed); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an address passed for a contact: %v", err)
	}
}
