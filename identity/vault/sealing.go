package vault

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/contact"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// sealingKeyLives is how old the key pair is at the most that contacts are sealed to.
	sealingKeyLives = 30 * 24 * time.Hour
	// sealingKeyRests is how long a pair is kept after the next one was made: for letters that are still to
	// be sent, and for whoever has not heard of the next one.
	sealingKeyRests = 30 * 24 * time.Hour
	maxSealAnew     = 100
)

// keepSealingKey makes a key pair where there is none, or the newest is too old. Of two that are made at once
// both open what was sealed to them.
func (v *Vault) keepSealingKey(ctx context.Context, h *host.Host) error {
	row, err := identitydb.New(h.DB().Read()).CurrentSealingKey(ctx)
	if err != nil && !sqldb.IsNone(err) {
		return fmt.Errorf("read the key that contacts are sealed to: %w", sqldb.Classify(err))
	}
	if err == nil && h.Now().Sub(time.UnixMilli(row.CreatedAt)) < sealingKeyLives {
		return nil
	}
	return h.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return v.makeSealingKey(ctx, tx, h)
	})
}

func (v *Vault) makeSealingKey(ctx context.Context, tx *sqldb.Tx, h *host.Host) error {
	private, public, err := contact.NewKeyPair()
	if err != nil {
		return err
	}
	keyID := h.NewID(id.Sealing, id.Global)
	wrapped, err := v.wrap(sealedPrivate, keyID, private)
	if err != nil {
		return err
	}
	return identitydb.New(tx).InsertSealingKey(ctx, identitydb.InsertSealingKeyParams{
		ID: keyID, Public: public, Wrapped: wrapped, CreatedAt: h.Now().UnixMilli(),
	})
}

// GetSealingKey answers the newest public key.
func (s *Service) GetSealingKey(
	ctx context.Context, _ *identityv1.GetSealingKeyRequest,
) (*identityv1.GetSealingKeyResponse, error) {
	row, err := identitydb.New(s.db.Read()).CurrentSealingKey(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the key that contacts are sealed to: %w", sqldb.Classify(err))
	}
	return &identityv1.GetSealingKeyResponse{Id: row.ID, PublicKey: row.Public}, nil
}

var errDamaged = fault.New(fault.Invalid, "invalid", "These sealed details are damaged.")

// openEnvelope decrypts what is sealed to a public key; nil where the private one is destroyed.
func (s *Service) openEnvelope(ctx context.Context, e contact.Envelope) (*identityv1.Contact, error) {
	wrapped, err := identitydb.New(s.db.Read()).SealingKey(ctx, e.KeyID)
	if sqldb.IsNone(err) || err == nil && wrapped == nil {
		return nil, nil //nolint:nilnil // nobody can open it any more
	}
	if err != nil {
		return nil, fmt.Errorf("read a key that contacts are sealed to: %w", sqldb.Classify(err))
	}
	private, _, err := s.vault.unwrapAny(sealedPrivate, e.KeyID, wrapped)
	if err != nil {
		return nil, err
	}
	plain, err := e.Open(private)
	if err != nil {
		return nil, errDamaged.Because(err)
	}
	opened := &identityv1.Contact{}
	return opened, contact.Decode(plain, opened)
}

// SealAnew seals under the customers' own keys; see the contract.
func (s *Service) SealAnew(
	ctx context.Context, r *identityv1.SealAnewRequest,
) (*identityv1.SealAnewResponse, error) {
	if len(r.GetSealed()) > maxSealAnew {
		return nil, fault.InvalidField("sealed", "At most 100 contacts are sealed anew at once.")
	}
	response := &identityv1.SealAnewResponse{}
	for _, sealed := range r.GetSealed() {
		anew, err := s.sealAnew(ctx, sealed)
		if err != nil {
			return nil, fmt.Errorf("seal a contact anew: %w", err)
		}
		response.Sealed = append(response.Sealed, anew)
	}
	return response, nil
}

func (s *Service) sealAnew(ctx context.Context, sealed []byte) ([]byte, error) {
	envelope, ok := contact.ReadEnvelope(sealed)
	if !ok {
		return nil, errDamaged
	}
	opened, err := s.openEnvelope(ctx, envelope)
	if err != nil && !fault.Is(err, errDamaged.Code) {
		return nil, err
	}
	if opened == nil { // it is lost; an order without a contact can be looked at, damaged bytes cannot
		opened = &identityv1.Contact{}
	}
	details := contact.FromProto(opened)
	key, err := s.ownKey(ctx, envelope.Customer, details.Email)
	if fault.Is(err, ErrErased.Code) || fault.Is(err, ErrNoAccount.Code) {
		return s.sealedForNobody(envelope.Customer)
	}
	if err != nil {
		return nil, err
	}
	plain, err := contact.Encode(opened)
	if err != nil {
		return nil, err
	}
	return s.vault.Seal(envelope.Customer, key, sealedContact, plain)
}

// ownKey is a customer's: a member has one, a guest gets one.
func (s *Service) ownKey(ctx context.Context, customer, email string) ([]byte, error) {
	if isGuest(customer) {
		return s.guests.Do(ctx, guest{customer, s.vault.EmailIndex(email)})
	}
	return s.vault.Key(ctx, customer)
}

// sealedForNobody is under a key that is forgotten at once: its customer is erased.
func (s *Service) sealedForNobody(customer string) ([]byte, error) {
	key, _, err := s.vault.newKey(customer)
	if err != nil {
		return nil, err
	}
	return s.vault.Seal(customer, key, sealedContact, nil)
}

// RetireSealingKeys makes another pair when the newest is too old, and destroys older ones; see the contract.
func (s *Service) RetireSealingKeys(
	ctx context.Context, r *identityv1.RetireSealingKeysRequest,
) (*identityv1.RetireSealingKeysResponse, error) {
	if err := s.vault.keepSealingKey(ctx, s.host); err != nil {
		return nil, err
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := identitydb.New(tx)
		all, err := q.SealingKeys(ctx)
		if err != nil {
			return err
		}
		for i, row := range all[min(1, len(all)):] {
			next := time.UnixMilli(all[i].CreatedAt) // the one that took its place
			if s.host.Now().Sub(next) < sealingKeyRests || slices.Contains(r.GetInUse(), row.ID) {
				continue
			}
			n, err := q.DestroySealingKey(ctx, row.ID)
			if err != nil || n == 0 {
				return err
			}
			if err := s.host.Audit(ctx, tx, audit.Entry{
				Action: "keys.destroy", Subject: row.ID, Outcome: audit.Done,
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("retire keys that contacts are sealed to: %w", err)
	}
	return &identityv1.RetireSealingKeysResponse{}, nil
}

// rewrapSealingKeys wraps private keys under the current master key. Where that turned there is a new pair
// from now on, too.
func (s *Service) rewrapSealingKeys(ctx context.Context, tx *sqldb.Tx) error {
	q := identitydb.New(tx)
	all, err := q.SealingKeys(ctx)
	if err != nil {
		return err
	}
	for i, row := range all {
		anew, err := s.vault.rewrap(sealedPrivate, row.ID, row.Wrapped)
		if err != nil {
			return fmt.Errorf("the key %s: %w", row.ID, err)
		}
		if anew == nil {
			continue
		}
		if err := q.RewrapSealingKey(ctx,
			identitydb.RewrapSealingKeyParams{Wrapped: anew, ID: row.ID, Was: row.Wrapped}); err != nil {
			return err
		}
		if i == 0 {
			if err := s.vault.makeSealingKey(ctx, tx, s.host); err != nil {
				return err
			}
		}
	}
	return nil
}
