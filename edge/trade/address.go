package trade

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

// addressesWithin is how long a page waits for addresses, which it can do without.
const addressesWithin = time.Second

var errAway = fault.New(fault.Unavailable, "unavailable",
	"A part of the shop is not reachable. Please try again.")

// Addresses are those that a member keeps.
func Addresses(v *web.Visit) ([]*identityv1.Address, error) {
	if v.Recalled { // it has just been waited for
		return nil, errAway
	}
	asking, cancel := context.WithTimeout(v.Context(), addressesWithin)
	defer cancel()
	answer, err := v.Site.Identity.ListAddresses(asking,
		&identityv1.ListAddressesRequest{CustomerId: v.Account.GetId()})
	if err != nil {
		return nil, err
	}
	return answer.GetAddresses(), nil
}

// AddressLine is an address in one line.
func AddressLine(as *locale.Locale, a *identityv1.Address) string {
	parts := []string{a.GetLine1(), a.GetLine2(), as.Place(a.GetPostalCode(), a.GetCity(), a.GetRegion())}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// AddressInputs are the fields of an address, in the order of the country.
func AddressInputs(as *locale.Locale, prefix string, typed url.Values, wrong map[string]string) []page.Input {
	all := web.Inputs(typed, wrong,
		page.Input{
			Name: prefix + "line1", Label: "Street and number", Autocomplete: "address-line1",
			MaxLength: "200", Sometimes: true,
		},
		page.Input{
			Name: prefix + "line2", Label: "Flat, floor, company", Autocomplete: "address-line2",
			MaxLength: "200",
		},
		page.Input{
			Name: prefix + "postal_code", Label: as.PostalCode(), Autocomplete: "postal-code",
			MaxLength: "20", Sometimes: true,
		},
		page.Input{
			Name: prefix + "city", Label: as.City(), Autocomplete: "address-level2", MaxLength: "100",
			Sometimes: true,
		},
		page.Input{
			Name: prefix + "region", Label: as.State(), Autocomplete: "address-level1",
			MaxLength: "100",
		})
	if as.StateFirst() {
		code := all[2]
		all = append(slices.Delete(all, 2, 3), code)
	}
	return all
}

// NotOwn says beside its field that a password is not the member's.
func NotOwn(err error) *fault.Error {
	f := fault.Of(err)
	if f != nil && f.Code == "bad_credentials" {
		return fault.New(fault.Invalid, "invalid", "Nothing is changed.",
			fault.Field{Name: "password", Message: "This is not your password."})
	}
	return f
}

// CalledAs is how a member is called.
func CalledAs(v *web.Visit) string { return cmp.Or(v.Account.GetName(), v.Account.GetEmail()) }

// TypedAddress is an address as it was typed.
func TypedAddress(typed url.Values, prefix string) *identityv1.Address {
	return &identityv1.Address{
		Line1: typed.Get(prefix + "line1"), Line2: typed.Get(prefix + "line2"),
		PostalCode: typed.Get(prefix + "postal_code"),
		City:       typed.Get(prefix + "city"), Region: typed.Get(prefix + "region"),
	}
}
