package e2e

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/peer"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/trust"
)

const (
	// tenthReplicas do at least tenthGain times as much as one of them.
	tenthReplicas, tenthGain = 4, 3.4
	// tenthCallers are so many that no replica is without a call.
	tenthCallers = 64
	// tenthWarm is for connections and caches, and tenthFor is what is measured.
	tenthWarm, tenthFor = 2 * time.Second, 8 * time.Second
	tenthRounds         = 3
	// tenthBusy is for which part of the time the one has to be at its end, or it is measured too low.
	tenthBusy = 0.8
)

// TestFourReplicasWithATenthOfACoreDoTheWorkOfFour gives each replica of the catalogue a tenth of a core, and
// asks one of them, and then all four, for lists, as the front door does: through a peer that balances. By
// turns, three times.
func TestFourReplicasWithATenthOfACoreDoTheWorkOfFour(t *testing.T) {
	quick.LeavesToLong(t, "a tenth of a core, once and four times")
	s := addressed(t, many, sqldb.Postgres)
	s.env = append(s.env, "ARTISAN_DATABASE_CONNECTIONS=6")
	s.migrates(sqldb.Postgres)
	s.start()
	s.stock(1000, 10)
	maker := s.stock(1000, 10).producerID
	for n := range 40 {
		s.addProduct(maker, fmt.Sprint("Cheese of day ", n), 1250, 1000)
	}
	replicas := s.moreCatalogs(t)
	var bounds []bound
	for _, replica := range replicas {
		bounds = append(bounds, tenthOfACore(t, s.procs[replica].cmd.Process.Pid))
	}
	var one, four, oneBusy, fourBusy []float64
	for range tenthRounds {
		rate, busy := s.lists(t, replicas[:1], bounds)
		one, oneBusy = append(one, rate), append(oneBusy, busy)
		rate, busy = s.lists(t, replicas, bounds)
		four, fourBusy = append(four, rate), append(fourBusy, busy)
	}
	gain := middle(four) / middle(one)
	t.Logf("lists a second: %.0f of one, %.0f of four, %.2f times as many; at their end for %.2f and %.2f of the time",
		one, four, gain, oneBusy, fourBusy)
	if gain < tenthGain {
		t.Errorf("four replicas do %.2f times the work of one, want %v", gain, tenthGain)
	}
	if middle(oneBusy) < tenthBusy {
		t.Error("this proves nothing: the one was stopped by something else, for this machine has too much to do")
	}
}

// moreCatalogs starts replicas of the catalogue beside the one that there is, and answers with all.
func (s *shop) moreCatalogs(t *testing.T) []string {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(s.data, "secret")) // a demo's is in its data directory
	if err != nil {
		t.Fatal(err)
	}
	all := []string{"catalog"}
	ports := hosttest.FreePorts(t, 2*(tenthReplicas-1))
	for n := range tenthReplicas - 1 {
		replica, data := fmt.Sprint("catalog ", n+2), fmt.Sprint(s.data, "-", n+2)
		if err := errors.Join(os.Mkdir(data, 0o700),
			os.WriteFile(filepath.Join(data, "secret"), key, 0o600)); err != nil {
			t.Fatal(err)
		}
		s.ports[replica], s.ports["admin "+replica] = ports[2*n], ports[2*n+1]
		s.run(replica, replica, "serve", "catalog", "--data", data)
		all = append(all, replica)
	}
	for _, replica := range all {
		s.waitReady(replica)
	}
	return all
}

func middle(of []float64) float64 { return slices.Sorted(slices.Values(of))[len(of)/2] }

