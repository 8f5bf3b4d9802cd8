package server_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
)

// Clients of these tests are addresses of this machine: honest people's, and the one of who does her worst.
const (
	honest   = "127.0.0.1"
	stranger = "127.0.0.2"
)

// street is a shop with a real server before it, as strangers find it: HTTPS, and nobody trusted.
type street struct{ *edgetest.Shop }

func openStreet(t *testing.T) street {
	t.Helper()
	return openStreetWithin(t, server.DefaultLimits)
}

func openStreetWithin(t *testing.T, limits server.Limits) street {
	t.Helper()
	s := street{edgetest.OpenWithin(t, limits, func(c *host.Config) {
		c.Demo, c.Secret = false, make([]byte, 32) // a demo answers at home only
		c.Listen, c.BaseURL, c.TrustedProxies = "127.0.0.1:0", "https://shop.test", []string{"none"}
		c.PublicCert, c.PublicKey = hosttest.Certificate(t, t.TempDir(), 1)
	})}
	if err := s.Process.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// dial connects from an address, with a small buffer for what comes back.
func (s street) dial(t testing.TB, from string, protocols ...string) (net.Conn, error) {
	t.Helper()
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 10 * time.Second}
	raw, err := dialer.DialContext(t.Context(), "tcp", s.Process.ListenAddr)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = raw.Close() })
	_ = raw.(*net.TCPConn).SetReadBuffer(4 << 10)
	conn := tls.Client(raw, &tls.Config{InsecureSkipVerify: true, NextProtos: protocols})
	return conn, conn.HandshakeContext(t.Context())
}

// as asks from an address, on a connection of its own.
func (s street) as(t testing.TB, from string, c edgetest.Call) (status int, body string) {
	t.Helper()
	transport := &http.Transport{
		DialContext:     (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
	defer transport.CloseIdleConnections()
	r := s.Request(t, c)
	r.URL.Scheme, r.URL.Host = "https", s.Process.ListenAddr
	answer, err := transport.RoundTrip(r)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(text)
}

// checksOut has an honest client buy.
func (s street) checksOut(t testing.TB, times int) {
	t.Helper()
	for range times {
		if status, body := s.as(t, honest,
			edgetest.Call{
				Method: "POST", Path: edgetest.CheckoutAt, Body: edgetest.Buying,
				Header: edgetest.WithKey,
			}); status != http.StatusCreated {
			t.Fatalf("an honest client is answered %d %s", status, body)
		}
	}
}

// frames is an HTTP/2 connection that is spoken by hand.
type frames struct {
	*http2.Framer
	next uint32
}

// speak begins one; the window is how much of each answer it takes at first. It fails where the client has
// had enough.
func (s street) speak(t testing.TB, from string, window uint32) (*frames, error) {
	t.Helper()
	conn, err := s.dial(t, from, "h2")
	if err != nil {
		return nil, err
	}
	f := &frames{http2.NewFramer(conn, conn), 1}
	if _, err := io.WriteString(conn, http2.ClientPreface); err != nil {
		return nil, err
	}
	return f, f.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: window})
}

// begin opens a stream with a request, and leaves it open where a body is to come. It fails where the shop
// has had enough.
func (f *frames) begin(c edgetest.Call, ends bool) error {
	var block bytes.Buffer
	headers := hpack.NewEncoder(&block)
	fields := []string{
		":method", c.Method, ":scheme", "https", ":authority", "shop.test", ":path", c.Path,
		"content-type", "application/json",
	}
	fields = append(fields, c.Header...)
	for i := 0; i < len(fields); i += 2 {
		_ = headers.WriteField(hpack.HeaderField{Name: strings.ToLower(fields[i]), Value: fields[i+1]})
	}
	err := f.WriteHeaders(http2.HeadersFrameParam{
		StreamID: f.next, BlockFragment: block.Bytes(),
		EndHeaders: true, EndStream: ends,
	})
	f.next += 2
	return err
}

// until waits for something to be so.
func until(t testing.TB, ok func() bool) {
	t.Helper()
	end := time.After(time.Minute)
	for !ok() {
		select {
		case <-end:
			t.Fatal("it never came to be")
		case <-time.After(time.Millisecond):
		}
	}
}
