package edge

import (
	"context"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
)

// refused tells the security log of what a visitor was denied, by a rule here or by a service, or tried too often; it answers the fault as it came.
func (e *site) refused(ctx context.Context, rt *route, err error) error {
	if err == nil {
		return nil
	}
	if f := fault.Of(err); f.Kind == fault.Denied || f.Kind == fault.Exhausted {
		e.host.AuditNow(ctx, audit.Entry{Action: "request", Subject: rt.pattern, Outcome: audit.Refused, Detail: map[string]string{"code": f.Code}})
	}
	return err
}
