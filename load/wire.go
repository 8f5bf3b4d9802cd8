package load

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

const (
	// idleFor is how long a connection that nobody uses is kept: less than any server keeps it, for who tries
	// nothing again must not meet its end.
	idleFor = 15 * time.Second
	// connectWithin bounds how long it takes to connect.
	connectWithin = 5 * time.Second
	// streams is how many requests a connection of HTTP/2 has at once.
	streams = 32
)

// wire has the connections of one kind of client. It sends each request once: net/http's own pool would send
// some of them again.
type wire struct {
	transport    *http.Transport
	scheme, host string
	streams      int // how many requests a connection has at once
	mu           sync.Mutex
	conns        []*conn // the one that was used last is the last
}

type conn struct {
	*http.ClientConn
	busy int
	used time.Time
}

func newWire(at *url.URL, http2, anyCertificate bool) *wire {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(!http2)
	protocols.SetHTTP2(http2)
	protocols.SetUnencryptedHTTP2(http2)
	host := at.Host
	if at.Port() == "" {
		host = net.JoinHostPort(at.Hostname(), map[string]string{"http": "80", "https": "443"}[at.Scheme])
	}
	most := 1
	if http2 {
		most = streams
	}
	return &wire{
		transport: &http.Transport{
			Protocols: protocols, DisableCompression: true,
			DialContext:     (&net.Dialer{Timeout: connectWithin}).DialContext,
			TLSClientConfig: &tls.Config{InsecureSkipVerify: anyCertificate}, //nolint:gosec // a test's
		},
		scheme: at.Scheme, host: host, streams: most,
	}
}

// do sends a request once. What it answers has to be closed.
func (w *wire) do(r *http.Request) (*http.Response, error) {
	c, err := w.take(r.Context())
	if err != nil {
		return nil, err
	}
	answer, err := c.RoundTrip(r)
	if err != nil {
		w.give(c)
		return nil, err
	}
	answer.Body = &answerBody{answer.Body, sync.OnceFunc(func() { w.give(c) })}
	return answer, nil
}

// take reserves a place on a connection that is there, or connects.
func (w *wire) take(ctx context.Context) (*conn, error) {
	if c := w.ready(); c != nil {
		return c, nil
	}
	made, err := w.transport.NewClientConn(ctx, w.scheme, w.host)
	if err != nil {
		return nil, err
	}
	c := &conn{ClientConn: made, busy: 1}
	if err := c.Reserve(); err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = append(w.conns, c)
	return c, nil
}

// ready reserves a place on the connection that was used last of those that have one, and lets go of those
// that are of no use any more.
func (w *wire) ready() *conn {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = slices.DeleteFunc(w.conns, func(c *conn) bool {
		over := c.Err() != nil || c.busy == 0 && (c.Available() == 0 || time.Since(c.used) > idleFor)
		if over && c.busy == 0 {
			go func() { _ = c.Close() }()
		}
		return over
	})
	for _, c := range slices.Backward(w.conns) {
		if c.busy < w.streams && c.Reserve() == nil {
			c.busy++
			return c
		}
	}
	return nil
}

func (w *wire) give(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.busy--
	c.used = time.Now()
}

// close ends all connections.
func (w *wire) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

// answerBody gives the connection back.
type answerBody struct {
	io.ReadCloser
	over func()
}

// Close ends the answer.
func (b *answerBody) Close() error {
	defer b.over()
	return b.ReadCloser.Close()
}
