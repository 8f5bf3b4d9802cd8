package peer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"connectrpc.com/connect/v2"
)

const (
	// readWithin bounds a call that only reads, where somebody waits for it.
	readWithin = 4 * time.Second
	// A call that had nothing for lateAfter but the end of its time, or an error, is late. After lateOnes in
	// a row, and none that was answered sooner, the service is slow: then lookers calls at a time find out
	// whether it still is, and the others fail at once.
	lateAfter = 3 * time.Second
	lateOnes  = 3
	lookers   = 4
)

// What the context of a call says: that its method has no side effects; and that it has one answer, which is
// to come in time.
type (
	reads struct{}
	unary struct{}
)

// Interceptor tells a Peer which calls only read: those may be tried again where it is not known what became
// of them, and those that somebody waits for end within readWithin. It goes before whatever else bounds
// calls.
func Interceptor(next connect.ClientFunc) connect.ClientFunc {
	return func(ctx context.Context, spec connect.Spec) (connect.ClientStream, error) {
		if spec.StreamType == connect.StreamTypeUnary {
			ctx = context.WithValue(ctx, unary{}, true)
		}
		if spec.IdempotencyLevel != connect.IdempotencyNoSideEffects {
			return next(ctx, spec)
		}
		ctx = context.WithValue(ctx, reads{}, true)
		if _, waited := ctx.Deadline(); !waited || spec.StreamType != connect.StreamTypeUnary {
			return next(ctx, spec)
		}
		ctx, cancel := context.WithTimeout(ctx, readWithin)
		stream, err := next(ctx, spec)
		if err != nil {
			cancel()
			return nil, err
		}
		return timed{stream, cancel}, nil
	}
}

// timed is a client's stream with a time of its own.
type timed struct {
	connect.ClientStream
	cancel context.CancelFunc
}

// Close ends the call.
func (s timed) Close() error {
	err := s.ClientStream.Close()
	s.cancel()
	return err
}

// pace is how soon a service answers.
type pace struct {
	late    int // in a row
	looking int // calls under way since it is slow
}

func (c pace) slow() bool { return c.late >= lateOnes }

// enter lets a call go on, and says what to do when it is over; or refuses it where the service is slow and
// enough calls find out.
func (p *Peer) enter(ctx context.Context) (left func(*http.Response, error), refusal error) {
	if ctx.Value(unary{}) == nil {
		return func(*http.Response, error) {}, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	looks := p.pace.slow()
	if looks && p.pace.looking >= lookers {
		p.figures.calls.WithLabelValues(outcomeSlow).Inc()
		return nil, fmt.Errorf("%s answers too late", p.config.Service)
	}
	if looks {
		p.pace.looking++
	}
	begun := p.config.Now()
	return func(answer *http.Response, err error) {
		ended := errors.Is(ctx.Err(), context.DeadlineExceeded) || // by whoever noticed first
			err == nil && answer.StatusCode != http.StatusOK
		p.paced(looks, p.config.Now().Sub(begun), err == nil, ended)
	}, nil
}

// paced is told how long a call took, whether it was answered, and whether it ended without what it asked
// for.
func (p *Peer) paced(looked bool, took time.Duration, answered, ended bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if looked {
		p.pace.looking--
	}
	was := p.pace.slow()
	switch {
	case answered && took < lateAfter:
		p.pace.late = 0
	case ended && took >= lateAfter:
		p.pace.late++
	}
	switch is := p.pace.slow(); {
	case is && !was:
		p.config.Log.Warn("a service is slow", "peer", p.config.Service)
	case was && !is:
		p.config.Log.Info("a service is as fast as before", "peer", p.config.Service)
	}
}
