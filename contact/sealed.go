package contact

import (
	"crypto/ecdh"
	"crypto/hpke"
	"errors"
	"fmt"
	"strings"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/id"
)

// toKey is the first byte of what is sealed to a public key. Identity's own seals begin with another.
const toKey = 2

var errNotSealed = errors.New("contact: the bytes are not sealed to this key, or damaged")

// PublicKey is what contacts are sealed to. Only identity has the private one.
type PublicKey struct {
	ID    string
	Bytes []byte
}

// The suite is HPKE's (RFC 9180), in its base mode.
func suite() (hpke.KEM, hpke.KDF, hpke.AEAD) {
	return hpke.DHKEM(ecdh.X25519()), hpke.HKDFSHA256(), hpke.AES256GCM()
}

// NewKeyPair makes the two keys of a pair.
func NewKeyPair() (private, public []byte, err error) {
	kem, _, _ := suite()
	key, err := kem.GenerateKey()
	if err != nil {
		return nil, nil, fmt.Errorf("make a key pair: %w", err)
	}
	private, err = key.Bytes()
	return private, key.PublicKey().Bytes(), err
}

// Seal encrypts a checked contact of a customer. The bytes carry a version, the customer's ID and the key's,
// which are authenticated. Repeated it makes other bytes.
func (k PublicKey) Seal(customer string, d Details) ([]byte, error) {
	kem, kdf, aead := suite()
	key, err := kem.NewPublicKey(k.Bytes)
	if err != nil {
		return nil, fmt.Errorf("use a public key: %w", err)
	}
	if len(customer) > 255 || len(k.ID) > 255 {
		return nil, errNotSealed
	}
	plain, err := Encode(ToProto(d))
	if err != nil {
		return nil, err
	}
	header := append([]byte{toKey, byte(len(customer))}, customer...)
	header = append(append(header, byte(len(k.ID))), k.ID...)
	sealed, err := hpke.Seal(key, kdf, aead, binding(header), plain)
	if err != nil {
		return nil, fmt.Errorf("seal a contact: %w", err)
	}
	return append(header, sealed...), nil
}

// Envelope is what can be read of a contact that is sealed to a public key.
type Envelope struct {
	Customer, KeyID string
	header, rest    []byte
}

// ReadEnvelope reads it; false for bytes that are sealed in another way, or not at all.
func ReadEnvelope(sealed []byte) (Envelope, bool) {
	if len(sealed) == 0 || sealed[0] != toKey {
		return Envelope{}, false
	}
	customer, rest, ok := text(sealed[1:])
	if !ok {
		return Envelope{}, false
	}
	keyID, rest, ok := text(rest)
	if !ok {
		return Envelope{}, false
	}
	return Envelope{customer, keyID, sealed[:len(sealed)-len(rest)], rest}, true
}

// text reads a text behind a byte with its length.
func text(from []byte) (s string, rest []byte, ok bool) {
	if len(from) == 0 || len(from) < 1+int(from[0]) {
		return "", nil, false
	}
	end := 1 + int(from[0])
	return string(from[1:end]), from[end:], true
}

// Open decrypts with the private key of the pair that it was sealed to, to the bytes that Encode made. It
// fails for anything else, and where the header is not the one that was sealed.
func (e Envelope) Open(private []byte) ([]byte, error) {
	kem, kdf, aead := suite()
	key, err := kem.NewPrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("use a private key: %w", err)
	}
	plain, err := hpke.Open(key, kdf, aead, binding(e.header), e.rest)
	if err != nil {
		return nil, errNotSealed
	}
	return plain, nil
}

// binding is what both sides agree on: what is sealed, for whom, to which key, in which format.
func binding(header []byte) []byte {
	return append([]byte("artisan: contact of an order\x00"), header...)
}

// GuestOf is the customer that an order without an account belongs to: its ID is made from the order's, so
// that asking again finds the same guest.
func GuestOf(order string) (string, error) {
	if _, err := id.Market(id.Order, order); err != nil {
		return "", fault.InvalidField("order_id", "A guest's contact needs the ID of its order.")
	}
	return id.Customer + strings.TrimPrefix(order, id.Order), nil
}
