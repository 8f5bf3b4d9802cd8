package identity

import (
	"context"
	"fmt"
	"strings"
	"time"

	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/locale"
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
	passkeyAdded: {
		locale.Key("A passkey was added"),
		locale.Key("a passkey was added to your account. Whoever has it can sign in with it."),
	},
	passkeyRemoved: {
		locale.Key("A passkey was removed"),
		locale.Key("a passkey was removed from your account."),
	},
	passkeyCloned: {
		locale.Key("A passkey was refused"),
		locale.Key(
			"one of your passkeys was refused: it may have been copied. Please remove it from your account, and make a new one."),
	},
	totpAdded: {
		locale.Key("An authenticator app was added"),
		locale.Key(
			"an authenticator app was added to your account. Signing in with your password asks for its code now."),
	},
	totpRemoved: {
		locale.Key("The authenticator app was removed"),
		locale.Key("the authenticator app was removed from your account."),
	},
	codesMade: {
		locale.Key("New recovery codes"),
		locale.Key("new recovery codes were made for your account. The ones before are good no more."),
	},
	passwordChanged: {
		locale.Key("Your password was changed"),
		locale.Key("the password of your account was changed, and everybody else was signed out."),
	},
	codeUsed: {
		locale.Key("A recovery code was used"),
		locale.Key("one of your recovery codes was used to sign in. It is good no more."),
	},
	factorsReset: {
		locale.Key("Your second factor was taken away"),
		locale.Key(
			"an operator has taken all passkeys, the authenticator app and the recovery codes of your account away. Your password is enough to sign in now; please set up another."),
	},
}

// noticeBatch is how many letters are written at a time.
const noticeBatch = 50

// tell keeps what an account is to be told, in the transaction of the change.
func (s *service) tell(ctx context.Context, tx *sqldb.Tx, account string, what notice) error {
	tx.AfterCommit(s.telling.Wake)
	return identitydb.New(tx).InsertNotice(ctx, identitydb.InsertNoticeParams{
		ID: s.host.NewID(id.Notice, id.Global), AccountID: account, Kind: string(what),
		At: s.host.Now().UnixMilli(), Locale: locale.Tag(ctx),
	})
}

// mailNotices writes the letters that are due. One that could not be handed on is tried again.
func (s *service) mailNotices(ctx context.Context) error {
	for ctx.Err() == nil {
		var due []identitydb.ClaimNoticesRow
		err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
			now := s.host.Now()
			due, err = identitydb.New(tx).ClaimNotices(ctx,
				identitydb.ClaimNoticesParams{
					Now: now.UnixMilli(), Until: now.Add(resetPause).UnixMilli(),
					Most: noticeBatch,
				})
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		for _, n := range due {
			if err := s.mailNotice(ctx, n); err != nil && ctx.Err() == nil {
				s.host.Log().WarnContext(ctx, "a letter about a sign-in was not written", "account",
					n.AccountID, "kind", n.Kind, "error", err)
			}
		}
	}
	return nil
}

func (s *service) mailNotice(ctx context.Context, n identitydb.ClaimNoticesRow) error {
	to, err := identitydb.New(s.db.Read()).AccountByID(ctx, n.AccountID)
	if sqldb.IsNone(err) {
		return nil // the account has gone, and its notices with it
	}
	if err != nil {
		return fmt.Errorf("read an account: %w", sqldb.Classify(err))
	}
	ctx = locale.WithTag(ctx, n.Locale)
	l, words := locale.From(ctx), noticeWords[notice(n.Kind)]
	_, err = s.notify.Send(ctx, &notifyv1.SendRequest{
		Key: "notice:" + n.ID, To: to.Email, Subject: l.Text(words[0]),
		Text:     noticeLetter(l, s.host.Config().BaseURL, words[1], time.UnixMilli(n.At)),
		Verified: to.VerifiedAt > 0,
	})
	if err != nil {
		return fmt.Errorf("write a letter: %w", err)
	}
	return s.db.Tx(ctx,
		func(ctx context.Context, tx *sqldb.Tx) error { return identitydb.New(tx).DropNotice(ctx, n.ID) })
}

// noticeLetter has nothing in it that anybody typed.
func noticeLetter(l *locale.Locale, base, what string, at time.Time) string {
	when := l.LongDate(at.UTC()) + ", " + l.Time(at.UTC())
	return greeting(l) + l.Text("on {when} (UTC) {what}", when, l.Text(what)) + "\n\n" +
		l.Text(
			"If that was you, all is well. If it was not, set a new password at once, which signs everybody out, and look over what your account is signed in to with:") + "\n\n" +
		strings.TrimSuffix(base, "/") + "/forgotten\n" +
		strings.TrimSuffix(base, "/") + "/account/security" + farewell(l)
}
