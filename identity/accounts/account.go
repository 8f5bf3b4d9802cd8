package accounts

import (
	"slices"
	"time"

	"github.com/artisan-eats/artisan/fault"
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

const maxProducers = 100

const (
	// sessionLife is how long after its sign-in a session ends, however much it is used; deskLife where the
	// account has a desk.
	sessionLife = 30 * 24 * time.Hour
	deskLife    = 12 * time.Hour
	// sessionIdle and deskIdle are how long it may be left alone.
	sessionIdle = 14 * 24 * time.Hour
	deskIdle    = 4 * time.Hour
)

// hasDesk reports whether an account may do more than shop.
func (a Account) hasDesk() bool {
	return slices.Contains(a.Roles, Producer) || slices.Contains(a.Roles, Operator)
}

// More reports whether an account may do something that it could not before.
func (a Account) More(before Account) bool {
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

var errTooManyProducers = fault.New(fault.Conflict, "too_many_producers",
	"An account acts for at most 100 producers.")

// CheckRoles says what is wrong with an account's roles and producers.
func CheckRoles(given, producers []string) []fault.Field {
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

// NormalRoles sorts roles and drops repetitions; everybody is at least a shopper.
func NormalRoles(given []string) []string {
	sorted := slices.Sorted(slices.Values(append([]string{Shopper}, given...)))
	return slices.Compact(sorted)
}

// ActingFor is the account with one producer more, unless it acts for it already. Beyond 100 it fails with
// fault.Conflict "too_many_producers".
func (a Account) ActingFor(producer string) (Account, error) {
	if slices.Contains(a.ProducerIDs, producer) {
		return a, nil
	}
	if len(a.ProducerIDs) >= maxProducers {
		return a, errTooManyProducers
	}
	a.ProducerIDs = append(slices.Clone(a.ProducerIDs), producer)
	a.Roles = NormalRoles(append(slices.Clone(a.Roles), Producer))
	return a, nil
}
