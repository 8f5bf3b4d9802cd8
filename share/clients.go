package share

import (
	"hash/maphash"
	"sync"
	"time"
)

const (
	shards = 64
	// maxIdle bounds how many clients are remembered that have nothing open, because of what they did a
	// moment ago.
	maxIdle = 1 << 14
)

// Clients are those that have something open, or did much a moment ago. What they take in memory is bounded
// by what can be open at once, and maxIdle.
type Clients struct {
	rules  Rules
	seed   maphash.Seed
	shards [shards]shard
	begun  time.Time
	warned sync.Once
}

type shard struct {
	now     func() int64
	mu      sync.Mutex
	clients map[Key]*Client
	idle    int
}

// NewClients makes clients that are told apart by rules.
func NewClients(rules Rules) *Clients {
	c := &Clients{rules: rules, seed: maphash.MakeSeed(), begun: time.Now()}
	now := func() int64 { return int64(time.Since(c.begun)) }
	for i := range c.shards {
		c.shards[i] = shard{now: now, clients: map[Key]*Client{}}
	}
	return c
}

// Acquire gives the client of a key. Whoever acquired it must Release it.
func (c *Clients) Acquire(key Key) *Client {
	s := &c.shards[maphash.Comparable(c.seed, key)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	client := s.clients[key]
	switch {
	case client == nil:
		client = &Client{home: s, key: key}
		s.clients[key] = client
	case client.refs == 0:
		s.idle--
	}
	client.refs++
	return client
}

// Release forgets a client that has nothing open any more, as soon as it may do as much as one that just
// came.
func (c *Client) Release() {
	if c == nil {
		return
	}
	s := c.home
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.refs--; c.refs > 0 {
		return
	}
	if c.idleAt() <= s.now() {
		delete(s.clients, c.key)
		return
	}
	s.idle++
	if s.idle > maxIdle/shards {
		s.sweep()
	}
}

// idleAt is when there is nothing to remember a client for that has nothing open.
func (c *Client) idleAt() int64 { return max(c.due.Load(), c.lined.Load()) }

// sweep forgets idle clients: all that have nothing to be remembered for, and as many others as there are too
// many.
func (s *shard) sweep() {
	now := s.now()
	for key, client := range s.clients {
		if client.refs == 0 && (client.idleAt() <= now || s.idle > maxIdle/shards/2) {
			delete(s.clients, key)
			s.idle--
		}
	}
}

// known is how many clients are remembered.
func (c *Clients) known() (n int) {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		n += len(s.clients)
		s.mu.Unlock()
	}
	return n
}
