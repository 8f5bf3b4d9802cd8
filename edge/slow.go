package edge

import (
	"io"
	"net/http"
	"time"
)

// Whoever sends or reads slowly is waited for this long. The deadlines are the network's, so they go by the real clock.
const (
	// A body has to come at leastRate bytes a second, but for a pause of bodyGrace.
	leastRate = 16 << 10
	bodyGrace = 5 * time.Second
	// workTimeout is when an answer has to be on its way, whatever it waits for: its body, a place, others.
	workTimeout = time.Minute
	// Of an answer each piece has to be taken within slowReader.
	pieceSize  = 32 << 10
	slowReader = 5 * time.Second
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

// pour writes an answer's body to a client that has to read it. Whoever does not is cut off: the server ends the
// connection, or the HTTP/2 stream, of an answer that did not get out whole.
func pour(w http.ResponseWriter, body []byte, ended <-chan struct{}) {
	if len(body) <= pieceSize {
		_, _ = w.Write(body) //nolint:gosec // made by encoding/json or templ, which escape
		return
	}
	for len(body) > 0 {
		piece := body[:min(len(body), pieceSize)]
		body = body[len(piece):]
		hasToRead(w)
		if _, err := w.Write(piece); err != nil { //nolint:gosec // made by encoding/json or templ, which escape
			return
		}
		select {
		case <-ended:
			return
		default:
		}
	}
}

// hasToRead begins an answer that took work: its first piece has to be taken soon. (What comes from memory has the server's own
// deadline, which is as soon, counted from the request.)
func hasToRead(w http.ResponseWriter) { mayTake(w, slowReader) }

// mayTake sets when the answer, or its next piece, has to be out; an HTTP/2 stream is ended then, written to or not.
func mayTake(w http.ResponseWriter, d time.Duration) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(d))
}
