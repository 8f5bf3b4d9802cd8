package identity

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/vault"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
)

// maxContacts is how many producers are asked about at once.
const maxContacts = 200

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
	var account accounts.Account
	var renewed accounts.Session
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		stored, err := identitydb.New(tx).LockAccountByID(ctx, r.GetCustomerId())
		if sqldb.IsNone(err) {
			return vault.ErrNoAccount
		}
		if err != nil {
			return err
		}
		before, err := accounts.FromRow(stored)
		if err != nil {
			return err
		}
		if account, err = before.ActingFor(r.GetProducerId()); err != nil {
			return err
		}
		if err := s.accounts.Update(ctx, tx, account, stored.PasswordHash, ""); err != nil ||
			len(account.ProducerIDs) == len(before.ProducerIDs) {
			return err
		}
		renewed, err = s.accounts.RenewSession(ctx, tx, account, r.GetSessionToken(), accounts.RenewalGrace)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("add a producer: %w", err)
	}
	answer := &identityv1.AddProducerResponse{Account: account.Proto(), SessionToken: renewed.Token}
	if renewed.Token != "" {
		answer.ExpiresAt = renewed.Expires.UnixMilli()
	}
	return answer, nil
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
			limits, err := accounts.LimitsFrom(may, []string{contact.GetProducerId()})
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
