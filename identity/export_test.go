package identity

import (
	"context"

	"github.com/artisan-eats/artisan/host"
)

// Purge runs the job now.
func Purge(ctx context.Context, h *host.Host) error {
	return (&service{host: h, db: h.DB()}).purge(ctx)
}
