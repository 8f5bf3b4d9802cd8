package host_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/sys/unix"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

// clerk is a service with a database and nothing to do.
var clerk = []host.Service{{
	Name: "clerk", New: func(*host.Host) error { return nil },
	Migrations: fstest.MapFS{"00001_none.sql": {Data: []byte("-- +goose Up\nSELECT 1;\n")}},
}}

// open opens the clerk's process, to be stopped by the test.
func open(t *testing.T, config host.Config) (*host.Process, error) {
	t.Helper()
	config.Demo, config.MailFrom = true, "shop@example.org"
	return host.New(t.Context(), config, clerk, "clerk")
}

func TestNobodyElseGetsIntoADataDirectoryWhateverTheUmask(t *testing.T) {
	defer unix.Umask(unix.Umask(0))
	data := filepath.Join(t.TempDir(), "data")
	p, err := open(t, host.Config{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	allPrivate(t, data, 5)
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}

// allPrivate makes sure that a directory and everything in it, at least so many files, is its owner's alone.
func allPrivate(t *testing.T, data string, least int) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if files++; entry.IsDir() {
			want = 0o700
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has the mode %04o", path, got)
		}
		return nil
	})
	if err != nil || files < least {
		t.Errorf("%d files, %v", files, err)
	}
}

func TestAnOpenDataDirectoryIsRefused(t *testing.T) {
	for _, mode := range []fs.FileMode{0o701, 0o710, 0o740, 0o755, 0o777} {
		data := t.TempDir()
		if err := os.Chmod(data, mode); err != nil {
			t.Fatal(err)
		}
		_, err := open(t, host.Config{Data: data})
		if err == nil || !strings.Contains(err.Error(), "`chmod 700 "+data+"`") {
			t.Errorf("%04o: %v", mode, err)
		}
		if left, _ := os.ReadDir(data); len(left) > 0 {
			t.Errorf("%04o: there is %v in it", mode, left)
		}
	}
}

func TestAnUpgradeClosesTheFilesOfAShop(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for _, dir := range []string{data, filepath.Join(data, "blobs")} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"clerk.lock", "blobs/picture", "other.db", "other.db-wal"} {
		path := filepath.Join(data, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(data, "blobs"), 0o755); err != nil {
		t.Fatal(err)
	}
	p, err := open(t, host.Config{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	allPrivate(t, data, 8)
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}

func TestADatabaseKeepsWhatKindOfShopItIs(t *testing.T) {
	hosttest.Each(t, clerk, func(t *testing.T, p *host.Process) {
		if kind := p.Host("clerk").Kind(); kind != host.Demo {
			t.Errorf("it is %q", kind)
		}
	})
	again := func(config host.Config) (found host.Found) {
		t.Helper()
		config.Decide = func(f host.Found) (bool, error) {
			found = f
			return config.Demo, nil
		}
		p, err := host.New(t.Context(), config, clerk, "clerk")
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Stop(); err != nil {
			t.Fatal(err)
		}
		return found
	}
	real := host.Config{Data: filepath.Join(t.TempDir(), "data"), Secret: make([]byte, 32)}
	for i, want := range []host.Kind{host.Fresh, host.Real, host.Real} {
		if found := again(real); len(found.Kinds) != 1 || found.Kinds[0] != want || found.OwnSecret {
			t.Errorf("start %d finds %+v", i, found)
		}
	}
}

func TestAFormerDatabaseIsToldFromAFreshOne(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := sqldb.Open(t.Context(), sqldb.Config{Path: filepath.Join(data, "clerk.db")})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), "clerk", clerk[0].Migrations); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for start, want := range []host.Kind{host.Former, host.Former, host.Real} {
		var found host.Found
		p, err := host.New(t.Context(), host.Config{
			Data: data, Secret: make([]byte, 32),
			Admin: "127.0.0.1:0", Decide: func(f host.Found) (bool, error) {
				found = f
				return false, nil
			},
		}, clerk, "clerk")
		if err != nil {
			t.Fatal(err)
		}
		if found.Kinds[0] != want {
			t.Errorf("start %d finds %v", start, found.Kinds)
		}
		if start == 1 { // a command does not decide for the shop; who serves does
			err = p.Start(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Stop(); err != nil {
			t.Fatal(err)
		}
	}
}
