package edge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/catalog"
)

// What somebody avoids, and the day that they order for, is remembered for the visit: until the browser is closed. The
// pages stay those of everybody: what is remembered counts as if it stood in the address, so it is only a question of which page.

const (
	visitCookie = "visit"
	// chosenParam marks an address whose narrowings are what somebody has just chosen, whole.
	chosenParam = "chosen"
	// longestVisit is how long that cookie may be: all allergens and a day.
	longestVisit = 300
)

// recalled are the parameters that are remembered.
var recalled = []string{"allergen_free", "day"}

// forOne is what no cache may give to somebody else.
var forOne = []string{"private, max-age=0"}

// recall is what an address asks for, with what is remembered of the visit where it says nothing of that itself.
func (e *edge) recall(w http.ResponseWriter, r *http.Request, q *query) *query {
	asks := q.get(chosenParam) != ""
	if !asks && r.Header["Cookie"] == nil {
		return q
	}
	kept, own := e.remembered(r), only(q, recalled...)
	switch {
	case asks:
		if own.Encode() != kept.Encode() {
			w.Header()["Cache-Control"] = forOne
			http.SetCookie(w, e.visitCookie(own))
		}
		return q.with(url.Values{chosenParam: nil})
	case len(own) > 0 || len(kept) == 0:
		return q
	}
	w.Header()["Cache-Control"] = forOne
	return q.with(kept)
}

// visitCookie keeps what was chosen until the browser is closed, or forgets it.
func (e *edge) visitCookie(chosen url.Values) *http.Cookie {
	if len(chosen) == 0 {
		return e.jar.drop(visitCookie)
	}
	return e.jar.make(visitCookie, chosen.Encode(), "/", 0)
}

// remembered is what is remembered of a visit, as far as it still means something.
func (e *edge) remembered(r *http.Request) url.Values {
	kept := url.Values{}
	values, err := url.ParseQuery(e.jar.readUpTo(r, visitCookie, longestVisit))
	if err != nil {
		return kept
	}
	known := strings.Split(values.Get("allergen_free"), ",")
	known = slices.DeleteFunc(known, func(code string) bool {
		return !slices.ContainsFunc(catalog.Allergens, func(a catalog.Allergen) bool { return a.Code == code })
	})
	if len(known) > 0 {
		kept.Set("allergen_free", strings.Join(known, ","))
	}
	day, err := time.Parse(time.DateOnly, values.Get("day"))
	if err == nil && day.After(e.host.Now().AddDate(0, 0, -2)) {
		kept.Set("day", values.Get("day"))
	}
	return kept
}

// with is the query with other values; those without any are left out.
func (q *query) with(other url.Values) *query {
	values := url.Values{}
	for name := range q.values {
		values.Set(name, q.get(name))
	}
	for name, list := range other {
		if values.Del(name); len(list) > 0 {
			values.Set(name, list[0])
		}
	}
	path, _, _ := strings.Cut(q.key, "?")
	return &query{id: q.id, values: values, key: address(path, values)}
}
