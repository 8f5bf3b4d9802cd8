package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/artisan-eats/artisan/fault"
)

func openPostgres(ctx context.Context, c Config) (*DB, error) {
	config, err := pgx.ParseConfig(c.URL)
	if err != nil {
		// The parser's own text would repeat the password.
		return nil, fault.New(fault.Invalid, "database_url",
			"The database URL cannot be read; it should look like postgres://user:password@host:5432/name.")
	}
	config.RuntimeParams["search_path"] = c.Schema
	config.RuntimeParams["application_name"] = "artisan " + c.Schema
	if !c.Searches {
		for _, setting := range byKey {
			config.RuntimeParams[setting[0]] = setting[1]
		}
	}
	db := &DB{
		Engine: Postgres, now: c.Now, schema: c.Schema, config: config, limits: c.Limits,
		keepSchema: c.KeepSchema,
	}
	db.patience()
	if c.MaxConns == 0 {
		c.MaxConns = 12
	}
	pool := openPool(stdlib.GetConnector(*config), c.MaxConns)
	if !c.KeepSchema {
		if err := makeSchema(ctx, pool, c.Schema); err != nil {
			_ = pool.Close()
			return nil, err
		}
	}
	db.read, db.write = pool, pool
	return db, nil
}

// makeSchema makes a schema where it is missing. Two processes may do so at once, and CREATE SCHEMA IF NOT
// EXISTS is not safe against itself.
func makeSchema(ctx context.Context, pool *sql.DB, schema string) (err error) {
	for attempt := 0; ; attempt++ {
		_, err = pool.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{schema}.Sanitize())
		if err == nil || attempt == 3 || !isUnique(err) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("open schema %s: %w", schema, classify(err))
	}
	return nil
}

// byKey is how PostgreSQL plans where rows are found by keys, in statements that stay prepared. One plan
// each, made once, is what they need; and one that was made while a table was small must not scan it for the
// rest of its life. A page of a list comes from its index in order: a bitmap would gather and sort all that a
// large producer ever had. So two keys are two queries, with UNION between them and no OR.
var byKey = [][2]string{
	{"plan_cache_mode", "force_generic_plan"},
	{"enable_seqscan", "off"},
	{"enable_bitmapscan", "off"},
	{"enable_hashjoin", "off"},
	{"enable_mergejoin", "off"},
	{"jit", "off"},
}

// What begins a transaction.
const (
	beginWrite = "begin"
	// beginView is of a transaction that only reads, and sees all as it was at one moment.
	beginView = "begin isolation level repeatable read read only"
)

// postgresTx runs fn between what begins a transaction and its COMMIT, which outlives a cancelled caller.
func (db *DB) postgresTx(ctx context.Context, begin string, fn func(context.Context, *Tx) error) (err error) {
	conn, err := db.take(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	err = pg(conn, func(c *pgConn) error { c.begin(begin, db.limits.Begin+db.limits.Statement); return nil })
	if err != nil {
		return err
	}
	committing := false
	defer func() {
		// after a panic too: the connection would wait for ever for its transaction, which keeps its locks
		if !committing {
			err = errors.Join(err, db.rollback(ctx, conn))
		}
	}()
	tx := &Tx{
		Querier: Querier{run: conn, Engine: db.Engine, unlocked: begin == beginView}, db: db, conn: conn,
	}
	if err := tx.do(ctx, fn); err != nil {
		return err
	}
	committing = true
	return db.commit(ctx, tx)
}

// take takes a connection within the caller's time and that of BEGIN.
func (db *DB) take(ctx context.Context) (*sql.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, db.limits.Begin)
	defer cancel()
	return db.write.Conn(ctx)
}

func (db *DB) commit(ctx context.Context, tx *Tx) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), db.limits.Commit)
	defer cancel()
	before := db.unreplicated.Load()
	if err := pg(tx.conn, func(c *pgConn) error { return c.commit(ctx) }); err != nil {
		if tx.unlocked { // it only read
			return err
		}
		return commitFault(err)
	}
	if db.unreplicated.Load() != before && isUnreplicated(tx.conn) {
		return errUnknown.Because(errNoStandby)
	}
	tx.committed()
	return nil
}

func (db *DB) rollback(ctx context.Context, conn *sql.Conn) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), db.limits.Begin)
	defer cancel()
	err := pg(conn, func(c *pgConn) error { return c.rollback(ctx) })
	if err != nil && !isConnectionLost(err) && !isEnded(err) {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}

// migrating is a pool for migrations, which may take their time.
func (db *DB) migrating() *sql.DB {
	config := db.config.Copy()
	config.RuntimeParams[statementSetting], config.RuntimeParams[idleSetting] = "0", "0"
	return stdlib.OpenDB(*config)
}
