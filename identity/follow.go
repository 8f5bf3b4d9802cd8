package identity

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/contact"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/factor"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/sqldb"
)

// errEmailTaken is told to who reads the address's mail only.
var errEmailTaken = fault.New(fault.Conflict, "email_taken",
	"This e-mail address has an account by now. Please sign in with it.")

// GetLink answers what a link is for; nothing happens yet, for programs follow links as well.
func (s *service) GetLink(
	ctx context.Context, r *identityv1.GetLinkRequest,
) (*identityv1.GetLinkResponse, error) {
	row, err := s.readLink(ctx, r.GetToken())
	if err != nil {
		return nil, err
	}
	answer := &identityv1.GetLinkResponse{Kind: row.Kind, Email: row.Email}
	switch row.Kind {
	case linkSignUp:
		answer.NeedsPassword = !began(row, r.GetBrowserToken())
	case linkVerify, linkEmail:
		holds, err := s.holds(ctx, r.GetSessionToken(), row.AccountID.String)
		answer.NeedsPassword = !holds
		return answer, err
	}
	return answer, nil
}

// holds reports whether a session is of an account.
func (s *service) holds(ctx context.Context, token, account string) (bool, error) {
	_, of, err := s.accounts.ReadSession(ctx, token)
	if fault.KindOf(err) == fault.Unauthenticated {
		return false, nil
	}
	return err == nil && of.ID == account, err
}

// mayAddress fails unless whoever follows a link, and so reads the address's mail, is the account's as well:
// another person may have had the link sent, and would have planted an account on the address.
func (s *service) mayAddress(
	ctx context.Context, row identitydb.Link, r *identityv1.FollowLinkRequest,
) error {
	if holds, err := s.holds(ctx, r.GetSessionToken(), row.AccountID.String); holds || err != nil {
		return err
	}
	if r.GetPassword() == "" {
		return fault.InvalidField("password",
			"Show the password of the account that asked for this, or sign in to it first.")
	}
	if _, err := s.accounts.CheckOwner(ctx, row.AccountID.String, r.GetPassword()); err != nil {
		return s.accounts.Refused(ctx, "email."+cmp.Or(deeds[row.Kind], row.Kind), row.AccountID.String, err)
	}
	return nil
}

func (s *service) readLink(ctx context.Context, token string) (identitydb.Link, error) {
	hash, ok := accounts.HashToken(token)
	if !ok {
		return identitydb.Link{}, errLinkExpired
	}
	row, err := identitydb.New(s.db.Read()).LinkByToken(ctx,
		identitydb.LinkByTokenParams{TokenHash: someText(hash), Now: s.host.Now().UnixMilli()})
	if sqldb.IsNone(err) {
		return row, errLinkExpired
	}
	if err != nil {
		return row, fmt.Errorf("read a link: %w", sqldb.Classify(err))
	}
	return row, nil
}

// began reports whether a sign-up was begun by a browser. Another one's password is not taken on: a stranger
// may have chosen it.
func began(row identitydb.Link, browserToken string) bool {
	hash, ok := accounts.HashToken(browserToken)
	return ok && subtle.ConstantTimeCompare([]byte(hash), []byte(row.BrowserHash)) == 1
}

// FollowLink does what a link is for, once.
func (s *service) FollowLink(
	ctx context.Context, r *identityv1.FollowLinkRequest,
) (*identityv1.FollowLinkResponse, error) {
	row, err := s.readLink(ctx, r.GetToken())
	if err != nil {
		return nil, err
	}
	var answer *identityv1.FollowLinkResponse
	if row.Kind == linkSignUp {
		answer, err = s.finishSignUp(ctx, row, r)
	} else {
		answer, err = s.followForAccount(ctx, row, r)
	}
	if err != nil {
		return nil, fmt.Errorf("follow a link: %w", err)
	}
	answer.Kind = row.Kind
	if row.Kind == linkUndo {
		return answer, s.requestReset(ctx, row.Email, true)
	}
	return answer, nil
}

// finishSignUp makes a shopper's account with its key and its first session.
func (s *service) finishSignUp(
	ctx context.Context, row identitydb.Link, r *identityv1.FollowLinkRequest,
) (*identityv1.FollowLinkResponse, error) {
	now := s.host.Now()
	account := accounts.Account{
		ID: s.host.NewID(id.Customer, id.Global), Email: row.Email, Name: row.Name,
		Roles: []string{accounts.Shopper}, CreatedAt: now, VerifiedAt: now,
	}
	hash := row.PasswordHash
	if !began(row, r.GetBrowserToken()) {
		var check contact.Check
		account.Name = check.Line("name", r.GetName(), contact.MaxName)
		check.Fields = append(check.Fields, guard.CheckPassword(r.GetPassword(), row.Email)...)
		if err := check.Err(); err != nil {
			return nil, err
		}
		var err error
		if hash, err = s.guard.Hash(ctx, guard.Client(ctx), r.GetPassword()); err != nil {
			return nil, err
		}
	}
	made, err := s.makeAccount(ctx, row, account, hash, accounts.ClientInfoOf(ctx, r.GetDevice()))
	if sqldb.IsUnique(err) {
		return nil, errEmailTaken
	}
	if err != nil {
		return nil, err
	}
	answer := &identityv1.FollowLinkResponse{
		Account: account.Proto(), SessionToken: made.Token,
		ExpiresAt: made.Ends(),
	}
	answer.DeviceToken, err = s.accounts.DeviceToken(made, account.ID)
	return answer, err
}

