package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/artisan-eats/artisan/sqldb"
)

// TestTheDemoMarketIsMadeOnceAndStays runs the newcomer's first command, twice.
func TestTheDemoMarketIsMadeOnceAndStays(t *testing.T) {
	s := closed(t, one, sqldb.SQLite)
	var first int
	for start := range 2 {
		s.run("demo", "edge", "up")
		s.waitReady("edge")
		products := s.countProducts(t, "portland")
		if first = max(first, products); products < 300 || products != first {
			t.Errorf("start %d: %d products, %d before", start, products, first)
		}
		if err := s.procs["demo"].cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if <-s.procs["demo"].exited; s.procs["demo"].err != nil {
			t.Errorf("start %d ended with %v", start, s.procs["demo"].err)
		}
		for _, said := range []string{s.listen, "shopper@", "producer@", "operator@"} {
			if out := s.procs["demo"].out.String(); !strings.Contains(out, strings.TrimPrefix(said, "http://")) {
				t.Errorf("start %d did not say %s: %s", start, said, out)
			}
		}
	}
}

func (s *shop) countProducts(t *testing.T, market string) (n int) {
	t.Helper()
	for cursor := ""; ; {
		page := s.must(t, 200, "GET", fmt.Sprintf("/products?market=%s&limit=100&cursor=%s", market, cursor), nil)
		n += len(page.body.list("products"))
		if cursor = page.body.str("next_cursor"); cursor == "" {
			return n
		}
	}
}
