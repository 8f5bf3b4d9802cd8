package accounts

import (
	"slices"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/rights"
)

func TestASessionEndsByItsBeginningOrByItsLastUse(t *testing.T) {
	const day = 24 * time.Hour
	began := time.Date(2026, 4, 4, 9, 0, 0, 0, time.UTC)
	shopper, maker := Account{Roles: []string{Shopper}}, Account{Roles: []string{Producer, Shopper}}
	for _, c := range []struct {
		who        Account
		used, ends time.Duration
	}{
		{shopper, 0, 14 * day},
		{shopper, 10 * day, 24 * day},
		{shopper, 16 * day, 30 * day},
		{shopper, 29 * day, 30 * day},
		{maker, 0, 4 * time.Hour},
		{maker, 6 * time.Hour, 10 * time.Hour},
		{maker, 9 * time.Hour, 12 * time.Hour},
	} {
		if got := c.who.ends(began, began.Add(c.used)).Sub(began); got != c.ends {
			t.Errorf("of %v, used after %v, it ends after %v, want %v", c.who.Roles, c.used, got, c.ends)
		}
	}
}

func TestWhoLeavesAProducerKeepsWhatTheyMayForAnother(t *testing.T) {
	a := Account{Roles: []string{Shopper}}
	for _, producer := range []string{"farm", "dairy", "farm"} {
		var err error
		if a, err = a.ActingFor(producer); err != nil {
			t.Fatal(err)
		}
	}
	a = a.LetDo("farm", []string{rights.Orders}).LetDo("dairy", []string{rights.Goods})
	left := a.Leaving("farm")
	if !slices.Equal(left.ProducerIDs, []string{"dairy"}) || !slices.Contains(left.Roles, Producer) ||
		!slices.Equal(left.RightsFor("dairy"), []string{rights.Goods}) || left.Owns("dairy") {
		t.Errorf("without the farm there is %+v", left)
	}
	if !slices.Equal(a.RightsFor("farm"), []string{rights.Orders}) || len(a.ProducerIDs) != 2 {
		t.Errorf("what was before is %+v by now", a)
	}
	if gone := left.Leaving("dairy"); len(gone.ProducerIDs) != 0 || slices.Contains(gone.Roles, Producer) ||
		len(gone.Limits) != 0 {
		t.Errorf("without both there is %+v", gone)
	}
	if owner := a.LetDo("farm", []string{rights.Owner}); !owner.Owns("farm") || owner.Owns("bakery") {
		t.Errorf("an owner of the farm alone is %+v", owner)
	}
}

func TestAnAccountActsForAHundredProducersAtMost(t *testing.T) {
	a := Account{ProducerIDs: make([]string, maxProducers)}
	if _, err := a.ActingFor("one more"); err == nil {
		t.Error("an account acts for 101 producers")
	}
	if got := CheckRoles([]string{"king", Shopper}, make([]string, maxProducers+1)); len(got) != 3 {
		t.Errorf("what is wrong with the roles is %v", got)
	}
}

func TestOnlyWhoMayMoreIsSignedOut(t *testing.T) {
	before := Account{Roles: []string{Producer, Shopper}, ProducerIDs: []string{"farm"}}
	for name, c := range map[string]struct {
		after Account
		more  bool
	}{
		"the same":    {before, false},
		"a role less": {Account{Roles: []string{Shopper}}, false},
		"a role more": {
			Account{Roles: []string{Operator, Producer}, ProducerIDs: []string{"farm"}},
			true,
		},
		"a producer more": {Account{Roles: before.Roles, ProducerIDs: []string{"dairy", "farm"}}, true},
	} {
		if got := c.after.More(before); got != c.more {
			t.Errorf("%s: %t", name, got)
		}
	}
}
