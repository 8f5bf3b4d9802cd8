package accounts

import (
	"context"
	"fmt"
	"strings"
	"time"

	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/sqldb"
)

// Notice is a change of how an account is signed in to, that its owner is told of by letter.
type Notice string

// What an account is told of.
const (
	PasskeyAdded   Notice = "passkey.add"
	PasskeyRemoved Notice = "passkey.remove"
	PasskeyCloned  Notice = "passkey.cloned"
	TotpAdded      Notice = "totp.add"
	TotpRemoved    Notice = "totp.remove"
	CodesMade      Notice = "recovery_codes.make"
	CodeUsed       Notice = "recovery_code.use"
	FactorsReset   Notice = "factors.reset"

	PasswordChanged Notice = "password.change"
)

// noticeWords are the subject and the first sentence of each letter.
var noticeWords = map[Notice][2]string{
	PasskeyAdded: {
		locale.Key("A passkey was added"),
		locale.Key("a passkey was added to your account. Whoever has it can sign in with it."),
	},
	PasskeyRemoved: {
		locale.Key("A passkey was removed"),
		locale.Key("a passkey was removed from your account."),
	},
	PasskeyCloned: {
		locale.Key("A passkey was refused"),
		locale.Key(
			"one of your passkeys was refused: it may have been copied. Please remove it from your account, and make a new one."),
	},
	TotpAdded: {
		locale.Key("An authenticator app was added"),
		locale.Key(
			"an authenticator app was added to your account. Signing in with your password asks for its code now."),
	},
	TotpRemoved: {
		locale.Key("The authenticator app was removed"),
		locale.Key("the authenticator app was removed from your account."),
	},
	CodesMade: {
		locale.Key("New recovery codes"),
		locale.Key("new recovery codes were made for your account. The ones before are good no more."),
	},
	PasswordChanged: {
		locale.Key("Your password was changed"),
		locale.Key("the password of your account was changed, and everybody else was signed out."),
	},
	CodeUsed: {
		locale.Key("A recovery code was used"),
		locale.Key("one of your recovery codes was used to sign in. It is good no more."),
	},
	FactorsReset: {
		locale.Key("Your second factor was taken away"),
		locale.Key(
			"an operator has taken all passkeys, the authenticator app and the recovery codes of your account away. Your password is enough to sign in now; please set up another."),
	},
}

// Notices keep what accounts are to be told of, and write the letters.
type Notices struct {
	host   *host.Host
	notify notifyv1connect.NotifyServiceClient
	job    *host.Job
}

// NewNotices makes the notices of a host's database.
func NewNotices(h *host.Host) *Notices {
	return &Notices{host: h, notify: notifyv1connect.NewNotifyServiceClient(h.Peer("notify"))}
}

// Start has the letters written by a job.
func (n *Notices) Start() { n.job = n.host.Every("tell of factors", MailEvery, n.Mail) }

func (n *Notices) wake() {
	if n.job != nil {
		n.job.Wake()
	}
}

// noticeBatch is how many letters are written at a time.
const noticeBatch = 50

// Put keeps what an account is to be told, in the transaction of the change.
func (n *Notices) Put(ctx context.Context, tx *sqldb.Tx, account string, what Notice) error {
	tx.AfterCommit(n.wake)
	return identitydb.New(tx).InsertNotice(ctx, identitydb.InsertNoticeParams{
		ID: n.host.NewID(id.Notice, id.Global), AccountID: account, Kind: string(what),
		At: n.host.Now().UnixMilli(), Locale: locale.Tag(ctx),
	})
}

// Mail writes the letters that are due. One that could not be handed on is tried again.
func (n *Notices) Mail(ctx context.Context) error {
	for ctx.Err() == nil {
		var due []identitydb.ClaimNoticesRow
		err := n.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
			now := n.host.Now()
			due, err = identitydb.New(tx).ClaimNotices(ctx,
				identitydb.ClaimNoticesParams{
					Now: now.UnixMilli(), Until: now.Add(MailPause).UnixMilli(),
					Most: noticeBatch,
				})
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		Each(ctx, n.host.Now, due, n.mail, func(row identitydb.ClaimNoticesRow, err error) {
			n.host.Log().WarnContext(ctx, "a letter about a sign-in was not written", "account",
				row.AccountID, "kind", row.Kind, "error", err)
		})
	}
	return nil
}

func (n *Notices) mail(ctx context.Context, row identitydb.ClaimNoticesRow) error {
	to, err := identitydb.New(n.host.DB().Read()).AccountByID(ctx, row.AccountID)
	if sqldb.IsNone(err) {
		return nil // the account has gone, and its notices with it
	}
	if err != nil {
		return fmt.Errorf("read an account: %w", sqldb.Classify(err))
	}
	ctx = locale.WithTag(ctx, row.Locale)
	l, words := locale.From(ctx), noticeWords[Notice(row.Kind)]
	_, err = n.notify.Send(ctx, &notifyv1.SendRequest{
		Key: "notice:" + row.ID, To: to.Email, Subject: l.Text(words[0]),
		Text:     noticeLetter(l, n.host.Config().BaseURL, words[1], time.UnixMilli(row.At)),
		Verified: to.VerifiedAt > 0,
	})
	if err != nil {
		return fmt.Errorf("write a letter: %w", err)
	}
	return n.host.DB().Tx(ctx,
		func(ctx context.Context, tx *sqldb.Tx) error { return identitydb.New(tx).DropNotice(ctx, row.ID) })
}

// noticeLetter has nothing in it that anybody typed.
func noticeLetter(l *locale.Locale, base, what string, at time.Time) string {
	when := l.LongDate(at.UTC()) + ", " + l.Time(at.UTC())
	return Greeting(l) + l.Text("on {when} (UTC) {what}", when, l.Text(what)) + "\n\n" +
		l.Text(
			"If that was you, all is well. If it was not, set a new password at once, which signs everybody out, and look over what your account is signed in to with:") + "\n\n" +
		strings.TrimSuffix(base, "/") + "/forgotten\n" +
		strings.TrimSuffix(base, "/") + "/account/security" + Farewell(l)
}
