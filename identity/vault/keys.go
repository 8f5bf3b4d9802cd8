package vault

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/audit"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

// rewrapBatch is how many keys are wrapped anew in a transaction.
const rewrapBatch = 500

// What the master keys are used for, here.
const (
	forWrapping = "artisan identity: wrapping of data keys"
	forSubjects = "artisan identity: subjects of sign-in attempts"
	forEmails   = "artisan identity: index of e-mail addresses"
)

// Open makes the vault of a host's keys. The first process of a shop makes the keys of its indexes by it.
func Open(h *host.Host) (*Vault, error) {
	wrapping, err := h.Config().Keys(forWrapping)
	if err != nil {
		return nil, err
	}
	v, err := newVault(wrapping, h.Random())
	if err != nil {
		return nil, err
	}
	v.db = h.DB()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if v.subjects, err = v.indexKey(ctx, h, forSubjects); err != nil {
		return nil, err
	}
	if v.emails, err = v.indexKey(ctx, h, forEmails); err != nil {
		return nil, err
	}
	return v, v.keepSealingKey(ctx, h)
}

// indexKey reads the key of an index. The first process that asks makes it, of the oldest master key: in a
// shop from before there were index keys its index was made with that one.
func (v *Vault) indexKey(ctx context.Context, h *host.Host, name string) ([]byte, error) {
	wrapped, err := identitydb.New(h.DB().Read()).IndexKey(ctx, name)
	if sqldb.IsNone(err) {
		if err := v.makeIndexKey(ctx, h, name); err != nil {
			return nil, err
		}
		wrapped, err = identitydb.New(h.DB().Read()).IndexKey(ctx, name)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of an index: %w", sqldb.Classify(err))
	}
	key, _, err := v.unwrapAny(sealedIndex, name, wrapped)
	return key, err
}

func (v *Vault) makeIndexKey(ctx context.Context, h *host.Host, name string) error {
	derived, err := h.Config().Keys(name)
	if err != nil {
		return err
	}
	wrapped, err := v.wrap(sealedIndex, name, derived[len(derived)-1])
	if err != nil {
		return err
	}
	err = h.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return identitydb.New(tx).InsertIndexKey(ctx,
			identitydb.InsertIndexKeyParams{Name: name, Wrapped: wrapped})
	})
	if err != nil {
		return fmt.Errorf("make the key of an index: %w", err)
	}
	return nil
}

// RewrapKeys wraps a batch of keys under the current master key. It may be interrupted and run again at any
// time, by several at once: a key that is erased meanwhile stays erased.
func (s *Service) RewrapKeys(
	ctx context.Context, r *identityv1.RewrapKeysRequest,
) (*identityv1.RewrapKeysResponse, error) {
	answer := &identityv1.RewrapKeysResponse{}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		answer, err = s.rewrap(ctx, tx, r.GetAfter())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("wrap keys anew: %w", err)
	}
	return answer, nil
}

func (s *Service) rewrap(
	ctx context.Context, tx *sqldb.Tx, after string,
) (*identityv1.RewrapKeysResponse, error) {
	q := identitydb.New(tx)
	answer := &identityv1.RewrapKeysResponse{}
	if after == "" {
		if err := errors.Join(s.rewrapIndexes(ctx, q), s.rewrapSealingKeys(ctx, tx)); err != nil {
			return nil, err
		}
	}
	rows, err := q.KeysAfter(ctx, identitydb.KeysAfterParams{CustomerID: after, Limit: rewrapBatch})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		anew, err := s.vault.rewrap(sealedKey, row.CustomerID, row.Wrapped)
		if err != nil {
			return nil, fmt.Errorf("the key of %s: %w", row.CustomerID, err)
		}
		if anew == nil {
			answer.Current++
			continue
		}
		n, err := q.RewrapKey(ctx, identitydb.RewrapKeyParams{
			Wrapped: anew, CustomerID: row.CustomerID,
			Was: row.Wrapped,
		})
		if err != nil {
			return nil, err
		}
		answer.Rewrapped += n
	}
	if len(rows) == rewrapBatch {
		answer.Next = rows[len(rows)-1].CustomerID
	}
	if answer.GetRewrapped() == 0 {
		return answer, nil
	}
	return answer, s.host.Audit(ctx, tx, audit.Entry{
		Action: "keys.rewrap", Outcome: audit.Done,
		Detail: map[string]string{"keys": strconv.FormatInt(answer.GetRewrapped(), 10)},
	})
}

func (s *Service) rewrapIndexes(ctx context.Context, q *identitydb.Queries) error {
	for _, name := range []string{forSubjects, forEmails} {
		was, err := q.IndexKey(ctx, name)
		if err != nil {
			return err
		}
		anew, err := s.vault.rewrap(sealedIndex, name, was)
		if err != nil {
			return fmt.Errorf("the key of an index: %w", err)
		}
		if anew == nil {
			continue
		}
		if err := q.RewrapIndexKey(ctx,
			identitydb.RewrapIndexKeyParams{Wrapped: anew, Name: name, Was: was}); err != nil {
			return err
		}
	}
	return nil
}

// rewrap answers a key wrapped under the current master key; nil when it is so already.
func (v *Vault) rewrap(what, owner string, wrapped []byte) ([]byte, error) {
	key, current, err := v.unwrapAny(what, owner, wrapped)
	if err != nil || current {
		return nil, err
	}
	return v.wrap(what, owner, key)
}
