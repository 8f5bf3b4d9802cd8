package valkey_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/artisan-eats/artisan/valkey"
	"github.com/artisan-eats/artisan/valkey/valkeytest"
)

// log is what a client tells.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write is slog's.
func (l *log) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *log) count(words string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), words)
}

// replica is a client that is kept until the test ends.
type replica struct {
	*valkey.Client
	log     *log
	figures *prometheus.Registry
}

// join makes a replica of a shop. It does not wait for the server.
func join(t *testing.T, url, shop string, ready ...func(*valkey.Client)) *replica {
	t.Helper()
	r := &replica{log: &log{}, figures: prometheus.NewRegistry()}
	c, err := valkey.New(valkey.Config{
		URL: url, Shop: shop, Key: []byte(shop + strings.Repeat("k", 32)),
		Log: slog.New(slog.NewTextHandler(r.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Register(r.figures); err != nil {
		t.Fatal(err)
	}
	for _, do := range ready {
		do(c)
	}
	r.Client = c
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { c.Keep(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	return r
}

// calls is how many calls had an outcome.
func (r *replica) calls(t *testing.T, outcome string) int {
	t.Helper()
	families, err := r.figures.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetValue() == outcome {
					return int(m.GetCounter().GetValue())
				}
			}
		}
	}
	return 0
}

// until waits for something to be so.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never was so that %s", what)
		}
	}
}

// count counts one until the server takes it.
func (r *replica) count(t *testing.T, name string) (n int64) {
	t.Helper()
	until(t, "it counts", func() bool {
		var err error
		n, err = r.Count(t.Context(), name, 1, time.Hour)
		return err == nil
	})
	return n
}

func TestReplicasCountTogetherAndOtherShopsApart(t *testing.T) {
	server := valkeytest.Start(t)
	a, b, other := join(t, server.URL(), "a"), join(t, server.URL(), "a"), join(t, server.URL(), "b")
	for want := int64(1); want < 7; want += 2 {
		if x, y := a.count(t, "tries"), b.count(t, "tries"); x != want || y != want+1 {
			t.Fatalf("they count %d and %d, want %d and the next", x, y, want)
		}
	}
	if n := other.count(t, "tries"); n != 1 {
		t.Errorf("another shop counts %d", n)
	}
}

func TestACounterBeginsAnewWhenItsWindowIsOver(t *testing.T) {
	r := join(t, valkeytest.Start(t).URL(), "shop")
	r.count(t, "hour")
	if n, err := r.Count(t.Context(), "moment", 7, 20*time.Millisecond); err != nil || n != 7 {
		t.Fatal(n, err)
	}
	until(t, "the window is over", func() bool {
		n, err := r.Count(t.Context(), "moment", 0, 20*time.Millisecond)
		return err == nil && n == 0
	})
	if n := r.count(t, "hour"); n != 2 {
		t.Errorf("the other counts %d", n)
	}
}

var all = valkey.NewScript(`redis.call('SET', KEYS[1], ARGV[1])
return {redis.call('GET', KEYS[1]), 42, redis.call('GET', KEYS[2]), -1}`)

func TestAScriptAnswersTextsAndNumbers(t *testing.T) {
	r := join(t, valkeytest.Start(t).URL(), "shop")
	r.count(t, "begun")
	for range 2 { // the second time the server knows it
		answer, err := r.Run(t.Context(), all, []string{"a", "b"}, "some\x00bytes\r\n")
		if err != nil || len(answer) != 4 || answer.Text(0) != "some\x00bytes\r\n" || answer.Int(1) != 42 ||
			answer.Text(2) != "" || answer.Int(3) != -1 || answer.Text(9) != "" || answer.Int(0) != 0 {
			t.Fatalf("it answers %q, %v", answer, err)
		}
	}
}

func TestAShopWithoutOneIsNeverUsable(t *testing.T) {
	var none *valkey.Client
	if none.Usable() {
		t.Error("it is usable")
	}
	if _, err := none.Count(t.Context(), "a", 1, time.Hour); !errors.Is(err, valkey.ErrAway) {
		t.Errorf("it says %v", err)
	}
}

// TestAServerThatIsGoneCostsNothing has it killed, and begun again at the same address.
func TestAServerThatIsGoneCostsNothing(t *testing.T) {
	server := valkeytest.Start(t)
	r := join(t, server.URL(), "shop")
	r.count(t, "a")
	server.Kill()
	until(t, "it is not usable", func() bool {
		_, err := r.Count(t.Context(), "a", 1, time.Hour)
		return err != nil && !r.Usable()
	})
	failed, late := r.calls(t, "failed"), r.calls(t, "late")
	for range 1000 {
		if _, err := r.Count(t.Context(), "a", 1, time.Hour); !errors.Is(err, valkey.ErrAway) {
			t.Fatalf("somebody is asked: %v", err)
		}
	}
	if f, l := r.calls(t, "failed"), r.calls(t, "late"); f != failed || l != late || f+l > 5 {
		t.Errorf("%d calls failed and %d were late, before %d and %d", f, l, failed, late)
	}
	server.Begin()
	if n := r.count(t, "a"); n != 1 {
		t.Errorf("a new server counts %d", n)
	}
	if gone, back := r.log.count("does not answer"), r.log.count("Valkey answers"); gone != 1 || back != 2 {
		t.Errorf("it tells %d times that it went and %d times that it is there", gone, back)
	}
}

