package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
)

// pgConn is a connection on which a transaction begins with its first statement: BEGIN, and the settings that
// come before any statement, go with it in one message. So a transaction is a journey to the server and back
// shorter than it has steps.
type pgConn struct {
	*stdlib.Conn
	closed func() // is told once
	// first is what goes before the next statement, and within how long both have to be answered.
	first  []string
	within time.Duration
	// answered ends the watch over that time.
	answered context.CancelFunc
	// failed is why the transaction has not begun though it was to. What comes next would stand for itself.
	failed error
}

// errNotBegun answers what is asked in a transaction whose beginning failed, as the server answers what is
// asked in one that has failed later.
var errNotBegun = errors.New("sqldb: the transaction has failed at its first statement")

// pg is the driver's connection under a pooled one, for as long as do runs.
func pg(conn *sql.Conn, do func(c *pgConn) error) error {
	return conn.Raw(func(raw any) error { return do(raw.(*pgConn)) }) //nolint:forcetypeassert // the pool's
}

// begin has a transaction begin with the next statement, which is answered within a time.
func (c *pgConn) begin(statement string, within time.Duration) {
	c.first, c.within, c.failed = []string{statement}, within, nil
}

// before has a statement go with the first one, if that was not sent yet.
func (c *pgConn) before(statement string) bool {
	if len(c.first) == 0 {
		return false
	}
	c.first = append(c.first, statement)
	return true
}

// ExecContext runs a statement.
func (c *pgConn) ExecContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Result, error) {
	if c.failed != nil {
		return nil, errNotBegun
	}
	if len(c.first) == 0 {
		return c.Conn.ExecContext(ctx, query, args)
	}
	results, err := c.send(ctx, query, args)
	if err != nil {
		return nil, err
	}
	tag, err := results.Exec()
	if err := c.end(errors.Join(err, results.Close())); err != nil {
		return nil, err
	}
	return driver.RowsAffected(tag.RowsAffected()), nil
}

// QueryContext runs a query.
func (c *pgConn) QueryContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Rows, error) {
	if c.failed != nil {
		return nil, errNotBegun
	}
	if len(c.first) == 0 {
		return c.Conn.QueryContext(ctx, query, args)
	}
	results, err := c.send(ctx, query, args)
	if err != nil {
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		return nil, c.end(errors.Join(err, results.Close()))
	}
	r := &pgRows{conn: c, results: results, rows: rows}
	r.more = rows.Next() // what the columns are is known from then on
	if rows.Err() != nil {
		return nil, r.Close()
	}
	return r, nil
}

// PrepareContext prepares a statement, in a transaction that has begun.
func (c *pgConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if len(c.first) > 0 {
		if err := c.sendFirst(ctx); err != nil {
			return nil, err
		}
	}
	return c.Conn.PrepareContext(ctx, query)
}

// sendFirst sends what goes first by itself.
func (c *pgConn) sendFirst(ctx context.Context) error {
	ctx, c.answered = context.WithTimeout(ctx, c.within)
	_, err := c.Conn.Conn().Exec(ctx, strings.Join(c.first, ";"))
	c.first = nil
	return c.end(err)
}

// Close closes it.
func (c *pgConn) Close() error {
	c.closed()
	return c.Conn.Close()
}

// ResetSession readies a connection for who takes it next.
func (c *pgConn) ResetSession(ctx context.Context) error {
	c.first, c.failed = nil, nil
	return c.Conn.ResetSession(ctx)
}

// send sends what goes first and a statement together. The results that it answers with begin with the
// statement's.
func (c *pgConn) send(
	ctx context.Context, query string, args []driver.NamedValue,
) (pgx.BatchResults, error) {
	batch, before := &pgx.Batch{}, len(c.first)
	for _, statement := range c.first {
		batch.Queue(statement)
	}
	values := make([]any, len(args))
	for i, arg := range args {
		values[i] = arg.Value
	}
	batch.Queue(query, values...)
	c.first = nil
	ctx, c.answered = context.WithTimeout(ctx, c.within)
	results := c.Conn.Conn().SendBatch(ctx, batch)
	for range before {
		if _, err := results.Exec(); err != nil {
			return nil, c.end(errors.Join(err, results.Close()))
		}
	}
	return results, nil
}

// end is when the first statement is answered. It notes when the transaction has not begun: the statement was
// not understood, and nothing was sent.
func (c *pgConn) end(err error) error {
	c.answered()
	if err != nil && c.Conn.Conn().PgConn().TxStatus() == 'I' {
		c.failed = err
	}
	return err
}

// commit commits, if anything was begun. A transaction that has failed is rolled back by it, which is an
// error.
func (c *pgConn) commit(ctx context.Context) error {
	if c.failed != nil {
		return errNotBegun
	}
	if len(c.first) > 0 {
		c.first = nil
		return nil
	}
	tag, err := c.Conn.Conn().Exec(ctx, "commit")
	if err == nil && tag.String() == "ROLLBACK" {
		return pgx.ErrTxCommitRollback
	}
	return err
}

// rollback rolls back what was begun.
func (c *pgConn) rollback(ctx context.Context) error {
	idle := len(c.first) > 0 || c.failed != nil
	if c.first, c.failed = nil, nil; idle {
		return nil
	}
	_, err := c.Conn.Conn().Exec(ctx, "rollback")
	return err
}

// pgRows are the rows of a query that was sent with what goes first.
type pgRows struct {
	conn    *pgConn
	results pgx.BatchResults
	rows    pgx.Rows
	// more: the next row was read already.
	more   bool
	closed bool
	fields []pgconn.FieldDescription
}

// Columns are the names of the columns.
func (r *pgRows) Columns() []string {
	r.fields = r.rows.FieldDescriptions()
	names := make([]string, len(r.fields))
	for i, field := range r.fields {
		names[i] = field.Name
	}
	return names
}

// Close reads past what was not read.
func (r *pgRows) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	r.rows.Close()
	return r.conn.end(errors.Join(r.rows.Err(), r.results.Close()))
}

// Next reads a row.
func (r *pgRows) Next(into []driver.Value) error {
	more := r.more || r.rows.Next()
	if r.more = false; !more {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return io.EOF
	}
	for i, raw := range r.rows.RawValues() {
		value, err := r.value(r.fields[i], raw)
		if err != nil {
			return err
		}
		into[i] = value
	}
	return nil
}

// value is a column's as the driver gives it. What it gives as text comes in binary here, arrays for example.
func (r *pgRows) value(field pgconn.FieldDescription, raw []byte) (driver.Value, error) {
	if raw == nil {
		return nil, nil
	}
	known := r.conn.Conn.Conn().TypeMap()
	typ, ok := known.TypeForOID(field.DataTypeOID)
	if !ok || field.Format == pgtype.TextFormatCode {
		return string(raw), nil
	}
	if _, isArray := typ.Codec.(*pgtype.ArrayCodec); !isArray {
		return typ.Codec.DecodeDatabaseSQLValue(known, field.DataTypeOID, field.Format, raw)
	}
	items, err := typ.Codec.DecodeValue(known, field.DataTypeOID, field.Format, raw)
	if err != nil {
		return nil, err
	}
	text, err := known.Encode(field.DataTypeOID, pgtype.TextFormatCode, items, nil)
	return string(text), err
}
