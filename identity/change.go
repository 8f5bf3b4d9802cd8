package identity

import (
	"context"
	"errors"
	"fmt"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/mailbox"
	"github.com/artisan-eats/artisan/sqldb"
)

// ChangePassword sets another password, ends all other sessions and gives this one another token. The address
// is told.
func (s *service) ChangePassword(
	ctx context.Context, r *identityv1.ChangePasswordRequest,
) (*identityv1.ChangePasswordResponse, error) {
	_, account, err := s.readSession(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	if fields := guard.CheckPassword(r.GetNewPassword(), account.Email); fields != nil {
		fields[0].Name = "new_password"
		return nil, fault.InvalidFields(fields...)
	}
	stored, err := s.owns(ctx, r.GetSessionToken(), account.ID, r.GetPassword())
	if err != nil {
		return nil, s.refused(ctx, "password.change", account.ID, err)
	}
	hash, err := s.guard.Hash(ctx, "account "+account.ID, r.GetNewPassword())
	if err != nil {
		return nil, err
	}
	var renewed session
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		renewed, err = s.setPassword(ctx, tx, account, r.GetSessionToken(), stored.PasswordHash, hash)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("change a password: %w", err)
	}
	answer := &identityv1.ChangePasswordResponse{
		SessionToken: renewed.token,
		ExpiresAt:    renewed.expires.UnixMilli(),
	}
	answer.DeviceToken, err = s.deviceToken(renewed, account.ID)
	return answer, err
}

// setPassword fails with bad credentials where the password is another than it was when the old one was
// looked at.
func (s *service) setPassword(
	ctx context.Context, tx *sqldb.Tx, account Account, token, old, hash string,
) (session, error) {
	q := identitydb.New(tx)
	locked, err := q.LockAccountByID(ctx, account.ID)
	if sqldb.IsNone(err) || (err == nil && locked.PasswordHash != old) {
		return session{}, guard.ErrBadCredentials
	}
	if err != nil {
		return session{}, err
	}
	if err := q.SetPassword(ctx,
		identitydb.SetPasswordParams{ID: account.ID, PasswordHash: hash}); err != nil {
		return session{}, err
	}
	if err := errors.Join(q.DeleteResetsOf(ctx, someText(account.ID)),
		s.forgetDevices(ctx, q, account.ID)); err != nil {
		return session{}, err
	}
	if err := s.endLinks(ctx, tx, account.ID, false); err != nil {
		return session{}, err
	}
	renewed, err := s.renewSession(ctx, tx, account, token, 0)
	if err == nil && renewed.token == "" {
		err = errNoSession
	}
	if err != nil {
		return session{}, err
	}
	if err := s.tell(ctx, tx, account.ID, passwordChanged); err != nil {
		return session{}, err
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
	_, account, err := s.readSession(ctx, r.GetSessionToken())
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
		return nil, s.refused(ctx, "email.change", account.ID, err)
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
	h, err := s.holder(ctx, token)
	if err == nil && h.account.Factors != "" {
		_, err = s.fresh(ctx, token)
	}
	if err != nil {
		return h.account, err
	}
	return s.checkOwner(ctx, customer, password)
}

// checkOwner fails with bad credentials when a password is not the account's. It is counted apart from tries
// to sign in.
func (s *service) checkOwner(ctx context.Context, customer, password string) (identitydb.Account, error) {
	stored, err := identitydb.New(s.db.Read()).AccountByID(ctx, customer)
	if sqldb.IsNone(err) || len(password) > 4*guard.MaxPassword {
		return stored, guard.ErrBadCredentials
	}
	if err != nil {
		return stored, fmt.Errorf("read an account: %w", sqldb.Classify(err))
	}
	try := s.guard.Own(customer)
	if err := s.guard.Compare(ctx, try, password, stored.PasswordHash); err != nil {
		return stored, err
	}
	err = s.db.Tx(ctx,
		func(ctx context.Context, tx *sqldb.Tx) error {
			return s.guard.Succeed(ctx, identitydb.New(tx),
				try)
		})
	if err != nil {
		return stored, fmt.Errorf("forget tries: %w", err)
	}
	return stored, nil
}
