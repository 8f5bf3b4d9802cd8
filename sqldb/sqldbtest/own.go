package sqldbtest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"

	"github.com/artisan-eats/artisan/quick"
)

// Server is a PostgreSQL of one test's own, which it may stop and start again.
type Server struct {
	t       testing.TB
	bin     string
	dir     string
	port    string
	as      *syscall.SysProcAttr
	running bool
}

// Own starts a server that lives as long as the test. Where there is no PostgreSQL to start the test fails.
// The short form leaves it out where the tests were given no database.
func Own(t testing.TB) *Server {
	t.Helper()
	if testing.Short() && os.Getenv(URLVariable) == "" {
		quick.Lacks(t, "a PostgreSQL", "")
	}
	s := &Server{t: t, bin: programs(t)}
	dir, err := os.MkdirTemp("", "artisan-own-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s.dir = dir
	if os.Geteuid() == 0 { // it refuses to be root
		s.be(t, "postgres", "nobody")
	}
	s.run("initdb", "--pgdata="+filepath.Join(dir, "data"), "--username=postgres", "--auth=trust",
		"--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, s.port, _ = net.SplitHostPort(listener.Addr().String())
	_ = listener.Close()
	s.Start()
	t.Cleanup(s.Stop)
	return s
}

// programs is where the newest server's programs are. Debian keeps them out of PATH.
func programs(t testing.TB) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) }))
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		quick.Lacks(t, "PostgreSQL's programs", "there is no initdb: install PostgreSQL from the distribution")
	}
	return filepath.Dir(path)
}

// be has the server run as the first of some users that there is.
func (s *Server) be(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		who, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.ParseUint(who.Uid, 10, 32)
		gid, _ := strconv.ParseUint(who.Gid, 10, 32)
		s.as = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		if err := os.Chown(s.dir, int(uid), int(gid)); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("PostgreSQL does not run as root, and none of the users %v is there", names)
}

func (s *Server) run(program string, args ...string) {
	s.t.Helper()
	cmd := exec.Command(filepath.Join(s.bin, program), args...) //nolint:gosec,noctx // PostgreSQL's own, soon done
	cmd.Dir, cmd.SysProcAttr = s.dir, s.as
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", program, err, out)
	}
}

// Address is where it listens.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", s.port) }

// URL is its database's, by way of an address that leads to it.
func (s *Server) URL(by string) string {
	return fmt.Sprintf("postgres://postgres@%s/postgres?sslmode=disable", by)
}

// Start starts it, where it was stopped, and waits until it answers.
func (s *Server) Start() {
	s.t.Helper()
	s.run("pg_ctl", "--pgdata="+filepath.Join(s.dir, "data"), "--log="+filepath.Join(s.dir, "log"),
		"--options=-p "+s.port+" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 -c fsync=off",
		"--wait", "--silent", "start")
	s.running = true
}

// Stop stops it at once, as if its machine had lost its power.
func (s *Server) Stop() {
	s.t.Helper()
	if s.running {
		s.running = false
		s.run("pg_ctl", "--pgdata="+filepath.Join(s.dir, "data"), "--mode=immediate", "--silent", "stop")
	}
}
