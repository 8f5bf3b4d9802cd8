// Package sqldbtest gives tests real databases, on both engines.
package sqldbtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
)

// URLVariable names the PostgreSQL server that tests may use. ./check all starts one.
const URLVariable = "ARTISAN_TEST_DATABASE_URL"

// Engines are what every test of stored things runs on.
var Engines = []sqldb.Engine{sqldb.SQLite, sqldb.Postgres}

// Each runs a test on an empty database of each engine, migrated with the given set.
func Each(t *testing.T, set string, files fs.FS, test func(t *testing.T, db *sqldb.DB)) {
	t.Helper()
	for _, engine := range Engines {
		t.Run(string(engine), func(t *testing.T) {
			db := Open(t, engine, time.Now)
			if files != nil {
				if err := db.Migrate(t.Context(), set, files); err != nil {
					t.Fatal(err)
				}
			}
			test(t, db)
		})
	}
}

// Open opens an empty database that lives as long as the test.
func Open(t testing.TB, engine sqldb.Engine, now func() time.Time) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), Config(t, engine, now))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Config is where an empty database that lives as long as the test may be opened.
func Config(t testing.TB, engine sqldb.Engine, now func() time.Time) sqldb.Config {
	t.Helper()
	if engine == sqldb.SQLite {
		return sqldb.Config{Path: filepath.Join(t.TempDir(), "test.db"), Now: now}
	}
	config := sqldb.Config{URL: URL(t), Schema: "test_" + strings.ToLower(rand.Text()), Now: now, MaxConns: 8}
	t.Cleanup(func() { Drop(t, config) })
	return config
}

// URL is the test server's; without one the test fails, for it proves nothing, but in the short form.
func URL(t testing.TB) string {
	t.Helper()
	url := os.Getenv(URLVariable)
	if url == "" {
		quick.Lacks(t, "PostgreSQL", URLVariable+
			" is not set: run ./check postgres, or name a PostgreSQL server that tests may use, e.g. postgres://postgres@127.0.0.1:5432/postgres")
	}
	return url
}

// Copy makes a database that lives as long as the test, from a template on the server, and answers its URL.
// The first who wants a template makes it by fill, and it stays: to copy one takes a small part of what it
// takes to migrate.
func Copy(t testing.TB, template string, fill func(url string)) (url string) {
	t.Helper()
	db := server(t)
	// the lock's only: a database is made in none
	err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		var there bool
		_, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtext($1))", template)
		if err == nil {
			err = tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)",
				template).Scan(&there)
		}
		if err != nil || there {
			return err
		}
		unfinished := template + "_unfinished"
		if err := run(ctx, db, "DROP DATABASE IF EXISTS "+unfinished+" WITH (FORCE)", "CREATE DATABASE "+
			unfinished); err != nil {
			return err
		}
		fill(urlOf(t, unfinished))
		return run(ctx, db, "ALTER DATABASE "+unfinished+" RENAME TO "+template)
	})
	if err != nil {
		t.Fatal(err)
	}
	return Database(t, template)
}

// Database makes a database that lives as long as the test, as a copy of a template, or empty without one,
// and answers its URL.
func Database(t testing.TB, template string) (url string) {
	t.Helper()
	db, name := server(t), "test_"+strings.ToLower(rand.Text())
	create := "CREATE DATABASE " + name
	// file by file, which is how versions before 15 do it, is a quarter of the work of copying by the log
	if template != "" {
		create += " TEMPLATE " + template + strategy(t, db)
	}
	if err := run(t.Context(), db, create); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := run(ctx, db, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return urlOf(t, name)
}

func strategy(t testing.TB, db *sqldb.DB) string {
	t.Helper()
	var version int
	if err := db.Read().QueryRowContext(t.Context(),
		"SELECT CAST(current_setting('server_version_num') AS INTEGER)").Scan(&version); err != nil {
		t.Fatal(err)
	}
	if version < 150_000 {
		return ""
	}
	return " STRATEGY = FILE_COPY"
}

// run runs statements, each for itself.
func run(ctx context.Context, db *sqldb.DB, statements ...string) error {
	for _, statement := range statements {
		if _, err := db.Read().ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// urlOf is the URL of another database of the test server.
func urlOf(t testing.TB, name string) string {
	t.Helper()
	head, query, _ := strings.Cut(URL(t), "?")
	return head[:strings.LastIndexByte(head, '/')+1] + name + "?" + query
}

// server is the test server, for what makes and removes databases: one pool for all tests of a process.
func server(t testing.TB) *sqldb.DB {
	t.Helper()
	URL(t)
	db, err := opened()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

var opened = sync.OnceValues(func() (*sqldb.DB, error) {
	return sqldb.Open(context.Background(), sqldb.Config{URL: os.Getenv(URLVariable), Schema: "public"})
})

// Drop removes a test's schema.
func Drop(t testing.TB, config sqldb.Config) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	admin := config
	admin.Schema, admin.MaxConns = "public", 1
	db, err := sqldb.Open(ctx, admin)
	if err != nil {
		t.Errorf("drop schema %s: %v", config.Schema, err)
		return
	}
	defer func() { _ = db.Close() }()
	err = db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, "DROP SCHEMA IF EXISTS "+config.Schema+" CASCADE")
		return err
	})
	if err != nil {
		t.Errorf("drop schema %s: %v", config.Schema, err)
	}
}
