package goods

import (
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/id"
)

// OwnMarket makes sure that a thing which has an ID is of the market it is said to be
// of; a market that is left out is the ID's.
func OwnMarket(kind, thing string, market *string) error {
	if thing == "" {
		return nil
	}
	of, err := id.Market(kind, thing)
	if err != nil {
		return err
	}
	if *market == "" {
		*market = of
	}
	if *market != of {
		return fault.New(fault.NotFound, "not_found", "There is no such thing in this market.")
	}
	return nil
}
