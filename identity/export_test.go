package identity

import (
	"context"
	"time"

	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/host"
)

// Purge runs the job now.
func Purge(ctx context.Context, h *host.Host) error {
	return (&service{host: h, db: h.DB()}).purge(ctx)
}

// MailResets runs the job now.
func MailResets(ctx context.Context, h *host.Host) error {
	return (&service{host: h, db: h.DB(), notify: notifyv1connect.NewNotifyServiceClient(h.Peer("notify"))}).mailResets(ctx)
}

// TotpAt is the code of an authenticator app at a time.
func TotpAt(secret []byte, at time.Time) string { return totpCode(secret, totpStep(at)) }

// MailNotices runs the job now.
func MailNotices(ctx context.Context, h *host.Host) error {
	return (&service{host: h, db: h.DB(), notify: notifyv1connect.NewNotifyServiceClient(h.Peer("notify"))}).mailNotices(ctx)
}
