package identity

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/sqldb"
)

// What a mailed link is for.
const (
	linkSignUp = "sign_up"
	linkVerify = "verify"
	linkEmail  = "email"
	linkUndo   = "undo"
)

const (
	// linkLife is how long a link is good for, and undoLife how long a change of address can be undone.
	linkLife = 24 * time.Hour
	undoLife = 7 * 24 * time.Hour
	// factorsUndone is how long before the change a factor may have been added that goes with it.
	factorsUndone = 24 * time.Hour
)

var errLinkExpired = fault.New(fault.NotFound, "link_expired",
	"This link is no longer good: it works once, and for a day. Please ask for a new one.")

// link is what waits for its mailed link to be followed.
type link struct {
	kind, account, email string
	life                 time.Duration
	// Of a sign-up.
	name, passwordHash, browserHash string
}

// linkSubject makes the newest of a kind the only one of its address, or of its account.
func (s *service) linkSubject(l link) string {
	switch l.kind {
	case linkSignUp:
		return s.vault.Subject("sign-up " + l.email)
	case linkUndo:
		return s.vault.Subject("undo " + l.account + " " + l.email)
	default:
		return s.vault.Subject(l.kind + " " + l.account)
	}
}

// putLinks writes down what links are for; the job that it wakes mails them.
func (s *service) putLinks(ctx context.Context, tx *sqldb.Tx, links ...link) error {
	now := s.host.Now()
	for _, l := range links {
		err := identitydb.New(tx).PutLink(ctx, identitydb.PutLinkParams{
			Subject: s.linkSubject(l), Kind: l.kind,
			AccountID: sql.NullString{String: l.account, Valid: l.account != ""}, Email: l.email,
			Name: l.name, PasswordHash: l.passwordHash, BrowserHash: l.browserHash,
			RequestedAt: now.UnixMilli(), ExpiresAt: now.Add(l.life).UnixMilli(), Locale: locale.Tag(ctx),
		})
		if err != nil {
			return err
		}
	}
	tx.AfterCommit(s.mailing.Wake)
	return nil
}

// RequestVerification mails a link to the account's own address; a verified one needs none.
func (s *service) RequestVerification(
	ctx context.Context, r *identityv1.RequestVerificationRequest,
) (*identityv1.RequestVerificationResponse, error) {
	_, account, err := s.accounts.ReadSession(ctx, r.GetSessionToken())
	if err != nil || !account.VerifiedAt.IsZero() {
		return &identityv1.RequestVerificationResponse{}, err
	}
	if err := s.guard.CountMail(ctx, "verify", account.Email); err != nil {
		return nil, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return s.putLinks(ctx, tx, link{
			kind: linkVerify, account: account.ID, email: account.Email,
			life: linkLife,
		})
	})
	if err != nil {
		return nil, fmt.Errorf("request a verification: %w", err)
	}
	return &identityv1.RequestVerificationResponse{}, nil
}

// mailLinks mails the links that are due.
func (s *service) mailLinks(ctx context.Context) error {
	for ctx.Err() == nil {
		due, err := s.claimLinks(ctx)
		if err != nil || len(due) == 0 {
			return err
		}
		accounts.Each(ctx, s.host.Now, due, s.mailLink, func(l identitydb.Link, err error) {
			s.host.Log().WarnContext(ctx, "a link was not mailed", "kind", l.Kind, "account",
				l.AccountID.String, "error", err)
		})
	}
	return nil
}

func (s *service) claimLinks(ctx context.Context) (due []identitydb.Link, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now := s.host.Now()
		due, err = identitydb.New(tx).ClaimLinks(ctx,
			identitydb.ClaimLinksParams{
				Now: now.UnixMilli(), Until: now.Add(accounts.MailPause).UnixMilli(),
				Most: mailBatch,
			})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim links to mail: %w", err)
	}
	return due, nil
}

// mailLink makes a link and mails it. Only the hash of its token is stored, so another try makes another
// link, and the one before is good no more.
func (s *service) mailLink(ctx context.Context, l identitydb.Link) error {
	ctx = locale.WithTag(ctx, l.Locale)
	taken := identitydb.Account{}
	if l.Kind == linkSignUp || l.Kind == linkEmail {
		var err error
		if taken, err = s.accounts.ByEmail(ctx, l.Email); err != nil {
			return err
		}
	}
	if l.ExpiresAt <= s.host.Now().UnixMilli() || taken.ID != "" {
		return s.refuseLink(ctx, l, taken.ID != "")
	}
	token, err := s.accounts.NewToken()
	if err != nil {
		return err
	}
	hash, _ := accounts.HashToken(token)
	n, err := s.setLinkToken(ctx, l, hash)
	if err != nil || n == 0 {
		return err
	}
	text := linkLetter(locale.From(ctx), l.Kind, s.host.Config().BaseURL, token)
	_, err = s.notify.Send(ctx, &notifyv1.SendRequest{
		Key: "link:" + hash, To: l.Email, Subject: text.subject, Text: text.body, Secret: true,
		Cause: l.Kind, Verified: l.Kind == linkUndo, // that goes to the address that was verified
	})
	if err != nil {
		return fmt.Errorf("mail a link: %w", err)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return identitydb.New(tx).LinkMailed(ctx, someText(hash))
	})
}

func (s *service) setLinkToken(ctx context.Context, l identitydb.Link, hash string) (n int64, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		n, err = identitydb.New(tx).SetLinkToken(ctx,
			identitydb.SetLinkTokenParams{
				Subject: l.Subject, RequestedAt: l.RequestedAt,
				TokenHash: someText(hash),
			})
		return err
	})
	return n, err
}

// refuseLink lets go of a link. Whose address it was for is told, at most once a day, that it has an account
// already.
func (s *service) refuseLink(ctx context.Context, l identitydb.Link, taken bool) error {
	if taken {
		text := takenLetter(locale.From(ctx), s.host.Config().BaseURL)
		key := "taken:" + s.vault.Subject("taken "+l.Email) + ":" + s.host.Now().Format(time.DateOnly)
		if _, err := s.notify.Send(ctx, &notifyv1.SendRequest{
			Key: key, To: l.Email, Subject: text.subject,
			Text: text.body,
		}); err != nil {
			return fmt.Errorf("tell whose address it is: %w", err)
		}
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return identitydb.New(tx).DropLink(ctx,
			identitydb.DropLinkParams{Subject: l.Subject, RequestedAt: l.RequestedAt})
	})
}
