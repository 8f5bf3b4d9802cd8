package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"path"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/edge/waiting"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/share"
)

// Server is the handler of the public address: it lets in, serves the table of routes, and keeps what is the
// same for everybody.
type Server struct {
	site    *web.Site
	routes  []web.Route
	mux     *http.ServeMux
	caps    [web.Tiers]Cap
	limit   *share.Limit
	cache   *cache
	routed  routeCache
	bodies  *bodies
	live    *share.Pool
	origin  *http.CrossOriginProtection
	clients *share.Clients
	line    *line
	// together is what clients may do at all replicas of the front door; nil without a Valkey.
	together *share.Together
	metrics  *metrics
	// lastHome is the host by which a demo was asked for last.
	lastHome atomic.Pointer[string]
}

// New serves the routes of a site within limits.
func New(site *web.Site, limits Limits, routes []web.Route) (*Server, error) {
	h := site.Host
	s := &Server{
		site: site, routes: routes, mux: http.NewServeMux(), caps: limits.caps(), limit: limits.limit(),
		cache: newCache(h.Now), routed: newRouteCache(),
		bodies: newBodies(h.Config().Data, bodyTimeout, h.Draining()),
		live:   share.NewPool(share.Live, maxLive, maxLiveOfOne, web.ErrOverloaded), clients: h.Clients(),
		origin: http.NewCrossOriginProtection(), metrics: newMetrics(),
	}
	var err error
	if s.line, err = newLine(s, limits.CheckoutsASecond); err != nil {
		return nil, err
	}
	if site.Base != "" {
		if err := s.origin.AddTrustedOrigin(site.Base); err != nil {
			return nil, fmt.Errorf("the base URL is no address of a shop: %w", err)
		}
	}
	s.metrics.watch(s.limit)
	s.metrics.watchLine(func() waiting.State { return s.line.room.State(h.Now()) })
	v, err := h.Valkey()
	if err != nil {
		return nil, err
	}
	s.cache.second = newSecond(v, site, s.metrics, s.cache.newer)
	s.together = share.NewTogether(v)
	s.mount()
	return s, nil
}

func (s *Server) mount() {
	methods := map[string][]string{}
	for _, rt := range s.routes {
		method, at, _ := strings.Cut(rt.Pattern, " ")
		methods[at] = append(methods[at], method)
		if method == http.MethodGet {
			methods[at] = append(methods[at], http.MethodHead)
		}
		s.mux.Handle(rt.Pattern, s.serve(&rt))
	}
	for at, allowed := range methods {
		s.mux.Handle(at, s.wrongMethod(strings.Join(allowed, ", ")))
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, web.ErrNoPage) })
}

func (s *Server) serve(rt *web.Route) http.Handler {
	switch {
	case rt.Plain != nil:
		return http.HandlerFunc(func(w http.ResponseWriter,
			r *http.Request,
		) {
			web.HasToRead(w)
			rt.Plain(w, r)
		})
	case rt.Live != nil:
		return s.observe(rt.Pattern,
			func(w http.ResponseWriter, r *http.Request) int { return s.serveLive(w, r, rt) })
	case rt.Shared != nil:
		return s.observe(rt.Pattern,
			func(w http.ResponseWriter, r *http.Request) int { return s.serveShared(w, r, rt) })
	default:
		return s.observe(rt.Pattern,
			func(w http.ResponseWriter, r *http.Request) int { return s.servePersonal(w, r, rt) })
	}
}

func (s *Server) wrongMethod(allowed string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allowed)
		s.fail(w, r, fault.Newf(fault.Invalid, "method_not_allowed", "This address takes %s.", allowed))
	}
}

// ServeHTTP answers a request from outside: of a client that does more than it may, after a while.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.secure(w.Header(), !web.IsAPI(r))
	from := s.clients.Of(r)
	defer func() {
		from.Done()
		if p := recover(); p != nil {
			s.fail(w, r, fault.Newf(fault.Internal, "internal", "panic: %v\n%s", p, debug.Stack()))
		}
	}()
	if err := s.atHome(r); err != nil {
		s.fail(w, r, err)
		return
	}
	if err := from.Client.Pace(r.Context(), memoryUnits); err != nil {
		s.fail(w, r, err)
		return
	}
	if known := s.routed.handler(r); known != nil {
		known.ServeHTTP(w, r)
		return
	}
	s.serveRouted(w, from.Context(r))
}

