package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/allergen"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

const (
	visitCookie = "visit"
	// ChosenParam marks an address by which somebody chooses. It names the allergens that the page it is on
	// leaves out: those that the address does not name any more are removed, and no others.
	ChosenParam = "chosen"
	// NothingRemoved is its value where there are none.
	NothingRemoved = "1"
	// longestVisit is how long that cookie may be: all allergens and a day.
	longestVisit = 300
)

// Recalled are the parameters that are remembered.
var Recalled = []string{"allergen_free", "day"}

// VisitParams are those of a page that shows goods and is no list of them.
var VisitParams = append(slices.Clone(Recalled), ChosenParam)

// VisitCookie keeps what was chosen until the browser is closed, or forgets it.
func (s *Site) VisitCookie(chosen Remembered) *http.Cookie {
	if chosen.Text() == "" {
		return s.Cookies.Drop(visitCookie)
	}
	return s.Cookies.Make(visitCookie, chosen.Text(), "/", 0)
}

// Remembered is what is remembered of a visit.
type Remembered struct {
	Avoids []string
	Day    string
}

// Remembered reads the cookie, as far as it still means something.
func (s *Site) Remembered(r *http.Request) Remembered {
	values, err := url.ParseQuery(s.Cookies.readUpTo(r, visitCookie, longestVisit))
	if err != nil {
		return Remembered{}
	}
	return Remembered{
		Known(strings.Split(values.Get("allergen_free"), ",")),
		s.StillMatters(values.Get("day")),
	}
}

// Asks is what a page's address says of what is remembered.
func (s *Site) Asks(q *Query) Remembered {
	return Remembered{Known(q.List("allergen_free")), s.StillMatters(q.Get("day"))}
}

// Narrows leaves out of a list of products what is avoided, and what cannot be had on the day.
func (m Remembered) Narrows(r *catalogv1.ListProductsRequest) *catalogv1.ListProductsRequest {
	r.AllergenFree, r.GoodOn = m.Avoids, m.Day
	return r
}

// Text is what is remembered as the cookie has it.
func (m Remembered) Text() string { return m.Values().Encode() }

// Values is what is remembered as an address has it.
func (m Remembered) Values() url.Values {
	values := url.Values{}
	if len(m.Avoids) > 0 {
		values.Set("allergen_free", strings.Join(m.Avoids, ","))
	}
	if m.Day != "" {
		values.Set("day", m.Day)
	}
	return values
}

// Known are the allergens among some codes, each once.
func Known(codes []string) (list []string) {
	for _, a := range allergen.All {
		if slices.Contains(codes, a.Code) {
			list = append(list, a.Code)
		}
	}
	return list
}

// StillMatters is a day that can still be ordered for somewhere; empty for any other.
func (s *Site) StillMatters(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil || !at.After(s.Host.Now().AddDate(0, 0, -2)) {
		return ""
	}
	return day
}

// With is the query with other values; those without any are left out.
func (q *Query) With(other url.Values) *Query {
	values := url.Values{}
	for name := range q.Values {
		values.Set(name, q.Get(name))
	}
	for name, list := range other {
		if values.Del(name); len(list) > 0 {
			values.Set(name, list[0])
		}
	}
	path, _, _ := strings.Cut(q.Key, "?")
	return &Query{Site: q.Site, ID: q.ID, Values: values, Key: Address(path, values)}
}
