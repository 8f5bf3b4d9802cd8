package vault

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// maxDescribed is how many accounts and addresses are described at once.
const maxDescribed = 500

// maxOrigins is how many keys are remembered. What is sealed under one that was erased meanwhile cannot be
// read: that is right.
const maxOrigins = 5000

// origins seal the network addresses that security logs keep, each under the key of its account.
type origins struct {
	service *Service
	mu      sync.Mutex
	known   map[string][]byte
}

// SealedOrigin is the network address that a call says it came from, sealed for an account; empty where it
// cannot be.
func (s *Service) SealedOrigin(ctx context.Context, account string) string {
	address := audit.ActorOf(ctx).Address
	if address == "" {
		return ""
	}
	sealed, err := s.origins.sealOn(ctx, s.db.Read(), account, address)
	if err != nil {
		s.host.Log().WarnContext(ctx, "an address is not sealed", "error", err)
	}
	return sealed
}

// seal is an audit.Sealer.
func (o *origins) seal(ctx context.Context, tx *sqldb.Tx, account, address string) (string, error) {
	return o.sealOn(ctx, tx.Querier, account, address)
}

func (o *origins) sealOn(ctx context.Context, db sqldb.Querier, account, address string) (string, error) {
	if !strings.HasPrefix(account, id.Customer+"_") {
		return "", nil
	}
	key, err := o.key(ctx, db, account)
	if key == nil || err != nil {
		return "", err
	}
	sealed, err := o.service.vault.Seal(account, key, sealedOrigin, []byte(address))
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// key is an account's; nil without one.
func (o *origins) key(ctx context.Context, db sqldb.Querier, account string) ([]byte, error) {
	o.mu.Lock()
	key := o.known[account]
	o.mu.Unlock()
	if key != nil {
		return key, nil
	}
	keys, err := o.service.vault.Keys(ctx, db, []string{account})
	if key = keys[account]; key == nil || err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.known) >= maxOrigins {
		clear(o.known)
	}
	o.known[account] = key
	return key, nil
}

// forget lets go of a key that is erased.
func (o *origins) forget(account string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.known, account)
}

// DescribeActors says who accounts are, and opens addresses.
func (s *Service) DescribeActors(
	ctx context.Context, r *identityv1.DescribeActorsRequest,
) (*identityv1.DescribeActorsResponse, error) {
	var check fault.Check
	check.Require(len(r.GetAccountIds()) <= maxDescribed && len(r.GetSealedAddresses()) <= maxDescribed,
		"account_ids", "At most 500 are described at once.")
	if err := check.Err(); err != nil {
		return nil, err
	}
	response := &identityv1.DescribeActorsResponse{}
	for _, account := range r.GetAccountIds() {
		row, err := identitydb.New(s.db.Read()).AccountByID(ctx, account)
		if sqldb.IsNone(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read an account: %w", sqldb.Classify(err))
		}
		response.Names = append(response.Names,
			&identityv1.ActorName{AccountId: row.ID, Name: row.Name, Email: row.Email})
	}
	var err error
	response.Addresses, err = s.openOrigins(ctx, r.GetSealedAddresses())
	return response, err
}

// openOrigins leaves empty what is damaged or was sealed under a key that is gone.
func (s *Service) openOrigins(ctx context.Context, texts []string) ([]string, error) {
	sealed, customers := make([][]byte, len(texts)), make([]string, len(texts))
	for i, t := range texts {
		sealed[i], _ = base64.RawURLEncoding.DecodeString(t)
		customers[i], _, _ = sealedFor(sealed[i])
	}
	keys, err := s.vault.Keys(ctx, s.db.Read(), slices.Compact(slices.Sorted(slices.Values(customers))))
	if err != nil {
		return nil, err
	}
	addresses := make([]string, len(texts))
	for i := range texts {
		if key := keys[customers[i]]; key != nil {
			plain, err := Unseal(key, sealedOrigin, sealed[i])
			if err == nil {
				addresses[i] = string(plain)
			}
		}
	}
	return addresses, nil
}
