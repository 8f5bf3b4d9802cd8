package e2e

import (
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

// lines are what processes log.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) hear(process, line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, process+": "+line)
}

// with are those that have a text.
func (l *lines) with(text string) (found []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.all {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}

// TestADemosProcessBesideAShopsIsRefused starts a shop's front door beside a demo's catalogue, and then
// beside the shop's own.
func TestADemosProcessBesideAShopsIsRefused(t *testing.T) {
	t.Parallel()
	s := addressed(t, many, sqldb.SQLite)
	log := &lines{}
	s.heard = log.hear
	s.run("catalog", "catalog", "serve", "catalog")
	s.waitReady("catalog")
	s.forget("ARTISAN_DEMO")
	s.env = append(s.env, "ARTISAN_SECRET="+strings.Repeat("0123456789abcdef", 4),
		"ARTISAN_BASE_URL=https://shop.example", "ARTISAN_TRUSTED_PROXIES=127.0.0.1",
		"ARTISAN_DATA="+filepath.Join(t.TempDir(), "data"))
	s.run("edge", "edge", "serve", "edge")
	s.waitReady("edge")
	refused := "a process of another shop calls and is refused"
	s.must(t, http.StatusServiceUnavailable, "GET", "/markets", nil)
	eventually(t, time.Minute, "the demo's log says who calls",
		func() bool { return len(log.with(refused)) > 0 })
	if said := log.with(refused); !strings.HasPrefix(said[0], "catalog: ") || !strings.Contains(said[0],
		"is a demo's") {
		t.Errorf("the log says %q", said)
	}
	s.killOne("catalog")
	s.run("catalog", "catalog", "serve", "catalog")
	s.waitReady("catalog")
	eventually(t, time.Minute, "the shop's own catalogue answers", func() bool {
		a, err := s.ask("GET", "/markets", nil)
		return err == nil && a.status == http.StatusOK && len(a.body.list("markets")) == 0
	})
}
