// Package valkeytest gives tests a real server.
package valkeytest

import (
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/quick"
)

// Server is a server of one test's own. It keeps nothing when it ends.
type Server struct {
	t    testing.TB
	port int
	dir  string
	args []string
	mu   sync.Mutex
	cmd  *exec.Cmd
}

// Start runs Debian's redis-server, or valkey-server where there is that, until the test ends, with further
// arguments.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	s := &Server{t: t, port: hosttest.FreePorts(t, 1)[0], dir: t.TempDir(), args: args}
	s.Begin()
	t.Cleanup(s.Kill)
	return s
}

// Address is where it listens.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// URL is what ARTISAN_VALKEY_URL says of it.
func (s *Server) URL() string { return "redis://" + s.Address() }

// Begin starts it, also again after Kill, at the same address.
func (s *Server) Begin() {
	s.t.Helper()
	cmd := exec.Command(s.program(), append([]string{ //nolint:gosec,noctx // the server; Kill ends it
		"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir, "--save", "",
		"--appendonly", "no", "--daemonize", "no",
	}, s.args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	s.cmd = cmd
	s.mu.Unlock()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		conn, err := net.Dial("tcp", s.Address()) //nolint:noctx // of this machine
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("the server does not listen: %v", err)
		}
	}
}

// program is Debian's redis-server, which speaks all that is needed here.
func (s *Server) program() string {
	s.t.Helper()
	for _, name := range []string{"redis-server", "valkey-server"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	quick.Lacks(s.t, "Valkey", "there is no redis-server: install it from the distribution")
	return ""
}

// Kill ends it with SIGKILL, if it runs.
func (s *Server) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// Hold stops it where it is, so that it takes connections and answers nothing; Go has it go on.
func (s *Server) Hold() { s.signal(syscall.SIGSTOP) }

// Go has it go on.
func (s *Server) Go() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(fmt.Errorf("the server takes no signal: %w", err))
	}
}
