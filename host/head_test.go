package host

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/sqldb"
)

// TestTheHeadOfTheLogLeavesEachMinute runs the job that has the minute: a tail that is cut off where nothing
// happens shows too.
func TestTheHeadOfTheLogLeavesEachMinute(t *testing.T) {
	var out bytes.Buffer
	p, err := New(t.Context(), Config{
		Data: filepath.Join(t.TempDir(), "data"), Demo: true, AuditLog: &out,
	}, []Service{{
		Name: "clerk", New: func(*Host) error { return nil },
		Migrations: fstest.MapFS{"00001_none.sql": {Data: []byte("-- +goose Up\nSELECT 1;\n")}},
	}}, "clerk")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Stop() }()
	clerk := p.Host("clerk")
	if err := clerk.DB().Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		return clerk.Audit(ctx, tx, audit.Entry{Action: "look", Subject: "the desk", Outcome: audit.Done})
	}); err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(clerk.jobs, func(j *Job) bool { return strings.Contains(j.name, "the head of") })
	if at < 0 || clerk.jobs[at].interval != time.Minute {
		t.Fatal("no job of a minute lets the head leave")
	}
	for range 2 {
		if _, err := clerk.jobs[at].runOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], `{"log":"audit","service":"clerk","seq":1`) {
		t.Fatalf("what left is %q", lines)
	}
	for _, line := range lines[1:] {
		if !strings.HasPrefix(line, `{"log":"audit.head","service":"clerk","seq":1`) {
			t.Errorf("the head left as %s", line)
		}
	}
}
