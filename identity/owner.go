package identity

import (
	"context"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
)

var errOnlyOwner = fault.New(fault.Conflict, "last_owner",
	"You are the only owner of a shop that is open here, so nothing is deleted. Make somebody else an owner first, under “People” at your desk, or ask the market to close the shop.")

// openShops are the producers that an account owns and that are open: who leaves one of these without an
// owner leaves orders and people behind. Catalog is asked before the transaction; none where the shop itself
// asks.
func (s *service) openShops(ctx context.Context, accountID string, byShop bool) (open []string, err error) {
	if byShop {
		return nil, nil
	}
	row, err := identitydb.New(s.db.Read()).AccountByID(ctx, accountID)
	if sqldb.IsNone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what an account owns: %w", sqldb.Classify(err))
	}
	account, err := accounts.FromRow(row)
	if err != nil {
		return nil, err
	}
	for _, producerID := range account.ProducerIDs {
		if !slices.Contains(account.RightsFor(producerID), rights.Owner) {
			continue
		}
		answer, err := s.catalog.GetProducer(ctx, &catalogv1.GetProducerRequest{Id: producerID})
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		if answer.GetProducer().GetApproved() {
			open = append(open, producerID)
		}
	}
	return open, nil
}

// keepOneOwner fails for the last owner of one of some producers. Who works for it is locked, so that of two
// who go at once one is the last.
func keepOneOwner(ctx context.Context, q *identitydb.Queries, accountID string, producers []string) error {
	for _, producerID := range slices.Sorted(slices.Values(producers)) {
		rows, err := q.LockPeopleOf(ctx, producerID)
		if err != nil {
			return err
		}
		var people []accounts.Account
		for _, row := range rows {
			account, err := accounts.FromRow(row)
			if err != nil {
				return err
			}
			people = append(people, account)
		}
		if _, err := person(people, accountID, producerID, nil); fault.Is(err, errLastOwner.Code) {
			return errOnlyOwner
		}
	}
	return nil
}
