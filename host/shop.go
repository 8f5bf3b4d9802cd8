package host

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/artisan-eats/artisan/sqldb"
)

// Kind is what a database says of the shop that it belongs to.
type Kind string

// The kinds. What is fresh or former becomes demo or real at a start, and stays so.
const (
	Fresh  Kind = "fresh"  // nothing was in it
	Former Kind = "former" // a version made it that did not write down what it is
	Demo   Kind = "demo"
	Real   Kind = "real"
)

// Found is what a process finds before it is decided whether its shop is a demo.
type Found struct {
	// Kinds are those of the process's databases, each once; none where it has no database.
	Kinds []Kind
	// OwnSecret tells of a master key in the data directory: only demos make one.
	OwnSecret bool
}

//go:embed migrations/*.sql
var embedded embed.FS

// Migrations make what the host keeps in each service's database.
func Migrations() fs.FS { return sqldb.Migrations(embedded, "migrations") }

// readKind reads what a service's database belongs to. It comes before the service's own migrations, by
// which it tells what is fresh: of replicas that start together all find the same.
func readKind(ctx context.Context, db *sqldb.DB, service string) (kind Kind, err error) {
	if err := db.Migrate(ctx, "host", Migrations()); err != nil {
		return "", err
	}
	err = db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		made, err := tx.HasTable(ctx, "migrations_"+service)
		if err != nil {
			return err
		}
		first := Fresh
		if made {
			first = Former
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO shop (id, kind) VALUES (1, $1) ON CONFLICT (id)
			DO NOTHING`, string(first)); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT kind FROM shop WHERE id = 1`).Scan(&kind)
	})
	if err != nil {
		return "", fmt.Errorf("read what kind of shop it is: %w", err)
	}
	return kind, nil
}

// decide asks whether the shop is a demo.
func (p *Process) decide() error {
	if p.config.Decide == nil {
		return nil
	}
	found := Found{OwnSecret: p.config.OwnSecret()}
	for _, h := range p.hosts {
		if h.db != nil && !slices.Contains(found.Kinds, h.kind) {
			found.Kinds = append(found.Kinds, h.kind)
		}
	}
	demo, err := p.config.Decide(found)
	p.config.Demo, p.config.TestPayments = demo, demo
	return err
}

// settle writes down what was decided, in the databases that were of one kind so far.
func (p *Process) settle(ctx context.Context, was Kind) error {
	is := Real
	if p.config.Demo {
		is = Demo
	}
	for _, name := range slices.Sorted(maps.Keys(p.hosts)) {
		h := p.hosts[name]
		if h.db == nil || h.kind != was {
			continue
		}
		err := h.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
			if _, err := tx.ExecContext(ctx, `UPDATE shop SET kind = $1 WHERE kind = $2`, string(is),
				string(was)); err != nil {
				return err
			}
			return tx.QueryRowContext(ctx, `SELECT kind FROM shop WHERE id = 1`).Scan(&h.kind)
		})
		if err != nil {
			return fmt.Errorf("write down what kind of shop it is: %w", err)
		}
		if h.kind != is {
			return fmt.Errorf("another process made the database of %s a %s shop's meanwhile; start again",
				name, h.kind)
		}
	}
	return nil
}

// Demo reports whether the shop is a demo.
func (p *Process) Demo() bool { return p.config.Demo }

// Kind is what the service's database said of its shop when it was opened, or says since.
func (h *Host) Kind() Kind { return h.kind }
