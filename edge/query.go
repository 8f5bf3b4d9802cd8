package edge

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/fault"
)

// query is what a request for something that is the same for everybody asks for:
// only what its route knows, so that nothing else can split the cache.
type query struct {
	site   *site
	id     string // the path's
	values url.Values
	key    string
}

// maxValue bounds a query parameter, in characters.
const maxValue = 300

// readQuery takes the parameters that the route knows. One that is there several times,
// as boxes of a form are, is a list with commas between.
func readQuery(r *http.Request, id string, known []string) (*query, error) {
	q := &query{id: id, key: r.URL.Path}
	if r.URL.RawQuery == "" || len(known) == 0 {
		return q, nil
	}
	all, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fault.New(fault.Invalid, "invalid", "The query of the address is broken.")
	}
	q.values = url.Values{}
	for _, name := range known {
		value := strings.Trim(strings.Join(all[name], ","), ",")
		if value == "" {
			continue
		}
		if why := badText(value, maxValue); why != "" {
			return nil, invalid(name, why)
		}
		q.values.Set(name, value)
	}
	if len(q.values) > 0 {
		q.key += "?" + q.values.Encode()
	}
	return q, nil
}

// get is a parameter's value; empty where it was not asked for.
func (q *query) get(name string) string { return q.values.Get(name) }

// list is a parameter of several values with commas between.
func (q *query) list(name string) []string {
	var items []string
	for item := range strings.SplitSeq(q.get(name), ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

const maxLimit = 100

// limit is how many are asked for; more than the most is the most.
func (q *query) limit(usual int32) (int32, error) {
	text := q.get("limit")
	if text == "" {
		return usual, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		return 0, invalid("limit", "This must be a number from 1 to 100.")
	}
	return int32(min(n, maxLimit)), nil
}

// need is a parameter that must be there.
func (q *query) need(name string) (string, error) {
	if value := q.get(name); value != "" {
		return value, nil
	}
	return "", invalid(name, "This is required.")
}
