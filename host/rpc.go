package host

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/trust"
)

// rpcPrefix and a service's name begin the path of each of its RPCs.
const rpcPrefix = "/rpc/"

const (
	// callTimeout bounds a call whose caller set no deadline.
	callTimeout = 15 * time.Second
	// maxMessage bounds a request or an answer between services.
	maxMessage = 16 << 20
)

// listen takes the addresses: the public one or the RPCs', and the admin one.
func (p *Process) listen(ctx context.Context) error {
	if err := p.checkCircle(); err != nil {
		return err
	}
	admin, token := http.NewServeMux(), p.adminToken()
	p.addHealth(admin)
	p.addFigures(admin, token, p.config.MetricsToken)
	signed := trust.Shared(nil, p.config.Now, token)
	p.mountRPCs(admin, func(service string, next http.Handler) http.Handler {
		return requireToken(fromCommands(service, next, signed), token)
	})
	var err error
	if p.config.Admin != "" {
		if p.AdminAddr, err = p.serve(ctx, "--admin", p.config.Admin,
			newServer(inTime(admin, bodyTime), p.config.Log)); err != nil {
			return err
		}
	}
	if p.config.Listen == "" {
		return nil
	}
	if handler := p.publicHandler(); handler != nil {
		return p.listenPublic(ctx, handler)
	}
	mux := http.NewServeMux()
	p.addHealth(mux)
	p.mountRPCs(mux, p.fromPeers)
	p.ListenAddr, err = p.serve(ctx, "--listen", p.config.Listen, p.newPeerServer(mux))
	return err
}

func (p *Process) publicHandler() http.Handler {
	for _, h := range p.hosts {
		if h.public != nil {
			return h.public
		}
	}
	return nil
}

// mountRPCs puts the services' RPCs behind what looks at who calls.
func (p *Process) mountRPCs(mux *http.ServeMux, from func(service string, next http.Handler) http.Handler) {
	for name, h := range p.hosts {
		own := http.NewServeMux()
		connecthttp.Mount(own, h.rpc, connecthttp.WithReadMaxBytes(maxMessage))
		prefix := rpcPrefix + name
		mux.Handle(prefix+"/", http.StripPrefix(prefix, from(name, own)))
	}
}

// requireToken refuses who shows none of the tokens. An empty one is nobody's.
func requireToken(next http.Handler, tokens ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shown := []byte(r.Header.Get("Authorization"))
		for _, token := range tokens {
			if token != "" && subtle.ConstantTimeCompare(shown, []byte("Bearer "+token)) == 1 {
				next.ServeHTTP(w, r)
				return
			}
		}
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "this address is for who has the shop's token", http.StatusUnauthorized)
	})
}

// adminTransport speaks HTTP/2 without TLS with another process of this machine.
func adminTransport() http.RoundTripper {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Transport{
		Protocols: protocols, IdleConnTimeout: time.Minute,
		DialContext: (&net.Dialer{Timeout: 2 * time.Second}).DialContext,
	}
}

// bearer shows a token with each request, where there is one, and of which shop it is.
type bearer struct {
	token string
	mark  mark
	next  http.RoundTripper
}

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if b.token != "" {
		r.Header.Set("Authorization", "Bearer "+b.token)
	}
	if b.mark != "" {
		r.Header.Set(shopHeader, string(b.mark))
	}
	return b.next.RoundTrip(r)
}

// Dial makes the client of a service in a running process, through its admin address.
func Dial(running Running, service string) *connect.Client {
	remote := &http.Client{Transport: bearer{running.Token, "", adminTransport()}}
	tells := teller{
		tokens: trust.Shared(nil, time.Now, running.Token), now: time.Now, plain: true,
		reach: func(service string) []string { return []string{service} },
	}
	return connect.NewClient(connecthttp.NewTransport(remote, "http://"+running.Admin+rpcPrefix+service),
		clientInterceptor, tells.to(service))
}

