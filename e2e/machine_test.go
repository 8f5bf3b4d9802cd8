package e2e

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/artisan-eats/artisan/sqldb"
)

// TestAFullDiskStopsCheckoutsOnly lets no file of the process grow: checkout answers 503, browsing goes
// on, and when there is room again so does checkout, with nothing lost.
func TestAFullDiskStopsCheckoutsOnly(t *testing.T) {
	s := open(t, one, sqldb.SQLite)
	g := s.stock(100, 100)
	before := s.buys(t, s.cart(t, g.variantID, 1), "k", order(g.pickupID, "ok"))
	cart := s.cart(t, g.variantID, 1)
	s.seesStock(t, g.variantID, 99_000, 0, 1000)

	s.limitFiles(t, 0)
	full, err := s.buy(cart, "full", order(g.pickupID, "ok"))
	if err != nil || full.status != 503 || full.header.Get("Retry-After") == "" {
		t.Errorf("a checkout on a full disk: %v %d %s", err, full.status, full.raw)
	}
	s.must(t, 200, "GET", "/products?q=wheel&market="+market, nil)
	s.must(t, 200, "GET", "/products/"+g.productID, nil)
	path, bearer := "/orders/"+before.body.str("id"), "Bearer "+before.body.str("access_token")
	s.must(t, 200, "GET", path, nil, "Authorization", bearer)

	s.limitFiles(t, unix.RLIM_INFINITY)
	s.buys(t, cart, "full", order(g.pickupID, "ok"))
	s.must(t, 200, "GET", path, nil, "Authorization", bearer)
	s.seesStock(t, g.variantID, 98_000, 0, 2000)
}

// limitFiles sets how large a file the shop's process may write.
func (s *shop) limitFiles(t *testing.T, bytes uint64) {
	t.Helper()
	limit := unix.Rlimit{Cur: bytes, Max: unix.RLIM_INFINITY}
	if err := unix.Prlimit(s.procs["up"].cmd.Process.Pid, unix.RLIMIT_FSIZE, &limit, nil); err != nil {
		t.Fatal(err)
	}
}

func TestTheSecondProcessOnADataDirectoryIsTurnedAway(t *testing.T) {
	s := open(t, one, sqldb.SQLite)
	_, stderr, code := s.command("up", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
	if code != 1 || !strings.Contains(stderr, "is in use by process") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("exit code %d, %q", code, stderr)
	}
}

func TestWrongUsage(t *testing.T) {
	s := open(t, one, sqldb.SQLite)
	for _, args := range [][]string{
		{"upp"},
		{"serve", "catalogue"},
		{"serve", "edge", "catalog"},
		{"import"},
		{"import", "no-such-file.csv"},
		{"up", "--no-such-flag"},
	} {
		if _, stderr, code := s.command(args...); code != 2 || stderr == "" {
			t.Errorf("artisan %v: exit code %d, %q", args, code, stderr)
		}
	}
	if stdout, _, code := s.command("version"); code != 0 || !strings.HasPrefix(stdout, "artisan ") {
		t.Errorf("version: %d %q", code, stdout)
	}
}
