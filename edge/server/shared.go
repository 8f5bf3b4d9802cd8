package server

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/share"
)

const (
	// knownAddresses bounds how many addresses have their handler kept, and knownLength how long each is.
	knownAddresses = 8192
	knownLength    = 512
)

// routeCache has the handlers of addresses that were answered from what is the same for everybody: they
// need no routing and no reading of their query any more.
type routeCache struct {
	handlers *otter.Cache[string, http.Handler]
}

func newRouteCache() routeCache {
	return routeCache{otter.Must(&otter.Options[string, http.Handler]{MaximumSize: knownAddresses})}
}

// handler answers a request whose address is known; nil otherwise.
func (c routeCache) handler(r *http.Request) http.Handler {
	if (r.Method != http.MethodGet && r.Method != http.MethodHead) || r.ContentLength != 0 {
		return nil
	}
	handler, _ := c.handlers.GetIfPresent(r.RequestURI)
	return handler
}

func (c routeCache) learn(r *http.Request, handler http.Handler) {
	if strings.HasPrefix(r.RequestURI, "/") && len(r.RequestURI) <= knownLength {
		c.handlers.Set(r.RequestURI, handler)
	}
}

// serveShared answers what is the same for everybody, and knows the address from then on.
func (s *Server) serveShared(w http.ResponseWriter, r *http.Request, rt *web.Route) (status int) {
	q, err := web.ReadQuery(r, r.PathValue("id"), rt.Params)
	if err != nil {
		return s.fail(w, r, err)
	}
	q.Site = s.site
	answer := func(w http.ResponseWriter, r *http.Request) int {
		if rt.Recalls {
			return s.answerRecalled(w, r, rt, q)
		}
		return s.answerShared(w, r, rt, q)
	}
	if status = answer(w, r); status == http.StatusOK {
		s.routed.learn(r, s.observe(rt.Pattern, answer))
	}
	return status
}

// answerShared answers from memory. Only what has to be asked for takes a place.
func (s *Server) answerShared(
	w http.ResponseWriter, r *http.Request, rt *web.Route, q *web.Query,
) (status int) {
	if have, fresh := s.cache.have(q.Key); fresh {
		return have.send(w, r)
	}
	answer, err := s.askShared(r, rt, q)
	if err != nil && rt.Own != nil && fault.KindOf(err) == fault.NotFound {
		return s.answerOwn(w, r, rt, q)
	}
	if err != nil {
		return s.fail(w, r, err)
	}
	web.HasToRead(w)
	return answer.send(w, r)
}

// askShared is for what is not fresh. The client's share is looked at before it meets others who ask for the
// same, so that they are not refused with it; a client that has its share gets an old answer, if there is
// one.
func (s *Server) askShared(r *http.Request, rt *web.Route, q *web.Query) (*frozen, error) {
	tier, client := tierOf(rt, r), share.OriginOf(r.Context()).Client
	err := client.Pace(r.Context(), workUnits)
	if err == nil {
		err = client.Enter(r.Context(), kindOf(tier), s.part(tier))
	}
	if err != nil {
		if have, _ := s.cache.have(q.Key); have != nil {
			return have, nil
		}
		return nil, err
	}
	defer client.Exit(kindOf(tier))
	k := kept{rt.Lasting, rt.Recalls}
	load := func(ctx context.Context) (made *web.Reply, begun time.Time, err error) {
		p, err := s.enter(ctx, tier)
		if err != nil {
			return nil, begun, err
		}
		defer func() { p.leave(err) }()
		begun = s.site.Host.Now()
		made, err = rt.Shared(ctx, q)
		return made, begun, err
	}
	return s.cache.get(r.Context(), q.Key, tier, k, load)
}

// answerOwn answers one visitor with what is not for everybody. It is kept nowhere.
func (s *Server) answerOwn(w http.ResponseWriter, r *http.Request, rt *web.Route, q *web.Query) (status int) {
	own := *rt
	own.Personal = func(v *web.Visit) (*web.Reply, error) {
		if _, err := v.WhoAmI(); err != nil {
			return nil, err
		}
		return rt.Own(v, q)
	}
	return s.servePersonal(w, r, &own)
}
