package host

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"connectrpc.com/connect/v2/connecthttp"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/trust"
)

// fromPeers lets in who may call a service, and says who acts.
func (p *Process) fromPeers(service string, next http.Handler) http.Handler {
	door := entrance(next, func(r *http.Request) (context.Context, error) {
		ctx, err := p.circle.lets(r, service)
		return ctx, p.circle.refuses(service, r, err)
	})
	if !p.circle.plain() {
		return door
	}
	return requireToken(door, p.config.peerTokens()...)
}

// entrance asks who a call is from before it lets it in. Its error is the call's.
func entrance(
	next http.Handler, from func(*http.Request) (context.Context, error),
) http.Handler {
	refuse := connecthttp.NewErrorWriter()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, err := from(r)
		if err != nil {
			_ = refuse.Write(w, r, fault.ToRPC(err))
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// lets answers the context of a call that is allowed: it says who acts.
func (c *circle) lets(r *http.Request, service string) (context.Context, error) {
	callers, err := c.callers(r, service)
	if err != nil {
		return nil, err
	}
	contract := contractOf(r.URL.Path)
	if callers != nil && !c.table.May(callers, service, contract) {
		return nil, &trust.RefusedError{
			Kind: trust.MayNotCall, Why: strings.Join(callers, " and ") + " may not call " + contract,
		}
	}
	return c.acts(r, service, callers)
}

// contractOf is the contract that a path is of: /artisan.catalog.v1.CatalogService/Quote.
func contractOf(path string) string {
	contract, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return contract
}

// callers are the services of the process that calls. On one machine, a version before certificates says
// nothing of that: nil.
func (c *circle) callers(r *http.Request, service string) ([]string, error) {
	if c.identity != nil {
		return trust.Named(r.TLS.PeerCertificates[0]), nil
	}
	said := r.Header.Get(callerHeader)
	if said == "" {
		return nil, nil
	}
	claims, err := c.tokens.Check(trust.Token{Text: said}, service)
	return claims.From, err
}

// refuses turns a refusal into what the caller is told, and tells the log.
func (c *circle) refuses(service string, r *http.Request, err error) error {
	refusal := (*trust.RefusedError)(nil)
	if !errors.As(err, &refusal) {
		return err
	}
	c.refusals.Tell("a call is refused", service, refusal, "from", r.RemoteAddr)
	if refusal.Kind == trust.MayNotCall {
		return fault.Newf(fault.Denied, "may_not_call", "A call to %s is refused: %s.", service, refusal.Why)
	}
	return fault.Newf(fault.Unavailable, "not_believed", "A call to %s is refused: %s.", service, refusal.Why)
}
