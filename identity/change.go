package identity

import (
	"context"
	"errors"
	"fmt"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/mailbox"
	"github.com/artisan-eats/artisan/sqldb"
)

// ChangePassword sets another password, ends all other sessions and gives this one another token. The address
// is told.
func (s *service) ChangePassword(
	ctx context.Context, r *identityv1.ChangePasswordRequest,
) (*identityv1.ChangePasswordResponse, error) {
	_, account, err := s.accounts.ReadSession(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	if fields := guard.CheckPassword(r.GetNewPassword(), account.Email); fields != nil {
		fields[0].Name = "new_password"
		return nil, fault.InvalidFields(fields...)
	}
	stored, err := s.owns(ctx, r.GetSessionToken(), account.ID, r.GetPassword())
	if err != nil {
		return nil, s.accounts.Refused(ctx, "password.change", account.ID, err)
	}
	hash, err := s.guard.Hash(ctx, "account "+account.ID, r.GetNewPassword())
	if err != nil {
		return nil, err
	}
	var renewed accounts.Session
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		renewed, err = s.setPassword(ctx, tx, account, r.GetSessionToken(), stored.PasswordHash, hash)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("change a password: %w", err)
	}
	answer := &identityv1.ChangePasswordResponse{
		SessionToken: renewed.Token,
		ExpiresAt:    renewed.Expires.UnixMilli(),
	}
	answer.DeviceToken, err = s.accounts.DeviceToken(renewed, account.ID)
	return answer, err
}

// setPassword fails with bad credentials where the password is another than it was when the old one was
// looked at.
func (s *service) setPassword(
	ctx context.Context, tx *sqldb.Tx, account accounts.Account, token, old, hash string,
) (accounts.Session, error) {
	q := identitydb.New(tx)
	locked, err := q.LockAccountByID(ctx, account.ID)
	if sqldb.IsNone(err) || (err == nil && locked.PasswordHash != old) {
		return accounts.Session{}, guard.ErrBadCredentials
	}
	if err != nil {
		return accounts.Session{}, err
	}
	if err := q.SetPassword(ctx,
		identitydb.SetPasswordParams{ID: account.ID, PasswordHash: hash}); err != nil {
		return accounts.Session{}, err
	}
	if err := errors.Join(q.DeleteResetsOf(ctx, someText(account.ID)),
		s.accounts.ForgetDevices(ctx, q, account.ID)); err != nil {
		return accounts.Session{}, err
	}
	if err := s.accounts.EndOrderLinks(ctx, tx, account.ID, false); err != nil {
		return accounts.Session{}, err
	}
	renewed, err := s.accounts.RenewSession(ctx, tx, account, token, 0)
	if err == nil && renewed.Token == "" {
		err = accounts.ErrNoSession
	}
	if err != nil {
		return accounts.Session{}, err
	}
	if err := s.accounts.Notices.Put(ctx, tx, account.ID, accounts.PasswordChanged); err != nil {
		return accounts.Session{}, err
	}
	return renewed,
		s.host.Audit(ctx, tx,
			audit.Entry{Action: "password.change", Subject: account.ID, Outcome: audit.Done})
}

// ChangeEmail writes down which address an account is to have. A job mails a link to it, and tells the one of
// now.
func (s *service) ChangeEmail(
	ctx context.Context, r *identityv1.ChangeEmailRequest,
) (*identityv1.ChangeEmailResponse, error) {
	_, account, err := s.accounts.ReadSession(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	email, ok := mailbox.Normal(r.GetEmail())
	switch {
	case !ok:
		return nil, fault.InvalidField("email", "Enter an e-mail address, like name@example.org.")
	case email == account.Email:
		return nil, fault.InvalidField("email", "This is your e-mail address already.")
	}
	if _, err := s.owns(ctx, r.GetSessionToken(), account.ID, r.GetPassword()); err != nil {
		return nil, s.accounts.Refused(ctx, "email.change", account.ID, err)
	}
	if err := s.guard.CountMail(ctx, "email", email); err != nil {
		return nil, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		links := []link{{kind: linkEmail, account: account.ID, email: email, life: linkLife}}
		if !account.VerifiedAt.IsZero() { // a stranger's address could not undo it
			links = append(links, link{
				kind: linkUndo, account: account.ID, email: account.Email,
				life: undoLife,
			})
		}
		if err := s.putLinks(ctx, tx, links...); err != nil {
			return err
		}
		return s.host.Audit(ctx, tx,
			audit.Entry{Action: "email.request", Subject: account.ID, Outcome: audit.Done})
	})
	if err != nil {
		return nil, fmt.Errorf("change an e-mail address: %w", err)
	}
	return &identityv1.ChangeEmailResponse{}, nil
}

// owns fails unless who has a session knows the account's password, and has just shown the second factor, if
// there is one.
func (s *service) owns(ctx context.Context, token, customer, password string) (identitydb.Account, error) {
	h, err := s.factors.Holder(ctx, token)
	if err == nil && h.Account.Factors != "" {
		_, err = s.factors.Fresh(ctx, token)
	}
	if err != nil {
		return h.Account, err
	}
	return s.accounts.CheckOwner(ctx, customer, password)
}
