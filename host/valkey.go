package host

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/artisan-eats/artisan/valkey"
)

// Valkey is what the shop's replicas may know together; nil where the shop has none. It is not there before
// the process works, and may go at any time: see package valkey. Only a process with a service that asks for
// it connects.
func (h *Host) Valkey() (*valkey.Client, error) {
	p := h.process
	if p.valkey != nil || p.config.ValkeyURL == "" {
		return p.valkey, nil
	}
	if len(p.config.Secret) == 0 {
		return nil, errors.New("ARTISAN_VALKEY_URL is set and ARTISAN_SECRET is not: without the shop's master key " +
			"nobody can tell what there is of this shop; set it, as for the other services")
	}
	keys, err := p.config.Keys("what is in Valkey")
	if err != nil {
		return nil, err
	}
	of := sha256.Sum256([]byte(p.mark))
	client, err := valkey.New(valkey.Config{
		URL: p.config.ValkeyURL, Shop: hex.EncodeToString(of[:8]), Key: keys[0], Log: p.config.Log,
	})
	if err != nil {
		return nil, err
	}
	if err := client.Register(p.metrics.registry); err != nil {
		return nil, fmt.Errorf("count what is asked of Valkey: %w", err)
	}
	p.valkey = client
	return client, nil
}
