// Package hosttest runs services in a test: real ones, in one process, on a real
// database of either engine, with a clock that the test holds.
package hosttest

import (
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// Clock is a clock that stands still until it is told to go on.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that shows a time.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance puts the clock forward.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Each runs a test on services of each engine.
func Each(t *testing.T, services []host.Service, test func(t *testing.T, p *host.Process)) {
	t.Helper()
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) { test(t, Start(t, engine, services)) })
	}
}

// Start opens services in this process, and starts their jobs and deliveries, until the test ends. Options
// change the configuration. Jobs run by the real clock; what is stored goes by Config.Now, except expiry on
// PostgreSQL, which has its own. Processes share a database on PostgreSQL by the same Config.SchemaPrefix,
// which stands for one.
func Start(
	t testing.TB, engine sqldb.Engine, services []host.Service, options ...func(*host.Config),
) *host.Process {
	t.Helper()
	p := Open(t, engine, services, options...)
	p.Work(t.Context())
	return p
}

// Open is Start without jobs and deliveries.
func Open(
	t testing.TB, engine sqldb.Engine, services []host.Service, options ...func(*host.Config),
) *host.Process {
	t.Helper()
	config := host.Config{
		Data: filepath.Join(t.TempDir(), "data"), Demo: true, TestPayments: true, AnyClock: true,
		MailFrom: "shop@example.org", BaseURL: "http://shop.test",
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if engine == sqldb.Postgres {
		config.DatabaseURL = sqldbtest.URL(t)
		config.SchemaPrefix = "test_" + strings.ToLower(rand.Text()) + "_"
	}
	for _, option := range options {
		option(&config)
	}
	Migrated(t, &config, services)
	var names []string
	for _, s := range services {
		names = append(names, s.Name)
	}
	p, err := host.New(t.Context(), config, services, names...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return p
}
