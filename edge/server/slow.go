package server

import (
	"io"
	"net/http"
	"time"
)

// Whoever sends or reads slowly is waited for this long. The deadlines are the network's, so they go by the
// real clock.
const (
	// A body has to come at leastRate bytes a second, but for a pause of bodyGrace.
	leastRate = 16 << 10
	bodyGrace = 5 * time.Second
	// workTimeout is when an answer has to be on its way, whatever it waits for: its body, a place, others.
	workTimeout = time.Minute
)

// paced reads a body that has to come at a least rate. A shop that stops waits for no more of it.
type paced struct {
	from   io.Reader
	bodies *bodies
	w      http.ResponseWriter
	within time.Duration // the whole body's time

	begun, due time.Time
	read       int64
}

// Read fails with the network's deadline where the body is too slow, and with errStopping.
func (p *paced) Read(to []byte) (int, error) {
	select {
	case <-p.bodies.stopping:
		return 0, errStopping
	default:
	}
	now := time.Now()
	if p.begun.IsZero() {
		p.begun = now
	}
	due := p.begun.Add(min(p.within, p.bodies.grace+time.Duration(p.read)*time.Second/leastRate))
	if soon := now.Add(p.bodies.grace); soon.Before(due) {
		due = soon
	}
	if due.Sub(p.due).Abs() > time.Second/2 {
		if err := p.bodies.await(p.w, due); err != nil {
			return 0, err
		}
		p.due = due
	}
	n, err := p.from.Read(to)
	p.read += int64(n)
	return n, err
}
