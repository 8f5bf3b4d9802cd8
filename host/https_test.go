package host_test

import (
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

// front is an edge that says how it was asked.
var front = []host.Service{{Name: "front", New: func(h *host.Host) error {
	h.ServePublic(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_,
			_ = io.WriteString(w, r.Proto+" "+r.Host)
	}))
	return nil
}}}

// opened is such a process with its addresses taken.
func opened(t *testing.T, options ...func(*host.Config)) *host.Process {
	t.Helper()
	p := hosttest.Open(t, sqldb.SQLite, front, append([]func(*host.Config){func(c *host.Config) {
		c.Listen, c.BaseURL = "127.0.0.1:0", "https://shop.example"
	}}, options...)...)
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// serial is of the certificate that an address shows.
func serial(t *testing.T, addr string) int64 {
	t.Helper()
	conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

// TestACertificateIsTakenAnewWhenItsFilesChange also breaks it: then the old one stays, and the log says so.
func TestACertificateIsTakenAnewWhenItsFilesChange(t *testing.T) {
	dir := t.TempDir()
	cert, key := hosttest.Certificate(t, dir, 1)
	clock := hosttest.NewClock(time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC))
	var log strings.Builder
	p := opened(t, func(c *host.Config) {
		c.PublicCert, c.PublicKey, c.Now = cert, key, clock.Now
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	shows := func(want int64, when string) {
		t.Helper()
		clock.Advance(3 * time.Second)
		if got := serial(t, p.ListenAddr); got != want {
			t.Errorf("%s it shows certificate %d, not %d", when, got, want)
		}
	}
	shows(1, "at first")
	hosttest.Certificate(t, dir, 2)
	shows(2, "after a change")
	if err := os.WriteFile(cert, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	shows(2, "with a broken file")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	shows(2, "without a key")
	hosttest.Certificate(t, dir, 3)
	shows(3, "once it is mended")
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if said := log.String(); strings.Count(said, "the old one stays") != 2 ||
		strings.Count(said, "a new certificate is used") != 2 {
		t.Errorf("the log says %s", said)
	}
}

func TestOldTLSIsRefusedAndHTTP2Spoken(t *testing.T) {
	p := opened(t,
		func(c *host.Config) { c.PublicCert, c.PublicKey = hosttest.Certificate(t, t.TempDir(), 1) })
	if conn, err := tls.Dial("tcp", p.ListenAddr,
		&tls.Config{
			InsecureSkipVerify: true, MinVersion: tls.VersionTLS10,
			MaxVersion: tls.VersionTLS11,
		}); err == nil {
		_ = conn.Close()
		t.Error("TLS 1.1 is spoken")
	}
	client := &http.Client{Transport: &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true},
	}}
	answer, err := client.Get("https://" + p.ListenAddr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.ProtoMajor != 2 || answer.TLS.Version != tls.VersionTLS13 {
		t.Errorf("it speaks %s over %x", answer.Proto, answer.TLS.Version)
	}
}

// TestPlainHTTPLeadsToHTTPS asks the address beside: a person is sent on, to the shop's own name; a program
// is told no.
func TestPlainHTTPLeadsToHTTPS(t *testing.T) {
	p := opened(t, func(c *host.Config) {
		c.PublicCert, c.PublicKey = hosttest.Certificate(t, t.TempDir(), 1)
		c.PublicHTTP = "127.0.0.1:0"
	})
	client := &http.Client{CheckRedirect: func(*http.Request,
		[]*http.Request,
	) error {
		return http.ErrUseLastResponse
	}}
	for _, c := range []struct {
		method, path string
		status       int
		to           string
	}{
		{
			"GET", "/m/portland?q=a%20b", http.StatusPermanentRedirect,
			"https://shop.example/m/portland?q=a%20b",
		},
		{"HEAD", "/", http.StatusPermanentRedirect, "https://shop.example/"},
		{"GET", "//evil.example/", http.StatusPermanentRedirect, "https://shop.example//evil.example/"},
		{"POST", "/sign-in", http.StatusForbidden, ""},
		{"GET", "/api/v1/markets", http.StatusForbidden, ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, "http://"+p.RedirectAddr+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "evil.example"
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if _ = answer.Body.Close(); answer.StatusCode != c.status || answer.Header.Get("Location") != c.to {
			t.Errorf("%s %s: %d to %q", c.method, c.path, answer.StatusCode, answer.Header.Get("Location"))
		}
	}
}

func TestSettingsOfHTTPSThatContradictAreRefused(t *testing.T) {
	cert, key := hosttest.Certificate(t, t.TempDir(), 1)
	for name, option := range map[string]func(*host.Config){
		"a certificate without a key": func(c *host.Config) { c.PublicCert = cert },
		"a base URL of plain HTTP": func(c *host.Config) {
			c.PublicCert, c.PublicKey, c.BaseURL = cert,
				key, "http://shop.example"
		},
		"files and ACME": func(c *host.Config) {
			c.PublicCert, c.PublicKey, c.ACME = cert,
				key, true
		},
		"ACME for no name": func(c *host.Config) {
			c.ACME, c.BaseURL = true,
				"https://127.0.0.1"
		},
		"ACME with a directory of no one": func(c *host.Config) {
			c.ACME, c.ACMECA = true,
				filepath.Join(t.TempDir(), "nothing.pem")
		},
		"plain HTTP beside nothing": func(c *host.Config) { c.PublicHTTP = "127.0.0.1:0" },
	} {
		t.Run(name, func(t *testing.T) {
			p := hosttest.Open(t, sqldb.SQLite, front, func(c *host.Config) {
				c.Listen, c.BaseURL = "127.0.0.1:0", "https://shop.example"
				option(c)
			})
			if err := p.Start(t.Context()); err == nil {
				t.Error("it starts")
			}
		})
	}
}
