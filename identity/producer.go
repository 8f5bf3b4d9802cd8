package identity

import (
	"context"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/identity/vault"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
)

// maxContacts is how many producers are asked about at once.
const maxContacts = 200

var errTooManyProducers = fault.New(fault.Conflict, "too_many_producers",
	"An account acts for at most 100 producers.")

// AddProducer lets an account act for a producer. Its sessions end, but for the one that asks, which goes on
// under another token.
func (s *service) AddProducer(
	ctx context.Context, r *identityv1.AddProducerRequest,
) (*identityv1.AddProducerResponse, error) {
	if _, err := id.Market(id.Customer, r.GetCustomerId()); err != nil {
		return nil, err
	}
	if err := checkProducers(r.GetProducerId()); err != nil {
		return nil, err
	}
	var account Account
	var renewed session
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		stored, err := identitydb.New(tx).LockAccountByID(ctx, r.GetCustomerId())
		if sqldb.IsNone(err) {
			return vault.ErrNoAccount
		}
		if err != nil {
			return err
		}
		before, err := accountFromRow(stored)
		if err != nil {
			return err
		}
		if account, err = before.actingFor(r.GetProducerId()); err != nil {
			return err
		}
		if err := s.updateAccount(ctx, tx, account, stored.PasswordHash, ""); err != nil ||
			len(account.ProducerIDs) == len(before.ProducerIDs) {
			return err
		}
		renewed, err = s.renewSession(ctx, tx, account, r.GetSessionToken(), renewalGrace)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("add a producer: %w", err)
	}
	answer := &identityv1.AddProducerResponse{Account: accountToProto(account), SessionToken: renewed.token}
	if renewed.token != "" {
		answer.ExpiresAt = renewed.expires.UnixMilli()
	}
	return answer, nil
}

// actingFor is the account with one producer more, unless it acts for it already.
func (a Account) actingFor(producer string) (Account, error) {
	if slices.Contains(a.ProducerIDs, producer) {
		return a, nil
	}
	if len(a.ProducerIDs) >= maxProducers {
		return a, errTooManyProducers
	}
	a.ProducerIDs = append(slices.Clone(a.ProducerIDs), producer)
	a.Roles = normalRoles(append(slices.Clone(a.Roles), Producer))
	return a, nil
}

func checkProducers(producers ...string) error {
	var check fault.Check
	check.Require(len(producers) <= maxContacts, "producer_ids",
		"At most 200 producers are asked about at once.")
	for _, producer := range producers {
		_, err := id.Market(id.Producer, producer)
		check.Require(err == nil, "producer_id", "This is no producer's ID.")
	}
	return check.Err()
}

// ProducerContacts answers whom to write to about producers.
func (s *service) ProducerContacts(
	ctx context.Context, r *identityv1.ProducerContactsRequest,
) (*identityv1.ProducerContactsResponse, error) {
	if err := checkProducers(r.GetProducerIds()...); err != nil {
		return nil, err
	}
	ofProducers, arg := sqldb.In(s.db.Read(), "acts_for.producer_id", 1, r.GetProducerIds())
	response := &identityv1.ProducerContactsResponse{}
	err := sqldb.EachRow(ctx, s.db.Read(), `SELECT acts_for.producer_id, accounts.email, accounts.name,
		accounts.verified_at, accounts.producer_rights
		FROM acts_for JOIN accounts ON accounts.id = acts_for.account_id
		WHERE `+ofProducers+` ORDER BY acts_for.producer_id, accounts.created_at, accounts.id`, []any{arg},
		func(scan sqldb.Scanner) error {
			contact := &identityv1.ProducerContact{}
			var verifiedAt int64
			var may string
			if err := scan(&contact.ProducerId, &contact.Email, &contact.Name, &verifiedAt,
				&may); err != nil {
				return err
			}
			limits, err := limitsFrom(may, []string{contact.GetProducerId()})
			if err != nil || !limits.Allow(contact.GetProducerId(), rights.Orders) {
				return err // the letters are about orders
			}
			contact.Verified = verifiedAt > 0
			response.Contacts = append(response.Contacts, contact)
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("find who acts for producers: %w", err)
	}
	return response, nil
}

// setProducers writes what can be looked up by producer.
func setProducers(ctx context.Context, q *identitydb.Queries, a Account) error {
	if err := q.ForgetProducersOf(ctx, a.ID); err != nil {
		return err
	}
	for _, producer := range a.ProducerIDs {
		if err := q.InsertActsFor(ctx,
			identitydb.InsertActsForParams{ProducerID: producer, AccountID: a.ID}); err != nil {
			return err
		}
	}
	return nil
}
