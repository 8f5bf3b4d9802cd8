package host_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

func TestClocksThatAreApartAreTold(t *testing.T) {
	there := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		before, after time.Duration // of the process's clock, to the database's
		says          string
	}{
		{-time.Second, time.Second, ""},
		{-time.Minute, time.Second, ""}, // the answer came late
		{-5 * time.Second, -5 * time.Second, ""},
		{5 * time.Minute, 5 * time.Minute, "5m0s ahead of the database's"},
		{-time.Hour, 6 * time.Second, ""},
		{-time.Hour, -6 * time.Second, "6s behind the database's"},
	} {
		err := host.CompareClocks(there.Add(c.before), there, there.Add(c.after))
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("between %s and %s: %v", c.before, c.after, err)
		}
	}
}

// TestAProcessWhoseClockIsOffDoesNotStart would have it take what another replica is busy with.
func TestAProcessWhoseClockIsOffDoesNotStart(t *testing.T) {
	service := host.Service{
		Name: "stove", New: func(*host.Host) error { return nil },
		Migrations: fstest.MapFS{"00001_pots.sql": {
			Data: []byte("-- +goose Up\nCREATE TABLE pots (id TEXT NOT NULL PRIMARY KEY);\n"),
		}},
	}
	running := hosttest.Open(t, sqldb.Postgres, []host.Service{service})
	config := running.Host("stove").Config()
	config.Data, config.AnyClock = t.TempDir()+"/data", false
	config.Now = func() time.Time { return time.Now().Add(time.Minute) }
	_, err := host.New(t.Context(), config, []host.Service{service}, "stove")
	if err == nil || !strings.Contains(err.Error(), "1m0s ahead of the database's: set both by NTP") ||
		strings.Contains(err.Error(), "\n") {
		t.Errorf("it starts: %v", err)
	}
	config.Now = time.Now
	p, err := host.New(t.Context(), config, []host.Service{service}, "stove")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}
