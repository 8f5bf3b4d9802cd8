package main

import (
	"context"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/sqldb"
)

// book is a shop whose security log leaves to a file.
type book struct {
	*testing.T
	data, stream string
}

// keepBook opens a shop and changes its market a few times.
func keepBook(t *testing.T) book {
	t.Helper()
	b := book{t, filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "audit.jsonl")}
	t.Setenv("ARTISAN_SECRET", strings.Repeat("ab", 32))
	for _, name := range []string{"One", "Two", "Three", "Four"} {
		if out, code := artisan(t, "market", "portland", "--name", name, "--data", b.data, "--audit-log",
			b.stream); code != exitDone {
			t.Fatalf("%d: %s", code, out)
		}
	}
	return b
}

// lines are the entries in the stream. Heads come in between where a minute ends.
func (b book) lines() []string {
	b.Helper()
	content, err := os.ReadFile(b.stream)
	if err != nil {
		b.Fatal(err)
	}
	return slices.DeleteFunc(strings.SplitAfter(strings.TrimSpace(string(content)), "\n"),
		func(line string) bool { return !strings.Contains(line, `"action":`) })
}

// verify verifies the shop's log with these lines of a stream.
func (b book) verify(lines []string) (out string, code int) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "stream.jsonl")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		b.Fatal(err)
	}
	return artisan(b.T, "audit", "verify", path, "--data", b.data, "--audit-log", b.stream)
}

// alter does to the catalogue's database what whoever owns it can do.
func (b book) alter(statements ...string) {
	b.Helper()
	db, err := sqldb.Open(b.Context(), sqldb.Config{Path: filepath.Join(b.data, "catalog.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	err = db.Tx(b.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		for _, statement := range statements {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func TestTheStreamOfTheLogShowsWhatWasTakenOutOrChanged(t *testing.T) {
	b := keepBook(t)
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	whole := b.lines()
	if len(whole) != 4 || !strings.Contains(whole[0], `"actor":{"kind":"command","id":"`+me.Username+
		`"},"action":"market.change","subject":"portland","outcome":"done"`) {
		t.Fatalf("the stream is %q", whole)
	}
	for name, c := range map[string]struct {
		lines []string
		says  string
	}{
		"whole":              {whole, ""},
		"a line comes again": {[]string{whole[0], whole[1], whole[1], whole[2], "torn\n", whole[3]}, ""},
		"it begins later":    {whole[2:], ""},
		"a line is removed": {
			[]string{whole[0], whole[2], whole[3]},
			"catalog: line 2: it is missing in the stream",
		},
		"a line is changed": {[]string{
			whole[0], strings.Replace(whole[1], "portland", "bristol", 1),
			whole[2], whole[3],
		}, "catalog: line 2: in the stream it is not what was written"},
		"a line is put in": {[]string{whole[0], whole[1], strings.Replace(whole[1], `"seq":2`, `"seq":3`,
			1), whole[2], whole[3]}, "catalog: line 3: in the stream it is not what was written"},
		"the tail is cut": {
			whole[:2],
			"catalog: line 3: it left with the stream, with all up to 4, and is not in these files",
		},
		"nothing is left": {nil, "catalog: line 1: it left with the stream"},
	} {
		out, code := b.verify(c.lines)
		if want := map[bool]int{true: exitDone, false: exitFailed}[c.says == ""]; code != want ||
			!strings.Contains(out, c.says) || !strings.Contains(out, "verified: 7 services, 4 lines") {
			t.Errorf("%s: exit code %d, %s", name, code, out)
		}
	}
}

func TestATailThatIsCutOffTheDatabaseShowsByTheStream(t *testing.T) {
	b := keepBook(t)
	b.alter("DROP TRIGGER audit_no_delete", "DROP TRIGGER audit_head_forward",
		"DELETE FROM audit WHERE seq > 2",
		"UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit WHERE seq = 2)")
	if out, code := artisan(t, "audit", "verify", "--data", b.data); code != exitDone {
		t.Fatalf("the chain by itself is whole, but: %d, %s", code, out)
	}
	if out, code := b.verify(b.lines()); code != exitFailed ||
		!strings.Contains(out, "catalog: line 3: the stream has it, the database has not") {
		t.Errorf("exit code %d, %s", code, out)
	}
	b.alter("DROP TRIGGER audit_no_update", "UPDATE audit SET subject = 'bristol' WHERE seq = 1")
	if out, code := artisan(t, "audit", "verify", "--data", b.data); code != exitFailed ||
		!strings.Contains(out, "catalog: line 1: it, or the one before it, is not what was written") {
		t.Errorf("exit code %d, %s", code, out)
	}
}
