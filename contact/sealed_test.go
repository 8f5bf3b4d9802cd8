package contact

import (
	"bytes"
	"testing"

	"google.golang.org/protobuf/proto"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

var ann = Details{Email: "ann@example.org", Name: "Ann Baker", Phone: "503 555 0100"}

func pair(t testing.TB) (private []byte, public PublicKey) {
	t.Helper()
	private, bytes, err := NewKeyPair()
	if err != nil {
		t.Fatal(err)
	}
	return private, PublicKey{"skp_x_1", bytes}
}

func TestWhatIsSealedToAPublicKeyIsOpenedByThePrivateOneOnly(t *testing.T) {
	private, public := pair(t)
	other, _ := pair(t)
	sealed, err := public.Seal("cus_pdx_1", ann)
	if err != nil {
		t.Fatal(err)
	}
	again, err := public.Seal("cus_pdx_1", ann)
	if err != nil || bytes.Equal(sealed, again) || bytes.Contains(sealed, []byte("Ann")) {
		t.Errorf("sealed twice: %q and %q (%v)", sealed, again, err)
	}
	e, ok := ReadEnvelope(sealed)
	if !ok || e.Customer != "cus_pdx_1" || e.KeyID != "skp_x_1" {
		t.Fatalf("the envelope reads %+v, %v", e, ok)
	}
	plain, err := e.Open(private)
	if err != nil {
		t.Fatal(err)
	}
	opened := &identityv1.Contact{}
	if err := Decode(plain, opened); err != nil || !proto.Equal(opened, ToProto(ann)) {
		t.Errorf("opened %v (%v)", opened, err)
	}
	if plain, err := e.Open(other); err == nil {
		t.Errorf("another key opens %q", plain)
	}
}

func TestNoByteOfASealedContactCanBeAnother(t *testing.T) {
	private, public := pair(t)
	sealed, err := public.Seal("cus_pdx_1", ann)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sealed {
		forged := bytes.Clone(sealed)
		forged[i] ^= 1
		if e, ok := ReadEnvelope(forged); ok {
			if plain, err := e.Open(private); err == nil {
				t.Errorf("byte %d: opened %q for %s", i, plain, e.Customer)
			}
		}
	}
}

func FuzzReadEnvelope(f *testing.F) {
	private, public := pair(f)
	sealed, err := public.Seal("cus_pdx_1", ann)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add([]byte{})
	f.Add([]byte{toKey, 255, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		e, ok := ReadEnvelope(data)
		if !ok {
			return
		}
		if len(e.header)+len(e.rest) != len(data) {
			t.Errorf("%q is read as %+v", data, e)
		}
		if plain, err := e.Open(private); err == nil && !bytes.Equal(data, sealed) {
			t.Errorf("forged %q", plain)
		}
	})
}
