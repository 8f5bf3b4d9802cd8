package sealing

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/contact"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// sealWithin is how long identity is waited for, and awayFor how long it is not asked again after that.
	sealWithin = 2 * time.Second
	awayFor    = 2 * time.Second
	// learnEvery is how often its public key is asked for, and lookEvery how often while it is not known:
	// whoever starts first goes without it, and cannot seal. anewEvery is how often contacts are sealed anew,
	// and retireEvery how often identity is told of keys that are not needed.
	learnEvery  = time.Minute
	lookEvery   = 2 * time.Second
	anewEvery   = 2 * time.Second
	retireEvery = time.Hour
	// anewBatch is how many are at once.
	anewBatch = 50
)

// Sealer has contacts sealed. It needs its exported fields.
type Sealer struct {
	Host     *host.Host
	Book     *book.Book
	Identity identityv1connect.IdentityServiceClient

	mu        sync.Mutex
	key       contact.PublicKey
	learnAt   time.Time // when the key is asked for again, once it is known
	awayUntil time.Time
}

// Start learns identity's public key, and has sealed anew what is sealed to one, from now on.
func (s *Sealer) Start() {
	s.Host.Every("learn identity's key", lookEvery, s.LearnWhereDue).Wake()
	s.Host.Every("seal contacts anew", anewEvery, s.SealAnew).Alone()
	s.Host.Every("retire keys", retireEvery, s.Retire).Alone()
}

// Seal seals the contact of an order for a customer; for a guest without one. It answers for whom. Where
// there is no key to seal to, identity is waited for as long as the caller waits.
func (s *Sealer) Seal(
	ctx context.Context, customer, orderID string, c *identityv1.Contact,
) (of string, sealed []byte, err error) {
	key, err := s.publicKey(ctx)
	if err != nil {
		return "", nil, err
	}
	if s.isAway() && key.ID != "" {
		return sealToKey(key, customer, orderID, c)
	}
	asking, cancel := ctx, context.CancelFunc(func() {})
	if key.ID != "" {
		asking, cancel = context.WithTimeout(ctx, sealWithin)
	}
	defer cancel()
	answer, err := s.Identity.Seal(asking,
		&identityv1.SealRequest{CustomerId: customer, OrderId: orderID, Contact: c})
	if fault.Away(err) && ctx.Err() == nil && key.ID != "" {
		s.isGone(ctx, err)
		return sealToKey(key, customer, orderID, c)
	}
	return answer.GetCustomerId(), answer.GetSealed(), err
}

func (s *Sealer) isAway() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Host.Now().Before(s.awayUntil)
}

func (s *Sealer) isGone(ctx context.Context, err error) {
	s.Host.Log().WarnContext(ctx, "identity cannot be asked: contacts are sealed to its public key",
		"error", err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.awayUntil = s.Host.Now().Add(awayFor)
}

// sealToKey seals without identity.
func sealToKey(
	key contact.PublicKey, customer, orderID string, c *identityv1.Contact,
) (of string, sealed []byte, err error) {
	details, err := contact.Checked(contact.FromProto(c))
	if err != nil {
		return "", nil, err
	}
	if customer == "" {
		if customer, err = contact.GuestOf(orderID); err != nil {
			return "", nil, err
		}
	}
	sealed, err = key.Seal(customer, details)
	return customer, sealed, err
}

// publicKey is what this process, or another before it, has learnt; without an ID where none has.
func (s *Sealer) publicKey(ctx context.Context) (contact.PublicKey, error) {
	s.mu.Lock()
	key := s.key
	s.mu.Unlock()
	if key.ID != "" {
		return key, nil
	}
	row, err := orderingdb.New(s.Book.DB.Read()).GetSealingKey(ctx)
	if sqldb.IsNone(err) {
		return contact.PublicKey{}, nil
	}
	if err != nil {
		return key, fmt.Errorf("read identity's public key: %w", sqldb.Classify(err))
	}
	return contact.PublicKey{ID: row.ID, Bytes: row.Public}, nil
}

// LearnWhereDue is Learn where the key is not known, or was asked for a minute ago.
func (s *Sealer) LearnWhereDue(ctx context.Context) error {
	now := s.Host.Now()
	s.mu.Lock()
	due := s.key.ID == "" || !now.Before(s.learnAt)
	if due {
		s.learnAt = now.Add(learnEvery)
	}
	s.mu.Unlock()
	if !due {
		return nil
	}
	return s.Learn(ctx)
}

// Learn asks for identity's public key, and keeps it.
func (s *Sealer) Learn(ctx context.Context) error {
	answer, err := s.Identity.GetSealingKey(ctx, &identityv1.GetSealingKeyRequest{})
	if err != nil {
		return fmt.Errorf("ask for identity's public key: %w", err)
	}
	s.mu.Lock()
	known := s.key.ID == answer.GetId()
	s.key = contact.PublicKey{ID: answer.GetId(), Bytes: answer.GetPublicKey()}
	s.mu.Unlock()
	if known {
		return nil
	}
	err = s.Book.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return orderingdb.New(tx).PutSealingKey(ctx,
			orderingdb.PutSealingKeyParams{ID: answer.GetId(), Public: answer.GetPublicKey()})
	})
	if err != nil {
		return fmt.Errorf("keep identity's public key: %w", err)
	}
	return nil
}
