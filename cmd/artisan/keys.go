package main

import (
	"context"
	"fmt"
	"io"

	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
)

// keysCmd turns keys.
type keysCmd struct {
	Rotate keysRotateCmd `cmd:"" help:"Wrap all keys of personal data under the current master key, while the shop serves."`
}

// keysRotateCmd wraps keys anew. It may be interrupted and run again.
type keysRotateCmd struct{ settings }

// turned counts keys.
type turned struct{ rewrapped, current int64 }

// Run turns every key, and tells how many.
func (c *keysRotateCmd) Run(ctx context.Context, std streams) error {
	return c.withShop(ctx, "artisan keys rotate", std.err, func(s shop) error {
		var done turned
		err := done.customers(ctx, identityv1connect.NewIdentityServiceClient(s("identity")), std.err)
		for _, name := range storedNames() {
			if err == nil {
				err = done.log(ctx, auditv1connect.NewAuditServiceClient(s(name)))
			}
		}
		if err != nil {
			return fmt.Errorf(
				"%d keys were wrapped anew, then it stopped; run it again when this is mended: %w",
				done.rewrapped, err)
		}
		_, err = fmt.Fprintf(std.out, "rotated: %d keys wrapped anew, %d were current\n", done.rewrapped,
			done.current)
		return err
	})
}

// customers turns the keys of customers, a batch at a time.
func (t *turned) customers(
	ctx context.Context, client identityv1connect.IdentityServiceClient, progress io.Writer,
) error {
	for request := (&identityv1.RewrapKeysRequest{}); ; {
		answer, err := client.RewrapKeys(ctx, request)
		if err != nil {
			return err
		}
		t.rewrapped, t.current = t.rewrapped+answer.GetRewrapped(), t.current+answer.GetCurrent()
		if request.After = answer.GetNext(); request.GetAfter() == "" {
			return nil
		}
		_, _ = fmt.Fprintf(progress, "\r%d keys ...", t.rewrapped+t.current)
	}
}

// log turns the keys of a service's security log.
func (t *turned) log(ctx context.Context, client auditv1connect.AuditServiceClient) error {
	answer, err := client.Rewrap(ctx, &auditv1.RewrapRequest{})
	t.rewrapped += answer.GetRewrapped()
	return err
}
