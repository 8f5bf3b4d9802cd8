package edge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// What somebody avoids, and the day that they order for, is remembered for the visit: until the browser is closed, or somebody
// signs out. The pages stay those of everybody: what is remembered is added to the address, so it is only a question of which page.
// That is so of every page that shows what can be put into the basket.

const (
	visitCookie = "visit"
	// chosenParam marks an address by which somebody chooses. It names the allergens that the page it is on leaves out: those that
	// the address does not name any more are removed, and no others.
	chosenParam = "chosen"
	// nothingRemoved is its value where there are none.
	nothingRemoved = "1"
	// longestVisit is how long that cookie may be: all allergens and a day.
	longestVisit = 300
)

// recalled are the parameters that are remembered.
var recalled = []string{"allergen_free", "day"}

// visitParams are those of a page that shows goods and is no list of them.
var visitParams = append(slices.Clone(recalled), chosenParam)

var (
	// forOne is what no cache may give to somebody else.
	forOne = []string{"private, max-age=0"}
	// askedEachTime is for everybody, but only after it was asked whether this visitor gets it.
	askedEachTime = []string{"public, max-age=0, must-revalidate"}
)

// answerRecalled answers with the page that an address and the visit ask for.
func (s *server) answerRecalled(w http.ResponseWriter, r *http.Request, rt *route, q *query) (status int) {
	if q.get(chosenParam) != "" {
		return s.choose(r, q).send(w, r)
	}
	return s.answerShared(w, r, rt, s.recall(w, r, rt, q))
}

// choose remembers what was chosen, and sends the browser on to the address without the mark: it may be opened again, kept and sent
// to others. What comes from elsewhere, typed, kept or sent, chooses nothing.
func (s *server) choose(r *http.Request, q *query) *reply {
	out := redirect(address(r.URL.EscapedPath(), q.with(url.Values{chosenParam: nil}).values))
	if from := r.Header.Get("Sec-Fetch-Site"); from != "" && from != "same-origin" {
		return out
	}
	before, removed := s.site.remembered(r), q.list(chosenParam)
	avoids := slices.DeleteFunc(slices.Clone(before.avoids), func(code string) bool { return slices.Contains(removed, code) })
	now := visited{known(append(avoids, q.list("allergen_free")...)), s.site.stillMatters(q.get("day"))}
	if now.text() == before.text() {
		return out
	}
	return out.with(s.site.visitCookie(now))
}

// recall is what an address asks for, with what is remembered of the visit, as far as its route knows it: all allergens of both, and the day where
// the address says none.
func (s *server) recall(w http.ResponseWriter, r *http.Request, rt *route, q *query) *query {
	if r.Header["Cookie"] == nil {
		return q
	}
	kept, avoids, more := s.site.remembered(r), q.list("allergen_free"), url.Values{}
	for _, code := range kept.avoids {
		if !slices.Contains(avoids, code) {
			avoids = append(avoids, code)
			more.Set("allergen_free", strings.Join(avoids, ","))
		}
	}
	if q.get("day") == "" && kept.day != "" && slices.Contains(rt.params, "day") {
		more.Set("day", kept.day)
	}
	if len(more) == 0 {
		return q
	}
	w.Header()["Cache-Control"] = forOne
	return q.with(more)
}

// visitCookie keeps what was chosen until the browser is closed, or forgets it.
func (e *site) visitCookie(chosen visited) *http.Cookie {
	if chosen.text() == "" {
		return e.jar.drop(visitCookie)
	}
	return e.jar.make(visitCookie, chosen.text(), "/", 0)
}

// visited is what is remembered of a visit.
type visited struct {
	avoids []string
	day    string
}

// remembered reads the cookie, as far as it still means something.
func (e *site) remembered(r *http.Request) visited {
	values, err := url.ParseQuery(e.jar.readUpTo(r, visitCookie, longestVisit))
	if err != nil {
		return visited{}
	}
	return visited{known(strings.Split(values.Get("allergen_free"), ",")), e.stillMatters(values.Get("day"))}
}

// asks is what a page's address says of what is remembered.
func (e *site) asks(q *query) visited {
	return visited{known(q.list("allergen_free")), e.stillMatters(q.get("day"))}
}

// narrows leaves out of a list of products what is avoided, and what cannot be had on the day.
func (m visited) narrows(r *catalogv1.ListProductsRequest) *catalogv1.ListProductsRequest {
	r.AllergenFree, r.GoodOn = m.avoids, m.day
	return r
}

// chips are what narrows the goods of a page, each with the address of the page without it.
func (m visited) chips(q *query, at string, in *place) (list []page.Choice) {
	if m.day != "" {
		list = append(list, chip(q, at, dayName(m.day, in), "day", ""))
	}
	for _, code := range m.avoids {
		list = append(list, chip(q, at, in.Text("No {allergen}", in.Text(code)), "allergen_free", code))
	}
	return list
}

// text is what is remembered as the cookie has it.
func (m visited) text() string { return m.values().Encode() }

// values is what is remembered as an address has it.
func (m visited) values() url.Values {
	values := url.Values{}
	if len(m.avoids) > 0 {
		values.Set("allergen_free", strings.Join(m.avoids, ","))
	}
	if m.day != "" {
		values.Set("day", m.day)
	}
	return values
}

// known are the allergens among some codes, each once.
func known(codes []string) (list []string) {
	for _, a := range allergen.All {
		if slices.Contains(codes, a.Code) {
			list = append(list, a.Code)
		}
	}
	return list
}

// stillMatters is a day that can still be ordered for somewhere; empty for any other.
func (e *site) stillMatters(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil || !at.After(e.host.Now().AddDate(0, 0, -2)) {
		return ""
	}
	return day
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
	return &query{site: q.site, id: q.id, values: values, key: address(path, values)}
}
