package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/quick"
)

const (
	// idleClients is how many networks the idle connections come from: no client has as many as it may.
	idleClients = 40
	// frontMemory is what HAProxy and the shop may have resident while all of them are open.
	frontMemory = 512 << 20
)

// TestOthersBuyPastTheSlowTheIdleAndBombs has one client be slow in every way, others open connections and
// say nothing, and some send a lot in little, through the real HAProxy: who buys meanwhile notices nothing,
// and what HAProxy and the shop keep in memory is bounded.
func TestOthersBuyPastTheSlowTheIdleAndBombs(t *testing.T) {
	s := fronted(t)
	g := s.stock(10_000, 10_000)
	s.takesNewcomersOrders(t, 1000)
	session := s.member(t)
	a, err := s.takesAtPickup(g, s.memberCart(t, g, session), "before", session)
	if err != nil || a.status != http.StatusCreated {
		t.Fatalf("%v, %d %s", err, a.status, a.raw)
	}
	defer villain{
		Shop: s.listen, Market: market, Cart: s.cart(t, g.variantID, 1), Session: s.maker(t, g.producerID),
		Order: a.body.str("id"), Token: a.body.str("access_token"),
	}.unleash(t)()
	s.idles(t, quick.Usually(t, 10_000, 2_000, 1_000, "idle connections"))
	s.sendsBombs(t)
	for n := range quick.Of(t, 25, 10, "orders past idle connections") {
		key := fmt.Sprint("meanwhile-", n)
		a, err := s.takesAtPickup(g, s.memberCart(t, g, session), key, session)
		if err != nil || a.status != http.StatusCreated {
			t.Fatalf("order %d: %v, %d %s", n, err, a.status, a.raw)
		}
	}
	for _, name := range []string{"up", "haproxy"} {
		peak := peakOf(s.procs[name].cmd.Process.Pid)
		t.Logf("%s had %d MiB resident", name, peak>>20)
		if peak == 0 || peak > frontMemory {
			t.Errorf("%s had %d MiB resident", name, peak>>20)
		}
	}
}

// idles opens so many connections, from as many networks as there are idleClients, and says nothing on them
// until the test ends.
func (s *shop) idles(t *testing.T, count int) {
	t.Helper()
	files := syscall.Rlimit{Cur: uint64(count + 2_000), Max: uint64(count + 2_000)}
	var allowed syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &allowed); err != nil {
		t.Fatal(err)
	}
	if files.Cur > allowed.Cur {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
			t.Fatalf("%d connections want %d open files: %v; try after ulimit -n", count, files.Cur, err)
		}
	}
	var opening sync.WaitGroup
	for client := range idleClients {
		from := &net.Dialer{
			LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+client))}, Timeout: 20 * time.Second,
		}
		opening.Go(func() {
			for range count / idleClients {
				conn, err := from.Dial("tcp", strings.TrimPrefix(s.listen, "https://"))
				if err != nil {
					t.Error(err)
					return
				}
				t.Cleanup(func() { _ = conn.Close() })
			}
		})
	}
	opening.Wait()
}

// sendsBombs sends what is a thousand times as large once it is unpacked, wherever something may be sent.
func (s *shop) sendsBombs(t *testing.T) {
	t.Helper()
	var bomb bytes.Buffer
	packed := gzip.NewWriter(&bomb)
	for range 64 {
		_, _ = packed.Write(make([]byte, 1<<20))
	}
	_ = packed.Close()
	paths := []string{"/api/v1/carts", "/api/v1/sessions", "/producer/import", "/sell", "/basket"}
	for _, path := range paths {
		for _, coding := range []string{"gzip", "deflate", "br", "zstd", "gzip, gzip"} {
			request, err := http.NewRequest(http.MethodPost, s.listen+path, bytes.NewReader(bomb.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Encoding", coding)
			request.Header.Set("Content-Type", "application/json")
			response, err := web.Do(request)
			if err != nil {
				continue // the shop has closed the connection instead of reading it
			}
			_, _ = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
			if response.StatusCode < 400 || response.StatusCode >= 500 {
				t.Errorf("%s packed by %s is answered %s", path, coding, response.Status)
			}
		}
	}
}
