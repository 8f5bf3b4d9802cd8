package e2e

import (
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// versionBefore is the commit of the version before this one: the last that knows neither replicas nor
// certificates. The contracts in .ci/contracts-before.binpb.gz are its.
const versionBefore = "df0d9b7564c8080c47c8cacedf1cae08742770d2"

// binaryBefore is the program of the version before, built once from the project's history. A clone that is
// not deep enough asks where it was cloned from.
var binaryBefore = sync.OnceValues(func() (string, error) {
	if exec.Command("git", "cat-file", "-e", versionBefore+"^{commit}").Run() != nil {
		fetch := exec.Command("git", "fetch", "--quiet", "--depth=1", "origin", versionBefore)
		if out, err := fetch.CombinedOutput(); err != nil {
			return "", fmt.Errorf("this clone has no commit %s: run git fetch --unshallow: %w\n%s",
				versionBefore, err, out)
		}
	}
	path, err := binary()
	if err != nil {
		return "", err
	}
	tree := filepath.Join(filepath.Dir(path), "before")
	if err := os.MkdirAll(tree, 0o700); err != nil {
		return "", err
	}
	archive := exec.Command("git", "-C", "..", "archive", versionBefore)
	unpack := exec.Command("tar", "--extract", "--directory", tree)
	if unpack.Stdin, err = archive.StdoutPipe(); err != nil {
		return "", err
	}
	if err := archive.Start(); err != nil {
		return "", err
	}
	if out, err := unpack.CombinedOutput(); err != nil {
		return "", fmt.Errorf("unpack %s: %w\n%s", versionBefore, err, out)
	}
	if err := archive.Wait(); err != nil {
		return "", fmt.Errorf("read %s: %w", versionBefore, err)
	}
	// -trimpath, so that what was built of it once is found again
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", path+"-before", "./cmd/artisan")
	build.Dir = tree
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", versionBefore, err, out)
	}
	return path + "-before", nil
})

// TestTheVersionBeforeServesBesideThisOne starts a shop of the version before, two of each service on one
// PostgreSQL, migrates it while it serves, and replaces one process after the other by this version's, and
// then by those of the version before again; under a load of people who try nothing again. Nobody is not
// served, and nothing is lost. The version before knows one address of each service, so something that hands
// connections on stands before the two. On one machine both speak plain HTTP.
func TestTheVersionBeforeServesBesideThisOne(t *testing.T) {
	quick.LeavesToLong(t, "the version before beside this one")
	t.Parallel()
	haproxy(t)
	before, err := binaryBefore()
	if err != nil {
		t.Fatal(err)
	}
	s := addressed(t, twice, sqldb.Postgres)
	s.drain, s.frontTells = noticedWithin, fmt.Sprint("127.0.0.1:", hosttest.FreePorts(t, 1)[0])
	s.plain()
	s.env = append(s.env, "ARTISAN_DATABASE_URL="+sqldbtest.Database(t, ""))
	s.program = before
	for _, name := range names() { // they migrate by themselves: one after the other
		s.serves(name)
		s.waitReady(name)
		s.serves(second(name))
		s.waitReady(second(name))
	}
	s.startFront()
	s.stock(crashPieces, crashPlaces)
	visitors := s.comes(t, steady)
	if _, told, code := s.command("migrate"); code != 0 {
		t.Fatalf("migrate: exit %d: %s", code, told)
	}
	for _, version := range []string{"", before} {
		s.program = version
		for _, name := range names() {
			for _, replica := range []string{name, second(name)} {
				s.ends(t, replica)
				s.serves(replica)
				s.waitReady(replica)
				between := map[string]string{name: name + "-1", second(name): name + "-2"}[replica]
				eventually(t, time.Minute, "the others come to "+replica,
					func() bool { return s.frontFigure(t, between, "status") == "UP" })
			}
		}
	}
	s.wellServed(t, visitors, "to this version and back")
}

// plain has the shop's processes speak plain HTTP on this machine.
func (s *shop) plain() {
	s.t.Helper()
	s.certs = ""
	ports := hosttest.FreePorts(s.t, len(names()))
	var config strings.Builder
	var one, all []string
	for i, name := range names() {
		between := fmt.Sprintf("127.0.0.1:%d", ports[i])
		first, other := s.address(name), s.address(second(name))
		one = append(one, fmt.Sprintf("%s=http://%s", name, between))
		all = append(all, fmt.Sprintf("%s=http://%s,http://%s", name, first, other))
		_, _ = fmt.Fprintf(&config, `
listen peers-%[1]s
    mode tcp
    option tcplog
    bind %[2]s
    timeout client 1h
    timeout server 1h
    balance roundrobin
    server %[1]s-1 %[3]s check inter 200ms
    server %[1]s-2 %[4]s check inter 200ms
`, name, between, first, other)
	}
	s.behind = config.String()
	s.peersBefore, s.peersNow = strings.Join(one, ";"), strings.Join(all, ";")
	s.env = slices.DeleteFunc(s.env, func(v string) bool { return strings.HasPrefix(v, "ARTISAN_TLS_CA=") })
	s.env = append(s.env, "ARTISAN_PEERS_PLAIN=yes", "ARTISAN_PEER_TOKEN="+rand.Text())
}

// serves begins a replica, of the version that the shop is told to run now.
func (s *shop) serves(replica string) {
	s.t.Helper()
	service := strings.TrimSuffix(replica, " 2")
	peers := s.peersNow
	if s.program != "" {
		peers = s.peersBefore
	}
	args := []string{"serve", service, "--peers", peers}
	if replica != service {
		args = append(args, "--data", s.data+"-2")
	}
	s.run(replica, replica, args...)
}
