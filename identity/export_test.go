package identity

import (
	"context"

	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/identity/vault"
)

// without is the service on a host, beside the one that answers, without its jobs.
func without(h *host.Host) (*service, error) {
	v, err := vault.Open(h)
	if err != nil {
		return nil, err
	}
	g, err := guard.New(h, v, guard.DefaultCost)
	return &service{
		host: h, db: h.DB(), vault: v, guard: g, accounts: accounts.NewStore(h, v, g),
		notify: notifyv1connect.NewNotifyServiceClient(h.Peer("notify")),
	}, err
}

// Purge runs the job now.
func Purge(ctx context.Context, h *host.Host) error {
	s, err := without(h)
	if err != nil {
		return err
	}
	return s.purge(ctx)
}

// Mail runs the job that mails links now.
func Mail(ctx context.Context, h *host.Host) error {
	s, err := without(h)
	if err != nil {
		return err
	}
	return s.mail(ctx)
}
