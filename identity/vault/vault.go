package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/sqldb"
)

// What sealed bytes hold. It is authenticated, so that one cannot pass for the other.
const (
	sealedContact = "contact"
	sealedAddress = "address"
	sealedOrigin  = "origin"
	sealedKey     = "key"
	sealedIndex   = "index key"
	sealedPrivate = "private key"
)

const (
	vaultVersion = 1
	dataKeySize  = 32
	nonceSize    = 12
)

var errSealed = errors.New("vault: sealed bytes are damaged or not ours")

// Vault is the cryptography of personal data. Each customer has a random data key; the database holds it
// wrapped under a key derived from the master key. What an older master key wrapped is unwrapped too, until
// it is wrapped anew. All encryption is AES-256-GCM with random nonces and the customer's ID authenticated.
type Vault struct {
	db       *sqldb.DB
	wrapping []cipher.AEAD // the current one first
	subjects []byte
	emails   []byte
	random   io.Reader
}

// newVault makes a vault of wrapping keys, the current one first. Its index keys come later: see indexKeys.
func newVault(wrapping [][]byte, random io.Reader) (*Vault, error) {
	v := &Vault{random: random}
	for _, key := range wrapping {
		aead, err := newAEAD(key)
		if err != nil {
			return nil, err
		}
		v.wrapping = append(v.wrapping, aead)
	}
	return v, nil
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("use a key: %w", err)
	}
	return cipher.NewGCM(block)
}

// Subject is a name for who tries something that tells nothing about them without the secret.
func (v *Vault) Subject(who string) string { return hex.EncodeToString(v.MAC([]byte(who))) }

// MAC authenticates what the shop itself has made and takes back, like the token of a device.
func (v *Vault) MAC(message []byte) []byte { return keyedHash(v.subjects, message) }

// EmailIndex is what guests are found by: a name for their normal e-mail address that tells nothing about it
// without the secret.
func (v *Vault) EmailIndex(email string) string {
	return hex.EncodeToString(keyedHash(v.emails, []byte(email)))
}

func keyedHash(key, text []byte) []byte {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write(text)
	return mac.Sum(nil)
}

// newKey makes a customer's data key and its wrapped form for the database.
func (v *Vault) newKey(customer string) (key, wrapped []byte, err error) {
	key = make([]byte, dataKeySize)
	if _, err := io.ReadFull(v.random, key); err != nil {
		return nil, nil, fmt.Errorf("no randomness: %w", err)
	}
	wrapped, err = v.wrap(sealedKey, customer, key)
	return key, wrapped, err
}

// wrap encrypts a key of an owner under the current master key.
func (v *Vault) wrap(what, owner string, key []byte) ([]byte, error) {
	return v.encrypt(v.wrapping[0], []byte{vaultVersion}, key, what, owner)
}

// unwrap is the way back, from the current master key or an older one.
func (v *Vault) unwrap(customer string, wrapped []byte) ([]byte, error) {
	key, _, err := v.unwrapAny(sealedKey, customer, wrapped)
	return key, err
}

// unwrapAny also tells whether the key is under the current master key. It fails when it is under none.
func (v *Vault) unwrapAny(what, owner string, wrapped []byte) (key []byte, current bool, err error) {
	if len(wrapped) == 0 || wrapped[0] != vaultVersion {
		return nil, false, errSealed
	}
	for i, aead := range v.wrapping {
		if key, err = decrypt(aead, wrapped[:1], wrapped[1:], what, owner); err == nil {
			return key, i == 0, nil
		}
	}
	return nil, false,
		fmt.Errorf("unwrap a key; are ARTISAN_SECRET and ARTISAN_OLDER_SECRETS those it was made with? %w",
			err)
}

// Seal encrypts under a customer's key, which Key answers. The bytes carry a version and the customer's ID;
// what says what they are, so that one thing cannot pass for another.
func (v *Vault) Seal(customer string, key []byte, what string, plain []byte) ([]byte, error) {
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	header := append([]byte{vaultVersion, byte(len(customer))}, customer...)
	return v.encrypt(aead, header, plain, what, customer)
}

// sealedFor reads whose key sealed bytes are under.
func sealedFor(sealed []byte) (customer string, rest []byte, err error) {
	if len(sealed) < 2 || sealed[0] != vaultVersion || len(sealed) < 2+int(sealed[1])+nonceSize {
		return "", nil, fault.New(fault.Invalid, "invalid", "These are no sealed details.").Because(errSealed)
	}
	end := 2 + int(sealed[1])
	return string(sealed[2:end]), sealed[end:], nil
}

// Unseal decrypts what Seal made, under the same key and of the same kind. It fails with fault.Invalid
// "invalid" for anything else.
func Unseal(key []byte, what string, sealed []byte) ([]byte, error) {
	customer, rest, err := sealedFor(sealed)
	if err != nil {
		return nil, err
	}
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	plain, err := decrypt(aead, sealed[:len(sealed)-len(rest)], rest, what, customer)
	if err != nil {
		return nil, fault.New(fault.Invalid, "invalid", "These sealed details are damaged.").Because(err)
	}
	return plain, nil
}

// encrypt appends a nonce and the ciphertext to a header that is authenticated with it.
func (v *Vault) encrypt(aead cipher.AEAD, header, plain []byte, what, customer string) ([]byte, error) {
	out := make([]byte, len(header)+nonceSize, len(header)+nonceSize+len(plain)+aead.Overhead())
	copy(out, header)
	nonce := out[len(header):]
	if _, err := io.ReadFull(v.random, nonce); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	return aead.Seal(out, nonce, plain, binding(header, what, customer)), nil
}

func decrypt(aead cipher.AEAD, header, rest []byte, what, customer string) ([]byte, error) {
	if len(rest) < nonceSize {
		return nil, errSealed
	}
	plain, err := aead.Open(nil, rest[:nonceSize], rest[nonceSize:], binding(header, what, customer))
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}

// binding is the additional data: what is sealed, for whom, in which format.
func binding(header []byte, what, customer string) []byte {
	return fmt.Appendf(nil, "%s\x00%s\x00%s", what, customer, header)
}
