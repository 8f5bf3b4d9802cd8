// Package fault names what can go wrong, once for all services: a kind, which
// decides the RPC code and the HTTP status, a stable code that programs can
// branch on, and a sentence that a person understands. Whatever is no *fault.Error
// is internal: it is logged where it happened, and nobody outside sees its text.
package fault

import (
	"context"
	"errors"
	"fmt"
)

// Kind says what sort of thing went wrong.
type Kind int

// The kinds. The zero Kind is Internal, so that nothing is told by accident.
const (
	Internal        Kind = iota // a bug or a broken machine
	Invalid                     // the request makes no sense; sending it again will not help
	Unauthenticated             // nobody is signed in, or the credentials are wrong
	Denied                      // signed in, but not allowed to
	NotFound                    // there is no such thing, or not for this caller
	Conflict                    // the state of things does not allow it, and the caller can see why
	Declined                    // the payment provider said no
	Exhausted                   // too much is asked for; later it will work
	Unavailable                 // something needed is down; later it will work
	Unknown                     // whether it happened is not known; ask again with the same key
)

// Error is a fault. Make one with New; wrap it with fmt.Errorf and %w on the way up.
type Error struct {
	Kind    Kind
	Code    string // stable snake_case, e.g. "out_of_stock"
	Message string // for a person
	Fields  []Field
	cause   error
	told    bool // by another service
}

// Field says what is wrong with one field or line of a request.
type Field struct {
	Name    string
	Message string
}

// New makes a fault.
func New(kind Kind, code, message string, fields ...Field) *Error {
	return &Error{Kind: kind, Code: code, Message: message, Fields: fields}
}

// Newf makes a fault whose message is formatted.
func Newf(kind Kind, code, format string, args ...any) *Error {
	return New(kind, code, fmt.Sprintf(format, args...))
}

// Because keeps the error behind a fault, for logs and errors.Is; it never leaves the process.
func (e *Error) Because(cause error) *Error {
	with := *e
	with.cause = cause
	return &with
}

func (e *Error) Error() string {
	if e.cause != nil {
		return e.Message + ": " + e.cause.Error()
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Of finds the fault in an error's chain. A context's end is Unavailable; everything
// else is Internal and keeps its text as the cause only. Of(nil) is nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var f *Error
	if errors.As(err, &f) {
		return f
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return New(Unavailable, "timeout", "This took too long. Please try again.").Because(err)
	}
	return New(Internal, "internal", "Something went wrong on our side.").Because(err)
}

// KindOf is the kind of the fault in an error's chain; Internal for nil too, so test err first.
func KindOf(err error) Kind {
	if err == nil {
		return Internal
	}
	return Of(err).Kind
}

// Is reports whether an error is a fault with this code.
func Is(err error, code string) bool {
	var f *Error
	return errors.As(err, &f) && f.Code == code
}

// Away reports whether an error says that a service cannot be reached, or does not work: what was asked of it
// may be all right. nil is not.
func Away(err error) bool {
	if err == nil {
		return false
	}
	kind := KindOf(err)
	return kind == Internal || kind == Unavailable || kind == Unknown
}
