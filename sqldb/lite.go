package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
)

// liteWriter is the one connection that writes to a SQLite file. Its statements stay
// prepared, which is a fifth of what a short transaction costs. The turn is
// waited for in Go, in order, rather than by the file's lock.
type liteWriter struct {
	turn  chan struct{}
	conn  *sql.Conn
	known statements
}

func openSQLite(ctx context.Context, c Config) (*DB, error) {
	pragmas := url.Values{
		"_pragma": {
			"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
			"cache_size(-4000)", "secure_delete(FAST)",
		},
	}
	name := "file:" + (&url.URL{Path: filepath.ToSlash(c.Path)}).EscapedPath() + "?" + pragmas.Encode()
	write, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Path, err)
	}
	write.SetMaxOpenConns(2) // the writer's, and one for migrations
	write.SetMaxIdleConns(1)
	conn, err := firstConn(ctx, write, c.Path)
	if err != nil {
		_ = write.Close()
		return nil, fmt.Errorf("open %s: %w", c.Path, classify(err))
	}
	db := &DB{Engine: SQLite, write: write, now: c.Now, limits: c.Limits, file: c.Path}
	db.lite = &liteWriter{
		turn: make(chan struct{}, 1), conn: conn,
		known: statements{prepare: conn.PrepareContext},
	}
	db.readers = newLiteReaders(write.Driver(), name+"&_pragma=query_only(1)")
	db.read = db.readers.pool
	return db, nil
}

// firstConn opens a file's first connection. To make a file one with a write-ahead log wants it alone,
// and does not wait for others who are at it.
func firstConn(ctx context.Context, write *sql.DB, path string) (*sql.Conn, error) {
	unlock, err := lockFile(path + ".migrate")
	if err != nil {
		return nil, err
	}
	defer unlock()
	// The file is made here, for SQLite would leave its mode to the umask; what it puts beside the file has
	// the file's mode.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the data directory's own path
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	return write.Conn(ctx)
}

// tx runs fn between BEGIN and COMMIT on the writer's connection.
func (w *liteWriter) tx(ctx context.Context, db *DB, fn func(context.Context, *Tx) error) (err error) {
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	// A statement on a local file ends by itself; to watch for its cancellation costs more than it.
	lasting := context.WithoutCancel(ctx)
	run := prepared{w.conn, &w.known}
	if _, err := run.ExecContext(lasting, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed {
			err = errors.Join(err, w.rollback(lasting))
		}
	}()
	tx := &Tx{Querier: Querier{run: run, Engine: SQLite}, db: db}
	if err := tx.do(ctx, fn); err != nil {
		return err
	}
	if _, err := run.ExecContext(lasting, "COMMIT"); err != nil {
		return err
	}
	committed = true
	tx.committed()
	return nil
}

// rollback ends a transaction, which SQLite may have ended itself: after a full disk, say.
func (w *liteWriter) rollback(ctx context.Context) error {
	_, err := w.conn.ExecContext(ctx, "ROLLBACK")
	if err != nil && !isNoTransaction(err) {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}

// maxStatements bounds what stays prepared for one database; what comes later is prepared each time.
const maxStatements = 400

// statements are kept prepared by their text. A query's rows have to be read to the end
// before the same query runs again in the same transaction.
type statements struct {
	prepare func(context.Context, string) (*sql.Stmt, error)
	mu      sync.Mutex
	known   map[string]*sql.Stmt
}

// get answers with a prepared statement; nil when there are too many.
func (s *statements) get(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stmt := s.known[query]; stmt != nil {
		return stmt, nil
	}
	if len(s.known) >= maxStatements {
		return nil, nil
	}
	stmt, err := s.prepare(ctx, query) //nolint:sqlclosecheck // closed with its connection
	if err != nil {
		return nil, err
	}
	if s.known == nil {
		s.known = map[string]*sql.Stmt{}
	}
	s.known[query] = stmt
	return stmt, nil
}

// prepared is a runner that prepares each statement once.
type prepared struct {
	run   runner
	known *statements
}

func (p prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = context.WithoutCancel(ctx)
	stmt, err := p.known.get(ctx, query) //nolint:sqlclosecheck // stays prepared
	if err != nil || stmt == nil {
		return p.run.ExecContext(ctx, query, args...)
	}
	return stmt.ExecContext(ctx, args...)
}

func (p prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx = context.WithoutCancel(ctx)
	stmt, err := p.known.get(ctx, query) //nolint:sqlclosecheck // stays prepared
	if err != nil || stmt == nil {
		return p.run.QueryContext(ctx, query, args...)
	}
	return stmt.QueryContext(ctx, args...)
}

func (p prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx = context.WithoutCancel(ctx)
	stmt, err := p.known.get(ctx, query) //nolint:sqlclosecheck // stays prepared
	if err != nil || stmt == nil {
		return p.run.QueryRowContext(ctx, query, args...)
	}
	return stmt.QueryRowContext(ctx, args...)
}

func (p prepared) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return p.run.PrepareContext(ctx, query)
}
