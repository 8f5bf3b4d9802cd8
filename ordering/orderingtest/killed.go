package orderingtest

import (
	"errors"
	"sync/atomic"
)

var errKilled = errors.New("killed")

// goesOn asks what happens between two steps.
func (s *Shop) goesOn() error {
	if happens := s.between.Load(); happens != nil {
		return (*happens)()
	}
	return nil
}

// Steps counts those that a process has left to go.
type Steps struct{ left atomic.Int64 }

// Killed reports whether the process went no further for want of steps.
func (n *Steps) Killed() bool { return n.left.Load() < 0 }

// KilledAfter ends whatever the process drives after so many more steps: each commit is one, and each call to
// peers.
func (s *Shop) KilledAfter(most int) *Steps {
	n := &Steps{}
	n.left.Store(int64(most))
	ends := func() error {
		if n.left.Add(-1) < 0 {
			return errKilled
		}
		return nil
	}
	s.between.Store(&ends)
	return n
}

// LivesOn has the next process go on, and answers how many steps the one before had left.
func (s *Shop) LivesOn(n *Steps) int {
	s.between.Store(nil)
	return int(max(0, n.left.Load()))
}

// Before has something happen once, before the step with a number: 0 is the next one.
func (s *Shop) Before(step int, do func()) {
	n := &Steps{}
	n.left.Store(int64(step))
	happens := func() error { //nolint:unparam // what is between may fail
		if n.left.Add(-1) == -1 {
			s.between.Store(nil)
			do()
		}
		return nil
	}
	s.between.Store(&happens)
}
