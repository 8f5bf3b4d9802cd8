package identity

import (
	"context"
	"fmt"
	"strings"
	"time"

	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// notice is a change of how an account is signed in to, that its owner is told of by letter.
type notice string

const (
	passkeyAdded   notice = "passkey.add"
	passkeyRemoved notice = "passkey.remove"
	passkeyCloned  notice = "passkey.cloned"
	totpAdded      notice = "totp.add"
	totpRemoved    notice = "totp.remove"
	codesMade      notice = "recovery_codes.make"
	codeUsed       notice = "recovery_code.use"
	factorsReset   notice = "factors.reset"

	passwordChanged notice = "password.change"
)

// noticeWords are the subject and the first sentence of each letter.
var noticeWords = map[notice][2]string{
	passkeyAdded:    {"A passkey was added", "a passkey was added to your account. Whoever has it can sign in with it."},
	passkeyRemoved:  {"A passkey was removed", "a passkey was removed from your account."},
	passkeyCloned:   {"A passkey was refused", "one of your passkeys was refused: it may have been copied. Please remove it from your account, and make a new one."},
	totpAdded:       {"An authenticator app was added", "an authenticator app was added to your account. Signing in with your password asks for its code now."},
	totpRemoved:     {"The authenticator app was removed", "the authenticator app was removed from your account."},
	codesMade:       {"New recovery codes", "new recovery codes were made for your account. The ones before are good no more."},
	passwordChanged: {"Your password was changed", "the password of your account was changed, and everybody else was signed out."},
	codeUsed:        {"A recovery code was used", "one of your recovery codes was used to sign in. It is good no more."},
	factorsReset:    {"Your second factor was taken away", "an operator has taken all passkeys, the authenticator app and the recovery codes of your account away. Your password is enough to sign in now; please set up another."},
}

// noticeBatch is how many letters are written at a time.
const noticeBatch = 50

// tell keeps what an account is to be told, in the transaction of the change.
func (s *service) tell(ctx context.Context, tx *sqldb.Tx, account string, what notice) error {
	tx.AfterCommit(s.telling.Wake)
	return identitydb.New(tx).InsertNotice(ctx, identitydb.InsertNoticeParams{
		ID: s.host.NewID(id.Notice, id.Global), AccountID: account, Kind: string(what), At: s.host.Now().UnixMilli(),
	})
}

// mailNotices writes the letters that are due. One that could not be handed on is tried again.
func (s *service) mailNotices(ctx context.Context) error {
	for ctx.Err() == nil {
		var due []identitydb.ClaimNoticesRow
		err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
			now := s.host.Now()
			due, err = identitydb.New(tx).ClaimNotices(ctx, identitydb.ClaimNoticesParams{Now: now.UnixMilli(), Until: now.Add(resetPause).UnixMilli(), Most: noticeBatch})
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		for _, n := range due {
			if err := s.mailNotice(ctx, n); err != nil && ctx.Err() == nil {
				s.host.Log().WarnContext(ctx, "a letter about a sign-in was not written", "account", n.AccountID, "kind", n.Kind, "error", err)
			}
		}
	}
	return nil
}

func (s *service) mailNotice(ctx context.Context, n identitydb.ClaimNoticesRow) error {
	to, err := identitydb.New(s.db.Read()).AccountByID(ctx, n.AccountID)
	if isNone(err) {
		return nil // the account has gone, and its notices with it
	}
	if err != nil {
		return fmt.Errorf("read an account: %w", sqldb.Classify(err))
	}
	words := noticeWords[notice(n.Kind)]
	_, err = s.notify.Send(ctx, &notifyv1.SendRequest{
		Key: "notice:" + n.ID, To: to.Email, Subject: words[0], Text: noticeLetter(s.host.Config().BaseURL, words[1], time.UnixMilli(n.At)), Verified: to.VerifiedAt > 0,
	})
	if err != nil {
		return fmt.Errorf("write a letter: %w", err)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error { return identitydb.New(tx).DropNotice(ctx, n.ID) })
}

// noticeLetter has nothing in it that anybody typed.
func noticeLetter(base, what string, at time.Time) string {
	return "Hello,\n\n" +
		"on " + at.UTC().Format("2 January 2006 at 15:04") + " (UTC) " + what + "\n\n" +
		"If that was you, all is well. If it was not, set a new password at once, which signs everybody out, and look over what your account is signed in to with:\n\n" +
		strings.TrimSuffix(base, "/") + "/forgotten\n" +
		strings.TrimSuffix(base, "/") + "/account/security\n\n" +
		"Warm wishes,\nArtisan Eats\n"
}
