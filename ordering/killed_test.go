package ordering

import (
	"errors"
	"sync/atomic"
)

var errKilled = errors.New("killed")

// goesOn asks what happens between two steps.
func (s *shop) goesOn() error {
	if happens := s.between.Load(); happens != nil {
		return (*happens)()
	}
	return nil
}

// steps counts those that a process has left to go.
type steps struct{ left atomic.Int64 }

// killed reports whether the process went no further for want of steps.
func (n *steps) killed() bool { return n.left.Load() < 0 }

// killedAfter ends whatever the process drives after so many more steps: each commit is one, and each call to
// peers.
func (s *shop) killedAfter(most int) *steps {
	n := &steps{}
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

// livesOn has the next process go on, and answers how many steps the one before had left.
func (s *shop) livesOn(n *steps) int {
	s.between.Store(nil)
	return int(max(0, n.left.Load()))
}

// before has something happen once, before the step with a number: 0 is the next one.
func (s *shop) before(step int, do func()) {
	n := &steps{}
	n.left.Store(int64(step))
	happens := func() error {
		if n.left.Add(-1) == -1 {
			s.between.Store(nil)
			do()
		}
		return nil
	}
	s.between.Store(&happens)
}
