package fault

import (
	"fmt"
	"runtime"
	"strings"
)

// Recover makes a panic the error of the function that defers it, with the place that it came from, for the
// log. It is internal: what panicked is done with, and what runs beside it goes on.
//
//	func work() (err error) {
//		defer fault.Recover(&err)
func Recover(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("panic: %v, at %s", r, panicked())
	}
}

// Guard is a function that makes what panics in another its error: for work that runs in a goroutine of its
// own.
func Guard(work func() error) func() error {
	return func() (err error) {
		defer Recover(&err)
		return work()
	}
}

// panicked is the line that panicked, seen from a deferred function of a deferred function: the first one
// that is not the runtime's.
func panicked() string {
	callers := make([]uintptr, 16)
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers)])
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") || !more {
			return fmt.Sprintf("%s:%d", frame.Function, frame.Line)
		}
	}
}
