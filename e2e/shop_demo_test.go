package e2e

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/cmd/artisan/demo"
	"github.com/artisan-eats/artisan/e2e/browser"
	"github.com/artisan-eats/artisan/sqldb"
)

// openDemo starts a shop of its own with the demo market and its pictures, in one process on SQLite.
func openDemo(t testing.TB, env ...string) *shop {
	t.Helper()
	makeDemo.Do(func() { seedDemo(t) })
	if demoDir == "" {
		t.Fatal("the demo market was not made")
	}
	s := closed(t, one, sqldb.SQLite)
	if err := errors.Join(os.Mkdir(s.data, 0o700), os.CopyFS(s.data, os.DirFS(demoDir))); err != nil {
		t.Fatal(err)
	}
	s.env = append(s.env, env...)
	s.openAgain()
	s.since = time.Now()
	return s
}

var (
	makeDemo sync.Once
	demoDir  string // by makeDemo: the data directory that every demo shop begins with
)

// seedDemo runs the newcomer's first command until the market is there, and its pictures, which nobody sees
// without a browser.
func seedDemo(t testing.TB) {
	t.Helper()
	dir, err := os.MkdirTemp("", "artisan-e2e-demo-")
	if err != nil {
		t.Fatal(err)
	}
	s := closed(t, one, sqldb.SQLite)
	s.openAgain()
	if !testing.Short() || os.Getenv(browser.Variable) != "" {
		eventually(t, 3*time.Minute, "the demo's pictures are hung", func() bool {
			_, err := os.Stat(filepath.Join(s.data, "demo-pictures-unfinished"))
			return errors.Is(err, fs.ErrNotExist)
		})
	}
	if err := errors.Join(s.stop(), os.CopyFS(dir, os.DirFS(s.data))); err != nil {
		t.Fatal(err)
	}
	demoDir = dir
}

// demoAccount is how to sign in to the demo in a role.
func (s *shop) demoAccount(role string) demo.Account {
	s.t.Helper()
	accounts, err := demo.Read(s.data)
	if err != nil {
		s.t.Fatal(err)
	}
	return accounts.Of(role)
}

func (s *shop) openAgain() {
	s.t.Helper()
	s.run("demo", "edge", "up")
	s.waitReady("edge")
}
