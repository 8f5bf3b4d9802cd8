package peer_test

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	troublev1 "github.com/artisan-eats/artisan/gen/artisan/trouble/v1"
	"github.com/artisan-eats/artisan/gen/artisan/trouble/v1/troublev1connect"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/peer"
)

// replica is a process of a service: an HTTP/2 server on loopback that can end in every way, and begin again
// where it was.
type replica struct {
	testing.TB
	addr         string
	tls          *tls.Config
	server       *http.Server
	do           atomic.Pointer[func(context.Context) error]
	calls, conns atomic.Int64
}

// open begins a replica at an address.
func open(t testing.TB, addr string, trust ...*tls.Config) *replica {
	r := &replica{TB: t, addr: addr}
	if len(trust) > 0 {
		r.tls = trust[0]
	}
	r.begin()
	return r
}

// openMany begins some on loopback.
func openMany(t testing.TB, n int) (all []*replica) {
	for range n {
		all = append(all, open(t, "127.0.0.1:0"))
	}
	return all
}

func (r *replica) begin() {
	r.Helper()
	listener, err := (&net.ListenConfig{}).Listen(r.Context(), "tcp", r.addr)
	if err != nil {
		r.Fatal(err)
	}
	r.addr = listener.Addr().String()
	rpc, mux := connect.NewServer(), http.NewServeMux()
	troublev1connect.RegisterTroubleServiceHandler(rpc, r)
	connecthttp.Mount(mux, rpc)
	protocols := new(http.Protocols)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{
		Handler: mux, Protocols: protocols, TLSConfig: r.tls,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				r.conns.Add(1)
			}
		},
	}
	serve := server.Serve
	if r.tls != nil {
		serve = func(l net.Listener) error { return server.ServeTLS(l, "", "") }
	}
	go func() { _ = serve(listener) }()
	r.server = server
	r.Cleanup(func() { _ = server.Close() })
}

// kill ends it with all its connections, and whatever is under way on them.
func (r *replica) kill() { _ = r.server.Close() }

// drain ends it as a process that is told to stop.
func (r *replica) drain() {
	if err := r.server.Shutdown(r.Context()); err != nil {
		r.Errorf("it did not drain: %v", err)
	}
}

// does says what each of its calls does.
func (r *replica) does(what func(context.Context) error) { r.do.Store(&what) }

func (r *replica) work(ctx context.Context) error {
	r.calls.Add(1)
	if do := r.do.Load(); do != nil {
		return (*do)(ctx)
	}
	return nil
}

// ListTroubles is a call that reads.
func (r *replica) ListTroubles(
	ctx context.Context, _ *troublev1.ListTroublesRequest,
) (*troublev1.ListTroublesResponse, error) {
	return &troublev1.ListTroublesResponse{}, r.work(ctx)
}

// Retry is one that does something.
func (r *replica) Retry(ctx context.Context, _ *troublev1.RetryRequest) (*troublev1.RetryResponse, error) {
	return &troublev1.RetryResponse{}, r.work(ctx)
}

// street is where the replicas are, with one who calls them.
type street struct {
	testing.TB
	clock   *hosttest.Clock
	peer    *peer.Peer
	service troublev1connect.TroubleServiceClient
}

// at are the addresses of replicas, as the setting has them.
func at(replicas ...*replica) string {
	var bases []string
	for _, r := range replicas {
		scheme := "http://"
		if r.tls != nil {
			scheme = "https://"
		}
		bases = append(bases, scheme+r.addr)
	}
	return strings.Join(bases, ",")
}

// caller calls the replicas at a place.
func caller(t testing.TB, place string, options ...func(*peer.Config)) *street {
	t.Helper()
	parsed, err := peer.Parse(place)
	if err != nil {
		t.Fatal(err)
	}
	s := &street{TB: t, clock: hosttest.NewClock(time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC))}
	config := peer.Config{
		Service: "trouble", At: parsed, Now: s.clock.Now,
		Log:  slog.New(slog.NewTextHandler(t.Output(), nil)),
		Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	for _, option := range options {
		option(&config)
	}
	if s.peer, err = peer.New(config); err != nil {
		t.Fatal(err)
	}
	client := connect.NewClient(
		connecthttp.NewTransport(&http.Client{Transport: s.peer}, "http://trouble"), peer.Interceptor)
	s.service = troublev1connect.NewTroubleServiceClient(client)
	return s
}

// connected is caller with a connection to each replica, and nothing counted yet.
func connected(t testing.TB, replicas ...*replica) *street {
	t.Helper()
	s := caller(t, at(replicas...))
	s.mustRead(1)
	s.peer.Settle()
	for _, r := range replicas {
		r.calls.Store(0)
	}
	return s
}

func (s *street) read() error {
	_, err := s.service.ListTroubles(s.Context(), &troublev1.ListTroublesRequest{})
	return err
}

func (s *street) write() error {
	_, err := s.service.Retry(s.Context(), &troublev1.RetryRequest{})
	return err
}

// mustRead reads some times, of which none may fail.
func (s *street) mustRead(times int) {
	s.Helper()
	for range times {
		if err := s.read(); err != nil {
			s.Fatalf("a read: %v", err)
		}
	}
}

// fails makes sure that something is answered Unavailable.
func (s *street) fails(what string, err error) {
	s.Helper()
	if connect.CodeOf(err) != connect.CodeUnavailable {
		s.Errorf("%s: %v", what, err)
	}
}

// has makes sure of how many calls a replica got.
func (r *replica) has(least, most int64) {
	r.Helper()
	if n := r.calls.Load(); n < least || n > most {
		r.Errorf("the replica at %s had %d calls, not %d to %d", r.addr, n, least, most)
	}
}

var errAway = connect.NewError(connect.CodeUnavailable, "away")

func away(context.Context) error { return errAway }
