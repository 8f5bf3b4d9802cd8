// Package sqldbtest gives tests real databases, on both engines.
package sqldbtest

import (
	"context"
	"crypto/rand"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

// URLVariable names the PostgreSQL server that tests may use. ./check starts one.
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

// URL is the test server's; without one the test fails, for it proves nothing.
func URL(t testing.TB) string {
	t.Helper()
	url := os.Getenv(URLVariable)
	if url == "" {
		t.Fatalf("%s is not set: run ./check, or name a PostgreSQL server that tests may use, e.g. postgres://postgres@127.0.0.1:5432/postgres", URLVariable)
	}
	return url
}

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
