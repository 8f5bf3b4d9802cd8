package hold

import (
	"context"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// expireEvery is how long something stays aside, at the most, after its hold's time is over.
	expireEvery = 5 * time.Second
	// forgetEvery is how often holds are looked for that nobody needs.
	forgetEvery = time.Hour
)

// Keep has a service end its holds whose time is over, by Sweep with expire, and delete by Forget what nobody
// needs of those that are over, also in a table of its own.
func Keep(
	h *host.Host, table string, expire func(ctx context.Context, tx *sqldb.Tx, orders []string) error,
) {
	h.Every("expire holds", expireEvery,
		func(ctx context.Context) error { return Sweep(ctx, h.DB(), expire) })
	h.Every("forget holds", forgetEvery,
		func(ctx context.Context) error { return Forget(ctx, h.DB(), table) })
}
