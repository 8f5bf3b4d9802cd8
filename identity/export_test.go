package identity

import (
	"context"
	"time"

	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/identity/vault"
)

// Purge runs the job now.
func Purge(ctx context.Context, h *host.Host) error {
	v, err := vault.Open(h)
	if err != nil {
		return err
	}
	g, err := guard.New(h, v, guard.DefaultCost)
	if err != nil {
		return err
	}
	return (&service{host: h, db: h.DB(), guard: g}).purge(ctx)
}

// Mail runs the job that mails links now.
func Mail(ctx context.Context, h *host.Host) error {
	v, err := vault.Open(h)
	if err != nil {
		return err
	}
	return (&service{
		host: h, db: h.DB(), vault: v,
		notify: notifyv1connect.NewNotifyServiceClient(h.Peer("notify")),
	}).mail(ctx)
}

// TotpAt is the code of an authenticator app at a time.
func TotpAt(secret []byte, at time.Time) string { return totpCode(secret, totpStep(at)) }

// MailNotices runs the job now.
func MailNotices(ctx context.Context, h *host.Host) error {
	return (&service{
		host: h, db: h.DB(),
		notify: notifyv1connect.NewNotifyServiceClient(h.Peer("notify")),
	}).mailNotices(ctx)
}
