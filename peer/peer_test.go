package peer_test

import (
	"context"
	"errors"
	"math"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect/v2"

	troublev1 "github.com/artisan-eats/artisan/gen/artisan/trouble/v1"
	"github.com/artisan-eats/artisan/peer"
)

// whatever is any number of calls.
const whatever = math.MaxInt64

func TestCallsAreSpreadOverAllReplicas(t *testing.T) {
	replicas := openMany(t, 3)
	s := connected(t, replicas...)
	s.mustRead(300)
	for _, r := range replicas {
		r.has(40, 180)
	}
}

// TestABusyReplicaGetsLess has one that does not get its call done: all others go to the idle one.
func TestABusyReplicaGetsLess(t *testing.T) {
	replicas := openMany(t, 2)
	s := connected(t, replicas...)
	var taken atomic.Bool
	came, goOn := make(chan *replica), make(chan struct{})
	for _, r := range replicas {
		r.does(func(context.Context) error {
			if taken.CompareAndSwap(false, true) {
				came <- r
				<-goOn
			}
			return nil
		})
	}
	ended := make(chan error, 1)
	go func() { ended <- s.write() }()
	busy := <-came
	s.mustRead(50)
	busy.has(1, 1)
	close(goOn)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestAKilledReplicaGetsNothingAndItsShareOnceItIsBack counts what fails meanwhile, and that it comes back
// one call at a time.
func TestAKilledReplicaGetsNothingAndItsShareOnceItIsBack(t *testing.T) {
	replicas := openMany(t, 2)
	s := connected(t, replicas...)
	dead, alive := replicas[0], replicas[1]
	dead.kill()
	failed := 0
	for range 50 {
		if s.write() != nil {
			failed++
		}
	}
	if failed > 1 {
		t.Errorf("%d calls failed", failed)
	}
	s.mustRead(50)
	s.peer.Settle()
	if all, out := s.peer.Count(); all != 2 || out != 1 {
		t.Errorf("%d of %d are said to be out", out, all)
	}
	dead.begin()
	s.clock.Advance(10 * time.Second)
	s.mustRead(1) // begins to connect it
	s.peer.Settle()
	dead.calls.Store(0)
	came, goOn := make(chan struct{}), make(chan struct{})
	for _, r := range replicas {
		r.does(func(context.Context) error { came <- struct{}{}; <-goOn; return nil })
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := s.read(); err != nil {
				t.Errorf("while it comes back: %v", err)
			}
		})
	}
	for range 20 {
		<-came
	}
	dead.has(1, 1)
	for _, r := range replicas {
		r.does(func(context.Context) error { return nil })
	}
	close(goOn)
	all.Wait()
	alive.calls.Store(0)
	s.mustRead(200)
	dead.has(50, 151)
	alive.has(50, 150)
}

// TestAKilledReplicasReadsAreReadElsewhere and its writes are not: they may have had their effect.
func TestAKilledReplicasReadsAreReadElsewhere(t *testing.T) {
	for name, c := range map[string]struct {
		call  func(*street) error
		calls int64
	}{
		"a read": {(*street).read, 2}, "a write": {(*street).write, 1},
	} {
		t.Run(name, func(t *testing.T) {
			replicas := openMany(t, 2)
			s := connected(t, replicas...)
			var taken atomic.Bool
			came := make(chan *replica)
			for _, r := range replicas {
				r.does(func(ctx context.Context) error {
					if taken.CompareAndSwap(false, true) {
						came <- r
						<-ctx.Done()
					}
					return nil
				})
			}
			ended := make(chan error, 1)
			go func() { ended <- c.call(s) }()
			(<-came).kill()
			if err := <-ended; (err != nil) != (c.calls == 1) {
				t.Errorf("it ended with %v", err)
			}
			if n := replicas[0].calls.Load() + replicas[1].calls.Load(); n != c.calls {
				t.Errorf("it was tried %d times", n)
			}
		})
	}
}

// TestADrainingReplicaLosesNothing drains one while everybody writes: nothing fails, and nothing is done
// twice.
func TestADrainingReplicaLosesNothing(t *testing.T) {
	const callers, each = 8, 100
	replicas := openMany(t, 2)
	s := connected(t, replicas...)
	leaving, staying := replicas[0], replicas[1]
	var once sync.Once
	middle := make(chan struct{})
	leaving.does(func(context.Context) error {
		if leaving.calls.Load() >= 50 {
			once.Do(func() { close(middle) })
		}
		return nil
	})
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for range each {
				if err := s.write(); err != nil {
					t.Errorf("a call was lost: %v", err)
				}
			}
		})
	}
	<-middle
	leaving.drain()
	all.Wait()
	if n := leaving.calls.Load() + staying.calls.Load(); n != callers*each {
		t.Errorf("%d calls were done, of %d", n, callers*each)
	}
	staying.has(each, whatever)
}

