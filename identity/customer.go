package identity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/mailbox"
	"github.com/artisan-eats/artisan/sqldb"
)

// maxFound is how many customers are found by one e-mail address.
const maxFound = 50

// FindCustomers answers whose orders an e-mail address has, the newest first: the account with it, if the
// address is verified, and the newest of the guests who gave it. Guests from before there was an index of
// addresses are not found.
func (s *service) FindCustomers(
	ctx context.Context, r *identityv1.FindCustomersRequest,
) (*identityv1.FindCustomersResponse, error) {
	var check fault.Check
	email, ok := mailbox.Normal(r.GetEmail())
	check.Require(ok, "email", "Enter an e-mail address, like name@example.org.")
	if err := check.Err(); err != nil {
		return nil, err
	}
	member, err := s.accounts.ByEmail(ctx, email)
	if err != nil {
		return nil, err
	}
	found, err := identitydb.New(s.db.Read()).GuestsOf(ctx,
		identitydb.GuestsOfParams{EmailIndex: s.vault.EmailIndex(email), Limit: maxFound})
	if err != nil {
		return nil, fmt.Errorf("find guests: %w", sqldb.Classify(err))
	}
	if member.VerifiedAt != 0 {
		found = append(found[:min(len(found), maxFound-1)],
			identitydb.GuestsOfRow{CustomerID: member.ID, CreatedAt: member.CreatedAt})
		slices.SortStableFunc(found,
			func(a, b identitydb.GuestsOfRow) int { return cmp.Compare(b.CreatedAt, a.CreatedAt) })
	}
	response := &identityv1.FindCustomersResponse{}
	for _, row := range found {
		response.CustomerIds = append(response.CustomerIds, row.CustomerID)
	}
	return response, nil
}

// SharesAddress compares a guest's address with an account's; see the contract. What is erased shares
// nothing.
func (s *service) SharesAddress(
	ctx context.Context, r *identityv1.SharesAddressRequest,
) (*identityv1.SharesAddressResponse, error) {
	for _, customer := range []string{r.GetAccountId(), r.GetGuestId()} {
		if _, err := id.Market(id.Customer, customer); err != nil {
			return nil, err
		}
	}
	q := identitydb.New(s.db.Read())
	member, err := q.AccountByID(ctx, r.GetAccountId())
	switch {
	case sqldb.IsNone(err) || err == nil && member.VerifiedAt == 0:
		return &identityv1.SharesAddressResponse{}, nil
	case err != nil:
		return nil, fmt.Errorf("compare addresses: %w", sqldb.Classify(err))
	}
	n, err := q.IsGuestOf(ctx,
		identitydb.IsGuestOfParams{CustomerID: r.GetGuestId(), EmailIndex: s.vault.EmailIndex(member.Email)})
	if err != nil {
		return nil, fmt.Errorf("compare addresses: %w", sqldb.Classify(err))
	}
	return &identityv1.SharesAddressResponse{Shares: n > 0}, nil
}

// Erase deletes an account, its sessions and addresses, and destroys its key; or a guest's key. The links to
// its orders end. Only the shop itself needs no password for that, and may leave a producer without an owner.
func (s *service) Erase(ctx context.Context, r *identityv1.EraseRequest) (*identityv1.EraseResponse, error) {
	customer := r.GetCustomerId()
	if _, err := id.Market(id.Customer, customer); err != nil {
		return nil, err
	}
	if !r.GetByShop() {
		if _, err := s.accounts.CheckOwner(ctx, customer, r.GetPassword()); err != nil {
			return nil, s.accounts.Refused(ctx, "account.erase", customer, err)
		}
	}
	open, err := s.openShops(ctx, customer, r.GetByShop())
	if err != nil {
		return nil, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := identitydb.New(tx)
		if err := keepOneOperator(ctx, q, customer); err != nil {
			return err
		}
		if err := keepOneOwner(ctx, q, customer, open); err != nil {
			return err
		}
		if err := q.DeleteAccount(ctx, customer); err != nil {
			return err
		}
		if err := idempotency.Forget(ctx, tx, customer); err != nil {
			return err
		}
		erased, err := s.EraseKey(ctx, tx, customer)
		if err != nil {
			return err
		}
		if erased {
			err = s.accounts.EndOrderLinks(ctx, tx, customer, true)
		}
		return errors.Join(err,
			s.host.Audit(ctx, tx,
				audit.Entry{Action: "account.erase", Subject: customer, Outcome: audit.Done}))
	})
	if fault.Is(err, errOnlyOwner.Code) {
		return nil, s.accounts.Refused(ctx, "account.erase", customer, err)
	}
	if err != nil {
		return nil, fmt.Errorf("erase a customer: %w", err)
	}
	return &identityv1.EraseResponse{}, nil
}

// keepOneOperator fails for the last operator's account. All operators are locked, so that of two who go at
// once one is the last.
func keepOneOperator(ctx context.Context, q *identitydb.Queries, customer string) error {
	row, err := q.AccountByID(ctx, customer)
	if sqldb.IsNone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	account, err := accounts.FromRow(row)
	if err != nil || !slices.Contains(account.Roles, accounts.Operator) {
		return err
	}
	all, err := q.LockOperators(ctx)
	if err == nil && len(all) == 1 && all[0] == customer {
		err = errOnlyOperator
	}
	return err
}
