package e2e

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

// openDemo starts a shop of its own with the demo market and its pictures, in one process on SQLite.
func openDemo(t testing.TB) *shop {
	t.Helper()
	makeDemo.Do(func() { seedDemo(t) })
	if demoDir == "" {
		t.Fatal("the demo market was not made")
	}
	s := closed(t, one, sqldb.SQLite)
	if err := os.CopyFS(s.data, os.DirFS(demoDir)); err != nil {
		t.Fatal(err)
	}
	s.openAgain()
	return s
}

var (
	makeDemo sync.Once
	demoDir  string // by makeDemo: the data directory that every demo shop begins with
)

// seedDemo runs the newcomer's first command until the market and its pictures are there.
func seedDemo(t testing.TB) {
	t.Helper()
	dir, err := os.MkdirTemp("", "artisan-e2e-demo-")
	if err != nil {
		t.Fatal(err)
	}
	s := closed(t, one, sqldb.SQLite)
	s.openAgain()
	eventually(t, time.Minute, "the demo's pictures are hung", func() bool {
		_, err := os.Stat(filepath.Join(s.data, "demo-pictures-unfinished"))
		return errors.Is(err, fs.ErrNotExist)
	})
	if err := errors.Join(s.stop(), os.CopyFS(dir, os.DirFS(s.data))); err != nil {
		t.Fatal(err)
	}
	demoDir = dir
}

func (s *shop) openAgain() {
	s.t.Helper()
	s.run("demo", "edge", "up")
	s.waitReady("edge")
}
