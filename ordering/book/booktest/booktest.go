// Package booktest gives the tests of ordering's rooms the database that these share, and nothing else of a
// shop.
package booktest

import (
	"context"
	"os"
	"testing"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// Shelf is a host with the tables of ordering, which stands still: nothing is swept.
type Shelf struct {
	*testing.T
	Host *host.Host
}

// Each runs a test on each engine. It is for rooms that lie beside the migrations.
func Each(t *testing.T, test func(s *Shelf)) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) { test(Open(t, engine)) })
	}
}

// Open makes the tables on one engine. Options change the configuration of the host.
func Open(t *testing.T, engine sqldb.Engine, options ...func(*host.Config)) *Shelf {
	s := &Shelf{T: t}
	hosttest.Open(t, engine, []host.Service{{
		Name: "ordering", Migrations: os.DirFS("../migrations"),
		New: func(h *host.Host) error { s.Host = h; return nil },
	}}, options...)
	return s
}

// Must ends the test where something failed.
func (s *Shelf) Must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// Exec runs a statement in a transaction of its own.
func (s *Shelf) Exec(query string, args ...any) {
	s.Helper()
	s.Must(s.Host.DB().Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}))
}

// Count answers a query for one number.
func (s *Shelf) Count(query string, args ...any) (n int64) {
	s.Helper()
	s.Must(s.Host.DB().Read().QueryRowContext(s.Context(), query, args...).Scan(&n))
	return n
}
