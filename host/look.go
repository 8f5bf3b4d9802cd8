package host

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/artisan-eats/artisan/sqldb"
)

// Look opens a service's database to be looked at: nothing is made or changed in it, and processes may serve
// meanwhile. It is nil where there is no file yet.
func (c Config) Look(ctx context.Context, s Service) (*sqldb.DB, error) {
	at := c.database(s)
	at.KeepSchema, at.MaxConns = true, 2
	if at.URL == "" {
		if _, err := os.Stat(at.Path); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
	return sqldb.Open(ctx, at)
}

// Fits is nil where this program may serve a service's database as it is, and says else what to do.
func Fits(ctx context.Context, db *sqldb.DB, s Service) error {
	for _, set := range setsOf(s, db.Engine) {
		if err := db.Fits(ctx, set); err != nil {
			return err
		}
	}
	return nil
}

// KindOf is what a database says of the shop that it belongs to. It changes nothing.
func KindOf(ctx context.Context, db *sqldb.DB, s Service) (kind Kind, err error) {
	err = db.View(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if made, err := tx.HasTable(ctx, "shop"); err != nil || made {
			return errors.Join(err, sqldb.EachRow(ctx, tx, "SELECT kind FROM shop WHERE id = 1", nil,
				func(scan sqldb.Scanner) error { return scan(&kind) }))
		}
		made, err := tx.HasTable(ctx, "migrations_"+s.Name)
		if kind = Fresh; made {
			kind = Former
		}
		return err
	})
	return kind, err
}

// Around are the processes that hold a data directory, each once. Whether they still run is not known.
func Around(data string, table []Service) []Running {
	found := map[int]Running{}
	for _, s := range table {
		if running, err := readLock(data, s.Name); err == nil && running.Admin != "" {
			found[running.PID] = running
		}
	}
	return slices.Collect(maps.Values(found))
}

// OwnSecret reports whether there is a master key in the data directory: only demos make one.
func (c Config) OwnSecret() bool {
	_, err := os.Stat(filepath.Join(c.Data, secretFile))
	return err == nil
}
