package web

import (
	"context"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
)

// Refused tells the security log of what a visitor was denied, by a rule here or by a service, or tried too
// often; it answers the fault as it came.
func (s *Site) Refused(ctx context.Context, rt *Route, err error) error {
	if err == nil {
		return nil
	}
	if f := fault.Of(err); f.Kind == fault.Denied || f.Kind == fault.Exhausted {
		s.Host.AuditNow(ctx, audit.Entry{
			Action: "request", Subject: rt.Pattern, Outcome: audit.Refused,
			Detail: map[string]string{"code": f.Code},
		})
	}
	return err
}
