package drive_test

import (
	"testing"

	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

// shop is the whole of ordering among its peers, and what these tests do with it.
type shop struct{ *orderingtest.Shop }

// each runs a test in a shop on each engine.
func each(t *testing.T, test func(s *shop)) {
	orderingtest.Each(t, func(s *orderingtest.Shop) { test(&shop{s}) })
}

type want = orderingtest.Want
