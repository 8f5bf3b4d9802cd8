package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

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
	db := &DB{Engine: Postgres, now: c.Now, schema: c.Schema, config: config, limits: c.Limits}
	db.patience()
	pool := stdlib.OpenDB(*config)
	if c.MaxConns == 0 {
		c.MaxConns = 12
	}
	pool.SetMaxOpenConns(c.MaxConns)
	pool.SetMaxIdleConns(c.MaxConns)
	pool.SetConnMaxIdleTime(time.Minute)
	// Two processes may start at once, and CREATE SCHEMA IF NOT EXISTS is not safe against itself.
	for attempt := 0; ; attempt++ {
		_, err = pool.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{c.Schema}.Sanitize())
		if err == nil || attempt == 3 || !isUnique(err) {
			break
		}
	}
	if err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("open schema %s: %w", c.Schema, classify(err))
	}
	db.read, db.write = pool, pool
	return db, nil
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

// postgresTx runs fn between BEGIN and COMMIT.
func (db *DB) postgresTx(
	ctx context.Context, options *sql.TxOptions, fn func(context.Context, *Tx) error,
) (err error) {
	// The transaction's own context outlives a cancelled caller, so that COMMIT does. It ends with the time
	// for BEGIN, COMMIT or ROLLBACK.
	lasting, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	conn, raw, err := db.begin(ctx, lasting, end, options)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	committing := false
	defer func() {
		// after a panic too: the connection would wait for ever for its transaction, which keeps its locks
		if !committing {
			err = errors.Join(err, within(db.limits.Begin, end, func() error { return rollback(raw) }))
		}
	}()
	tx := &Tx{Querier: Querier{run: raw, Engine: db.Engine, unlocked: options != nil}, db: db}
	if err := tx.do(ctx, fn); err != nil {
		return err
	}
	committing = true
	before := db.unreplicated.Load()
	if err := within(db.limits.Commit, end, raw.Commit); err != nil {
		if options != nil { // it only read
			return err
		}
		return commitFault(err)
	}
	if db.unreplicated.Load() != before && isUnreplicated(conn) {
		return errUnknown.Because(errNoStandby)
	}
	tx.committed()
	return nil
}

// begin takes a connection and begins a transaction on it, within the caller's time and that of BEGIN.
func (db *DB) begin(
	ctx, lasting context.Context, end func(), options *sql.TxOptions,
) (*sql.Conn, *sql.Tx, error) {
	ctx, cancel := context.WithTimeout(ctx, db.limits.Begin)
	defer cancel()
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, end)
	raw, err := conn.BeginTx(lasting, options)
	if inTime := stop(); err == nil && inTime {
		return conn, raw, nil
	}
	if raw != nil {
		_ = raw.Rollback()
	}
	return nil, nil, errors.Join(err, ctx.Err(), conn.Close())
}

// migrating is a pool for migrations, which may take their time.
func (db *DB) migrating() *sql.DB {
	config := db.config.Copy()
	config.RuntimeParams[statementSetting], config.RuntimeParams[idleSetting] = "0", "0"
	return stdlib.OpenDB(*config)
}

// within does something of a transaction, and ends the transaction's context when it takes longer.
func within(most time.Duration, end func(), do func() error) error {
	timer := time.AfterFunc(most, end)
	defer timer.Stop()
	return do()
}

func rollback(tx *sql.Tx) error {
	if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) && !isConnectionLost(err) &&
		!isEnded(err) {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}
