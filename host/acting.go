package host

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"connectrpc.com/connect/v2"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/trust"
)

// The headers of a call between processes that say who acts, as a token, and on one machine, where there are
// no certificates, who calls.
const (
	actorHeader       = "Artisan-Acts"
	certificateHeader = "Artisan-Acts-Certificate"
	callerHeader      = "Artisan-Caller"
)

// said is who acts as a call said it, to be passed on.
type said struct {
	token  trust.Token
	claims trust.Claims
	actor  audit.Actor
}

type saidKey struct{}

// acts is the context of a call, by what is signed of who acts in it. Where nothing is, the service that
// calls does.
func (c *circle) acts(r *http.Request, service string, callers []string) (context.Context, error) {
	token := trust.Token{Text: r.Header.Get(actorHeader), Certificate: r.Header.Get(certificateHeader)}
	if token.Text == "" {
		return byItself(r, callers), nil
	}
	claims, err := c.tokens.Check(token, service)
	if err != nil {
		return nil, err
	}
	word, err := claims.OnWordOf(callers, c.table.Front())
	if err != nil {
		return nil, err
	}
	return says(r.Context(), said{token, claims, audit.ParseActor(claims.By)}, word), nil
}

// says puts who acts into a context.
func says(ctx context.Context, s said, word string) context.Context {
	s.actor.Word = word
	ctx = context.WithValue(audit.With(ctx, s.actor), saidKey{}, s)
	if s.claims.Limits != "" {
		ctx = rights.With(ctx, rights.Parse(s.claims.Limits))
	}
	return ctx
}

// byItself is a call that a service makes for nobody: a job's. A version before certificates says in a header
// what whoever acts may do at the most; that takes away only, so it is believed, and who that is is not.
func byItself(r *http.Request, callers []string) context.Context {
	ctx := audit.With(r.Context(), audit.Actor{ID: strings.Join(callers, "+")})
	if limits := r.Header.Get(rights.Header); limits != "" && callers == nil {
		ctx = rights.With(ctx, rights.Parse(limits))
	}
	return ctx
}

// teller says to other processes who acts, and how they read.
type teller struct {
	tokens *trust.Tokens
	now    func() time.Time
	// reach are those that a call of a service may come to.
	reach func(service string) []string
	front string
	// plain has no certificates: it says who calls as well, and all of it also as the version before
	// certificates reads it.
	plain bool
}

// to says it in calls of a service.
func (t teller) to(service string) connect.ClientInterceptor {
	return func(next connect.ClientFunc) connect.ClientFunc {
		return func(ctx context.Context, spec connect.Spec) (connect.ClientStream, error) {
			if info, ok := connect.CallInfoForClientContext(ctx); ok {
				if err := t.tell(ctx, service, info.RequestHeader()); err != nil {
					return nil, err
				}
			}
			return next(ctx, spec)
		}
	}
}

func (t teller) tell(ctx context.Context, service string, header *connect.Header) error {
	if tag := locale.Tag(ctx); tag != "" {
		header.Set(locale.Header, tag)
	}
	token, err := t.token(ctx, service)
	if err != nil {
		return err
	}
	if token.Text != "" {
		header.Set(actorHeader, token.Text)
	}
	if token.Certificate != "" {
		header.Set(certificateHeader, token.Certificate)
	}
	if !t.plain {
		return nil
	}
	header.Set(audit.Header, audit.ActorOf(ctx).String())
	if limits := rights.Of(ctx).String(); limits != "" {
		header.Set(rights.Header, limits)
	}
	caller, err := t.tokens.Sign("", "", []string{service})
	if err == nil {
		header.Set(callerHeader, caller.Text)
	}
	return err
}

// token says who acts: what the front door said of it is passed on, where it is for the service too and there
// is time left. Else the process says so itself, of its own people at the front door, or on its word. Who
// acts for nobody says nothing.
func (t teller) token(ctx context.Context, service string) (trust.Token, error) {
	actor, limits := audit.ActorOf(ctx), rights.Of(ctx).String()
	s, ok := ctx.Value(saidKey{}).(said)
	if ok && s.actor == actor && s.claims.Limits == limits && slices.Contains(s.claims.From, t.front) &&
		s.claims.Good(service, t.now()) {
		return s.token, nil
	}
	if actor.Kind == "" && limits == "" {
		return trust.Token{}, nil
	}
	return t.tokens.Sign(actor.String(), limits, t.reach(service))
}

var errNotTheCommands = fault.New(fault.Unavailable, "not_believed",
	"What this command says of who runs it is not signed for this process: run it again.")

// fromCommands lets in the program's own commands, which have the token of the data directory, and says who
// acts as they signed it with that.
func fromCommands(service string, next http.Handler, tokens *trust.Tokens) http.Handler {
	return entrance(next, func(r *http.Request) (context.Context, error) {
		token := trust.Token{Text: r.Header.Get(actorHeader)}
		if token.Text == "" {
			return r.Context(), nil
		}
		claims, err := tokens.Check(token, service)
		if err != nil {
			return nil, errNotTheCommands.Because(err)
		}
		return says(r.Context(), said{token, claims, audit.ParseActor(claims.By)}, ""), nil
	})
}
