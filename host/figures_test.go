package host_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/artisan-eats/artisan/host"
)

// answers asks an address and gives the status.
func answers(t *testing.T, addr, path, token string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	return response.StatusCode
}

func TestFiguresAndProfilesWantAToken(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	p, err := open(t, host.Config{
		Data: data, Listen: "127.0.0.1:0", Admin: "127.0.0.1:0",
		PeersPlain: true, PeerToken: "of peers", MetricsToken: "of metrics",
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Stop() }()
	content, err := os.ReadFile(filepath.Join(data, "clerk.lock"))
	if err != nil {
		t.Fatal(err)
	}
	var running host.Running
	if err := json.Unmarshal(content, &running); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"/metrics", "/debug/pprof/", "/debug/pprof/heap",
		"/debug/pprof/profile?seconds=1", "/debug/pprof/trace?seconds=1",
	} {
		for token, want := range map[string]int{"": 401, "of peers": 401, "of metrics?": 401} {
			if got := answers(t, p.AdminAddr, path, token); got != want {
				t.Errorf("%s with %q on the admin address: %d", path, token, got)
			}
		}
		for _, token := range []string{"", "of peers", "of metrics", running.Token} {
			if got := answers(t, p.ListenAddr, path, token); got != http.StatusNotFound {
				t.Errorf("%s with %q on the RPCs' address: %d", path, token, got)
			}
		}
	}
	for _, token := range []string{"of metrics", running.Token} {
		if got := answers(t, p.AdminAddr, "/metrics", token); got != http.StatusOK {
			t.Errorf("the metrics with a token: %d", got)
		}
	}
	for _, addr := range []string{p.AdminAddr, p.ListenAddr} {
		if live, ready := answers(t, addr, "/livez", ""), answers(t, addr, "/readyz",
			""); live != http.StatusOK || ready != http.StatusOK {
			t.Errorf("health of %s: %d, %d", addr, live, ready)
		}
		const rpc = "/rpc/clerk/artisan.trouble.v1.TroubleService/ListTroubles"
		if got := answers(t, addr, rpc, ""); got != http.StatusUnauthorized {
			t.Errorf("an RPC at %s without a token: %d", addr, got)
		}
		if got := answers(t, addr, rpc, "of metrics"); got != http.StatusUnauthorized {
			t.Errorf("an RPC at %s with the token of metrics: %d", addr, got)
		}
	}
}
