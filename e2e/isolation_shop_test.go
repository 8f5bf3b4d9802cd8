package e2e

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host/hosttest"
)

// apart is a process each, with a stand-in before each service, through which the others call it. It can
// make the service down, slow or wrong for all of them, and well again.
const apart shape = "a process each, with stand-ins between"

// how is what a service is like for those that call it.
type how string

const (
	well how = "well"
	// down is that its process is gone.
	down how = "down"
	// slow is that it does what it is asked, and answers after lateBy.
	slow how = "slow"
	// wrong is that it answers every call with 500: by turns as a service of the shop does that has a
	// fault, and as something that stands before it.
	wrong how = "wrong"
	// mute is that it takes calls and never answers one, nor anything else that is said on a connection.
	mute how = "mute"
)

// lateBy is how late a slow service answers.
const lateBy = 10 * time.Second

// standIn hands the calls of one service on, as they are, or does with them what it is told.
type standIn struct {
	t       testing.TB
	at      string // where it listens
	onwards *httputil.ReverseProxy

	mu      sync.Mutex
	as      how
	changed chan struct{} // closed when it is told another thing
	calls   int           // since it was told that
	server  *http.Server  // nil while it is down
	mutes   net.Listener
}

// standBetween gives a shop a stand-in before each service. Processes speak plain HTTP, so that it needs
// nobody's certificate.
func (s *shop) standBetween() {
	s.t.Helper()
	s.env = append(s.env, "ARTISAN_PEERS_PLAIN=yes", "ARTISAN_PEER_TOKEN="+rand.Text())
	s.between = map[string]*standIn{}
	var peers []string
	for i, port := range hosttest.FreePorts(s.t, len(names())) {
		name := names()[i]
		in := newStandIn(s.t, fmt.Sprintf("127.0.0.1:%d", port), s.address(name))
		s.between[name] = in
		peers = append(peers, fmt.Sprintf("%s=http://%s", name, in.at))
		in.is(well)
		s.t.Cleanup(func() { in.is(down) })
	}
	s.env = append(s.env, "ARTISAN_PEERS="+strings.Join(peers, ";"))
}

// unsealed is how processes of one machine speak: HTTP/2 without TLS.
func unsealed() *http.Protocols {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	return protocols
}

func newStandIn(t testing.TB, at, service string) *standIn {
	in := &standIn{t: t, at: at, as: down, changed: make(chan struct{})}
	in.onwards = &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: service}) },
		Transport:     &http.Transport{Protocols: unsealed()},
		FlushInterval: -1, // streams go on as they come
		ModifyResponse: func(r *http.Response) error {
			in.delay(r.Request.Context(), r.Request.URL.Path)
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	return in
}

// told is what it is to do now, until changed is closed, and the number of the call.
func (in *standIn) told() (as how, changed <-chan struct{}, call int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.calls++
	return in.as, in.changed, in.calls
}

// askedReady reports whether a path is that of the question whether a process is ready. Who is slow or wrong
// is ready nevertheless: it asks nothing of others.
func askedReady(path string) bool { return path == "/readyz" }

// delay keeps an answer back, where the service is slow, until its caller gives up or it is well again.
func (in *standIn) delay(ctx context.Context, path string) {
	in.mu.Lock()
	as, changed := in.as, in.changed
	in.mu.Unlock()
	if as != slow || askedReady(path) {
		return
	}
	select {
	case <-time.After(lateBy):
	case <-ctx.Done():
	case <-changed:
	}
}

func (in *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	as, _, call := in.told()
	if as != wrong || askedReady(r.URL.Path) {
		in.onwards.ServeHTTP(w, r)
		return
	}
	said := "something is wrong"
	if call%2 == 1 {
		w.Header().Set("Content-Type", "application/json")
		said = `{"code": "internal", "message": "Something went wrong on our side."}`
	}
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = w.Write([]byte(said))
}

// is tells it what to do from now on. Connections that there are end where the service is down or mute.
func (in *standIn) is(as how) {
	in.t.Helper()
	in.mu.Lock()
	defer in.mu.Unlock()
	before := in.as
	in.as, in.calls = as, 0
	close(in.changed)
	in.changed = make(chan struct{})
	if in.mutes != nil {
		_ = in.mutes.Close()
		in.mutes = nil
	}
	switch {
	case as == down || as == mute:
		if in.server != nil {
			_ = in.server.Close()
			in.server = nil
		}
		if as == mute {
			in.mutes = in.listen() // and nobody accepts
		}
	case before == down || before == mute:
		in.server = &http.Server{Handler: in, Protocols: unsealed(), ReadHeaderTimeout: time.Minute}
		go func(server *http.Server, at net.Listener) { _ = server.Serve(at) }(in.server, in.listen())
	}
}

// listen tries until it may: another test's look for free ports has each for a moment.
func (in *standIn) listen() (at net.Listener) {
	in.t.Helper()
	eventually(in.t, 10*time.Second, "the port is free", func() bool {
		var err error
		at, err = (&net.ListenConfig{}).Listen(context.Background(), "tcp", in.at)
		return err == nil
	})
	return at
}

// becomes makes a service down, slow, wrong or mute for all that call it. Down, its process is killed too.
func (s *shop) becomes(service string, as how) {
	s.t.Helper()
	s.between[service].is(as)
	if as == down {
		s.killOne(service)
	}
}

// isBack makes a service well again, and waits until its process is ready.
func (s *shop) isBack(service string) {
	s.t.Helper()
	s.start()
	s.between[service].is(well)
}
