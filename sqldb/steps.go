package sqldb

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"

	"github.com/pressly/goose/v3"
)

// Set is some tables and the steps that make them: the *.sql files of a directory, each of which is one step.
type Set struct {
	Name  string
	Files fs.FS
}

//go:embed migrations/*.sql
var oldestTables embed.FS

// oldest is the set of the table that says what programs may serve a schema. It is made before every other.
var oldest = Set{"oldest", Migrations(oldestTables, "migrations")}

// steps are those of a set, as a program and a database know them.
type steps struct {
	set         string
	known, have []int64
	// oldest is the least step that a program has to know that serves; 0 where nothing is said.
	oldest int64
}

// Steps compares what this program knows of a set with what the database has: steps that it lacks, and steps
// that are unknown here, because a newer program made them. It changes nothing.
func (db *DB) Steps(ctx context.Context, set Set) (lacks, unknown []int64, err error) {
	s, err := db.steps(ctx, set.Name, set.Files)
	return without(s.known, s.have), without(s.have, s.known), err
}

// Fits is nil where this program may serve a set's tables as they are, and says else what to do. What is in a
// file it brings to its version by itself. It changes nothing.
func (db *DB) Fits(ctx context.Context, set Set) error {
	s, err := db.steps(ctx, set.Name, set.Files)
	if err == nil {
		err = s.refuses()
	}
	if err == nil && db.Engine == Postgres {
		err = s.lacking()
	}
	return err
}

func (db *DB) steps(ctx context.Context, set string, files fs.FS) (s steps, err error) {
	s.set = set
	if s.known, err = stepsOf(files); err != nil {
		return s, fmt.Errorf("migrate %s: %w", set, err)
	}
	err = db.View(ctx, func(ctx context.Context, tx *Tx) error {
		made, err := tx.HasTable(ctx, "migrations_"+set)
		if err == nil && made {
			s.have, err = versions(ctx, tx, set)
		}
		if err != nil || slices.Equal(s.have, s.known) {
			return err
		}
		s.oldest, err = oldestStep(ctx, tx, set)
		return err
	})
	if err != nil {
		return s, fmt.Errorf("migrate %s: %w", set, err)
	}
	return s, nil
}

// stepsOf are the steps of files, rising; the first is the making of the table of steps.
func stepsOf(files fs.FS) ([]int64, error) {
	names, err := fs.Glob(files, "*.sql")
	all := []int64{0}
	for _, name := range names {
		step, err := goose.NumericComponent(name)
		if err != nil {
			return nil, err
		}
		all = append(all, step)
	}
	return all, err
}

// oldestStep is the least step of a set that a program has to know that serves.
func oldestStep(ctx context.Context, tx *Tx, set string) (step int64, err error) {
	if made, err := tx.HasTable(ctx, "oldest_steps"); err != nil || !made {
		return 0, err
	}
	err = EachRow(ctx, tx, "SELECT step FROM oldest_steps WHERE set_name = $1", []any{set},
		func(scan Scanner) error { return scan(&step) })
	return step, err
}

// refuses is why this program may not serve the database; nil where it may. What newer programs have added
// is no reason.
func (s steps) refuses() error {
	if newest := s.known[len(s.known)-1]; newest < s.oldest {
		return fmt.Errorf(
			"this version is too old for the database, which a newer one has brought to step %d of %s, and this one knows %d: start the newer version",
			s.oldest, s.set, newest)
	}
	return nil
}

// lacking is why a program that may not change the database cannot serve it; nil where it can.
func (s steps) lacking() error {
	lacks := without(s.known, s.have)
	if len(lacks) == 0 {
		return nil
	}
	return fmt.Errorf(
		"the database lacks step %d of %s: run `artisan migrate` of this version with the same settings, and start this again",
		lacks[len(lacks)-1], s.set)
}

// without are the steps that are not among others.
func without(all, others []int64) (rest []int64) {
	for _, step := range all {
		if !slices.Contains(others, step) {
			rest = append(rest, step)
		}
	}
	return rest
}