// lists is how many lists a second some replicas make for callers who go on asking, and for which part of the
// time the least busy of them had used up what it may have.
func (s *shop) lists(t *testing.T, replicas []string, bounds []bound) (rate, busy float64) {
	t.Helper()
	catalog := s.asFront(t, replicas)
	ctx, end := context.WithCancel(t.Context())
	defer end()
	var answered atomic.Int64
	var all sync.WaitGroup
	for range tenthCallers {
		all.Go(func() {
			for ctx.Err() == nil {
				_, err := catalog.ListProducts(ctx,
					&catalogv1.ListProductsRequest{Market: market, Limit: 20})
				if err != nil && ctx.Err() == nil {
					t.Errorf("a list: %v", err)
					return
				}
				answered.Add(1)
			}
		})
	}
	time.Sleep(tenthWarm)
	begun, before := time.Now(), answered.Load()
	var was []throttling
	for i := range replicas {
		was = append(was, bounds[i].throttled(t))
	}
	time.Sleep(tenthFor)
	rate, busy = float64(answered.Load()-before)/time.Since(begun).Seconds(), 1
	for i := range replicas {
		busy = min(busy, bounds[i].throttled(t).since(was[i]))
	}
	end()
	all.Wait()
	return rate, busy
}

// asFront calls replicas of the catalogue as the front door does, by its certificate.
func (s *shop) asFront(t *testing.T, replicas []string) catalogv1connect.CatalogServiceClient {
	t.Helper()
	nowhere := slog.New(slog.DiscardHandler)
	edge, err := trust.Open(trust.Directory(s.certs).Files("edge"), []string{"edge"}, time.Now, nowhere,
		trust.NewRefusals(nowhere, time.Now))
	if err != nil {
		t.Fatal(err)
	}
	var addresses []string
	for _, replica := range replicas {
		addresses = append(addresses, "https://"+s.address(replica))
	}
	at, err := peer.Parse(strings.Join(addresses, ","))
	if err != nil {
		t.Fatal(err)
	}
	caller, err := peer.New(peer.Config{Service: "catalog", At: at, TLS: edge.Client("catalog")})
	if err != nil {
		t.Fatal(err)
	}
	way := connecthttp.NewTransport(&http.Client{Transport: caller}, "http://catalog/rpc/catalog")
	return catalogv1connect.NewCatalogServiceClient(connect.NewClient(way, peer.Interceptor))
}

// bound is a control group of the kernel's, with one process in it.
type bound string

// tenthOfACore gives a process a tenth of a core from now on: 10 ms of each 100.
func tenthOfACore(t *testing.T, process int) bound {
	t.Helper()
	pid := strconv.Itoa(process)
	var failures []error
	for _, kind := range []struct{ root, limit, value string }{
		{"/sys/fs/cgroup/cpu", "cpu.cfs_quota_us", "10000"}, // version 1
		{"/sys/fs/cgroup/cpu,cpuacct", "cpu.cfs_quota_us", "10000"},
		{"/sys/fs/cgroup", "cpu.max", "10000 100000"}, // version 2
	} {
		dir := filepath.Join(kind.root, "artisan-test-"+pid)
		err := os.Mkdir(dir, 0o755)
		if err == nil {
			err = errors.Join(os.WriteFile(filepath.Join(dir, kind.limit), []byte(kind.value), 0o600),
				os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(pid), 0o600))
			t.Cleanup(func() { leaves(t, pid, dir) })
		}
		if err == nil {
			return bound(dir)
		}
		failures = append(failures, err)
	}
	t.Fatalf("this needs a control group for CPU that it may make and write (as root, cgroup 1 or 2): %v",
		errors.Join(failures...))
	return ""
}

// leaves takes a process out of its control group, and removes that.
func leaves(t *testing.T, pid, dir string) {
	t.Helper()
	_ = os.WriteFile(filepath.Join(filepath.Dir(dir), "cgroup.procs"), []byte(pid), 0o600)
	eventually(t, time.Minute, "its control group is empty", func() bool {
		err := os.Remove(dir)
		return err == nil || errors.Is(err, fs.ErrNotExist)
	})
}

// throttling is in how many periods of 100 ms a process could run, and in how many it was stopped.
type throttling struct{ periods, throttled float64 }

// since is in which part it was stopped since an earlier look.
func (n throttling) since(was throttling) float64 {
	return (n.throttled - was.throttled) / max(1, n.periods-was.periods)
}

func (b bound) throttled(t *testing.T) (n throttling) {
	t.Helper()
	file, err := os.Open(filepath.Join(string(b), "cpu.stat"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		name, text, _ := strings.Cut(lines.Text(), " ")
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		switch name {
		case "nr_periods":
			n.periods = value
		case "nr_throttled":
			n.throttled = value
		}
	}
	return n
}