// serveRouted answers by the table of routes.
func (s *Server) serveRouted(w http.ResponseWriter, r *http.Request) {
	web.MayTake(w, workTimeout)
	if r.ContentLength != 0 {
		_ = s.bodies.await(w, time.Now().Add(s.bodies.timeout))
	}
	if !cleanPath(r.URL.Path) {
		s.fail(w, r, web.ErrNoPage)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// cleanPath refuses what could be read in two ways, and what is not text.
func cleanPath(p string) bool {
	return path.Clean(p) == p && utf8.ValidString(p) &&
		strings.IndexFunc(p, func(c rune) bool { return c < ' ' || c == 0x7f }) < 0
}

// servePersonal answers one visitor: a place in the tier first, then who it is, then the work.
func (s *Server) servePersonal(w http.ResponseWriter, r *http.Request, rt *web.Route) (status int) {
	answer, err := s.receive(w, r, rt)
	if err != nil {
		return s.fail(w, r, err)
	}
	return answer.Send(w, r)
}

// answerTimeout bounds the work on one visitor's request.
const answerTimeout = 15 * time.Second

// receive takes in one visitor's request and works on it. A full tier refuses before anything is read.
func (s *Server) receive(w http.ResponseWriter, r *http.Request, rt *web.Route) (out *web.Reply, err error) {
	if rt.Waits {
		return s.receiveInTurn(w, r, rt)
	}
	tier := tierOf(rt, r)
	if s.limit.Full(int(tier)) {
		s.bodies.swallow(w, r)
		return nil, s.shed(tier, web.ErrOverloaded)
	}
	if err := s.sameOrigin(r, rt); err != nil {
		return nil, err
	}
	c := s.begin(r, tier)
	defer c.end()
	v := c.visit
	if err := c.pace(rt); err != nil {
		return nil, s.site.Refused(v.Context(), rt, err)
	}
	if err := c.read(w, rt); err != nil {
		return nil, err
	}
	if v.Oversized == nil {
		r.Body = http.NoBody
	}
	looks := rt.Password || bringsPassword(v, rt)
	if looks {
		if err := c.enterPasswords(rt); err != nil {
			return nil, s.site.Refused(v.Context(), rt, err)
		}
		defer c.client.Exit(share.Passwords)
	}
	p, err := s.admit(r.Context(), c.client, tier)
	if err != nil {
		return nil, err
	}
	defer func() { p.leave(err) }()
	if looks {
		p.begun = time.Time{} // to hash takes as long as it does
	}
	ctx, cancel := context.WithTimeout(v.Context(), answerTimeout)
	defer cancel()
	v.Request = v.Request.WithContext(ctx)
	out, err = v.Answer(rt)
	if err == nil {
		v.Remember(out)
	}
	return out, err
}

// sameOrigin refuses what another site has a browser send.
func (s *Server) sameOrigin(r *http.Request, rt *web.Route) error {
	err := s.origin.Check(r)
	if err == nil {
		return nil
	}
	ctx := audit.With(r.Context(), web.ActorOf(r, nil))
	return s.site.Refused(ctx, rt, fault.New(fault.Denied, "cross_site",
		"This was sent from another site. Nothing was done: please open the page here, and send it from there.").Because(err))
}

// fail tells a program or a person what went wrong. What is our fault is logged.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) (status int) {
	f := fault.Of(err)
	if f.Kind == fault.Internal {
		reference := rand.Text()[:8]
		s.site.Host.Log().ErrorContext(r.Context(), "a request failed", "route", r.Pattern, "reference",
			reference, "error", err)
		kind := fault.Internal
		if fault.Told(err) { // by a service that may be mended sooner than what it was asked for is forgotten
			kind = fault.Unavailable
		}
		f = fault.New(kind, "internal",
			"Something went wrong on our side. We keep a note of it as "+reference+".")
	}
	return endUnread(r, s.problem(r, f)).Send(w, r)
}

// endUnread ends the connection of who is refused before the body was read: the server would wait for that
// before it says so.
func endUnread(r *http.Request, out *web.Reply) *web.Reply {
	if web.IsBusy(out.Status) && r.ContentLength != 0 && r.Body != http.NoBody && r.ProtoMajor == 1 {
		out.Set("Connection", "close")
	}
	return out
}

func (s *Server) problem(r *http.Request, f *fault.Error) *web.Reply {
	switch {
	case f == web.ErrOverloaded:
		return s.site.BusyReply(r)
	case web.IsAPI(r):
		return web.ProblemReply(f)
	default:
		return s.site.ErrorPage(r, f)
	}
}
