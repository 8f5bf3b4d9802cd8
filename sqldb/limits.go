package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"net"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Limits are how long PostgreSQL is waited for. What they end is Unavailable, but for a COMMIT, which is
// Unknown.
type Limits struct {
	// Begin is for a connection and the BEGIN on it, and for a ROLLBACK. A caller's own deadline may be
	// sooner.
	Begin time.Duration
	// Commit is for a COMMIT, with its wait for a standby.
	Commit time.Duration
	// Statement is when the server ends a statement by itself. Migrations may take longer.
	Statement time.Duration
	// Idle is when the server ends a transaction in which nobody says anything.
	Idle time.Duration
	// Network is how long what was sent to the other side may be unacknowledged, for both of them.
	Network time.Duration
	// Connect is for a new connection.
	Connect time.Duration
}

// orUsual fills in what is not said.
func (l Limits) orUsual() Limits {
	return Limits{
		Begin: cmp.Or(l.Begin, 10*time.Second), Commit: cmp.Or(l.Commit, 15*time.Second),
		Statement: cmp.Or(l.Statement, 30*time.Second), Idle: cmp.Or(l.Idle, 30*time.Second),
		Network: cmp.Or(l.Network, 15*time.Second), Connect: cmp.Or(l.Connect, 5*time.Second),
	}
}

const (
	statementSetting = "statement_timeout"
	idleSetting      = "idle_in_transaction_session_timeout"
	networkSetting   = "tcp_user_timeout"
)

// patience sets a connection's limits, but for those that the database's URL sets, and listens for commits
// that no standby has.
func (db *DB) patience() {
	for name, limit := range map[string]time.Duration{
		statementSetting: db.limits.Statement, idleSetting: db.limits.Idle, networkSetting: db.limits.Network,
	} {
		if db.config.RuntimeParams[name] == "" {
			db.config.RuntimeParams[name] = strconv.FormatInt(limit.Milliseconds(), 10)
		}
	}
	db.config.ConnectTimeout = cmp.Or(db.config.ConnectTimeout, db.limits.Connect)
	db.config.DialFunc = (&net.Dialer{Control: func(network, _ string, conn syscall.RawConn) error {
		return limitNetwork(network, conn, db.limits.Network)
	}}).DialContext
	db.config.OnNotice = db.noticed
}

// errNoStandby is why a commit is unknown that the server has on its own disk: what the standby takes over
// may be without it.
var errNoStandby = errors.New("the wait for the standby was cancelled")

// unreplicated marks a connection whose last commit no standby has.
const unreplicated = "unreplicated"

// noticed takes what PostgreSQL says by the way. That a wait for a standby was cancelled, or that the server
// stops during it, is a warning only, and the COMMIT succeeds; it is told by the function that warns, for the
// text is in the server's language.
func (db *DB) noticed(conn *pgconn.PgConn, notice *pgconn.Notice) {
	if notice.Routine == "SyncRepWaitForLSN" {
		conn.CustomData()[unreplicated] = true
		db.unreplicated.Add(1)
	}
}

// isUnreplicated reports whether no standby has the connection's last commit, once.
func isUnreplicated(conn *sql.Conn) (is bool) {
	err := pg(conn, func(c *pgConn) error {
		data := c.Conn.Conn().PgConn().CustomData()
		_, is = data[unreplicated]
		delete(data, unreplicated)
		return nil
	})
	return is || err != nil
}

// isEnded reports whether a limit, or a caller, ended what was under way.
func isEnded(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}
