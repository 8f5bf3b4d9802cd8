package e2e

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/valkey/valkeytest"
)

// twice is each service in two replicas on one PostgreSQL, with HAProxy before the two edges, as
// deploy/haproxy has it, and a Valkey behind them.
const twice shape = "two replicas each"

// second is the name of a service's second replica.
func second(service string) string { return service + " 2" }

// useTwice gives a shop the addresses of the second replicas and of what stands before both, and the second
// ones a data directory: they are on other machines.
func (s *shop) useTwice() {
	s.t.Helper()
	ports := hosttest.FreePorts(s.t, 2*len(names())+1)
	for i, name := range names() {
		s.ports[second(name)], s.ports["admin "+second(name)] = ports[2*i], ports[2*i+1]
	}
	front := fmt.Sprintf("127.0.0.1:%d", ports[len(ports)-1])
	s.listen = "http://" + front
	var peers []string
	for _, name := range names() {
		peers = append(peers, fmt.Sprintf("%s=https://%s,https://%s", name, s.address(name),
			s.address(second(name))))
	}
	s.valkey, s.figures = valkeytest.Start(s.t), rand.Text()
	s.env = append(s.env, "ARTISAN_VALKEY_URL="+s.valkey.URL(), "ARTISAN_METRICS_TOKEN="+s.figures)
	s.env = append(s.env, "ARTISAN_PEERS="+strings.Join(peers, ";"), "ARTISAN_BASE_URL="+s.listen,
		"ARTISAN_FRONT="+front, "ARTISAN_EDGE_1="+s.address("edge"),
		"ARTISAN_EDGE_2="+s.address(second("edge")), "ARTISAN_DATABASE_CONNECTIONS=6")
	// A demo makes its key in its data directory; these two have one.
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	for _, dir := range []string{s.data, s.data + "-2"} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(hex.EncodeToString(key)),
			0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// address is where a replica listens.
func (s *shop) address(replica string) string { return fmt.Sprintf("127.0.0.1:%d", s.ports[replica]) }

// startTwice starts whatever of the two replicas of each service is not running, and HAProxy before them.
func (s *shop) startTwice() {
	s.t.Helper()
	for _, name := range names() {
		s.run(name, name, "serve", name)
		s.run(second(name), second(name), "serve", name, "--data", s.data+"-2")
	}
	for _, name := range names() {
		s.waitReady(name)
		s.waitReady(second(name))
	}
	s.startFront()
}

// startFront starts HAProxy before the edges.
func (s *shop) startFront() {
	s.t.Helper()
	s.begin("haproxy", haproxy(s.t), "-db", "-f", s.frontConfig())
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		response, err := http.Get(s.listen + "/readyz")
		if err == nil {
			_ = response.Body.Close()
		}
		if err == nil && response.StatusCode == http.StatusOK {
			return
		}
		select {
		case <-s.procs["haproxy"].exited:
			s.t.Fatalf("HAProxy ended: %s", s.procs["haproxy"].last)
		default:
		}
		if time.Now().After(end) {
			s.t.Fatalf("HAProxy does not hand on: %v", err)
		}
	}
}

// haproxy is its program. Debian has it where only root looks.
func haproxy(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"haproxy", "/usr/sbin/haproxy"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	quick.Lacks(t, "HAProxy", "there is no haproxy: install it from the distribution")
	return ""
}

// frontConfig is production's, but that nobody is told who the client is: a demo answers no proxies.
func (s *shop) frontConfig() string {
	s.t.Helper()
	content, err := os.ReadFile("../deploy/haproxy/haproxy.cfg")
	if err != nil {
		s.t.Fatal(err)
	}
	const told = "    option forwardfor\n"
	if strings.Count(string(content), told) != 1 {
		s.t.Fatal("HAProxy says nothing of who the client is")
	}
	config := strings.Replace(string(content), told, "", 1) + s.behind
	if s.frontTells != "" {
		config = strings.Replace(config, "global\n", "global\n    stats socket ipv4@"+s.frontTells+"\n", 1)
	}
	path := filepath.Join(s.t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// livingData is the data directory of a replica of a service that runs.
func (s *shop) livingData(service string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.procs[service]; s.shape == twice && p != nil {
		select {
		case <-p.exited:
			return s.data + "-2"
		default:
		}
	}
	return s.data
}
