package peer

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"
)

const (
	// openWithin bounds how long it takes to connect to a replica.
	openWithin = 3 * time.Second
	// A replica that fails is left out for a pause, which grows from shortest to longest. Where there is no
	// other, it is tried again after lonely at the latest.
	shortest, longest, lonely = 100 * time.Millisecond, 5 * time.Second, 500 * time.Millisecond
	// A connection is made anew after three to five minutes, so that whatever stands between can send it
	// elsewhere.
	youngest = 3 * time.Minute
	// strikes is how many answers in a row that a replica cannot serve leave it out.
	strikes = 3
	// whole is how many calls at once a replica that was left out may have before it may have any number.
	whole = 64
)

// address is one replica, as its caller sees it. All of it is under the Peer's lock.
type address struct {
	base
	conn     *http.ClientConn // nil while there is none
	old      time.Time        // when conn is due to be made anew
	dialling bool
	gone     bool // no address of the service any more
	load     int  // calls under way

	fails  int           // how often it failed since it last served well
	struck int           // answers in a row that it cannot serve
	pause  time.Duration // how long it is left out,
	since  time.Time     // from when
	limit  int           // calls at once that it may have after that; 0 is any number
	tried  bool          // it could not be connected since the last replica was lost
}

func (a *address) until() time.Time { return a.since.Add(a.pause) }

// out reports whether it is left out.
func (a *address) out(now time.Time) bool {
	return now.Before(a.until()) || a.conn == nil && a.fails > 0
}

// request is a request to this replica.
func (a *address) request(r *http.Request) *http.Request {
	to := r.WithContext(r.Context())
	to.URL = &url.URL{Scheme: a.scheme, Host: a.host, Path: a.path + r.URL.Path, RawQuery: r.URL.RawQuery}
	to.Host = a.host
	return to
}

// ranks of replicas that are connected, the best first.
const (
	inService = iota
	returning // has as many calls as it may have so soon after it failed
	leftOut   // answers, but not well; still better than none
	triedAgain
	worst
)

func (a *address) rank(now time.Time, tried []*address) int {
	switch {
	case slices.Contains(tried, a):
		return triedAgain
	case now.Before(a.until()):
		return leftOut
	case a.limit > 0 && a.load >= a.limit:
		return returning
	}
	return inService
}

// leaveOut leaves a replica out for a while, longer each time.
func (p *Peer) leaveOut(a *address, because error) {
	if a.fails++; a.fails == 1 {
		p.config.Log.Warn("a replica is left out", "peer", p.config.Service, "address", a.host,
			"error", because)
	}
	grown := min(longest, shortest<<min(a.fails-1, 10))
	a.pause = grown/2 + rand.N(grown/2) //nolint:gosec // jitter
	a.since, a.limit, a.struck = p.config.Now(), 1, 0
}

// served is told of an answer: after some of them a replica that was left out is as good as any.
func (p *Peer) served(a *address) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a.struck = 0; a.limit == 0 {
		return
	}
	if a.limit *= 2; a.limit > whole {
		a.limit, a.fails = 0, 0
		p.config.Log.Info("a replica is back", "peer", p.config.Service, "address", a.host)
	}
}

// strike is told of an answer that a replica cannot serve. It may be nobody's fault, so one is none.
func (p *Peer) strike(a *address) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a.struck++; a.struck >= strikes && !p.config.Now().Before(a.until()) {
		p.leaveOut(a, errStruck)
	}
}

var errStruck = errors.New("it answers that it cannot serve")

// lost is told that a connection was lost under a call.
func (p *Peer) lost(a *address, conn *http.ClientConn, because error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a.conn == conn { // the first of its calls to tell
		p.leaveOut(a, because)
		p.drop(a)
	}
}

// left is told that a call is over.
func (p *Peer) left(a *address) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a.load--
}

// drop lets go of a connection that takes no more calls. Those that are under way on it go on.
func (p *Peer) drop(a *address) {
	if a.conn == nil {
		return
	}
	retire(a.conn)
	a.conn = nil
	if !p.connected() { // then each is tried at once, whatever its pause, before all count as out
		p.asked = false
		for _, other := range p.addresses {
			other.tried = false
		}
	}
}

// retire closes a connection that nobody uses; any other closes itself when nobody does any more.
func retire(conn *http.ClientConn) {
	if conn.InFlight() == 0 {
		go func() { _ = conn.Close() }()
	}
}

func (p *Peer) connected() bool {
	return slices.ContainsFunc(p.addresses, func(a *address) bool { return a.conn != nil })
}

// mayDial reports whether a replica is to be connected now; alone, that no other is.
func (a *address) mayDial(now time.Time, alone bool) bool {
	switch {
	case a.dialling:
		return false
	case a.conn != nil:
		return now.After(a.old)
	case alone && !a.tried:
		return true
	case alone:
		return !now.Before(a.since.Add(min(a.pause, lonely)))
	}
	return !now.Before(a.until())
}

// dial connects a replica, beside all calls.
func (p *Peer) dial(a *address) {
	conn, err := p.open(a.base)
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.tell()
	a.dialling = false
	now := p.config.Now()
	switch {
	case err != nil && a.conn != nil: // the old one still serves
		a.old = now.Add(longest)
	case err != nil:
		a.tried = true
		p.leaveOut(a, err)
	case a.gone:
		retire(conn)
	default:
		if a.conn != nil {
			retire(a.conn)
		}
		a.conn, a.pause = conn, 0
		a.old = now.Add(youngest + rand.N(youngest*2/3)) //nolint:gosec // jitter
	}
}

var errNotReady = errors.New("the process is not ready")

// open connects a replica and asks whether it is ready, so that no call is the first to find out.
func (p *Peer) open(at base) (*http.ClientConn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), openWithin)
	defer cancel()
	conn, err := p.transport.NewClientConn(ctx, at.scheme, at.host)
	if err != nil {
		return nil, err
	}
	if err = greet(ctx, conn, at); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

func greet(ctx context.Context, conn *http.ClientConn, at base) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.scheme+"://"+at.host+at.path+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := conn.RoundTrip(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<10)); err != nil {
		return err
	}
	if answer.StatusCode == http.StatusServiceUnavailable {
		return errNotReady
	}
	return nil
}