// TestTheBudgetHoldsWhenEverythingFails counts the tries of reads that nobody answers.
func TestTheBudgetHoldsWhenEverythingFails(t *testing.T) {
	const calls, first = 1000, 10
	replicas := openMany(t, 2)
	s := connected(t, replicas...)
	for _, r := range replicas {
		r.does(away)
	}
	for range calls {
		s.fails("a call", s.read())
	}
	if n := replicas[0].calls.Load() + replicas[1].calls.Load(); n > calls*11/10+first || n < calls*11/10-1 {
		t.Errorf("%d calls were tried %d times", calls, n)
	}
	for _, r := range replicas {
		r.calls.Store(0)
	}
	for range calls { // these do something, and are never tried again
		s.fails("a call", s.write())
	}
	if n := replicas[0].calls.Load() + replicas[1].calls.Load(); n != calls {
		t.Errorf("%d calls that do something were tried %d times", calls, n)
	}
}

// TestAReplicaThatOnlyRefusesIsLeftOut has one that cannot serve, then two: what answers is better than
// nothing.
func TestAReplicaThatOnlyRefusesIsLeftOut(t *testing.T) {
	replicas := openMany(t, 2)
	s := connected(t, replicas...)
	replicas[0].does(away)
	s.mustRead(50)
	replicas[0].has(3, 3)
	replicas[1].does(away)
	for range 20 {
		s.fails("a call", s.read())
	}
	replicas[0].has(6, whatever)
	for _, r := range replicas {
		r.does(func(context.Context) error { return nil })
	}
	s.clock.Advance(time.Minute)
	s.mustRead(50)
}

// TestWhenAllAreOutNobodyWaits has no replica: the first who calls finds out, and the next are told at once.
func TestWhenAllAreOutNobodyWaits(t *testing.T) {
	replicas := openMany(t, 2)
	s := connected(t, replicas...)
	for _, r := range replicas {
		r.kill()
	}
	for range 5 {
		s.fails("a call", s.read())
	}
	if all, out := s.peer.Count(); all != 2 || out != 2 {
		t.Errorf("%d of %d are out", out, all)
	}
	replicas[0].begin()
	s.fails("before its pause is over", s.read())
	if n := replicas[0].calls.Load(); n != 0 {
		t.Errorf("it had %d calls", n)
	}
	s.clock.Advance(time.Second)
	s.mustRead(1)
}

// TestTheLastReplicaToGoHasTheOthersTriedAtOnce is a restart of one after the other: the first is back, and
// its pause is not over yet.
func TestTheLastReplicaToGoHasTheOthersTriedAtOnce(t *testing.T) {
	replicas := openMany(t, 2)
	s := connected(t, replicas...)
	replicas[0].drain()
	s.mustRead(20)
	s.peer.Settle()
	replicas[0].begin()
	replicas[1].drain()
	for range 20 {
		if err := s.write(); err != nil {
			t.Fatalf("a call was lost: %v", err)
		}
	}
}

// TestReplicasAreFoundByTheirName changes what DNS answers.
func TestReplicasAreFoundByTheirName(t *testing.T) {
	_, port, _ := net.SplitHostPort(open(t, "127.0.0.1:0").addr)
	one := open(t, net.JoinHostPort("127.0.0.2", port))
	two := open(t, net.JoinHostPort("127.0.0.3", port))
	var told atomic.Pointer[[]string]
	told.Store(&[]string{"127.0.0.2"})
	s := caller(t, "dns:///shop:"+port, func(c *peer.Config) {
		c.Lookup = func(_ context.Context, name string) ([]string, error) {
			if found := *told.Load(); name == "shop" && found != nil {
				return found, nil
			}
			return nil, errors.New("nobody answers")
		}
	})
	s.mustRead(20)
	one.has(20, 20)
	for _, step := range []struct {
		told             []string
		oneGets, twoGets int64
	}{
		{[]string{"127.0.0.3", "127.0.0.2"}, 20, 20},
		{nil, 20, 20},
		{[]string{}, 20, 20},
		{[]string{"127.0.0.3"}, 0, 100},
	} {
		told.Store(&step.told)
		s.clock.Advance(6 * time.Second)
		s.mustRead(1) // begins to ask
		s.peer.Settle()
		one.calls.Store(0)
		two.calls.Store(0)
		s.mustRead(100)
		one.has(step.oneGets, 100-step.twoGets)
		two.has(step.twoGets, 100-step.oneGets)
	}
}

