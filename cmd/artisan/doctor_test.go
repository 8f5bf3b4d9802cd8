package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/doctor"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// patient is a shop on PostgreSQL that does not run, as the variables set it up.
func patient(t *testing.T) shopOnPostgres {
	t.Helper()
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "ARTISAN_") && name != sqldbtest.URLVariable {
			t.Setenv(name, "") // which has it back at the end
			_ = os.Unsetenv(name)
		}
	}
	c := host.Config{
		Data: filepath.Join(t.TempDir(), "data"), DatabaseURL: sqldbtest.URL(t),
		SchemaPrefix: t.Name(),
	}
	hosttest.Migrated(t, &c, slices.Clone(services))
	for name, value := range map[string]string{
		"DATA": c.Data, "DATABASE_URL": c.DatabaseURL, "SECRET": randomKey(),
		"BASE_URL": "https://shop.example", "TRUSTED_PROXIES": "10.0.0.7",
	} {
		t.Setenv("ARTISAN_"+name, value)
	}
	t.Setenv(sqldbtest.URLVariable, "")
	_ = os.Unsetenv(sqldbtest.URLVariable)
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	return shopOnPostgres{c.DatabaseURL}
}

// shopOnPostgres is one whose databases are at a URL.
type shopOnPostgres struct{ url string }

func randomKey() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	return hex.EncodeToString(key)
}

// asksDoctor answers what the doctor finds, and that its exit code goes with it.
func asksDoctor(t *testing.T, args ...string) []doctor.Finding {
	t.Helper()
	var out, told strings.Builder
	code := run(t.Context(), append([]string{"doctor", "--format", "json"}, args...), &out, &told)
	var said struct {
		Findings []doctor.Finding
		Worst    doctor.Level
	}
	if err := json.Unmarshal([]byte(out.String()), &said); err != nil {
		t.Fatalf("it says %q, %q: %v", out.String(), told.String(), err)
	}
	if (code == exitFailed) != (said.Worst == doctor.Fail) || said.Worst != doctor.Worst(said.Findings) {
		t.Errorf("exit code %d, and the worst is %s", code, said.Worst)
	}
	return said.Findings
}

// says are what the doctor finds beside ok.
func says(found []doctor.Finding) (lines []string) {
	for _, f := range found {
		if f.Level != doctor.OK {
			lines = append(lines, fmt.Sprint(f.Level, " ", f.Code, " ", f.Says))
		}
	}
	return lines
}

// wrong is a shop that is wrong in one way.
type wrong struct {
	set map[string]string
	// does makes it wrong in the database of ordering.
	does, undoes string
	// says is how the line begins that is said of it, and of nothing else.
	says string
}

// TestTheDoctorNamesWhatIsWrong has shops that are wrong in one more way each than one that does not run: it
// says that more, and nothing else.
func TestTheDoctorNamesWhatIsWrong(t *testing.T) {
	c := patient(t)
	before := says(asksDoctor(t))
	if len(before) != 6 || strings.Contains(strings.Join(before, "\n"), "fail ") {
		t.Errorf("of a shop that does not run it says %q", before)
	}
	example := strings.Repeat("0123456789abcdef", 4)
	for name, w := range map[string]wrong{
		"a variable that nobody reads": {
			set:  map[string]string{"DATABSE_URL": "x"},
			says: "warn unread ARTISAN_DATABSE_URL is no setting, so nothing reads it: ARTISAN_DATABASE_URL is one",
		},
		"a setting that counts beside another": {
			set: map[string]string{"PEER_TOKEN": randomKey()}, says: "warn unread ARTISAN_PEER_TOKEN is for plain HTTP",
		},
		"a key of an example": {
			set: map[string]string{"SECRET": example}, says: "fail secrets ARTISAN_SECRET is no random key",
		},
		"a secret that is used twice": {
			set:  map[string]string{"METRICS_TOKEN": os.Getenv("ARTISAN_SECRET")},
			says: "fail secrets ARTISAN_SECRET and ARTISAN_METRICS_TOKEN are the same secret",
		},
		"settings that no process starts with": {
			set: map[string]string{"TRUSTED_PROXIES": ""}, says: "fail refused the shop's address is https, and it has no certificate",
		},
		"a token that is short": {
			set: map[string]string{"METRICS_TOKEN": "short"}, says: "fail refused the metrics-token is short",
		},
		"a certificate about to end": {
			set:  publicCertificate(t),
			says: "fail certificates " + filepath.Join(os.Getenv("ARTISAN_DATA"), "cert.pem") + " ends at",
		},
		"a migration that has not run": {
			does:   "DELETE FROM migrations_ordering WHERE version_id = 3",
			undoes: "INSERT INTO migrations_ordering (version_id, is_applied) VALUES (3, TRUE)",
			says:   "fail migration ordering: the database lacks step 3 of ordering: run `artisan migrate`",
		},
		"a newer version's database": {
			does: `WITH newer AS (INSERT INTO migrations_ordering (version_id, is_applied) VALUES (999, TRUE))
				INSERT INTO oldest_steps (set_name, step) VALUES ('ordering', 999)`,
			undoes: "WITH newer AS (DELETE FROM migrations_ordering WHERE version_id = 999) DELETE FROM oldest_steps",
			says:   "fail migration ordering: this version is too old for the database",
		},
		"a queue that grows": {
			does: `INSERT INTO outbox (subscriber, aggregate, version, id, type, occurred_at, payload, next_at)
				VALUES ('notify', 'a', 1, 'e', 'x', 1, '', 1)`,
			undoes: "DELETE FROM outbox", says: "warn queue 1 events of ordering wait, the oldest for",
		},
		"an event that is refused": {
			does: `INSERT INTO outbox (subscriber, aggregate, version, id, type, occurred_at, payload, next_at, attempts)
				VALUES ('notify', 'a', 1, 'e', 'x', 1, '', 1, 1)`,
			undoes: "DELETE FROM outbox", says: "warn queue 1 events of ordering were refused",
		},
		"more connections than there are": {
			set: map[string]string{"DATABASE_CONNECTIONS": "1000"}, says: "warn connections the services may open 7000",
		},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range w.set {
				t.Setenv("ARTISAN_"+variable, value)
			}
			c.alters(t, w.does)
			after := says(asksDoctor(t))
			c.alters(t, w.undoes)
			more := slices.DeleteFunc(after, func(s string) bool { return slices.Contains(before, s) })
			if len(more) != 1 || !strings.HasPrefix(more[0], w.says) {
				t.Errorf("it says %q", more)
			}
		})
	}
}

// publicCertificate is one for an hour.
func publicCertificate(t *testing.T) map[string]string {
	t.Helper()
	cert, key := hosttest.Certificate(t, os.Getenv("ARTISAN_DATA"), 1)
	return map[string]string{"PUBLIC_TLS_CERT": cert, "PUBLIC_TLS_KEY": key}
}

// alters changes the database of ordering.
func (p shopOnPostgres) alters(t *testing.T, statement string) {
	t.Helper()
	if statement == "" {
		return
	}
	db, err := sqldb.Open(t.Context(), sqldb.Config{URL: p.url, Schema: "ordering"})
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
