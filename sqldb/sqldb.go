// Package sqldb opens a service's database, SQLite or PostgreSQL, and runs
// transactions on it so that a service sees one behaviour: one SQL text, one set
// of faults, one meaning of COMMIT.
//
// The text is PostgreSQL's with $1 parameters, kept to what both engines read.
// Row locks (FOR UPDATE, SKIP LOCKED) are written where PostgreSQL needs them and
// left out for SQLite, which has one writer at a time.
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Engine is which database it is.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Config says which database to open.
type Config struct {
	// URL is postgres://... or empty for SQLite.
	URL string
	// Schema is the PostgreSQL schema; it is made when missing.
	Schema string
	// Path is the SQLite file.
	Path string
	// Now is the clock of a SQLite database, which has none of its own.
	Now func() time.Time
	// Searches says that queries are not all by key, so that PostgreSQL plans each anew.
	Searches bool
	// MaxConns bounds the connections to PostgreSQL; zero is 12.
	MaxConns int
	// KeepSchema leaves it to another program to bring the schema to this version: Migrate refuses what lacks
	// a step.
	KeepSchema bool
	// Limits are how long it is waited for; of each, zero is the usual.
	Limits Limits
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	Engine Engine
	read   *sql.DB
	write  *sql.DB // the same as read on PostgreSQL
	now    func() time.Time
	limits Limits
	// keepSchema is Config's.
	keepSchema bool

	// PostgreSQL's:
	schema string
	config *pgx.ConnConfig
	// unreplicated counts the commits whose wait for a standby was cancelled.
	unreplicated atomic.Int64

	// SQLite's:
	file    string
	lite    *liteWriter
	readers *liteReaders
}

// Open opens the database and, on PostgreSQL, makes its schema. It does not migrate.
func Open(ctx context.Context, c Config) (*DB, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Limits = c.Limits.orUsual()
	if c.URL == "" {
		return openSQLite(ctx, c)
	}
	return openPostgres(ctx, c)
}

// Close closes the database.
func (db *DB) Close() error {
	if db.read == db.write {
		return db.write.Close()
	}
	return errors.Join(db.read.Close(), db.lite.conn.Close(), db.write.Close())
}

// Read is for queries outside a transaction: it satisfies the DBTX of generated
// code. On SQLite it cannot write.
func (db *DB) Read() Querier {
	if db.readers != nil {
		return Querier{run: db.readers, Engine: db.Engine}
	}
	return Querier{run: db.read, Engine: db.Engine}
}

// Stats are the pool's figures, for metrics.
func (db *DB) Stats() sql.DBStats { return db.write.Stats() }

// Tx runs fn in a transaction and commits what it did. When fn fails nothing
// stays. fn runs again, up to three times, when the engines' own concurrency
// control sent it back, so it must not have effects beside the transaction.
//
// COMMIT is not cancelled with ctx: a commit that was begun is waited for, as long as Limits say. A
// connection lost during it is the fault Unknown: the change may be there.
func (db *DB) Tx(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	return again(func() error { return db.tryTx(ctx, fn) })
}

// again does something until the engines' concurrency control does not send it back, four times at the most.
func again(try func() error) error {
	for attempt := 0; ; attempt++ {
		err := try()
		if err == nil || !isRetryable(err) || attempt == 3 {
			return classify(err)
		}
		// Those that met would meet again if all of them came back at the same time.
		time.Sleep(time.Duration(rand.Int64N(int64(5*time.Millisecond) << attempt))) //nolint:gosec // jitter
	}
}

func (db *DB) tryTx(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if db.lite != nil {
		return db.lite.tx(ctx, db, fn)
	}
	return db.postgresTx(ctx, beginWrite, fn)
}

// View runs fn in a transaction that only reads, and sees all as it was at one moment. It waits for no lock
// and holds none: FOR UPDATE is left out. fn may run again, like that of Tx.
func (db *DB) View(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	view := func() error { return db.postgresTx(ctx, beginView, fn) }
	if db.readers != nil {
		view = func() error { return db.readers.view(ctx, db, fn) }
	}
	return again(view)
}

// Tx is a transaction under way. It satisfies the DBTX of generated code.
type Tx struct {
	Querier
	db    *DB
	conn  *sql.Conn // PostgreSQL's
	now   time.Time
	last  []*gathered
	after []func()
}

