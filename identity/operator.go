package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/contact"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/mailbox"
	"github.com/artisan-eats/artisan/sqldb"
)

// operatorLinkLife is how long an operator has to follow the first link.
const operatorLinkLife = 24 * time.Hour

var (
	errNoOperator   = fault.New(fault.NotFound, "no_operator", "No operator has this e-mail address.")
	errLastOperator = fault.New(fault.Conflict, "last_operator",
		"This is the last operator: add another one first, or say --force, and nobody gets to the operator's desk.")
	errOnlyOperator = fault.New(fault.Conflict, "last_operator",
		"This is the last operator's account. Nothing is deleted: please have another operator added first.")
)

// operatorLink is a new operator's link, with the account; its token is in it and nowhere else.
type operatorLink struct {
	account accounts.Account
	token   string
	expires time.Time
}

// AddOperator makes or promotes an account. Whoever opened an account before it was an operator's does so no
// more: it may have been made by somebody else than the owner of its address.
func (s *service) AddOperator(
	ctx context.Context, r *identityv1.AddOperatorRequest,
) (*identityv1.AddOperatorResponse, error) {
	var check contact.Check
	email, ok := mailbox.Normal(r.GetEmail())
	check.Require(ok, "email", "Enter an e-mail address, like name@example.org.")
	name := check.Line("name", r.GetName(), contact.MaxName)
	if err := check.Err(); err != nil {
		return nil, err
	}
	made, err := s.addOperator(ctx, email, name, r.GetLostFactor())
	if sqldb.IsUnique(err) {
		// somebody else made the account in between
		made, err = s.addOperator(ctx, email, name, r.GetLostFactor())
	}
	if err != nil {
		return nil, fmt.Errorf("add an operator: %w", err)
	}
	link := strings.TrimSuffix(s.host.Config().BaseURL, "/") + "/reset-password?token=" + made.token
	return &identityv1.AddOperatorResponse{
		Account: made.account.Proto(), Link: link, ExpiresAt: made.expires.UnixMilli(),
		Mailed: s.mailOperatorLink(ctx, made, link),
	}, nil
}

func (s *service) addOperator(
	ctx context.Context, email, name string, lost bool,
) (made operatorLink, err error) {
	if made.token, err = s.accounts.NewToken(); err != nil {
		return made, err
	}
	hash, _ := accounts.HashToken(made.token)
	made.expires = s.host.Now().Add(operatorLinkLife)
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if made.account, err = s.promote(ctx, tx, email, name); err != nil {
			return err
		}
		if lost {
			if err := s.factors.Reset(ctx, tx, made.account.ID); err != nil {
				return err
			}
		}
		err := identitydb.New(tx).InsertInvitation(ctx, identitydb.InsertInvitationParams{
			// Apart from the links that anybody may ask for, which replace each other.
			Subject: s.vault.Subject("operator " + email), AccountID: someText(made.account.ID),
			TokenHash: someText(hash),
			Now:       s.host.Now().UnixMilli(), ExpiresAt: made.expires.UnixMilli(),
		})
		if err != nil {
			return err
		}
		return s.host.Audit(ctx, tx, audit.Entry{
			Action: "operator.add", Subject: made.account.ID,
			Outcome: audit.Done,
		})
	})
	return made, err
}

// promote makes an account an operator's. One that is it already stays as it is.
func (s *service) promote(ctx context.Context, tx *sqldb.Tx, email, name string) (accounts.Account, error) {
	q := identitydb.New(tx)
	row, err := q.LockAccountByEmail(ctx, email)
	if sqldb.IsNone(err) {
		account := accounts.Account{
			ID: s.host.NewID(id.Customer, id.Global), Email: email, Name: name,
			Roles: accounts.NormalRoles([]string{accounts.Operator}), CreatedAt: s.host.Now(),
		}
		return account, s.accounts.Insert(ctx, tx, account, "")
	}
	if err != nil {
		return accounts.Account{}, err
	}
	account, err := accounts.FromRow(row)
	if err != nil || slices.Contains(account.Roles, accounts.Operator) {
		return account, err
	}
	if account.Roles = accounts.NormalRoles(append(account.Roles, accounts.Operator)); name != "" {
		account.Name = name
	}
	if row.Factors != "" {
		err = s.factors.Reset(ctx, tx, account.ID)
	} else {
		err = s.accounts.EndSessions(ctx, tx, account.ID)
	}
	if err != nil {
		return account, err
	}
	return account, accounts.Write(ctx, q, account, "")
}

