package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
)

// maxReaders is how many connections read a SQLite file.
const maxReaders = 4

// liteReaders are the connections that read a SQLite file. A turn is waited for here, and not in
// database/sql, so that who waits keeps the deadline that a statement does not watch: see prepared. The turn
// ends with the statement's rows.
type liteReaders struct {
	prepared
	pool  *sql.DB
	turns chan struct{}
}

func newLiteReaders(of driver.Driver, name string) *liteReaders {
	r := &liteReaders{turns: make(chan struct{}, maxReaders)}
	r.pool = sql.OpenDB(readers{of, name, r.leave})
	r.pool.SetMaxOpenConns(maxReaders)
	r.pool.SetMaxIdleConns(maxReaders)
	r.prepared = prepared{run: r.pool, known: &statements{prepare: r.pool.PrepareContext}}
	return r
}

func (r *liteReaders) enter(ctx context.Context) error {
	select {
	case r.turns <- struct{}{}:
		return nil
	default:
	}
	select {
	case r.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *liteReaders) leave() { <-r.turns }

// ExecContext runs a statement, which cannot write.
func (r *liteReaders) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := r.enter(ctx); err != nil {
		return nil, err
	}
	defer r.leave()
	return r.prepared.ExecContext(ctx, query, args...)
}

// QueryContext runs a query.
func (r *liteReaders) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := r.enter(ctx); err != nil {
		return nil, err
	}
	rows, err := r.prepared.QueryContext(ctx, query, args...)
	if err != nil {
		r.leave()
	}
	return rows, err
}

// QueryRowContext runs a query of one row.
func (r *liteReaders) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if err := r.enter(ctx); err != nil {
		return r.pool.QueryRowContext(ctx, query, args...) // which says the same
	}
	row := r.prepared.QueryRowContext(ctx, query, args...)
	if row.Err() != nil {
		r.leave()
	}
	return row
}

// view runs fn on a snapshot.
func (r *liteReaders) view(ctx context.Context, db *DB, fn func(context.Context, *Tx) error) (err error) {
	if err := r.enter(ctx); err != nil {
		return err
	}
	defer r.leave()
	lasting := context.WithoutCancel(ctx)
	conn, err := r.pool.Conn(lasting)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keepTurn(conn, false), conn.Close()) }()
	if err := keepTurn(conn, true); err != nil {
		return err
	}
	if _, err := conn.ExecContext(lasting, "BEGIN"); err != nil {
		return err
	}
	defer func() {
		if _, failure := conn.ExecContext(lasting, "ROLLBACK"); failure != nil && !isNoTransaction(failure) {
			err = errors.Join(err, fmt.Errorf("end a view: %w", failure))
		}
	}()
	tx := &Tx{Querier: Querier{run: conn, Engine: SQLite, unlocked: true}, db: db}
	return tx.do(ctx, fn)
}

// keepTurn says whether a connection's turn outlasts the rows that are read on it.
func keepTurn(conn *sql.Conn, keep bool) error {
	return conn.Raw(func(raw any) error {
		raw.(*reader).keeps = keep //nolint:forcetypeassert // what readers makes
		return nil
	})
}

// readers makes connections that tell when rows were read.
type readers struct {
	driver driver.Driver
	name   string
	read   func()
}

// Connect opens a connection.
func (r readers) Connect(context.Context) (driver.Conn, error) {
	conn, err := r.driver.Open(r.name)
	if err != nil {
		return nil, err
	}
	return &reader{liteConn: conn.(liteConn), read: r.read}, nil //nolint:forcetypeassert // the driver's
}

// Driver is SQLite's.
func (r readers) Driver() driver.Driver { return r.driver }

// liteConn and liteStmt are what database/sql finds on SQLite's own.
type (
	liteConn interface {
		driver.Conn
		driver.ConnBeginTx
		driver.ConnPrepareContext
		driver.ExecerContext
		driver.QueryerContext
		driver.SessionResetter
		driver.Validator
	}
	liteStmt interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
)

type reader struct {
	liteConn
	read  func()
	keeps bool
}

// PrepareContext prepares a statement whose rows tell when they were read.
func (r *reader) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	stmt, err := r.liteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return readStmt{stmt.(liteStmt), r}, nil //nolint:forcetypeassert // the driver's
}

// QueryContext answers rows that tell when they were read.
func (r *reader) QueryContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Rows, error) {
	return r.rows(r.liteConn.QueryContext(ctx, query, args))
}

func (r *reader) rows(rows driver.Rows, err error) (driver.Rows, error) {
	if err != nil || r.keeps {
		return rows, err
	}
	return &readRows{rows, r.read}, nil
}

type readStmt struct {
	liteStmt
	of *reader
}

// QueryContext answers rows that tell when they were read.
func (s readStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.of.rows(s.liteStmt.QueryContext(ctx, args))
}

type readRows struct {
	driver.Rows
	read func()
}

// Close ends the rows, and the turn.
func (r *readRows) Close() error {
	defer r.read()
	return r.Rows.Close()
}
