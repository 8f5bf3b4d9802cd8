package e2e

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
)

// pair is a PostgreSQL of a test's own, which archives its log and whose standby has each commit before it is
// answered, and which a base backup was taken of.
type pair struct {
	*testing.T
	bin, dir string
	as       *syscall.Credential // the server refuses to be root
	ports    []int               // the primary's, and the standby's
	standby  *exec.Cmd
	db       *sqldb.DB
}

func openPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{T: t, bin: postgresPrograms(t), ports: hosttest.FreePorts(t, 2)}
	var err error
	if p.dir, err = os.MkdirTemp("", "pair-"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(p.dir) })
	p.belongs()
	p.does("initdb", "--pgdata", p.path("primary"), "--username=postgres", "--auth=trust", "--no-sync",
		"--encoding=UTF8", "--locale=C.UTF-8")
	p.does("mkdir", p.path("archive"))
	p.starts("primary", p.ports[0], "archive_mode=on")
	p.db, err = sqldb.Open(t.Context(), sqldb.Config{
		URL: p.url(), Schema: "public", KeepSchema: true,
		MaxConns: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.db.Close() })
	eventually(t, time.Minute, "the primary answers", func() bool { return p.tries("SELECT 1") == nil })
	p.archives()
	p.does("pg_basebackup", "--host=127.0.0.1", "--port="+strconv.Itoa(p.ports[0]), "--username=postgres",
		"--pgdata="+p.path("standby"), "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
	p.follows()
	p.awaits("its log is archived", "SELECT last_archived_time IS NOT NULL FROM pg_stat_archiver")
	return p
}

// archives has the primary archive its log.
func (p *pair) archives() {
	p.Helper()
	p.sets("archive_command", "cp %p "+p.path("archive")+"/%f")
}

// follows starts the standby, and has commits wait for it.
func (p *pair) follows() {
	p.Helper()
	p.standby = p.starts("standby", p.ports[1], "cluster_name=follows")
	p.sets("synchronous_standby_names", "follows")
	p.awaits("the standby has each commit", "SELECT COUNT(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
}

func (p *pair) url() string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", p.ports[0])
}

func (p *pair) path(name string) string { return filepath.Join(p.dir, name) }

// postgresPrograms is where they are. Debian keeps the server's out of PATH.
func postgresPrograms(t testing.TB) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		quick.Lacks(t, "PostgreSQL's own programs", "there is no initdb: install PostgreSQL from the distribution")
	}
	return filepath.Dir(slices.Max(found))
}

// belongs gives the directory to whom the server runs as.
func (p *pair) belongs() {
	p.Helper()
	if os.Geteuid() != 0 {
		return
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		if who, err = user.Lookup("nobody"); err != nil {
			p.Fatal(err)
		}
	}
	uid, _ := strconv.Atoi(who.Uid)
	gid, _ := strconv.Atoi(who.Gid)
	p.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	if err := os.Chown(p.dir, uid, gid); err != nil {
		p.Fatal(err)
	}
}

func (p *pair) command(name string, args ...string) *exec.Cmd {
	path := filepath.Join(p.bin, name)
	if _, err := os.Stat(path); err != nil {
		path = name
	}
	c := exec.Command(path, args...)
	c.Dir, c.Env = p.dir, []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Credential: p.as}
	return c
}

func (p *pair) does(name string, args ...string) {
	p.Helper()
	if out, err := p.command(name, args...).CombinedOutput(); err != nil {
		p.Fatalf("%s: %v: %s", name, err, out)
	}
}

// starts a server, which ends with the test.
func (p *pair) starts(name string, port int, settings ...string) *exec.Cmd {
	p.Helper()
	args := []string{"-D", p.path(name), "-p", strconv.Itoa(port)}
	settings = append(settings, "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off",
		"max_connections=200") // a standby takes no fewer than its primary
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	c := p.command("postgres", args...)
	c.Stderr = p.Output()
	if err := c.Start(); err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { p.ends(c) })
	return c
}

// ends stops a server at once.
func (p *pair) ends(c *exec.Cmd) {
	_ = c.Process.Signal(syscall.SIGQUIT)
	_ = c.Wait()
}

func (p *pair) tries(statement string) error {
	_, err := p.db.Read().ExecContext(p.Context(), statement)
	return err
}

func (p *pair) runs(statement string) {
	p.Helper()
	if err := p.tries(statement); err != nil {
		p.Fatalf("%s: %v", statement, err)
	}
}

// sets changes a setting of the primary.
func (p *pair) sets(name, value string) {
	p.Helper()
	p.runs(fmt.Sprintf("ALTER SYSTEM SET %s = '%s'", name, value))
	p.runs("SELECT pg_reload_conf()")
	p.awaits(name+" is set", fmt.Sprintf("SELECT current_setting('%s') = '%s'", name, value))
}

// awaits waits until a query is true.
func (p *pair) awaits(what, query string) {
	p.Helper()
	eventually(p, time.Minute, what, func() (is bool) {
		return p.db.Read().QueryRowContext(p.Context(), query).Scan(&is) == nil && is
	})
}

// in runs a statement on a service's tables.
func (p *pair) in(schema, statement string) {
	p.Helper()
	db, err := sqldb.Open(p.Context(), sqldb.Config{
		URL: p.url(), Schema: schema, KeepSchema: true,
		MaxConns: 1,
	})
	if err != nil {
		p.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	err = db.Tx(p.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	})
	if err != nil {
		p.Fatalf("%s: %v", statement, err)
	}
}

// forgetsBackups takes what the primary remembers of base backups.
func (p *pair) forgetsBackups() {
	p.Helper()
	err := filepath.WalkDir(p.path("primary/pg_wal"), func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".backup") {
			err = os.Remove(path)
		}
		return err
	})
	if err != nil {
		p.Fatal(err)
	}
}

// nobodyAt is an address of this machine at which nobody answers.
func nobodyAt(t testing.TB) string {
	t.Helper()
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(hosttest.FreePorts(t, 1)[0]))
}
