package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
)

const (
	// A server that cannot be connected to is tried again by one caller at a time, after a pause that grows
	// from shortest to longest. Meanwhile all others are told at once what was wrong.
	shortestPause, longestPause = 500 * time.Millisecond, time.Second
	// oneMore is after how long a pool whose server is back may have one connection more.
	oneMore = 500 * time.Millisecond
)

// comeback keeps a pool from running at a server that is away, or has just come back: all pools of a shop
// together would keep it from coming up. While it is away a pool tries for one connection now and then; once
// it is back it has one, and soon another, and those who wait take turns.
type comeback struct {
	driver.Connector
	pool *sql.DB
	most int
	turn chan struct{} // is taken by who connects: when the server goes, one finds out
	live atomic.Int32  // connections that there are

	mu    sync.Mutex
	wrong error // why there was none, the last time
	pause time.Duration
	until time.Time
	now   int // how many there may be; zero is as many as usual
}

// openPool opens a pool whose connections send BEGIN along with what follows it, with so many at the
// most.
func openPool(by driver.Connector, most int) *sql.DB {
	c := &comeback{Connector: by, most: most, turn: make(chan struct{}, 1)}
	c.pool = sql.OpenDB(c)
	c.limit(most)
	c.pool.SetConnMaxIdleTime(time.Minute)
	return c.pool
}

// Connect makes a connection, unless the server has just turned out to be away.
func (c *comeback) Connect(ctx context.Context) (driver.Conn, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := c.away(); err != nil {
		return nil, err
	}
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		if ctx.Err() == nil {
			c.fails(err)
		}
		return nil, err
	}
	c.live.Add(1)
	c.succeeds()
	made := conn.(*stdlib.Conn) //nolint:forcetypeassert // what the driver makes
	return &pgConn{Conn: made, closed: func() { c.live.Add(-1) }}, nil
}

// away is why nobody is to try now; nil where somebody may.
func (c *comeback) away() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wrong == nil {
		return nil
	}
	if time.Now().Before(c.until) {
		return c.wrong
	}
	return nil
}

// fails takes down that the server is away. Connections that nobody uses are gone too, or no worse for being
// made again.
func (c *comeback) fails(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pause = min(max(2*c.pause, shortestPause), longestPause)
	c.wrong, c.until = err, time.Now().Add(c.pause)
	c.now = max(1, int(c.live.Load()))
	c.limit(c.now)
}

// succeeds has the pool have more connections again, one by one.
func (c *comeback) succeeds() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wrong == nil {
		return
	}
	c.wrong, c.pause = nil, 0
	time.AfterFunc(oneMore, c.more)
}

func (c *comeback) more() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wrong != nil || c.now == 0 {
		return
	}
	if c.now++; c.now >= c.most {
		c.now = 0
		c.limit(c.most)
		return
	}
	c.limit(c.now)
	time.AfterFunc(oneMore, c.more)
}

// limit is of connections in use and of those that are kept.
func (c *comeback) limit(most int) {
	c.pool.SetMaxOpenConns(most)
	c.pool.SetMaxIdleConns(most)
}