func (s *service) makeAccount(
	ctx context.Context, row identitydb.Link, account accounts.Account, hash string, at accounts.ClientInfo,
) (made accounts.Session, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if err := s.useLink(ctx, tx, row); err != nil {
			return err
		}
		if err := s.accounts.Insert(ctx, tx, account, hash); err != nil {
			return err
		}
		row, err := identitydb.New(tx).AccountByID(ctx, account.ID)
		if err != nil {
			return err
		}
		if made, err = s.accounts.StartSession(ctx, tx, row, factor.ByPassword, at); err != nil {
			return err
		}
		return s.host.Audit(ctx, tx, audit.Entry{Action: "sign_up", Subject: account.ID, Outcome: audit.Done})
	})
	return made, err
}

func (s *service) useLink(ctx context.Context, tx *sqldb.Tx, row identitydb.Link) error {
	n, err := identitydb.New(tx).UseLink(ctx,
		identitydb.UseLinkParams{TokenHash: row.TokenHash, Now: s.host.Now().UnixMilli()})
	if err == nil && n == 0 {
		err = errLinkExpired
	}
	return err
}

// followForAccount verifies an address, changes it, or takes a change back.
func (s *service) followForAccount(
	ctx context.Context, row identitydb.Link, r *identityv1.FollowLinkRequest,
) (*identityv1.FollowLinkResponse, error) {
	answer := &identityv1.FollowLinkResponse{}
	if row.Kind != linkUndo {
		if err := s.mayAddress(ctx, row, r); err != nil {
			return nil, err
		}
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		stored, err := identitydb.New(tx).LockAccountByID(ctx, row.AccountID.String)
		if sqldb.IsNone(err) {
			return errLinkExpired
		}
		if err != nil {
			return err
		}
		if err := s.useLink(ctx, tx, row); err != nil {
			return err
		}
		account, err := accounts.FromRow(stored)
		if err != nil {
			return err
		}
		if row.Kind == linkVerify && account.Email != row.Email {
			return errLinkExpired
		}
		account.Email, account.VerifiedAt = row.Email, s.host.Now()
		renewed, err := s.setEmail(ctx, tx, account, row, r.GetSessionToken())
		if err != nil {
			return err
		}
		answer.Account, answer.SessionToken = account.Proto(), renewed.Token
		if renewed.Token != "" {
			answer.ExpiresAt = renewed.Expires.UnixMilli()
		}
		return s.host.Audit(ctx, tx, audit.Entry{
			Action:  "email." + cmp.Or(deeds[row.Kind], row.Kind),
			Subject: account.ID, Outcome: audit.Done,
		})
	})
	if sqldb.IsUnique(err) {
		return nil, errEmailTaken
	}
	return answer, err
}

// deeds are the names of links' effects in the security log, where they have others.
var deeds = map[string]string{linkEmail: "change"}

// setEmail writes the address of an account, verified. Another one ends all other sessions, and what was
// mailed to the one before. To take a change back ends all sessions and the password: somebody else had both.
func (s *service) setEmail(
	ctx context.Context, tx *sqldb.Tx, account accounts.Account, row identitydb.Link, token string,
) (renewed accounts.Session, err error) {
	q := identitydb.New(tx)
	if err := q.SetEmail(ctx, identitydb.SetEmailParams{
		ID: account.ID, Email: account.Email,
		VerifiedAt: account.VerifiedAt.UnixMilli(),
	}); err != nil {
		return renewed, err
	}
	if row.Kind == linkVerify {
		return renewed, nil
	}
	if err := errors.Join(q.DeleteLinksOf(ctx, someText(account.ID)),
		q.DeletePendingOf(ctx, account.ID)); err != nil {
		return renewed, err
	}
	if row.Kind == linkEmail {
		if err := q.DeleteResetsOf(ctx, someText(account.ID)); err != nil {
			return renewed, err
		}
		if err := s.accounts.EndOrderLinks(ctx, tx, account.ID, false); err != nil {
			return renewed, err
		}
		return s.accounts.RenewSession(ctx, tx, account, token, 0)
	}
	return renewed, s.takeBack(ctx, tx, account.ID, row)
}

// takeBack leaves whoever changed an account's address nothing to get in by: no session, password, later link
// or factor of theirs.
func (s *service) takeBack(ctx context.Context, tx *sqldb.Tx, account string, undo identitydb.Link) error {
	q := identitydb.New(tx)
	if err := q.DeleteLaterUndos(ctx, identitydb.DeleteLaterUndosParams{
		AccountID:   undo.AccountID,
		RequestedAt: undo.RequestedAt,
	}); err != nil {
		return err
	}
	since := undo.RequestedAt - factorsUndone.Milliseconds()
	return errors.Join(s.factors.DeleteSince(ctx, q, account, since),
		s.accounts.EndSessions(ctx, tx, account),
		q.SetPassword(ctx, identitydb.SetPasswordParams{ID: account, PasswordHash: ""}))
}
