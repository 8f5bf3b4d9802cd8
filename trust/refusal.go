package trust

import (
	"log/slog"
	"sync"
	"time"
)

// The kinds of refusals.
const (
	NoCertificate    = "no_certificate"
	AnotherAuthority = "another_authority"
	Ended            = "ended" // or not begun
	NoService        = "no_service"
	AnotherService   = "another_service"
	MayNotCall       = "may_not_call"
	Forged           = "forged"
	AnotherAudience  = "another_audience"
	NotGiven         = "not_given"
)

// RefusedError is why somebody is not believed.
type RefusedError struct {
	Kind string // one of the kinds above
	Why  string // for an operator; no secrets
}

func (r *RefusedError) Error() string { return r.Why }

// tellEvery is how often a kind of refusal is told.
const tellEvery = time.Minute

// Refusals tells a log who is turned away, each kind once a minute. It is safe for concurrent use.
type Refusals struct {
	log *slog.Logger
	now func() time.Time

	mu   sync.Mutex
	last map[string]time.Time
}

// NewRefusals tells a log.
func NewRefusals(log *slog.Logger, now func() time.Time) *Refusals {
	return &Refusals{log: log, now: now, last: map[string]time.Time{}}
}

// Tell tells of a refusal; of is what makes it another kind than the same elsewhere, from a fixed set.
func (r *Refusals) Tell(what, of string, refusal *RefusedError, more ...any) {
	r.mu.Lock()
	key, now := what+"/"+of+"/"+refusal.Kind, r.now()
	told, is := r.last[key]
	soon := is && now.Sub(told) < tellEvery
	if !soon {
		r.last[key] = now
	}
	r.mu.Unlock()
	if !soon {
		r.log.Warn(what, append([]any{"service", of, "kind", refusal.Kind, "why", refusal.Why}, more...)...)
	}
}
