package host

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/sqldb"
)

// Migrated is what Migrate did.
type Migrated struct{ Databases, Steps int }

// Migrate brings the databases of the services to this version, and says of each how many steps that took.
// Before anything is changed it refuses steps that this version does not know. What it did stays where it
// fails midway, and it may run again, or several times at once. The services may serve meanwhile on
// PostgreSQL; in files nobody may.
func Migrate(
	ctx context.Context, config Config, table []Service, say func(service string, steps int),
) (done Migrated, err error) {
	config.setDefaults()
	p := &Process{config: config, table: table, hosts: map[string]*Host{}}
	defer func() { err = errors.Join(err, p.close()) }()
	stored := slices.DeleteFunc(slices.Clone(table), func(s Service) bool { return s.Migrations == nil })
	if err := p.openStored(ctx, stored); err != nil {
		return done, err
	}
	plan, err := p.plan(ctx, stored)
	if err != nil {
		return done, err
	}
	for _, s := range stored {
		if err := p.bring(ctx, s); err != nil {
			return done, fmt.Errorf("%s: %w", s.Name, err)
		}
		done.Databases, done.Steps = done.Databases+1, done.Steps+plan[s.Name]
		say(s.Name, plan[s.Name])
	}
	return done, nil
}

// openStored opens databases, of which those in files have to be nobody's meanwhile.
func (p *Process) openStored(ctx context.Context, stored []Service) error {
	inFiles := slices.DeleteFunc(slices.Clone(stored),
		func(s Service) bool { return p.config.database(s).URL != "" })
	if len(inFiles) > 0 {
		if err := keepPrivate(p.config.Data); err != nil {
			return err
		}
	}
	for _, s := range inFiles {
		lock, err := lockData(p.config.Data, s.Name, p.config.Command)
		if err != nil {
			return err
		}
		p.locks = append(p.locks, lock)
	}
	for _, s := range stored {
		db, err := sqldb.Open(ctx, p.config.database(s))
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		p.hosts[s.Name] = &Host{name: s.Name, process: p, db: db}
	}
	return nil
}

// plan counts the steps that each database lacks.
func (p *Process) plan(ctx context.Context, stored []Service) (map[string]int, error) {
	plan := map[string]int{}
	for _, s := range stored {
		db := p.hosts[s.Name].db
		for _, set := range setsOf(s, db.Engine) {
			lacks, unknown, err := db.Steps(ctx, set)
			if err == nil && len(unknown) > 0 {
				err = fmt.Errorf(
					"the database has step %d of %s, which this version does not know: a newer one has made it; run `artisan migrate` of that one",
					unknown[0], set.Name)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.Name, err)
			}
			plan[s.Name] += len(lacks)
		}
	}
	return plan, nil
}

// bring brings a database to this version. What it belongs to is read first, since that tells what is fresh.
func (p *Process) bring(ctx context.Context, s Service) error {
	db := p.hosts[s.Name].db
	if _, err := readKind(ctx, db, s.Name); err != nil {
		return err
	}
	for _, set := range setsOf(s, db.Engine) {
		if err := db.Migrate(ctx, set.Name, set.Files); err != nil {
			return err
		}
	}
	return nil
}

// setsOf are all tables of a service's database, in the order in which they are made.
func setsOf(s Service, engine sqldb.Engine) []sqldb.Set {
	sets := append([]sqldb.Set{
		{Name: "host", Files: Migrations()},
		{Name: "events", Files: events.Migrations()},
	}, audit.Sets(engine)...)
	sets = append(sets, sqldb.Set{Name: s.Name, Files: s.Migrations})
	if s.Sets != nil {
		sets = append(sets, s.Sets(engine)...)
	}
	return sets
}
