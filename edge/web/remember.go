package web

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"
	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

const (
	// rememberFor is how old what identity said of a session may be, while it does not answer: so long a
	// session that ended in the very last moment before goes on in the worst case.
	rememberFor = 10 * time.Minute
	// maxRemembered is how many sessions are remembered.
	maxRemembered = 20_000
	// sessionWithin is how long identity is waited for, and recallWithin for those who can do with what is
	// remembered of them; for these it is not asked for askAgainIn after that.
	sessionWithin = 5 * time.Second
	recallWithin  = time.Second
	askAgainIn    = time.Second
)

// remembered is what identity said of a session, and when.
type remembered struct {
	answer *identityv1.GetSessionResponse
	at     time.Time
}

// memory has the sessions that this process has seen, by their tokens' hashes, for the time that identity
// does not answer. It is asked for each request as long as it does.
type memory struct {
	known *otter.Cache[[sha256.Size]byte, remembered]

	mu        sync.Mutex
	awayUntil time.Time
}

func newMemory() *memory {
	return &memory{known: otter.Must(&otter.Options[[sha256.Size]byte, remembered]{
		MaximumSize:      maxRemembered,
		ExpiryCalculator: otter.ExpiryWriting[[sha256.Size]byte, remembered](rememberFor),
	})}
}

// session answers whose session a token is. While identity cannot be asked that is what it said of it last,
// if that is not too old: then the account is a shopper's or a maker's, and nothing was shown lately.
func (v *Visit) session(token string) (*identityv1.GetSessionResponse, error) {
	m, key, now := v.Site.sessions, sha256.Sum256([]byte(token)), v.Site.Host.Now()
	within := sessionWithin
	if known := m.recall(key, now); known != nil && !IsOperator(known.GetAccount()) {
		if within = recallWithin; m.isAway(now) {
			return v.recalled(known), nil
		}
	}
	asking, cancel := context.WithTimeout(v.Context(), within)
	defer cancel()
	answer, err := v.Site.Identity.GetSession(asking, &identityv1.GetSessionRequest{SessionToken: token})
	switch {
	case err == nil:
		m.known.Set(key, remembered{answer, now})
	case fault.KindOf(err) == fault.Unauthenticated:
		m.known.Invalidate(key)
	case fault.Away(err) && v.Context().Err() == nil:
		m.isGone(now)
		return v.fromMemory(token, err)
	}
	return answer, err
}

// fromMemory answers what is remembered of a session. A browser's visitor who is not remembered is a guest
// meanwhile; so is a program whose token is no session's, for it may open an order. To any other it says why.
func (v *Visit) fromMemory(token string, why error) (*identityv1.GetSessionResponse, error) {
	known := v.Site.sessions.recall(sha256.Sum256([]byte(token)), v.Site.Host.Now())
	switch {
	case known != nil:
		return v.recalled(known), nil
	case v.Bearer() != "" && len(token) == sessionLength:
		return nil, why
	}
	v.Recalled = true
	return nil, errNobody.Because(why)
}

// sessionLength is how long a session's token is; an order's is longer.
const sessionLength = 43

var errNobody = fault.New(fault.Unauthenticated, "no_session", "Please sign in.")

// recall is what is remembered of a session that goes on.
func (m *memory) recall(key [sha256.Size]byte, now time.Time) *identityv1.GetSessionResponse {
	known, there := m.known.GetIfPresent(key)
	if !there || now.Sub(known.at) >= rememberFor || now.UnixMilli() >= known.answer.GetExpiresAt() {
		return nil
	}
	return known.answer
}

func (m *memory) isAway(now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return now.Before(m.awayUntil)
}

func (m *memory) isGone(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.awayUntil = now.Add(askAgainIn)
}

// recalled is a session from memory: nobody is the operator by it, and nothing was shown lately.
func (v *Visit) recalled(known *identityv1.GetSessionResponse) *identityv1.GetSessionResponse {
	v.Recalled = true
	answer := proto.CloneOf(known)
	answer.SteppedUpUntil = 0
	if IsOperator(answer.GetAccount()) {
		answer.Account.Roles, answer.Account.ProducerIds = []string{"shopper"}, nil
	}
	return answer
}

// ForgetSession forgets what is remembered of a session, which its owner ends.
func (v *Visit) ForgetSession(token string) {
	v.Site.sessions.known.Invalidate(sha256.Sum256([]byte(token)))
}

var errCannotTell = fault.New(fault.Unavailable, "identity_unavailable",
	"Just now we cannot tell who may do this. Please try again in a moment.")
