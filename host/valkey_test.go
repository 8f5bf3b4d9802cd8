package host_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/valkey"
	"github.com/artisan-eats/artisan/valkey/valkeytest"
)

// knows is a process with one service, which asks for the shop's Valkey.
func knows(t *testing.T, c host.Config) (v *valkey.Client, p *host.Process, err error) {
	t.Helper()
	c.Data, c.Log = t.TempDir()+"/data", slog.New(slog.DiscardHandler)
	p, err = host.New(t.Context(), c, []host.Service{{Name: "edge", New: func(h *host.Host) (err error) {
		v, err = h.Valkey()
		return err
	}}}, "edge")
	if err == nil {
		t.Cleanup(func() { _ = p.Stop() })
	}
	return v, p, err
}

func TestAProcessKnowsWhatItsShopKnows(t *testing.T) {
	server := valkeytest.Start(t)
	count := func(secret, want int64) {
		t.Helper()
		key := []byte(strings.Repeat(string(rune(secret)), 32))
		v, p, err := knows(t, host.Config{ValkeyURL: server.URL(), Secret: key})
		if err != nil {
			t.Fatal(err)
		}
		p.Work(t.Context())
		for end := time.Now().Add(time.Minute); !v.Usable() && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		if n, err := v.Count(context.Background(), "a", 1, time.Hour); err != nil || n != want {
			t.Errorf("it counts %d, %v, want %d", n, err, want)
		}
	}
	count('a', 1)
	count('a', 2)
	count('b', 1)
}

func TestValkeyWantsAKeyAndAnAddress(t *testing.T) {
	if v, _, err := knows(t, host.Config{Demo: true}); v != nil || err != nil {
		t.Errorf("without one there is %v, %v", v, err)
	}
	for _, c := range []host.Config{
		{ValkeyURL: "redis://127.0.0.1:1", Demo: true}, {ValkeyURL: "127.0.0.1:1", Secret: make([]byte, 32)},
	} {
		if _, _, err := knows(t, c); err == nil || !strings.Contains(err.Error(), "ARTISAN_VALKEY_URL") {
			t.Errorf("it says %v", err)
		}
	}
}