// do is all of a transaction between its BEGIN and its COMMIT.
func (tx *Tx) do(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if err := fn(ctx, tx); err != nil {
		return err
	}
	for _, g := range tx.last {
		if err := g.run(ctx, g.items); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// gathered is what is done with many items at once, right before the commit.
type gathered struct {
	key   any
	items []any
	run   func(ctx context.Context, items []any) error
}

// Last keeps an item until the transaction is about to commit, and then has run write all items of a key at
// once: what locks a row that everybody wants holds it for a moment only. When run fails nothing stays of the
// transaction.
func (tx *Tx) Last(key, item any, run func(ctx context.Context, items []any) error) {
	for _, g := range tx.last {
		if g.key == key {
			g.items = append(g.items, item)
			return
		}
	}
	tx.last = append(tx.last, &gathered{key, []any{item}, run})
}

// AfterCommit runs f once the transaction is committed, and not otherwise.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

func (tx *Tx) committed() {
	for _, f := range tx.after {
		f()
	}
}

// Relax lets the commit be answered before it is on the disk, for what may be lost in a power cut
// because it will be done again.
func (tx *Tx) Relax(ctx context.Context) error {
	return tx.set(ctx, [][2]string{{"synchronous_commit", "off"}})
}

// PlanAnew makes PostgreSQL plan each statement that follows in the transaction for itself. A plan that was
// kept from when the tables were small would read them whole while they are being filled.
func (tx *Tx) PlanAnew(ctx context.Context) error {
	return tx.set(ctx, [][2]string{{"plan_cache_mode", "force_custom_plan"}})
}

// PlanByKey says that what follows in the transaction finds its rows by keys, though the service's queries
// may not: see Config.Searches. It matters most to the checks of foreign keys, one a row, which are otherwise
// planned like the rest.
func (tx *Tx) PlanByKey(ctx context.Context) error { return tx.set(ctx, byKey) }

// set changes settings of PostgreSQL until the transaction ends.
func (tx *Tx) set(ctx context.Context, settings [][2]string) error {
	if tx.Engine == SQLite {
		return nil
	}
	calls := make([]string, len(settings))
	for i, setting := range settings {
		calls[i] = "set_config('" + setting[0] + "', '" + setting[1] + "', true)"
	}
	begun, statement := true, "SELECT "+strings.Join(calls, ", ")
	err := pg(tx.conn, func(c *pgConn) error { begun = !c.before(statement); return nil })
	if err == nil && begun {
		_, err = tx.ExecContext(ctx, statement)
	}
	if err != nil {
		return fmt.Errorf("change a setting: %w", err)
	}
	return nil
}

// Now is the database's own clock, the same each time it is asked in one
// transaction, to the millisecond. It judges what expires, whatever the clocks of processes say.
func (tx *Tx) Now(ctx context.Context) (now time.Time, err error) {
	if tx.now.IsZero() {
		tx.now, err = clock(ctx, tx.Querier, tx.db)
	}
	return tx.now, err
}

// Now is the database's own clock, outside a transaction.
func (db *DB) Now(ctx context.Context) (time.Time, error) {
	now, err := clock(ctx, db.Read(), db)
	return now, classify(err)
}

// PostgresClock is what a statement of PostgreSQL calls the database's clock, in Unix milliseconds.
const PostgresClock = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"

// clock reads the database's clock. SQLite has none: there it is its process's.
func clock(ctx context.Context, q Querier, db *DB) (time.Time, error) {
	if db.Engine == SQLite {
		return db.now().UTC().Truncate(time.Millisecond), nil
	}
	var ms int64
	if err := q.QueryRowContext(ctx, "SELECT "+PostgresClock).Scan(&ms); err != nil {
		return time.Time{}, fmt.Errorf("read the database's clock: %w", err)
	}
	return time.UnixMilli(ms).UTC(), nil
}

type runner interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	PrepareContext(context.Context, string) (*sql.Stmt, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// Querier runs statements, with row locks left out where the engine has none.
type Querier struct {
	run    runner
	Engine Engine
	// unlocked is of a View, which locks nothing.
	unlocked bool
}

// ExecContext runs a statement.
func (q Querier) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return q.run.ExecContext(ctx, q.text(query), args...)
}

// PrepareContext prepares a statement.
func (q Querier) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return q.run.PrepareContext(ctx, q.text(query))
}

// QueryContext runs a query.
func (q Querier) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return q.run.QueryContext(ctx, q.text(query), args...)
}

// QueryRowContext runs a query of one row.
func (q Querier) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return q.run.QueryRowContext(ctx, q.text(query), args...)
}

func (q Querier) text(query string) string {
	if q.Engine == Postgres && !q.unlocked {
		return query
	}
	if strings.Contains(query, "FOR UPDATE") {
		query = withoutLocks.Replace(query)
	}
	if q.Engine == Postgres {
		return query
	}
	if strings.Contains(query, manyParameters) {
		query = unnumbered(query)
	}
	return query
}

var withoutLocks = strings.NewReplacer("FOR UPDATE SKIP LOCKED", "", "FOR UPDATE", "")
