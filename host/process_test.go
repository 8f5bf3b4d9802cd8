package host_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

// kitchen is a service with a public address.
func kitchen(handler http.Handler) []host.Service {
	return []host.Service{{Name: "kitchen", New: func(h *host.Host) error {
		h.ServePublic(handler)
		return nil
	}}}
}

// serving is a process of it that has its addresses.
func serving(t *testing.T, handler http.Handler, options ...func(*host.Config)) *host.Process {
	t.Helper()
	options = append(options, func(c *host.Config) { c.Listen, c.Admin = "127.0.0.1:0", "127.0.0.1:0" })
	p := hosttest.Open(t, sqldb.SQLite, kitchen(handler), options...)
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

func get(t *testing.T, url string) (status int, body string, err error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0, "", err
	}
	all, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(all), errors.Join(err, answer.Body.Close())
}

// TestTwoProcessesDoNotShareADirectory opens a second one on it, while the first lives and after it.
func TestTwoProcessesDoNotShareADirectory(t *testing.T) {
	dir := t.TempDir() + "/data"
	config := func(c *host.Config) { c.Data, c.Command = dir, "artisan up" }
	first := hosttest.Open(t, sqldb.SQLite, kitchen(nil), config)
	second := host.Config{Data: dir, Demo: true, BaseURL: "http://shop.test"}
	_, err := host.New(t.Context(), second, kitchen(nil), "kitchen")
	var inUse *host.InUseError
	if !errors.As(err, &inUse) || inUse.Running.Command != "artisan up" || inUse.Running.PID == 0 {
		t.Fatalf("the second process: %v", err)
	}
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	p, err := host.New(t.Context(), second, kitchen(nil), "kitchen")
	if err != nil {
		t.Fatalf("after the first: %v", err)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}

// TestAnAddressThatIsTakenIsSaid starts on another process's, which leaves nothing behind.
func TestAnAddressThatIsTakenIsSaid(t *testing.T) {
	first := serving(t, http.NotFoundHandler())
	second := hosttest.Open(t, sqldb.SQLite, kitchen(http.NotFoundHandler()),
		func(c *host.Config) { c.Listen = first.ListenAddr })
	if err := second.Start(t.Context()); err == nil || !strings.Contains(err.Error(), first.ListenAddr) ||
		!strings.Contains(err.Error(), "--listen") {
		t.Errorf("it says %v", err)
	}
	if second.Host("kitchen").Ready() {
		t.Error("it is ready")
	}
}

// TestAProcessDrainsUnderLoad ends it while requests are under way: each is answered, and none is taken
// after.
func TestAProcessDrainsUnderLoad(t *testing.T) {
	const many = 20
	var came sync.WaitGroup
	came.Add(many)
	goOn := make(chan struct{})
	p := serving(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		came.Done()
		<-goOn
		_, _ = io.WriteString(w, "cooked")
	}))
	var all sync.WaitGroup
	for range many {
		all.Go(func() {
			if status, body, err := get(t, "http://"+p.ListenAddr); status != http.StatusOK ||
				body != "cooked" || err != nil {
				t.Errorf("answered %d %q, %v", status, body, err)
			}
		})
	}
	came.Wait()
	if status, _, err := get(t, "http://"+p.AdminAddr+"/readyz"); status != http.StatusOK || err != nil {
		t.Errorf("before it is %d, %v", status, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	stop()
	<-p.Host("kitchen").Draining()
	if p.Host("kitchen").Ready() {
		t.Error("it is ready while it drains")
	}
	close(goOn)
	all.Wait()
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
	if _, _, err := get(t, "http://"+p.ListenAddr); err == nil {
		t.Error("it still answers")
	}
}

// TestWhoWaitsForOthersIsHurried has a request that ends with its context only.
func TestWhoWaitsForOthersIsHurried(t *testing.T) {
	t.Parallel()
	came := make(chan struct{})
	p := serving(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(came)
		<-r.Context().Done()
		w.WriteHeader(http.StatusServiceUnavailable)
	}), func(c *host.Config) { c.DrainTimeout = 5 * time.Second })
	answered := make(chan int, 1)
	go func() {
		status, _, _ := get(t, "http://"+p.ListenAddr)
		answered <- status
	}()
	<-came
	if err := p.Stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if status := <-answered; status != http.StatusServiceUnavailable {
		t.Errorf("answered %d", status)
	}
}

// TestAnAdminTokenIsTheLocksAndAnotherEachTime asks for metrics with it, and with that of the process before.
func TestAnAdminTokenIsTheLocksAndAnotherEachTime(t *testing.T) {
	dir := t.TempDir() + "/data"
	seen := map[string]bool{}
	for range 2 {
		p := serving(t, http.NotFoundHandler(), func(c *host.Config) { c.Data = dir })
		_, err := host.New(t.Context(), host.Config{Data: dir, Demo: true}, kitchen(nil), "kitchen")
		var inUse *host.InUseError
		if !errors.As(err, &inUse) || inUse.Running.Admin != p.AdminAddr {
			t.Fatalf("the lock says %v", err)
		}
		seen[inUse.Running.Token] = true
		for token := range seen {
			want := http.StatusUnauthorized
			if token == inUse.Running.Token {
				want = http.StatusOK
			}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.AdminAddr+
				"/metrics", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+token)
			answer, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			if _ = answer.Body.Close(); answer.StatusCode != want {
				t.Errorf("answered %d, want %d", answer.StatusCode, want)
			}
		}
		if err := p.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != 2 || seen[""] {
		t.Errorf("the tokens are %d", len(seen))
	}
}