// TestAConnectionIsMadeAnew once it is old, without a call noticing.
func TestAConnectionIsMadeAnew(t *testing.T) {
	only := open(t, "127.0.0.1:0")
	s := connected(t, only)
	s.clock.Advance(2 * time.Minute)
	s.mustRead(10)
	s.peer.Settle()
	if n := only.conns.Load(); n != 1 {
		t.Errorf("%d connections after two minutes", n)
	}
	s.clock.Advance(4 * time.Minute)
	s.mustRead(10)
	s.peer.Settle()
	s.mustRead(10)
	if n := only.conns.Load(); n != 2 {
		t.Errorf("%d connections after six minutes", n)
	}
}

// TestMoreCallsThanAConnectionTakesGetAnother has none wait for those before it: they wait for it.
func TestMoreCallsThanAConnectionTakesGetAnother(t *testing.T) {
	const calls = 300 // a server of net/http takes 250 on a connection
	only := open(t, "127.0.0.1:0")
	s := connected(t, only)
	var once sync.Once
	goOn := make(chan struct{})
	only.does(func(context.Context) error {
		if only.calls.Load() == calls {
			once.Do(func() { close(goOn) })
		}
		<-goOn
		return nil
	})
	var all sync.WaitGroup
	for range calls {
		all.Go(func() {
			if err := s.write(); err != nil {
				t.Errorf("a call: %v", err)
			}
		})
	}
	all.Wait()
	if n := only.conns.Load(); n != 2 {
		t.Errorf("there were %d connections", n)
	}
}

// TestADeadlineTravels also with the second try of a call.
func TestADeadlineTravels(t *testing.T) {
	only := open(t, "127.0.0.1:0")
	s := connected(t, only)
	came := make(chan time.Time, 2)
	only.does(func(ctx context.Context) error {
		deadline, _ := ctx.Deadline()
		came <- deadline
		if only.calls.Load() == 1 {
			return errAway
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if _, err := s.service.ListTroubles(ctx, &troublev1.ListTroublesRequest{}); err != nil {
		t.Fatal(err)
	}
	want, _ := ctx.Deadline()
	for range 2 {
		if off := want.Sub(<-came); off.Abs() > time.Second {
			t.Errorf("the deadline is off by %v", off)
		}
	}
	ended, end := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer end()
	if _, err := s.service.Retry(ended, &troublev1.RetryRequest{}); connect.CodeOf(err) !=
		connect.CodeDeadlineExceeded {
		t.Errorf("after its deadline: %v", err)
	}
}

// TestAReplicaIsKnownByTheNameOfItsService whatever its address is.
func TestAReplicaIsKnownByTheNameOfItsService(t *testing.T) {
	serves, trusts := trust(t)
	only := open(t, "127.0.0.2:0", serves)
	for name, serviceName := range map[string]string{"the service": "localhost", "another": "ordering"} {
		s := caller(t, at(only), func(c *peer.Config) {
			c.TLS = trusts.Clone()
			c.TLS.ServerName = serviceName
		})
		if err := s.read(); (err == nil) != (serviceName == "localhost") {
			t.Errorf("%s: %v", name, err)
		}
	}
	place, err := peer.Parse(at(only))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := peer.New(peer.Config{At: place}); err == nil ||
		!strings.Contains(err.Error(), "certificates") {
		t.Errorf("without certificates: %v", err)
	}
}

func TestASettingThatCannotBeUsedIsRefused(t *testing.T) {
	for _, text := range []string{
		"http://127.0.0.1:9102", "https://10.0.0.2:9103,https://10.0.0.3:9103", "http://catalog/shop/",
		" http://a:1 , http://b:1 ", "dns:///catalog:9102", "http://[::1]:9102",
	} {
		if _, err := peer.Parse(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"": "no address is given", " ": "no address is given", ",": "cannot be read",
		"http://a:1,": "cannot be read", "catalog:9102": "cannot be read", "ftp://a:1": "cannot be read",
		"http://": "cannot be read", "http://a:99999": "cannot be read", "http://a:0": "cannot be read",
		"http://me:secret@a:1": "cannot be read", "http://a:1?x=1": "cannot be read", "%": "cannot be read",
		"http://a:1,dns:///b:1": "cannot be read", "dns:///catalog": "DNS name", "dns:///": "DNS name",
		"dns:///a:1,b:2": "DNS name", "dns://server/catalog:1": "DNS name", "dns:///:1": "DNS name",
		"dns:catalog:1": "DNS name",
	} {
		_, err := peer.Parse(text)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "write") ||
			strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