// TestASlowServerIsWaitedForAFewTimesOnly stops it where it is, so that it takes calls and answers none.
func TestASlowServerIsWaitedForAFewTimesOnly(t *testing.T) {
	server := valkeytest.Start(t)
	r := join(t, server.URL(), "shop")
	r.count(t, "a")
	server.Hold()
	for range 1000 {
		_, _ = r.Count(t.Context(), "b", 1, time.Hour)
	}
	if late, failed := r.calls(t, "late"), r.calls(t, "failed"); late+failed > 5 || r.Usable() {
		t.Errorf("%d calls waited in vain and %d failed; it is usable: %v", late, failed, r.Usable())
	}
	server.Go()
	r.count(t, "c")
	if r.log.count("does not answer") != 1 {
		t.Error("it tells several times that it went")
	}
}

func TestAServerThatComesLaterIsFound(t *testing.T) {
	server := valkeytest.Start(t)
	server.Kill()
	r := join(t, server.URL(), "shop")
	until(t, "it is told", func() bool { return r.log.count("does not answer") == 1 })
	server.Begin()
	r.count(t, "a")
}

// TestWhoGoesAwaySaysNothingOfTheServer has callers give up while it is slow.
func TestWhoGoesAwaySaysNothingOfTheServer(t *testing.T) {
	server := valkeytest.Start(t)
	r := join(t, server.URL(), "shop")
	r.count(t, "a")
	for range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := r.Count(ctx, "a", 1, time.Hour); err == nil {
			t.Fatal("it counts for nobody")
		}
	}
	if !r.Usable() {
		t.Error("it is not usable any more")
	}
}

var (
	look = valkey.NewScript(`return redis.call('GET', KEYS[1])`)
	set  = valkey.NewScript(`return redis.call('SET', KEYS[1], ARGV[1])`)
)

// TestWhoHasReadAKeyIsToldWhenItChanges: of a key that was not there too, once, and by no other's name.
func TestWhoHasReadAKeyIsToldWhenItChanges(t *testing.T) {
	server := valkeytest.Start(t)
	told := make(chan string, 100)
	reader := join(t, server.URL(), "shop", func(c *valkey.Client) {
		c.Watch("page ", func(name string) { told <- name })
	})
	writer := join(t, server.URL(), "shop")
	reader.count(t, "begun")
	writer.count(t, "begun")
	for i := range 3 {
		if _, err := reader.RunWatched(t.Context(), look, []string{"page a"}); err != nil {
			t.Fatal(err)
		}
		if _, err := reader.Run(t.Context(), look, []string{"page unread"}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"page unread", "page a", "page a"} {
			if _, err := writer.Run(t.Context(), set, []string{name}, strconv.Itoa(i)); err != nil {
				t.Fatal(err)
			}
		}
		if name := <-told; name != "page a" {
			t.Errorf("it is told of %q", name)
		}
	}
	server.Kill()
	for name := range told {
		if name == "" {
			break
		}
		t.Errorf("it is told of %q", name)
	}
}

// TestManyAskAtOnce is for the race detector, and for whose answer is whose.
func TestManyAskAtOnce(t *testing.T) {
	r := join(t, valkeytest.Start(t).URL(), "shop")
	r.count(t, "begun")
	var all sync.WaitGroup
	var wrong atomic.Int32
	for i := range 50 {
		all.Go(func() {
			name := fmt.Sprint("key ", i)
			for range 20 {
				_, err := r.Run(t.Context(), set, []string{name}, name)
				answer, failure := r.RunWatched(t.Context(), look, []string{name})
				if err == nil && failure == nil && answer.Text(0) != name {
					wrong.Add(1)
				}
			}
		})
	}
	all.Wait()
	if wrong.Load() != 0 {
		t.Errorf("%d answers were others'", wrong.Load())
	}
}

func TestWhatIsSealedIsOpenedByTheShopAndUnderItsName(t *testing.T) {
	server := valkeytest.Start(t)
	a, b, other := join(t, server.URL(), "a"), join(t, server.URL(), "a"), join(t, server.URL(), "b")
	sealed := a.Seal("page", "content")
	if content, ok := b.Open("page", sealed); !ok || content != "content" {
		t.Errorf("another replica reads %q, %v", content, ok)
	}
	if _, ok := other.Open("page", sealed); ok {
		t.Error("another shop reads it")
	}
	if _, ok := b.Open("another", sealed); ok {
		t.Error("it is read under another name")
	}
	for _, damaged := range []string{
		"", sealed[:31], sealed[:len(sealed)-1], sealed + " ", "x" + sealed[1:],
	} {
		if _, ok := b.Open("page", damaged); ok {
			t.Errorf("%q is read", damaged)
		}
	}
	if a.Veil("192.0.2.1") != b.Veil("192.0.2.1") || a.Veil("192.0.2.1") == other.Veil("192.0.2.1") ||
		strings.Contains(a.Veil("192.0.2.1"), "192") {
		t.Error("a veil is not the shop's own")
	}
}

func TestTheFiguresSayHowItIs(t *testing.T) {
	r := join(t, valkeytest.Start(t).URL(), "shop")
	r.count(t, "a")
	usable, err := testutil.GatherAndCount(r.figures, "artisan_valkey_usable")
	if err != nil || usable != 1 || r.calls(t, "answered") != 1 {
		t.Errorf("%d figures, %v; %d calls were answered", usable, err, r.calls(t, "answered"))
	}
}

func TestAServerWithAPasswordTakesItsOwn(t *testing.T) {
	server := valkeytest.Start(t, "--requirepass", "opensesame")
	join(t, strings.Replace(server.URL(), "://", "://:opensesame@", 1), "shop").count(t, "a")
	wrong := join(t, strings.Replace(server.URL(), "://", "://:sesameopen@", 1), "shop")
	until(t, "it is told", func() bool { return wrong.log.count("does not answer") == 1 })
	if wrong.log.count("sesame") != 0 || wrong.Usable() {
		t.Error("the password is in the log, or the server is used without the right one")
	}
}
