package guard

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"runtime"

	"github.com/alexedwards/argon2id"
)

// Cost is what one password hash costs. The zero value is not usable.
type Cost = argon2id.Params

// DefaultCost is the OWASP Password Storage Cheat Sheet's: 19 MiB and two passes, a
// few hundredths of a second.
var DefaultCost = Cost{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hasher hashes passwords, a few at a time: each takes Cost.Memory while it runs,
// and a flood of sign-ins must not take the process with it. Whoever waits does so in turn of clients.
type hasher struct {
	cost  Cost
	queue *queue
	// decoy is the well-formed hash of no password, for accounts that are not there.
	decoy string
}

func newHasher(cost Cost, random io.Reader) (*hasher, error) {
	noise := make([]byte, cost.SaltLength+cost.KeyLength)
	if _, err := io.ReadFull(random, noise); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	slots := min(max(runtime.GOMAXPROCS(0), 2), 4)
	encode := base64.RawStdEncoding.EncodeToString
	return &hasher{
		cost: cost, queue: newQueue(slots),
		decoy: fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", cost.Memory, cost.Iterations,
			cost.Parallelism,
			encode(noise[:cost.SaltLength]), encode(noise[cost.SaltLength:])),
	}, nil
}

// hash makes a password's hash with a salt of its own, for a client.
func (h *hasher) hash(ctx context.Context, client, password string) (hash string, err error) {
	err = h.bounded(ctx, client, func() error {
		hash, err = argon2id.CreateHash(normalPassword(password), &h.cost)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return hash, nil
}

// matches reports whether a password is the hash's. Without a hash it takes as long and answers no.
func (h *hasher) matches(ctx context.Context, client, password, hash string) (ok bool, err error) {
	against := hash
	if hash == "" {
		against = h.decoy
	}
	err = h.bounded(ctx, client, func() error {
		ok, err = argon2id.ComparePasswordAndHash(normalPassword(password), against)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("compare a password: %w", err)
	}
	return ok && hash != "", nil
}

func (h *hasher) bounded(ctx context.Context, client string, work func() error) error {
	if err := h.queue.enter(ctx, client); err != nil {
		return err
	}
	defer h.queue.leave()
	return work()
}
