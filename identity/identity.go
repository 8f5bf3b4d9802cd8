package identity

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/identity/breached"
)

// The roles that an account may have.
const (
	Shopper  = "shopper"
	Producer = "producer"
	Operator = "operator"
)

var roles = []string{Shopper, Producer, Operator}

// Account is a person who can sign in.
type Account struct {
	ID    string
	Email string
	Name  string
	Roles []string
	// ProducerIDs are the producers it acts for.
	ProducerIDs []string
	CreatedAt   time.Time
	// VerifiedAt is when the address's owner was last known to be the account's; zero when nobody knows.
	VerifiedAt time.Time
}

const (
	minPassword  = 10
	maxPassword  = 200
	maxProducers = 100
	maxAddresses = 20
)

const (
	// sessionLife is how long a session lasts after it was last extended.
	sessionLife = 30 * 24 * time.Hour
	// sessionStep is how much of that has gone before a use extends it, so that most
	// uses only read.
	sessionStep = 24 * time.Hour
)

// extended is when a session ends that is used now. It is unchanged when there is
// too little to gain.
func extended(expires, now time.Time) time.Time {
	if fresh := now.Add(sessionLife); fresh.Sub(expires) >= sessionStep {
		return fresh
	}
	return expires
}

const (
	attemptLimit  = 10
	attemptWindow = 15 * time.Minute
)

// tooManyAttempts reports whether something may not be tried again, after so many
// tries of a limit in the window that began at since.
func tooManyAttempts(attempts, limit int64, since, now time.Time) bool {
	return attempts >= limit && now.Before(since.Add(attemptWindow))
}

// normalPassword makes one text of the many ways in which keyboards compose the same characters.
func normalPassword(password string) string { return norm.NFKC.String(password) }

// checkPassword says what is wrong with a password for an account; nothing when it may be used.
func checkPassword(password, email string) []fault.Field {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return []fault.Field{{Name: "password", Message: "Use characters that can be typed."}}
	case n < minPassword:
		return []fault.Field{{Name: "password", Message: "Use at least 10 characters."}}
	case n > maxPassword:
		return []fault.Field{{Name: "password", Message: "Use at most 200 characters."}}
	case strings.EqualFold(strings.TrimSpace(password), email):
		return []fault.Field{{Name: "password", Message: "Use something other than the e-mail address."}}
	case breached.Has(password):
		return []fault.Field{{Name: "password", Message: "This is one of the passwords that everybody tries. Use a few words that only you would put together."}}
	}
	return nil
}

// checkRoles says what is wrong with an account's roles and producers.
func checkRoles(given, producers []string) []fault.Field {
	var fields []fault.Field
	for _, role := range given {
		if !slices.Contains(roles, role) {
			fields = append(fields, fault.Field{Name: "roles", Message: "A role is one of shopper, producer and operator."})
			break
		}
	}
	if len(producers) > maxProducers {
		fields = append(fields, fault.Field{Name: "producer_ids", Message: "An account acts for at most 100 producers."})
	}
	if len(producers) > 0 && !slices.Contains(given, Producer) {
		fields = append(fields, fault.Field{Name: "producer_ids", Message: "Only a producer's account acts for producers."})
	}
	return fields
}

// normalRoles sorts roles and drops repetitions; everybody is at least a shopper.
func normalRoles(given []string) []string {
	sorted := slices.Sorted(slices.Values(append([]string{Shopper}, given...)))
	return slices.Compact(sorted)
}

// invalid is the fault that names wrong fields; nil when there are none.
func invalid(fields []fault.Field) error {
	if len(fields) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "invalid", "Some of what was sent cannot be used.", fields...)
}
