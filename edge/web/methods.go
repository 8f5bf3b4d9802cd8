package web

import (
	"context"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/fault"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
)

const (
	// methodsWithin is how long payments is waited for, for which ways to pay there are, and payAgainIn how
	// long it is not asked after it did not answer.
	methodsWithin = time.Second
	payAgainIn    = time.Second
)

// methods are the ways to pay that payments last told of.
type methods struct {
	mu        sync.Mutex
	known     []string
	awayUntil time.Time
}

// PayMethods answers the ways to pay. Where payments cannot be reached it says so, with those that it last
// told of.
func (s *Site) PayMethods(ctx context.Context) (known []string, away bool, err error) {
	if known, away = s.methods.last(s.Host.Now()); away {
		return known, true, nil
	}
	asking, cancel := context.WithTimeout(ctx, methodsWithin)
	defer cancel()
	answer, err := s.Payments.Methods(asking, &paymentsv1.MethodsRequest{})
	switch {
	case err == nil:
		s.methods.learn(answer.GetMethods())
		return answer.GetMethods(), false, nil
	case fault.Away(err) && ctx.Err() == nil:
		s.methods.gone(s.Host.Now())
		return known, true, nil
	}
	return nil, false, err
}

func (m *methods) last(now time.Time) (known []string, away bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.known, now.Before(m.awayUntil)
}

func (m *methods) learn(known []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known, m.awayUntil = known, time.Time{}
}

func (m *methods) gone(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.awayUntil = now.Add(payAgainIn)
}
