package trust_test

import (
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/trust"
)

// services are those of a small shop.
var services = []string{"edge", "catalog", "inventory"}

// clock is held by the test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// shop is an authority with the certificates of its services, for a year.
type shop struct {
	testing.TB
	trust.Directory
	*clock
	log *strings.Builder
}

func newShop(t testing.TB) *shop {
	t.Helper()
	s := &shop{
		t, trust.Directory(filepath.Join(t.TempDir(), "certs")),
		&clock{now: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}, &strings.Builder{},
	}
	if _, err := s.Prepare(services); err != nil {
		t.Fatal(err)
	}
	s.turns()
	s.issues(365 * 24 * time.Hour)
	return s
}

// turns makes a new authority.
func (s *shop) turns() {
	s.Helper()
	if _, err := s.NewAuthority(s.Now()); err != nil {
		s.Fatal(err)
	}
}

// issues makes new certificates.
func (s *shop) issues(good time.Duration) {
	s.Helper()
	a, err := s.Authority()
	if err == nil {
		err = s.Issue(a, services, nil, s.Now(), good)
	}
	if err != nil {
		s.Fatal(err)
	}
}

// runs opens the certificate of a service as its process does, which believes the authorities of a shop.
func (s *shop) runs(service string, believes *shop) *trust.Identity {
	s.Helper()
	i, err := s.opens(service, believes)
	if err != nil {
		s.Fatal(err)
	}
	return i
}

func (s *shop) opens(service string, believes *shop) (*trust.Identity, error) {
	files := s.Files(service)
	files.CA = believes.Files(service).CA
	log := slog.New(slog.NewTextHandler(s.log, nil))
	return trust.Open(files, []string{service}, s.Now, log, trust.NewRefusals(log, s.Now))
}

// meet has two processes speak, and answers how it went for either.
func meet(t testing.TB, server, client *tls.Config) (called, calls error) {
	t.Helper()
	here, there := net.Pipe()
	var all sync.WaitGroup
	all.Go(func() {
		conn := tls.Server(here, server)
		if called = conn.Handshake(); called == nil {
			_, called = conn.Write([]byte("hello"))
		}
		_ = here.Close()
	})
	conn := tls.Client(there, client)
	if calls = conn.Handshake(); calls == nil {
		if _, calls = conn.Read(make([]byte, 8)); errors.Is(calls, io.EOF) {
			calls = nil
		}
	}
	_ = there.Close()
	all.Wait()
	return called, calls
}

// refused is the kind of a refusal; empty for none, and the error's text for any other error.
func refused(err error) string {
	refusal := (*trust.RefusedError)(nil)
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refusal):
		return refusal.Kind
	}
	return err.Error()
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
