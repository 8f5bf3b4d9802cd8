package peer

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// A call is tried three times at the most, and all calls together are tried again for a tenth of their
	// number: what was not used of that is kept, up to mostTries.
	tries                 = 3
	share                 = 0.1
	firstTries, mostTries = 10, 100
	// jitter is the most that is waited before the second try, and twice that before the third.
	jitter = 20 * time.Millisecond
	// mostRefusal bounds what is read of an answer that a service is unavailable.
	mostRefusal = 1 << 20
)

// outcome is how a try went.
type outcome struct {
	answer *http.Response
	err    error
	again  bool // it may be tried again
}

// RoundTrip calls one of the replicas, and another where the first certainly did not get the call, or where
// it failed and the call only reads.
func (p *Peer) RoundTrip(r *http.Request) (*http.Response, error) {
	left, refusal := p.enter(r.Context())
	if refusal != nil {
		closeBody(r)
		return nil, refusal
	}
	answer, err := p.call(r)
	left(answer, err)
	return answer, err
}

func (p *Peer) call(r *http.Request) (*http.Response, error) {
	p.earn()
	var tried []*address
	var last outcome
	for n := range tries {
		a, conn, err := p.acquire(r.Context(), tried)
		if err != nil {
			closeBody(r)
			if n == 0 {
				last.err = err
			}
			break
		}
		last = p.send(a, conn, r)
		if !last.again || n+1 == tries {
			break
		}
		next, ok := again(r)
		if !ok || !p.spend() || p.config.Wait(r.Context(), rand.N(jitter<<n)) != nil { //nolint:gosec // jitter
			break
		}
		r, tried = next, append(tried, a)
		p.figures.tries.Inc()
	}
	return last.answer, last.err
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}

// again is a request once more, with what is left of its time.
func again(r *http.Request) (*http.Request, bool) {
	next := r.WithContext(r.Context())
	if r.Body != nil && r.Body != http.NoBody {
		if r.GetBody == nil {
			return nil, false
		}
		body, err := r.GetBody()
		if err != nil {
			return nil, false
		}
		next.Body = body
	}
	const timeout = "Connect-Timeout-Ms"
	if deadline, ok := r.Context().Deadline(); ok && r.Header.Get(timeout) != "" {
		next.Header = r.Header.Clone()
		next.Header.Set(timeout, strconv.FormatInt(max(1, time.Until(deadline).Milliseconds()), 10))
	}
	return next, true
}

// send tries a call with one replica.
func (p *Peer) send(a *address, conn *http.ClientConn, r *http.Request) outcome {
	answer, err := conn.RoundTrip(a.request(r))
	if err == nil && answer.StatusCode != http.StatusServiceUnavailable {
		p.served(a)
		p.figures.calls.WithLabelValues(outcomeOK).Inc()
		answer.Body = &body{ReadCloser: answer.Body, over: sync.OnceFunc(func() { p.left(a) })}
		return outcome{answer: answer}
	}
	defer p.left(a)
	onlyReads := r.Context().Value(reads{}) != nil
	switch {
	case err == nil:
		keep(answer)
		p.strike(a)
		p.figures.calls.WithLabelValues(outcomeUnavailable).Inc()
		return outcome{answer: answer, again: onlyReads}
	case r.Context().Err() != nil:
		p.figures.calls.WithLabelValues(outcomeEnded).Inc()
		return outcome{err: err}
	case unsent(err):
		p.figures.calls.WithLabelValues(outcomeUnsent).Inc()
		return outcome{err: err, again: true}
	case conn.Err() == nil: // the answer was cut off, and not the connection
		p.strike(a)
		p.figures.calls.WithLabelValues(outcomeLost).Inc()
		return outcome{err: err}
	}
	p.lost(a, conn, err)
	p.figures.calls.WithLabelValues(outcomeLost).Inc()
	// not wrapped: Connect would take a connection that is reset for a caller who went away
	err = fmt.Errorf("the connection to a replica of %s was lost: %s", p.config.Service, err.Error())
	return outcome{err: err, again: onlyReads}
}

// unsentErrors are net/http's words for a request that no handler has seen. It has no values for them that
// could be compared; TestADrainingReplicaLosesNothing and TestAStreamThatIsRefusedGoesElsewhere hold them.
var unsentErrors = []string{
	"http2: client conn not usable", "http2: client conn could not be established",
	"received Server's graceful shutdown GOAWAY", "REFUSED_STREAM",
}

func unsent(err error) bool {
	text := err.Error()
	return slices.ContainsFunc(unsentErrors, func(words string) bool { return strings.Contains(text, words) })
}

// keep reads an answer to its end, so that its request can be sent again, or the answer be given.
func keep(answer *http.Response) {
	said, _ := io.ReadAll(io.LimitReader(answer.Body, mostRefusal))
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(said))
}

// body tells when its call is over.
type body struct {
	io.ReadCloser
	over func()
}

// Close ends the call.
func (b *body) Close() error {
	defer b.over()
	return b.ReadCloser.Close()
}

// earn adds a call's share to the budget of tries.
func (p *Peer) earn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens = min(p.tokens+share, mostTries)
}

// spend takes a try from the budget, if there is one left.
func (p *Peer) spend() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tokens < 1 {
		return false
	}
	p.tokens--
	return true
}