// Held are the clients of services whose processes hold a data directory, be it one for all or one for each.
// To a service that none of them runs every call is Unavailable.
func Held(dir string) func(service string) *connect.Client {
	return func(service string) *connect.Client {
		running, err := readLock(dir, service)
		if err != nil || running.Admin == "" {
			return connect.NewClient(nowhere{fault.Newf(fault.Unavailable, "unavailable",
				"The service %s runs in no process that holds the data directory %s: name that of the one that does.",
				service, dir)}, clientInterceptor)
		}
		return Dial(running, service)
	}
}

// nowhere is the transport to a service that has no address, which says why.
type nowhere struct{ why error }

func unaddressed(service string) nowhere {
	return nowhere{fault.Newf(fault.Unavailable, "unavailable",
		"The service %s has no address here: set ARTISAN_PEERS.", service)}
}

func (n nowhere) NewClientStream(context.Context, connect.Spec) (connect.ClientStream, error) {
	return nil, fault.ToRPC(n.why)
}

// serverInterceptor turns what a service returns into what goes over the wire,
// logs what is internal, survives panics and counts. How who acts reads comes with the call.
func (p *Process) serverInterceptor(service string) connect.ServerInterceptor {
	return func(next connect.ServerFunc) connect.ServerFunc {
		return func(ctx context.Context, spec connect.Spec, stream connect.ServerStream) (err error) {
			begin := time.Now()
			if info, ok := connect.CallInfoForServerContext(ctx); ok {
				if err := p.admit(service, info.RequestHeader().Get(shopHeader)); err != nil {
					return fault.ToRPC(err)
				}
				if tag := info.RequestHeader().Get(locale.Header); tag != "" {
					ctx = locale.WithTag(ctx, tag)
				}
			}
			method := spec.Procedure[strings.LastIndexByte(spec.Procedure, '/')+1:]
			defer func() {
				if connect.CodeOf(err) == connect.CodeResourceExhausted &&
					fault.KindOf(err) == fault.Internal {
					err = fault.Newf(fault.Invalid, "too_large", "A message may have %d MiB at most.",
						maxMessage>>20).Because(err)
				}
				if err != nil && fault.KindOf(err) == fault.Internal {
					p.config.Log.ErrorContext(ctx, "a call failed", "service", service, "method", method,
						"error", err)
					err = fault.New(fault.Internal, "internal",
						"Something went wrong on our side.").Because(err)
				}
				p.metrics.observeCall(service, method, err, time.Since(begin))
				err = fault.ToRPC(err)
			}()
			defer fault.Recover(&err)
			return next(ctx, spec, stream)
		}
	}
}

// clientInterceptor bounds a call's time and turns its errors back into faults.
func clientInterceptor(next connect.ClientFunc) connect.ClientFunc {
	return func(ctx context.Context, spec connect.Spec) (connect.ClientStream, error) {
		cancel := context.CancelFunc(func() {})
		if _, bounded := ctx.Deadline(); !bounded && spec.StreamType == connect.StreamTypeUnary {
			ctx, cancel = context.WithTimeout(ctx, callTimeout)
		}
		stream, err := next(ctx, spec)
		if err != nil {
			cancel()
			return nil, fault.FromRPC(err)
		}
		return faultStream{stream, cancel}, nil
	}
}

// faultStream is a client's stream whose errors are faults.
type faultStream struct {
	connect.ClientStream
	cancel context.CancelFunc
}

func (s faultStream) Send(msg any) error {
	err := s.ClientStream.Send(msg)
	if errors.Is(err, io.EOF) {
		return err // the peer answered early: Receive has why
	}
	return fault.FromRPC(err)
}

func (s faultStream) Receive(msg any) error {
	err := s.ClientStream.Receive(msg)
	if errors.Is(err, io.EOF) {
		return err
	}
	return fault.FromRPC(err)
}

func (s faultStream) Close() error {
	err := s.ClientStream.Close()
	s.cancel()
	return err
}
