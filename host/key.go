package host

import (
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
)

// keySize is a derived key's, in bytes.
const keySize = 32

// Keys are derived from the master keys for one purpose: the current one's first, with which everything new
// is made, then the older ones', newest first, which only read. Each is 32 bytes.
func (c Config) Keys(purpose string) ([][]byte, error) {
	var keys [][]byte
	for _, secret := range append([][]byte{c.Secret}, c.OlderSecrets...) {
		key, err := hkdf.Key(sha256.New, secret, nil, purpose, keySize)
		if err != nil {
			return nil, fmt.Errorf("derive a key: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}
