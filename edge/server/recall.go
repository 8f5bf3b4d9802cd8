package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/web"
)

// What somebody avoids, and the day that they order for, is remembered for the visit: until the browser is
// closed, or somebody signs out. The pages stay those of everybody: what is remembered is added to the
// address, so it is only a question of which page. That is so of every page that shows what can be put into
// the basket.

var (
	// forOne is what no cache may give to somebody else.
	forOne = []string{"private, max-age=0"}
	// askedEachTime is for everybody, but only after it was asked whether this visitor gets it.
	askedEachTime = []string{"public, max-age=0, must-revalidate"}
)

// answerRecalled answers with the page that an address and the visit ask for.
func (s *Server) answerRecalled(
	w http.ResponseWriter, r *http.Request, rt *web.Route, q *web.Query,
) (status int) {
	if q.Get(web.ChosenParam) != "" {
		return s.choose(r, q).Send(w, r)
	}
	return s.answerShared(w, r, rt, s.recall(w, r, rt, q))
}

// choose remembers what was chosen, and sends the browser on to the address without the mark: it may be
// opened again, kept and sent to others. What comes from elsewhere, typed, kept or sent, chooses nothing.
func (s *Server) choose(r *http.Request, q *web.Query) *web.Reply {
	out := web.Redirect(web.Address(r.URL.EscapedPath(), q.With(url.Values{web.ChosenParam: nil}).Values))
	if from := r.Header.Get("Sec-Fetch-Site"); from != "" && from != "same-origin" {
		return out
	}
	before, removed := s.site.Remembered(r), q.List(web.ChosenParam)
	avoids := slices.DeleteFunc(slices.Clone(before.Avoids),
		func(code string) bool { return slices.Contains(removed, code) })
	now := web.Remembered{
		Avoids: web.Known(append(avoids, q.List("allergen_free")...)),
		Day:    s.site.StillMatters(q.Get("day")),
	}
	if now.Text() == before.Text() {
		return out
	}
	return out.With(s.site.VisitCookie(now))
}

// recall is what an address asks for, with what is remembered of the visit, as far as its route knows it: all
// allergens of both, and the day where the address says none.
func (s *Server) recall(w http.ResponseWriter, r *http.Request, rt *web.Route, q *web.Query) *web.Query {
	if r.Header["Cookie"] == nil {
		return q
	}
	kept, avoids, more := s.site.Remembered(r), q.List("allergen_free"), url.Values{}
	for _, code := range kept.Avoids {
		if !slices.Contains(avoids, code) {
			avoids = append(avoids, code)
			more.Set("allergen_free", strings.Join(avoids, ","))
		}
	}
	if q.Get("day") == "" && kept.Day != "" && slices.Contains(rt.Params, "day") {
		more.Set("day", kept.Day)
	}
	if len(more) == 0 {
		return q
	}
	w.Header()["Cache-Control"] = forOne
	return q.With(more)
}
