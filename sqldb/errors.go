package sqldb

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/artisan-eats/artisan/fault"
)

// classify turns an engine's error into a fault: what is worth another try later
// is Unavailable, what broke a rule of the data stays itself for IsUnique and
// IsCheck, and everything else is a bug. Faults and sql.ErrNoRows pass through.
func classify(err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if isUnavailable(err) {
		return fault.New(fault.Unavailable, "unavailable",
			"The shop's records cannot be reached or written just now. Please try again.").Because(err)
	}
	return err
}

// Classify is for errors of queries that ran outside Tx.
func Classify(err error) error { return classify(err) }

// commitFault says what a failed COMMIT means: a connection that was lost
// while it ran leaves the outcome unknown.
func commitFault(err error) error {
	if isConnectionLost(err) || isEnded(err) {
		return errUnknown.Because(err)
	}
	return err
}

var errUnknown = fault.New(fault.Unknown, "unknown_outcome",
	"Whether this went through is not known yet. Please try again.")

// ErrRetry is for a transaction that finds, as it writes, that another was faster:
// Tx takes back what it did and runs it again.
var ErrRetry = errors.New("sqldb: another transaction was faster")

// IsNone reports whether a query of one row found none.
func IsNone(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// IsUnique reports whether an error is a broken uniqueness rule.
func IsUnique(err error) bool { return isUnique(err) }

func isUnique(err error) bool {
	return hasState(err, "23505") || hasState(err, "42P06") ||
		hasCode(err, sqlite3.SQLITE_CONSTRAINT_UNIQUE) || hasCode(err, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// IsCheck reports whether an error is a broken CHECK rule.
func IsCheck(err error) bool {
	return hasState(err, "23514") || hasCode(err, sqlite3.SQLITE_CONSTRAINT_CHECK)
}

// isRetryable: the transaction was sent back whole, and may be run again.
func isRetryable(err error) bool {
	return errors.Is(err, ErrRetry) || hasState(err, "40001") || hasState(err, "40P01") ||
		hasCode(err, sqlite3.SQLITE_BUSY) || hasCode(err, sqlite3.SQLITE_BUSY_SNAPSHOT)
}

func isUnavailable(err error) bool {
	if isRetryable(err) || isConnectionLost(err) || isEnded(err) {
		return true
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		// 08 connection, 53 resources, 57 an operator's doing, or a statement's time is over, 58 the
		// machine's, 25006 a standby, 25P03 idle for too long.
		return strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "53") ||
			strings.HasPrefix(pg.Code, "57") ||
			strings.HasPrefix(pg.Code, "58") || pg.Code == "25006" || pg.Code == "25P03"
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN,
			sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PERM:
			return true
		}
	}
	return false
}

func isConnectionLost(err error) bool {
	var network net.Error
	var connect *pgconn.ConnectError
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, io.EOF) ||
		errors.Is(err, net.ErrClosed) || errors.As(err, &network) || errors.As(err, &connect) ||
		hasState(err, "57P01") || hasState(err, "57P02") ||
		(err != nil && strings.Contains(err.Error(), "conn closed"))
}

// isNoTransaction: ROLLBACK found that SQLite had rolled back already.
func isNoTransaction(err error) bool {
	return strings.Contains(err.Error(), "no transaction is active")
}

func hasState(err error, state string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == state
}

func hasCode(err error, code int) bool {
	var lite *sqlite.Error
	return errors.As(err, &lite) && (lite.Code() == code || lite.Code()&0xff == code)
}
