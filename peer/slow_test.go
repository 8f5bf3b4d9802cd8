package peer_test

import (
	"context"
	"sync"
	"testing"
	"time"

	troublev1 "github.com/artisan-eats/artisan/gen/artisan/trouble/v1"
)

// waitsInVain calls a replica that does not answer, and gives up after so long by the shop's clock.
func (s *street) waitsInVain(r *replica, long time.Duration) {
	s.Helper()
	met := make(chan struct{})
	r.does(func(ctx context.Context) error { close(met); <-ctx.Done(); return ctx.Err() })
	ctx, cancel := context.WithDeadline(s.Context(), time.Now().Add(50*time.Millisecond))
	defer cancel()
	var calling sync.WaitGroup
	calling.Go(func() {
		if _, err := s.service.Retry(ctx, &troublev1.RetryRequest{}); err == nil {
			s.Error("a call that nobody answered is answered")
		}
	})
	<-met
	s.clock.Advance(long)
	calling.Wait()
}

// TestASlowServiceIsAskedByAFew has calls wait in vain until only a few at a time wait, and the others fail
// at once; one answer that comes soon ends that.
func TestASlowServiceIsAskedByAFew(t *testing.T) {
	r := openMany(t, 1)[0]
	s := connected(t, r)
	for range 3 {
		s.waitsInVain(r, 4*time.Second)
	}
	began, answers := make(chan struct{}, 9), make(chan struct{})
	r.does(func(context.Context) error { began <- struct{}{}; <-answers; return nil })
	var looking sync.WaitGroup
	for range 4 {
		looking.Go(func() {
			if err := s.read(); err != nil {
				t.Errorf("who looks whether it is still slow: %v", err)
			}
		})
		<-began
	}
	calls := r.calls.Load()
	s.fails("one more", s.read())
	s.fails("one more that writes", s.write())
	if n := r.calls.Load(); n != calls {
		t.Errorf("%d calls more reach a slow service", n-calls)
	}
	close(answers)
	looking.Wait()
	s.mustRead(9)
}

// TestWhoHasLittleTimeTellsNothingOfAService has many calls end that were not going to wait.
func TestWhoHasLittleTimeTellsNothingOfAService(t *testing.T) {
	r := openMany(t, 1)[0]
	s := connected(t, r)
	for range 9 {
		s.waitsInVain(r, time.Second)
	}
	began, answers := make(chan struct{}, 9), make(chan struct{})
	r.does(func(context.Context) error { began <- struct{}{}; <-answers; return nil })
	var all sync.WaitGroup
	for range 9 {
		all.Go(func() {
			if err := s.read(); err != nil {
				t.Errorf("a call: %v", err)
			}
		})
	}
	for range 9 {
		<-began
	}
	close(answers)
	all.Wait()
}

// TestAReadEndsSoonerThanWhoWaitsForIt looks at the time that the service is told of.
func TestAReadEndsSoonerThanWhoWaitsForIt(t *testing.T) {
	r := openMany(t, 1)[0]
	s := connected(t, r)
	var left time.Duration
	r.does(func(ctx context.Context) error {
		until, _ := ctx.Deadline()
		left = time.Until(until)
		return nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := s.service.ListTroubles(ctx, &troublev1.ListTroublesRequest{})
	if err != nil || left > 4*time.Second {
		t.Errorf("a read has %s (%v)", left, err)
	}
	if _, err := s.service.Retry(ctx, &troublev1.RetryRequest{}); err != nil || left < 50*time.Second {
		t.Errorf("a write has %s (%v)", left, err)
	}
}
