package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/fault"
)

// Query is what a request for something that is the same for everybody asks for:
// only what its route knows, so that nothing else can split the cache.
type Query struct {
	Site   *Site
	ID     string // the path's
	Values url.Values
	Key    string
}

// MaxValue bounds a query parameter, in characters.
const MaxValue = 300

// ReadQuery takes the parameters that the route knows. One that is there several times,
// as boxes of a form are, is a list with commas between.
func ReadQuery(r *http.Request, id string, known []string) (*Query, error) {
	q := &Query{ID: id, Key: r.URL.Path}
	if r.URL.RawQuery == "" || len(known) == 0 {
		return q, nil
	}
	all, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fault.New(fault.Invalid, "invalid", "The query of the address is broken.")
	}
	q.Values = url.Values{}
	for _, name := range known {
		value := strings.Trim(strings.Join(all[name], ","), ",")
		if value == "" {
			continue
		}
		if why := input.BadText(value, MaxValue); why != "" {
			return nil, Invalid(name, why)
		}
		q.Values.Set(name, value)
	}
	if len(q.Values) > 0 {
		q.Key += "?" + q.Values.Encode()
	}
	return q, nil
}

// Get is a parameter's value; empty where it was not asked for.
func (q *Query) Get(name string) string { return q.Values.Get(name) }

// List is a parameter of several values with commas between.
func (q *Query) List(name string) []string {
	var items []string
	for item := range strings.SplitSeq(q.Get(name), ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

const maxLimit = 100

// Limit is how many are asked for; more than the most is the most.
func (q *Query) Limit(usual int32) (int32, error) {
	text := q.Get("limit")
	if text == "" {
		return usual, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		return 0, Invalid("limit", "This must be a number from 1 to 100.")
	}
	return int32(min(n, maxLimit)), nil
}

// Need is a parameter that must be there.
func (q *Query) Need(name string) (string, error) {
	if value := q.Get(name); value != "" {
		return value, nil
	}
	return "", Invalid(name, "This is required.")
}
