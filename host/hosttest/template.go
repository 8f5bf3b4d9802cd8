package hosttest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// A test's services find databases that are migrated, and empty: copies of templates, which are made once. To
// migrate anew for each test is most of what many of them cost. What a service's New migrates besides it
// migrates each time.

// templates are the SQLite files of this process, by what made them; copies are the copies on PostgreSQL, by
// schema prefix.
var templates, copies sync.Map

// Migrated sees to it that a process of such a configuration finds the databases of services so. On
// PostgreSQL it gives it a database of its own, or that of the others with its schema prefix.
func Migrated(t testing.TB, config *host.Config, services []host.Service) {
	t.Helper()
	services = slices.DeleteFunc(slices.Clone(services),
		func(s host.Service) bool { return s.Migrations == nil })
	if config.DatabaseURL == "" {
		for _, s := range services {
			copySQLite(t, config.Data, s)
		}
		return
	}
	config.DatabaseURL = copyPostgres(t, config, services)
	config.SchemaPrefix = ""
}

// copySQLite puts a service's database into a data directory, if it has none there yet.
func copySQLite(t testing.TB, data string, s host.Service) {
	t.Helper()
	path := filepath.Join(data, s.Name+".db")
	if _, err := os.Stat(path); err == nil {
		return
	}
	made, _ := templates.LoadOrStore(fingerprint(t, s),
		sync.OnceValue(func() []byte { return fillSQLite(t, s) }))
	content := made.(func() []byte)() //nolint:forcetypeassert // nothing else is stored
	if err := errors.Join(os.MkdirAll(data, 0o700), os.WriteFile(path, content, 0o600)); err != nil {
		t.Fatal(err)
	}
}

func fillSQLite(t testing.TB, s host.Service) []byte {
	t.Helper()
	config := host.Config{Data: filepath.Join(t.TempDir(), "template"), Demo: true}
	fill(t, config, []host.Service{s})
	content, err := os.ReadFile(filepath.Join(config.Data, s.Name+".db"))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// copyPostgres makes a database of all services, and answers its URL. Processes that share a schema prefix
// share it.
func copyPostgres(t testing.TB, config *host.Config, services []host.Service) string {
	t.Helper()
	prefix := config.SchemaPrefix
	if url, there := copies.Load(prefix); there {
		return url.(string) //nolint:forcetypeassert // nothing else is stored
	}
	var prints []string
	for _, s := range services {
		prints = append(prints, fingerprint(t, s))
	}
	slices.Sort(prints)
	name := fmt.Sprintf("artisan_template_%.8x", sha256.Sum256([]byte(strings.Join(prints, "\n"))))
	url := sqldbtest.Copy(t, name, func(url string) {
		fill(t, host.Config{
			Data: filepath.Join(t.TempDir(), "template"), Demo: true, DatabaseURL: url, AnyClock: true,
		}, services)
	})
	copies.Store(prefix, url)
	return url
}

// fill migrates services, in databases which then say that they are as fresh as none.
func fill(t testing.TB, config host.Config, services []host.Service) {
	t.Helper()
	var names []string
	for i := range services {
		names = append(names, services[i].Name)
		services[i].New = func(*host.Host) error { return nil }
	}
	p, err := host.New(t.Context(), config, services, names...)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		err = errors.Join(err,
			p.Host(name).DB().Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
				_, err := tx.ExecContext(ctx, "UPDATE shop SET kind = $1", string(host.Fresh))
				return err
			}))
	}
	if err := errors.Join(err, p.Stop()); err != nil {
		t.Fatal(err)
	}
}

// fingerprint is of a service's migrations. What is not in it is only migrated again in each copy.
func fingerprint(t testing.TB, s host.Service) string {
	t.Helper()
	sum := sha256.New()
	for _, files := range []fs.FS{s.Migrations, events.Migrations(), host.Migrations()} {
		err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := fs.ReadFile(files, path)
			_, _ = fmt.Fprintf(sum, "%s %d %s", path, len(content), content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return fmt.Sprintf("%s %x", s.Name, sum.Sum(nil))
}
