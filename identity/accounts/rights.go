package accounts

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/rights"
)

// Owns reports whether an account may say who acts for a producer.
func (a Account) Owns(producerID string) bool {
	return slices.Contains(a.Roles, Operator) || slices.Contains(a.ProducerIDs, producerID) &&
		a.Limits.Allow(producerID, rights.Owner)
}

// RightsFor are what an account may do for a producer that it acts for.
func (a Account) RightsFor(producerID string) []string {
	if may, limited := a.Limits[producerID]; limited {
		return may
	}
	return []string{rights.Owner}
}

// LetDo is the account with other rights for a producer.
func (a Account) LetDo(producerID string, may []string) Account {
	limits := rights.Limits{}
	for producer, rest := range a.Limits {
		limits[producer] = rest
	}
	if delete(limits, producerID); !slices.Contains(may, rights.Owner) {
		limits[producerID] = may
	}
	a.Limits = limits
	return a
}

// Leaving is the account that acts for a producer no more.
func (a Account) Leaving(producerID string) Account {
	a = a.LetDo(producerID, []string{rights.Owner})
	a.ProducerIDs = slices.DeleteFunc(slices.Clone(a.ProducerIDs),
		func(p string) bool { return p == producerID })
	if len(a.ProducerIDs) == 0 {
		a.Roles = slices.DeleteFunc(slices.Clone(a.Roles), func(role string) bool { return role == Producer })
	}
	return a
}

// LimitsFrom reads what is stored of an account's rights. What it says of producers that the account does not
// act for is of before.
func LimitsFrom(stored string, producers []string) (rights.Limits, error) {
	limits := rights.Limits{}
	if stored == "" || stored == "{}" {
		return limits, nil
	}
	if err := json.Unmarshal([]byte(stored), &limits); err != nil {
		return nil, fmt.Errorf("read what an account may do: %w", err)
	}
	for producer := range limits {
		if !slices.Contains(producers, producer) {
			delete(limits, producer)
		}
	}
	return limits, nil
}

func limitsText(l rights.Limits) string {
	if len(l) == 0 {
		return "{}"
	}
	text, _ := json.Marshal(l) // texts always encode
	return string(text)
}
