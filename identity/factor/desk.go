package factor

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/mailbox"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

var errNotOperator = fault.New(fault.Denied, "denied", "Only an operator may do this.")

// desks are from when on desks ask for a second factor.
func (s *Service) desks(ctx context.Context, q *identitydb.Queries) (deskRule, error) {
	rows, err := q.DeskFactors(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what desks ask for: %w", sqldb.Classify(err))
	}
	all := defaultDesks(s.host.Config().Demo)
	for _, row := range rows {
		all[row.Desk] = time.Time{}
		if row.RequiredFrom > 0 {
			all[row.Desk] = time.UnixMilli(row.RequiredFrom).UTC()
		}
	}
	return all, nil
}

// GetDeskFactors answers every desk.
func (s *Service) GetDeskFactors(
	ctx context.Context, _ *identityv1.GetDeskFactorsRequest,
) (*identityv1.GetDeskFactorsResponse, error) {
	all, err := s.desks(ctx, identitydb.New(s.db.Read()))
	if err != nil {
		return nil, err
	}
	response := &identityv1.GetDeskFactorsResponse{Version: all.stamp()}
	for _, desk := range []string{accounts.Operator, accounts.Producer} {
		from := &identityv1.DeskFactor{Desk: desk}
		if at := all[desk]; !at.IsZero() {
			from.RequiredFrom = at.UnixMilli()
		}
		response.Desks = append(response.Desks, from)
	}
	return response, nil
}

// operator is the holder of a session who is one, and has just shown it.
func (s *Service) operator(ctx context.Context, token string) (Holder, error) {
	h, err := s.Fresh(ctx, token)
	if err != nil {
		return h, err
	}
	account, err := accounts.FromRow(h.Account)
	if err == nil && !slices.Contains(account.Roles, accounts.Operator) {
		err = errNotOperator
	}
	return h, err
}

func (d deskRule) stamp() string {
	return stamp.Of(d[accounts.Operator].UnixMilli(), d[accounts.Producer].UnixMilli())
}

// checkDesks holds a change to what was seen. The operators' rows are locked: nobody else changes the desks.
func (s *Service) checkDesks(ctx context.Context, q *identitydb.Queries, seen string) error {
	if _, err := q.LockOperators(ctx); err != nil {
		return err
	}
	now, err := s.desks(ctx, q)
	if err != nil {
		return err
	}
	return stamp.Check(seen, now.stamp())
}

// SetDeskFactors changes the desks that are named.
func (s *Service) SetDeskFactors(
	ctx context.Context, r *identityv1.SetDeskFactorsRequest,
) (*identityv1.SetDeskFactorsResponse, error) {
	if _, err := s.operator(ctx, r.GetSessionToken()); err != nil {
		return nil, err
	}
	for _, d := range r.GetDesks() {
		if (d.GetDesk() != accounts.Producer && d.GetDesk() != accounts.Operator) || d.GetRequiredFrom() < 0 {
			return nil,
				fault.InvalidField("desks", "A desk is a producer's or an operator's, and its day is a day.")
		}
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if err := s.checkDesks(ctx, identitydb.New(tx), r.GetVersion()); err != nil {
			return err
		}
		for _, d := range r.GetDesks() {
			if err := identitydb.New(tx).PutDeskFactor(ctx,
				identitydb.PutDeskFactorParams{
					Desk:         d.GetDesk(),
					RequiredFrom: d.GetRequiredFrom(),
				}); err != nil {
				return err
			}
			entry := audit.Entry{
				Action: "desk_factor.set", Subject: d.GetDesk(), Outcome: audit.Done,
				Detail: map[string]string{"required_from": strconv.FormatInt(d.GetRequiredFrom(), 10)},
			}
			if err := s.host.Audit(ctx, tx, entry); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("set what desks ask for: %w", err)
	}
	return &identityv1.SetDeskFactorsResponse{}, nil
}

// ResetFactors is for who has lost everything. It is told to the account by letter, and no operator does it
// to themself: a session that was left open must not be enough.
func (s *Service) ResetFactors(
	ctx context.Context, r *identityv1.ResetFactorsRequest,
) (*identityv1.ResetFactorsResponse, error) {
	by, err := s.operator(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	email, ok := mailbox.Normal(r.GetEmail())
	if !ok || email == by.Account.Email {
		return nil, fault.InvalidField("email", "Enter the e-mail address of somebody else's account.")
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		row, err := identitydb.New(tx).LockAccountByEmail(ctx, email)
		if sqldb.IsNone(err) || (err == nil && row.Factors == "") {
			return fault.InvalidField("email", "There is no account with a second factor at this address.")
		}
		if err != nil {
			return err
		}
		return s.Reset(ctx, tx, row.ID)
	})
	if err != nil {
		return nil, fmt.Errorf("reset factors: %w", err)
	}
	return &identityv1.ResetFactorsResponse{}, nil
}