// mailOperatorLink reports whether the link goes by mail. Where there is no mail server it would wait in a
// mailbox for nothing.
func (s *service) mailOperatorLink(ctx context.Context, made operatorLink, link string) bool {
	if s.host.Config().SMTPURL == "" {
		return false
	}
	hash, _ := accounts.HashToken(made.token)
	_, err := s.notify.Send(ctx, &notifyv1.SendRequest{
		Key: "operator:" + hash, To: made.account.Email, Subject: "You are an operator", Secret: true,
		Text: "Hello,\n\nyou run this shop now. Here you set your password, within a day:\n\n" + link +
			"\n\nThe link works once.\n\nWarm wishes,\nArtisan Eats\n",
	})
	if err != nil {
		s.host.Log().WarnContext(ctx, "an operator's link was not mailed", "account", made.account.ID,
			"error", err)
	}
	return err == nil
}

// ListOperators lists them.
func (s *service) ListOperators(
	ctx context.Context, _ *identityv1.ListOperatorsRequest,
) (*identityv1.ListOperatorsResponse, error) {
	rows, err := identitydb.New(s.db.Read()).Operators(ctx)
	if err != nil {
		return nil, fmt.Errorf("list operators: %w", sqldb.Classify(err))
	}
	response := &identityv1.ListOperatorsResponse{}
	for _, row := range rows {
		account, err := accounts.FromRow(row)
		if err != nil {
			return nil, err
		}
		response.Operators = append(response.Operators, &identityv1.Operator{
			Account:   account.Proto(),
			CanSignIn: row.PasswordHash != "" || row.Factors != "",
		})
	}
	return response, nil
}

// RemoveOperator locks all operators, so that of two who are removed at once one is the last.
func (s *service) RemoveOperator(
	ctx context.Context, r *identityv1.RemoveOperatorRequest,
) (*identityv1.RemoveOperatorResponse, error) {
	email, ok := mailbox.Normal(r.GetEmail())
	if !ok {
		return nil, errNoOperator
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := identitydb.New(tx)
		all, err := q.LockOperators(ctx)
		if err != nil {
			return err
		}
		row, err := q.LockAccountByEmail(ctx, email)
		if sqldb.IsNone(err) || (err == nil && !slices.Contains(all, row.ID)) {
			return errNoOperator
		}
		if err != nil {
			return err
		}
		if len(all) == 1 && !r.GetForce() {
			return errLastOperator
		}
		return s.demote(ctx, tx, row, "operator.remove")
	})
	if err != nil {
		return nil, fmt.Errorf("remove an operator: %w", err)
	}
	return &identityv1.RemoveOperatorResponse{}, nil
}

// demote takes the operator's role from an account, and ends what it has open.
func (s *service) demote(ctx context.Context, tx *sqldb.Tx, row identitydb.Account, action string) error {
	account, err := accounts.FromRow(row)
	if err != nil {
		return err
	}
	q := identitydb.New(tx)
	if err := s.accounts.EndSessions(ctx, tx, account.ID); err != nil {
		return err
	}
	others := slices.DeleteFunc(account.Roles, func(role string) bool { return role == accounts.Operator })
	if err := accounts.SetRoles(ctx, q, account.ID, others); err != nil {
		return err
	}
	return s.host.Audit(ctx, tx, audit.Entry{Action: action, Subject: account.ID, Outcome: audit.Done})
}
