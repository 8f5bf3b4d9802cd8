package host_test

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/artisan-eats/artisan/fault"
	troublev1 "github.com/artisan-eats/artisan/gen/artisan/trouble/v1"
	"github.com/artisan-eats/artisan/gen/artisan/trouble/v1/troublev1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

// counter is a service that writes down each number that it is told, and refuses one that it knows.
func counter(told func()) host.Service {
	table := fstest.MapFS{"00001_counted.sql": {
		Data: []byte("-- +goose Up\nCREATE TABLE counted (n TEXT PRIMARY KEY);\n"),
	}}
	return host.Service{Name: "counter", Migrations: table, New: func(h *host.Host) error {
		list := func(context.Context) ([]host.Trouble, error) { return nil, nil }
		h.Troubles("count", list, func(ctx context.Context, n string) error {
			told()
			return h.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
				_, err := tx.ExecContext(ctx, "INSERT INTO counted (n) VALUES ($1)", n)
				return err
			})
		})
		return nil
	}}
}

// TestAReplicaThatStopsUnderCallsLosesNone has two replicas of a service on one database, and stops one of
// them in the midst of it.
func TestAReplicaThatStopsUnderCallsLosesNone(t *testing.T) {
	const callers, each = 8, 40
	var served [2]atomic.Int64
	middle := make(chan struct{})
	shared := func(c *host.Config) {
		plainly(c)
		c.Secret = []byte(strings.Repeat("k", 32))
	}
	prefix := "test_" + strings.ToLower(rand.Text()) + "_"
	var replicas []*host.Process
	for i := range served {
		service := counter(func() {
			if served[i].Add(1) == 40 && i == 0 {
				close(middle)
			}
		})
		p := hosttest.Open(t, sqldb.Postgres, []host.Service{caller, service}, shared,
			func(c *host.Config) { c.SchemaPrefix = prefix })
		if err := p.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		replicas = append(replicas, p)
	}
	client := troublev1connect.NewTroubleServiceClient(calling(t, shared, map[string]string{
		"counter": "http://" + replicas[0].ListenAddr + ",http://" + replicas[1].ListenAddr,
	}).Client("counter"))
	var all sync.WaitGroup
	for who := range callers {
		all.Go(func() {
			for n := range each {
				id := "count:" + strconv.Itoa(who*each+n)
				if _, err := client.Retry(t.Context(), &troublev1.RetryRequest{Id: id}); err != nil {
					t.Errorf("a call failed: %v", err)
				}
			}
		})
	}
	<-middle
	if err := replicas[0].Stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	all.Wait()
	var counted int64
	if err := replicas[1].Host("counter").DB().Read().QueryRowContext(t.Context(),
		"SELECT count(*) FROM counted").Scan(&counted); err != nil || counted != callers*each {
		t.Errorf("%d of %d were written down, %v", counted, callers*each, err)
	}
	if served[1].Load() < each {
		t.Errorf("the one that stayed had %d calls", served[1].Load())
	}
	if err := replicas[1].Stop(); err != nil {
		t.Error(err)
	}
	_, err := client.Retry(t.Context(), &troublev1.RetryRequest{Id: "count:none"})
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("with none left a call ends with %v", err)
	}
}

// calling is a process of a service that calls the counter.
func calling(t *testing.T, shared func(*host.Config), peers map[string]string) *host.Process {
	t.Helper()
	p, err := newCalling(t, shared, peers)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Stop() })
	return p
}

func newCalling(t *testing.T, shared func(*host.Config), peers map[string]string) (*host.Process, error) {
	t.Helper()
	config := host.Config{Data: filepath.Join(t.TempDir(), "data"), Demo: true, Peers: peers}
	shared(&config)
	return host.New(t.Context(), config, []host.Service{caller, counter(func() {})}, "caller")
}

// TestASettingOfPeersThatCannotBeUsedIsRefused with one line that says which and what to do.
func TestASettingOfPeersThatCannotBeUsedIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ peer, at, want string }{
		"an unknown service": {"conter", "http://127.0.0.1:1", `names "conter", which is no service: take it out, or write one of caller, counter`},
		"no address":         {"counter", "", "for counter: no address is given: write"},
		"no URL":             {"counter", "127.0.0.1:1", "for counter: an address cannot be read: write"},
		"no DNS name":        {"counter", "dns:///counter", "for counter: the DNS name cannot be read: write"},
		"no certificates":    {"counter", "https://127.0.0.1:1", "for counter: an address is https://, and this process has no certificates"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newCalling(t, plainly, map[string]string{c.peer: c.at})
			if err == nil || !strings.Contains(err.Error(), "ARTISAN_PEERS") ||
				!strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("it says %v", err)
			}
		})
	}
}

// TestCommandsReachWhicheverProcessHoldsTheDirectory has two processes on one directory, a service each.
func TestCommandsReachWhicheverProcessHoldsTheDirectory(t *testing.T) {
	dir := t.TempDir() + "/data"
	other := counter(func() {})
	other.Name = "clerk"
	for _, service := range []host.Service{counter(func() {}), other} {
		p := hosttest.Open(t, sqldb.SQLite, []host.Service{service},
			func(c *host.Config) { c.Data, c.Admin = dir, "127.0.0.1:0" })
		if err := p.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	asks := func(service string) error {
		_, err := troublev1connect.NewTroubleServiceClient(host.Held(dir)(service)).ListTroubles(t.Context(),
			&troublev1.ListTroublesRequest{})
		return err
	}
	for _, service := range []string{"counter", "clerk"} {
		if err := asks(service); err != nil {
			t.Errorf("%s is not reached: %v", service, err)
		}
	}
	if err := asks("cook"); !fault.Away(err) || !strings.Contains(err.Error(), dir) {
		t.Errorf("of a service that nobody runs it says %v", err)
	}
}
