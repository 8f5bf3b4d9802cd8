package identity

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/identity/breached"
	"github.com/artisan-eats/artisan/rights"
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
	// Limits are what it may do for those that it does not own.
	Limits    rights.Limits
	CreatedAt time.Time
	// VerifiedAt is when the address's owner was last known to be the account's; zero when nobody knows.
	VerifiedAt time.Time
}

const (
	minPassword  = 10
	maxPassword  = 200
	maxProducers = 100
)

const (
	// sessionLife is how long after its sign-in a session ends, however much it is used; deskLife where the
	// account has a desk.
	sessionLife = 30 * 24 * time.Hour
	deskLife    = 12 * time.Hour
	// sessionIdle and deskIdle are how long it may be left alone.
	sessionIdle = 14 * 24 * time.Hour
	deskIdle    = 4 * time.Hour
	// useStep is how much later a use is written down than the one before, so that most uses only read.
	useStep = 10 * time.Minute
	// renewalGrace is how long the former token of a session is good whose account may more than before.
	renewalGrace = 30 * time.Second
)

// hasDesk reports whether an account may do more than shop.
func (a Account) hasDesk() bool {
	return slices.Contains(a.Roles, Producer) || slices.Contains(a.Roles, Operator)
}

// more reports whether an account may do something that it could not before.
func (a Account) more(before Account) bool {
	lacks := func(had []string) func(string) bool {
		return func(wanted string) bool { return !slices.Contains(had, wanted) }
	}
	return slices.ContainsFunc(a.Roles, lacks(before.Roles)) ||
		slices.ContainsFunc(a.ProducerIDs, lacks(before.ProducerIDs))
}

// ends is when a session ends that began and was last used at these times.
func (a Account) ends(began, used time.Time) time.Time {
	life, idle := sessionLife, sessionIdle
	if a.hasDesk() {
		life, idle = deskLife, deskIdle
	}
	if end := began.Add(life); end.Before(used.Add(idle)) {
		return end
	}
	return used.Add(idle)
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
	case ofContext(password, email):
		return []fault.Field{{
			Name:    "password",
			Message: "This is made of the shop's name or your own address, which is tried first. Use a few words that only you would put together.",
		}}
	case breached.Has(password):
		return []fault.Field{{
			Name:    "password",
			Message: "This is one of the passwords that everybody tries. Use a few words that only you would put together.",
		}}
	}
	return nil
}

// checkRoles says what is wrong with an account's roles and producers.
func checkRoles(given, producers []string) []fault.Field {
	var fields []fault.Field
	for _, role := range given {
		if !slices.Contains(roles, role) {
			fields = append(fields,
				fault.Field{Name: "roles", Message: "A role is one of shopper, producer and operator."})
			break
		}
	}
	if len(producers) > maxProducers {
		fields = append(fields,
			fault.Field{Name: "producer_ids", Message: "An account acts for at most 100 producers."})
	}
	if len(producers) > 0 && !slices.Contains(given, Producer) {
		fields = append(fields,
			fault.Field{Name: "producer_ids", Message: "Only a producer's account acts for producers."})
	}
	return fields
}

// normalRoles sorts roles and drops repetitions; everybody is at least a shopper.
func normalRoles(given []string) []string {
	sorted := slices.Sorted(slices.Values(append([]string{Shopper}, given...)))
	return slices.Compact(sorted)
}
