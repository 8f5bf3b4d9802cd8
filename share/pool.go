package share

import "sync/atomic"

// Pool is a number of places that are taken or refused at once. What one client may have of it shrinks as it
// fills, so that a few clients cannot fill it: never more than its share, nor than a quarter of what is left,
// but one.
type Pool struct {
	kind       Kind
	size, most int32
	used       atomic.Int32
	full       error
}

// NewPool makes a pool of which one client may have so many places at the most. A full one refuses with an
// error.
func NewPool(kind Kind, size, most int, full error) *Pool {
	return &Pool{kind: kind, size: int32(size), most: int32(most), full: full}
}

// Enter takes a place, or fails with ErrShare or the pool's own error. Whoever entered must Leave.
func (p *Pool) Enter(c *Client) error {
	used := p.used.Add(1)
	free := p.size - used + 1
	switch {
	case free <= 0:
		p.used.Add(-1)
		return p.full
	case !c.Take(p.kind, int(min(p.most, max(free/4, 1)))):
		p.used.Add(-1)
		return ErrShare
	}
	return nil
}

// Leave gives the place back.
func (p *Pool) Leave(c *Client) {
	c.Leave(p.kind)
	p.used.Add(-1)
}

// Used is how many places are taken.
func (p *Pool) Used() int { return int(p.used.Load()) }
