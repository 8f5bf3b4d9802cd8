package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// migrates runs `artisan migrate`, and answers with its exit code and what it printed.
func migrates(t *testing.T) (code int, out, told string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), []string{"migrate"}, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// onPostgres is an empty database, which the variables name.
func onPostgres(t *testing.T) host.Config {
	t.Helper()
	url, data := sqldbtest.Database(t, ""), filepath.Join(t.TempDir(), "data")
	t.Setenv("ARTISAN_DATABASE_URL", url)
	t.Setenv("ARTISAN_DATA", data)
	return host.Config{
		Data: data, DatabaseURL: url, Secret: bytes.Repeat([]byte{7}, 32), KeepSchema: true,
	}
}

// serves opens all services on databases that they leave as they are.
func serves(t *testing.T, config host.Config) error {
	t.Helper()
	p, err := host.New(t.Context(), config, services, storedNames()...)
	if err != nil {
		return err
	}
	return p.Stop()
}

// TestServicesOnPostgreSQLLeaveItToMigrate is of every table that any of them opens.
func TestServicesOnPostgreSQLLeaveItToMigrate(t *testing.T) {
	config := onPostgres(t)
	if err := serves(t, config); err == nil || !strings.Contains(err.Error(), "run `artisan migrate`") {
		t.Fatalf("on an empty database: %v", err)
	}
	code, out, told := migrates(t)
	if code != 0 || !regexp.MustCompile(`^migrated: 7 databases, [1-9]\d+ steps\n$`).MatchString(out) {
		t.Fatalf("migrate: exit %d, %q, %q", code, out, told)
	}
	if err := serves(t, config); err != nil {
		t.Errorf("after it: %v", err)
	}
	if code, out, _ := migrates(t); code != 0 || out != "migrated: 7 databases, 0 steps\n" {
		t.Errorf("once more: exit %d, %q", code, out)
	}
}

// TestServeIsOfThoseThatLeaveItToMigrate asks the command itself.
func TestServeIsOfThoseThatLeaveItToMigrate(t *testing.T) {
	onPostgres(t)
	t.Setenv("ARTISAN_SECRET", strings.Repeat("ab", 32))
	t.Setenv("ARTISAN_PEERS", "catalog=https://a:1;identity=https://a:2;ordering=https://a:3")
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"serve", "notify", "--listen", "127.0.0.1:0"}, &stdout, &stderr)
	if told := stderr.String(); code != exitFailed || !strings.Contains(told, "run `artisan migrate`") ||
		strings.Count(told, "\n") != 1 {
		t.Errorf("exit %d, %q", code, told)
	}
}

// TestMigrateRefusesWhatItDoesNotKnow is a newer version's database, of which nothing is changed.
func TestMigrateRefusesWhatItDoesNotKnow(t *testing.T) {
	config := onPostgres(t)
	write := func(schema, statement string) {
		t.Helper()
		db, err := sqldb.Open(t.Context(), sqldb.Config{URL: config.DatabaseURL, Schema: schema})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		if err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			_, err := tx.ExecContext(ctx, statement)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, told := migrates(t); code != 0 {
		t.Fatal(told)
	}
	write("ordering", "INSERT INTO migrations_ordering (version_id, is_applied) VALUES (999, TRUE)")
	code, out, told := migrates(t)
	if code != exitFailed || out != "" || !strings.Contains(told, "ordering: the database has step 999") {
		t.Errorf("exit %d, %q, %q", code, out, told)
	}
	if err := serves(t, config); err != nil {
		t.Errorf("what was added is a reason: %v", err)
	}
	write("ordering", "INSERT INTO oldest_steps (set_name, step) VALUES ('ordering', 999)")
	if err := serves(t, config); err == nil || !strings.Contains(err.Error(), "too old") {
		t.Errorf("what was taken away is none: %v", err)
	}
}

// TestManyMayMigrateAtOnce is two of them on one empty database.
func TestManyMayMigrateAtOnce(t *testing.T) {
	config := onPostgres(t)
	said := make(chan error, 2)
	for range cap(said) {
		go func() {
			_, err := host.Migrate(t.Context(), host.Config{DatabaseURL: config.DatabaseURL}, services,
				func(string, int) {})
			said <- err
		}()
	}
	for range cap(said) {
		if err := <-said; err != nil {
			t.Error(err)
		}
	}
	if err := serves(t, config); err != nil {
		t.Error(err)
	}
}

// TestMigrateLeavesFilesToWhoHoldsThem has a shop running on them.
func TestMigrateLeavesFilesToWhoHoldsThem(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	t.Setenv("ARTISAN_DATA", data)
	if code, out, told := migrates(t); code != 0 || !strings.HasPrefix(out, "migrated: 7 databases, ") {
		t.Fatalf("exit %d, %q, %q", code, out, told)
	}
	p, err := host.New(t.Context(), host.Config{
		Data: data, Secret: bytes.Repeat([]byte{7}, 32), Command: "artisan up", Now: time.Now,
	}, services, "notify")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Stop() }()
	code, out, told := migrates(t)
	if want := fmt.Sprintf("the data directory %s is in use", data); code != exitFailed || out != "" ||
		!strings.Contains(told, want) {
		t.Errorf("exit %d, %q, %q; want %q", code, out, told, want)
	}
}
