package sqldb_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// stepFiles are the steps of the set "t" as versions of a program know them: 1 adds, and 3 takes away what
// only programs up to step 1 use.
func stepFiles(known int) map[string]string {
	all := []string{
		"-- +goose Up\nCREATE TABLE t (id TEXT PRIMARY KEY, old TEXT);\n",
		"-- +goose Up\nALTER TABLE t ADD COLUMN new TEXT;\n",
		"-- +goose Up\nALTER TABLE t DROP COLUMN old;\nINSERT INTO oldest_steps (set_name, step) VALUES ('t', 2);\n",
	}
	texts := map[string]string{}
	for i, text := range all[:known] {
		texts["0000"+string(rune('1'+i))+"_t.sql"] = text
	}
	return texts
}

// TestASchemaSaysWhoMayServeIt has programs of four versions beside each other: a newer schema is no reason
// to refuse, but for what its steps took away.
func TestASchemaSaysWhoMayServeIt(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			config := sqldbtest.Config(t, engine, time.Now)
			for _, c := range []struct {
				made, serves int
				refused      string
			}{{1, 1, ""}, {2, 1, ""}, {2, 2, ""}, {3, 1, "too old"}, {3, 2, ""}, {3, 3, ""}} {
				openSteps(t, config, c.made, "")
				openSteps(t, config, c.serves, c.refused)
			}
		})
	}
}

// openSteps is a start of the program that knows some steps.
func openSteps(t *testing.T, config sqldb.Config, known int, refused string) {
	t.Helper()
	db, err := sqldb.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	err = db.Migrate(t.Context(), "t", files(stepFiles(known)))
	if (err == nil) != (refused == "") || err != nil && !strings.Contains(err.Error(), refused) {
		t.Errorf("a program with %d steps: %v; want %q", known, err, refused)
	}
}

func TestAProgramThatKeepsTheSchemaRefusesWhatLacksAStep(t *testing.T) {
	config := sqldbtest.Config(t, sqldb.Postgres, time.Now)
	keeps := config
	keeps.KeepSchema = true
	openSteps(t, keeps, 1, "artisan migrate") // there is no schema at all
	openSteps(t, config, 1, "")
	openSteps(t, keeps, 2, "lacks step 2 of t")
	openSteps(t, config, 2, "")
	openSteps(t, keeps, 2, "")
	openSteps(t, keeps, 1, "") // the version before, meanwhile
}

func TestStepsTellWhatIsLackedAndWhatIsUnknown(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			db := sqldbtest.Open(t, engine, time.Now)
			look := func(known int) (lacks, unknown int) {
				l, u, err := db.Steps(t.Context(), sqldb.Set{Name: "t", Files: files(stepFiles(known))})
				if err != nil {
					t.Fatal(err)
				}
				return len(l), len(u)
			}
			// with the making of the table of steps
			if lacks, unknown := look(2); lacks != 3 || unknown != 0 {
				t.Errorf("of an empty database: %d lacked, %d unknown", lacks, unknown)
			}
			if err := db.Migrate(t.Context(), "t", files(stepFiles(2))); err != nil {
				t.Fatal(err)
			}
			for known, want := range map[int][2]int{1: {0, 1}, 2: {0, 0}, 3: {1, 0}} {
				if lacks, unknown := look(known); lacks != want[0] || unknown != want[1] {
					t.Errorf("by %d steps: %d lacked, %d unknown; want %v", known, lacks, unknown, want)
				}
			}
		})
	}
}

// TestAStepAndWhoMayServeAreOneCommit has a step that fails after it said so.
func TestAStepAndWhoMayServeAreOneCommit(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			config := sqldbtest.Config(t, engine, time.Now)
			openSteps(t, config, 2, "")
			db, err := sqldb.Open(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			texts := stepFiles(3)
			texts["00003_t.sql"] += "SELECT nothing FROM nowhere;\n"
			if err := db.Migrate(context.Background(), "t", files(texts)); err == nil {
				t.Fatal("the step is done")
			}
			openSteps(t, config, 1, "")
		})
	}
}
