package locale

import (
	"slices"
	"strings"
)

// What parts of an address are called, by the country: keys of messages.
var (
	postalCodes = map[string]string{
		"US": Key("ZIP code"), "PR": "ZIP code", "GB": Key("Postcode"), "AU": "Postcode", "NZ": "Postcode",
		"ZA": "Postcode", "IE": Key("Eircode"), "IN": Key("PIN code"),
	}
	stateOf = map[string]string{
		"US": Key("State"), "AU": "State", "CA": Key("Province"), "GB": Key("County"),
		"IE": "County",
	}
	inCity = []string{"US", "CA", "AU", "PR"}
)

// PostalCode is what a postal code is called: "ZIP code".
func (l *Locale) PostalCode() string { return l.named(postalCodes, Key("Postal code")) }

// State is what a part of the country is called.
func (l *Locale) State() string { return l.named(stateOf, Key("State or region")) }

// City is what a place is called that has a post office.
func (l *Locale) City() string {
	if slices.Contains(inCity, l.region) {
		return l.Text("City")
	}
	return l.Text("Town")
}

func (l *Locale) named(by map[string]string, usual string) string {
	if name := by[l.region]; name != "" {
		return l.Text(name)
	}
	return l.Text(usual)
}

// StateFirst reports whether the code stands behind the place and its state: "Portland, OR 97202".
func (l *Locale) StateFirst() bool {
	return slices.Contains([]string{"US", "CA", "AU", "PR"}, l.region)
}

// Place is a place's line of an address: "Portland, OR 97202", "69001 Lyon", "Bristol, BS1 1JQ".
func (l *Locale) Place(code, city, state string) string {
	switch {
	case l.StateFirst():
		return join(", ", city, join(" ", state, code))
	case l.region == "GB" || l.region == "IE":
		return join(", ", city, state, code)
	}
	return join(", ", join(" ", code, city), state)
}

// join joins what is not empty.
func join(by string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), by)
}
