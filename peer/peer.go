package peer

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Config is what a peer is told.
type Config struct {
	// Service is its name, for figures, errors and the log.
	Service string
	// At is where its replicas are.
	At Place
	// TLS is for https:// addresses and, where it is set, for those of a DNS name. What it verifies is
	// whether a replica is the service: its ServerName, or its VerifyConnection, is the service's, and no
	// host's.
	TLS *tls.Config
	// Metrics takes the figures, where it is set.
	Metrics prometheus.Registerer
	// Log is told when a replica is left out, and when it is back.
	Log *slog.Logger
	// Lookup asks for the addresses of a name; net.DefaultResolver's.
	Lookup func(ctx context.Context, name string) ([]string, error)
	// Now is the clock of pauses and ages; time.Now.
	Now func() time.Time
	// Wait waits before a call is tried again, or until ctx ends.
	Wait func(ctx context.Context, d time.Duration) error
}

// Peer calls the replicas of one service. It is an http.RoundTripper of requests whose host is any: where
// each goes is decided for it. It has nothing to close: what it keeps open closes itself when nobody calls.
type Peer struct {
	config    Config
	transport *http.Transport
	figures   figures

	mu        sync.Mutex
	changed   chan struct{} // closed when a dial, or a question to DNS, has ended
	addresses []*address
	best      []*address // of choose
	tokens    float64    // what is left of the budget, in tries
	pace      pace

	asking  bool      // DNS is being asked
	asked   bool      // it has answered since the last replica was lost
	askedAt time.Time // when it did
	silent  bool      // it did not answer well
}

// New makes the caller of a service. Nothing is dialled, or asked of DNS, before the first call.
func New(config Config) (*Peer, error) {
	config.setDefaults()
	if config.At.secure() && config.TLS == nil {
		return nil, errNoTrust
	}
	p := &Peer{
		config: config, transport: newTransport(config.TLS), changed: make(chan struct{}),
		tokens: firstTries,
	}
	for _, b := range config.At.bases {
		p.addresses = append(p.addresses, &address{base: b})
	}
	p.register(config.Metrics)
	return p, nil
}

func (c *Config) setDefaults() {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Lookup == nil {
		c.Lookup = net.DefaultResolver.LookupHost
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Wait == nil {
		c.Wait = wait
	}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// newTransport makes connections, which a Peer holds one by one: what it does with a call that fails on one
// of them is for the Peer to decide, and not for net/http. This is the one place that says how peers are
// spoken to.
func newTransport(trust *tls.Config) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Transport{
		Protocols: protocols, TLSClientConfig: trust.Clone(), TLSHandshakeTimeout: openWithin,
		DialContext: (&net.Dialer{Timeout: openWithin}).DialContext, IdleConnTimeout: time.Minute,
		// a process that hangs, or whose machine is gone, is found out by its silence
		HTTP2: &http.HTTP2Config{SendPingTimeout: 2 * time.Second, PingTimeout: 4 * time.Second},
	}
}

// scheme is that of the addresses of a DNS name.
func (p *Peer) scheme() string {
	if p.config.TLS != nil {
		return "https"
	}
	return "http"
}

// tell wakes the calls that wait for a connection.
func (p *Peer) tell() {
	close(p.changed)
	p.changed = make(chan struct{})
}
