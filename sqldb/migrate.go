package sqldb

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
	"golang.org/x/sys/unix"
)

// Migrate brings the schema up to date with the *.sql files of a directory. Each
// set of files keeps its own version table. Any number of processes may call it at
// once: PostgreSQL takes a session lock, SQLite a lock file. It refuses a schema that only newer programs may
// serve, and one that lacks a step where Config.KeepSchema leaves that to another.
func (db *DB) Migrate(ctx context.Context, set string, files fs.FS) error {
	s, err := db.steps(ctx, set, files)
	if err != nil {
		return err
	}
	if err := s.refuses(); err != nil {
		return err
	}
	// So it is at nearly every start. To find it out by the migrations' own way takes a lock, and on
	// PostgreSQL a connection.
	if lacking := s.lacking(); lacking == nil || db.keepSchema {
		return lacking
	}
	if set != oldest.Name {
		if err := db.Migrate(ctx, oldest.Name, oldest.Files); err != nil {
			return err
		}
	}
	return db.migrate(ctx, set, files)
}

func (db *DB) migrate(ctx context.Context, set string, files fs.FS) error {
	pool, dialect, options := db.write, database.DialectSQLite3,
		[]goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if db.Engine == Postgres {
		// A lock each schema, so that services migrate side by side; looked at every second.
		locker, err := lock.NewPostgresSessionLocker(
			lock.WithLockID(int64(crc32.ChecksumIEEE([]byte(db.schema)))), lock.WithLockTimeout(1, 300))
		if err != nil {
			return fmt.Errorf("migrate %s: %w", set, err)
		}
		pool, dialect, options = db.migrating(), database.DialectPostgres,
			append(options, goose.WithSessionLocker(locker))
		defer func() { _ = pool.Close() }()
	} else {
		unlock, err := lockFile(db.file + ".migrate")
		if err != nil {
			return fmt.Errorf("migrate %s: %w", set, err)
		}
		defer unlock()
	}
	store, err := database.NewStore(dialect, "migrations_"+set)
	if err != nil {
		return fmt.Errorf("migrate %s: %w", set, err)
	}
	provider, err := goose.NewProvider("", pool, files, append(options, goose.WithStore(store))...)
	if err != nil {
		return fmt.Errorf("migrate %s: %w", set, err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate %s: %w", set, classify(err))
	}
	return nil
}

// versions are those of a set that have run, rising.
func versions(ctx context.Context, tx *Tx, set string) (have []int64, err error) {
	err = EachRow(ctx, tx, "SELECT version_id FROM migrations_"+set+" WHERE is_applied ORDER BY version_id",
		nil, func(scan Scanner) error {
			var version int64
			err := scan(&version)
			have = append(have, version)
			return err
		})
	return have, err
}

// HasTable reports whether the schema has a table.
func (tx *Tx) HasTable(ctx context.Context, name string) (has bool, err error) {
	query := "SELECT to_regclass($1) IS NOT NULL"
	if tx.Engine == SQLite {
		query = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1)"
	}
	err = tx.QueryRowContext(ctx, query, name).Scan(&has)
	return has, err
}

// lockFile waits for an exclusive lock on a file. The file stays: removing it
// would let two holders each have one of the same name.
func lockFile(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the data directory's own path
	if err != nil {
		return nil, err
	}
	for {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return func() { _ = f.Close() }, nil
}

// Migrations are the files of an embedded directory. It panics where that is not there, which is known when
// the program is built.
func Migrations(embedded fs.FS, dir string) fs.FS {
	files, err := fs.Sub(embedded, dir)
	if err != nil {
		panic(err)
	}
	return files
}
