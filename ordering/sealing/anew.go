package sealing

import (
	"context"
	"errors"
	"fmt"

	"github.com/artisan-eats/artisan/contact"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/sqldb"
)

// SealAnew has identity seal contacts that are sealed to a public key, until none is left or identity is
// away.
func (s *Sealer) SealAnew(ctx context.Context) error {
	for {
		ids, err := orderingdb.New(s.Book.DB.Read()).SealedToKey(ctx, anewBatch)
		if err != nil {
			return fmt.Errorf("look for contacts that are sealed to a key: %w", sqldb.Classify(err))
		}
		kept, err := s.sealThese(ctx, ids)
		if err != nil || len(ids) < anewBatch || kept == 0 {
			return err
		}
	}
}

// sealThese seals the contacts of some orders anew, and answers how many were kept.
func (s *Sealer) sealThese(ctx context.Context, ids []string) (kept int, err error) {
	var orders []book.Leased
	var sealed [][]byte
	for _, orderID := range ids {
		o, err := s.Book.Order(ctx, orderID)
		if err != nil {
			return kept, err
		}
		if _, toKey := contact.ReadEnvelope(o.SealedContact); !toKey { // only its row is left
			if err := s.isAnew(ctx, orderID); err != nil {
				return kept, err
			}
			kept++
			continue
		}
		orders, sealed = append(orders, o), append(sealed, o.SealedContact)
	}
	if len(orders) == 0 {
		return kept, nil
	}
	anew, err := s.Identity.SealAnew(ctx, &identityv1.SealAnewRequest{Sealed: sealed})
	if err != nil {
		return kept, fmt.Errorf("have contacts sealed anew: %w", err)
	}
	if len(anew.GetSealed()) != len(orders) {
		return kept, errAnswer
	}
	for i, o := range orders {
		done, err := s.keepAnew(ctx, o, anew.GetSealed()[i])
		if err != nil {
			return kept, err
		}
		if done {
			kept++
		}
	}
	return kept, nil
}

var errAnswer = errors.New("sealing: identity answers for other contacts than it was asked for")

// keepAnew writes the contact of an order that nobody has changed meanwhile; of any other it is left for the
// next time.
func (s *Sealer) keepAnew(ctx context.Context, o book.Leased, sealed []byte) (done bool, err error) {
	o.SealedContact = sealed
	err = s.Book.Save(ctx, &book.Saving{Order: o.Order, Lease: o.Until})
	if fault.Is(err, book.ErrStale.Code) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("keep the contact of %s: %w", o.ID, err)
	}
	return true, s.isAnew(ctx, o.ID)
}

func (s *Sealer) isAnew(ctx context.Context, orderID string) error {
	err := s.Book.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return orderingdb.New(tx).SealedAnew(ctx, orderID)
	})
	if err != nil {
		return fmt.Errorf("note that a contact is sealed anew: %w", err)
	}
	return nil
}

// Retire tells identity which of its keys something is sealed to.
func (s *Sealer) Retire(ctx context.Context) error {
	var inUse []string
	err := s.Book.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		q := orderingdb.New(tx)
		if err = q.ForgetSealedToKey(ctx); err == nil {
			inUse, err = q.SealingKeysInUse(ctx)
		}
		return err
	})
	if err == nil {
		_, err = s.Identity.RetireSealingKeys(ctx, &identityv1.RetireSealingKeysRequest{InUse: inUse})
	}
	if err != nil {
		return fmt.Errorf("tell identity which keys are in use: %w", err)
	}
	return nil
}
