package edge

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
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/share"
)

// Room is the service's line of the table of services.
func Room() host.Service {
	return host.Service{Name: "edge", New: New}
}

// New makes the front door with DefaultLimits.
func New(h *host.Host) error { return With(DefaultLimits)(h) }

// With makes a front door with limits of one's own.
func With(limits Limits) func(*host.Host) error {
	return func(h *host.Host) error {
		s, err := open(h, limits)
		if err != nil {
			return err
		}
		h.ServePublic(s)
		return nil
	}
}

// open makes a front door with all routes.
func open(h *host.Host, limits Limits) (*server, error) {
	assets, err := readAssets()
	if err != nil {
		return nil, err
	}
	document, err := static.ReadFile("static/openapi.json")
	if err != nil {
		return nil, fmt.Errorf("read what describes the API: %w", err)
	}
	site := newSite(h, assets, document)
	return newServer(site, limits, routes(site))
}

// server is the handler of the public address: it lets in, serves the table of routes, and keeps what is the same for everybody.
type server struct {
	site    *site
	routes  []route
	mux     *http.ServeMux
	caps    [tiers]Cap
	gates   [tiers]*share.Gate
	cache   *cache
	warm    warm
	bodies  *bodies
	live    *share.Pool
	origin  *http.CrossOriginProtection
	clients *share.Clients
	metrics *metrics
	// lastHome is the host by which a demo was asked for last.
	lastHome atomic.Pointer[string]
}

// newServer serves the routes of a site within limits.
func newServer(site *site, limits Limits, routes []route) (*server, error) {
	h := site.host
	s := &server{
		site: site, routes: routes, mux: http.NewServeMux(), caps: limits.caps(), gates: limits.gates(), cache: newCache(h.Now), warm: newWarm(),
		bodies: newBodies(h.Config().Data, bodyTimeout, h.Draining()), live: share.NewPool(share.Live, maxLive, maxLiveOfOne, errOverloaded), clients: h.Clients(),
		origin: http.NewCrossOriginProtection(),
	}
	if site.base != "" {
		if err := s.origin.AddTrustedOrigin(site.base); err != nil {
			return nil, fmt.Errorf("the base URL is no address of a shop: %w", err)
		}
	}
	var err error
	if s.metrics, err = newMetrics(h.Metrics()); err != nil {
		return nil, err
	}
	s.mount()
	return s, nil
}

func (s *server) mount() {
	methods := map[string][]string{}
	for _, rt := range s.routes {
		method, at, _ := strings.Cut(rt.pattern, " ")
		methods[at] = append(methods[at], method)
		if method == http.MethodGet {
			methods[at] = append(methods[at], http.MethodHead)
		}
		s.mux.Handle(rt.pattern, s.serve(&rt))
	}
	for at, allowed := range methods {
		s.mux.Handle(at, s.wrongMethod(strings.Join(allowed, ", ")))
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, errNoPage) })
}

func (s *server) serve(rt *route) http.Handler {
	switch {
	case rt.plain != nil:
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hasToRead(w); rt.plain(w, r) })
	case rt.live != nil:
		return s.observe(rt.pattern, func(w http.ResponseWriter, r *http.Request) int { return s.serveLive(w, r, rt) })
	case rt.shared != nil:
		return s.observe(rt.pattern, func(w http.ResponseWriter, r *http.Request) int { return s.serveShared(w, r, rt) })
	default:
		return s.observe(rt.pattern, func(w http.ResponseWriter, r *http.Request) int { return s.servePersonal(w, r, rt) })
	}
}

// errNoPage is told where there is nothing, or nothing for this visitor.
var errNoPage = fault.New(fault.NotFound, "not_found", "There is nothing at this address.")

func (s *server) wrongMethod(allowed string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allowed)
		s.fail(w, r, fault.Newf(fault.Invalid, "method_not_allowed", "This address takes %s.", allowed))
	}
}

// ServeHTTP answers a request from outside: of a client that does more than it may, after a while.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.secure(w.Header(), !isAPI(r))
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
	if err := from.Client.Pace(r.Context(), warmUnits); err != nil {
		s.fail(w, r, err)
		return
	}
	if known := s.warm.handler(r); known != nil {
		known.ServeHTTP(w, r)
		return
	}
	s.serveCold(w, from.Context(r))
}

// serveCold answers what is not known by heart.
func (s *server) serveCold(w http.ResponseWriter, r *http.Request) {
	mayTake(w, workTimeout)
	if r.ContentLength != 0 {
		_ = s.bodies.await(w, time.Now().Add(s.bodies.timeout))
	}
	if !cleanPath(r.URL.Path) {
		s.fail(w, r, errNoPage)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// isAPI reports whether a request is a program's.
func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// cleanPath refuses what could be read in two ways, and what is not text.
func cleanPath(p string) bool {
	return path.Clean(p) == p && utf8.ValidString(p) && strings.IndexFunc(p, func(c rune) bool { return c < ' ' || c == 0x7f }) < 0
}

// servePersonal answers one visitor: a place in the tier first, then who it is, then the work.
func (s *server) servePersonal(w http.ResponseWriter, r *http.Request, rt *route) (status int) {
	answer, err := s.receive(w, r, rt)
	if err != nil {
		return s.fail(w, r, err)
	}
	return answer.send(w, r)
}

// answerTimeout bounds the work on one visitor's request.
const answerTimeout = 15 * time.Second

// receive takes in one visitor's request and works on it. A full tier refuses before anything is read.
func (s *server) receive(w http.ResponseWriter, r *http.Request, rt *route) (*reply, error) {
	tier := tierOf(rt, r)
	if s.gates[tier].Full() {
		return nil, errOverloaded
	}
	if err := s.origin.Check(r); err != nil {
		return nil, s.site.refused(audit.With(r.Context(), actorOf(r, nil)), rt, fault.New(fault.Denied, "cross_site", "This was sent from another site. Nothing was done: please open the page here, and send it from there.").Because(err))
	}
	c := s.begin(r, tier)
	defer c.end()
	v := c.visit
	if err := c.client.Pace(r.Context(), rt.units()); err != nil {
		return nil, s.site.refused(v.Context(), rt, err)
	}
	if err := c.read(w, rt); err != nil {
		return nil, err
	}
	if rt.password || bringsPassword(v, rt) {
		if err := c.enterPasswords(rt); err != nil {
			return nil, s.site.refused(v.Context(), rt, err)
		}
		defer c.client.Exit(share.Passwords)
	}
	if err := s.admit(r.Context(), c.client, tier); err != nil {
		return nil, err
	}
	defer s.dismiss(c.client, tier)
	ctx, cancel := context.WithTimeout(v.Context(), answerTimeout)
	defer cancel()
	v.Request = v.WithContext(ctx)
	out, err := v.answer(rt)
	if err == nil {
		v.remember(out)
	}
	return out, err
}

// check holds the visitor against the route's rule.
func (v *visit) check(rt *route) error {
	if rt.rule == anyone {
		return nil
	}
	account, err := v.whoami()
	if err != nil {
		return err
	}
	return v.site.refused(v.Context(), rt, v.allowed(rt, account))
}

// allowed holds an account, and what its session has shown, against the route's marks.
func (v *visit) allowed(rt *route, account *identityv1.Account) error {
	err := rt.rule.allows(account)
	switch {
	case err != nil && v.locked != nil && rt.rule.allows(v.locked) == nil:
		return v.unlock()
	case err == nil && rt.stepUp && !v.fresh():
		return errStepUp
	}
	return err
}

// answer holds the visitor against the route's rule, and does the route's work.
func (v *visit) answer(rt *route) (*reply, error) {
	if err := v.check(rt); err != nil {
		return nil, err
	}
	answer, err := rt.personal(v)
	return answer, v.site.refused(v.Context(), rt, err)
}

// fail tells a program or a person what went wrong. What is our fault is logged.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) (status int) {
	f := fault.Of(err)
	if f.Kind == fault.Internal {
		reference := rand.Text()[:8]
		s.site.host.Log().ErrorContext(r.Context(), "a request failed", "route", r.Pattern, "reference", reference, "error", err)
		f = fault.New(fault.Internal, "internal", "Something went wrong on our side. We keep a note of it as "+reference+".")
	}
	out := problemReply(f)
	if !isAPI(r) {
		out = s.site.errorPage(r, f)
	}
	if isBusy(out.status) && r.ContentLength != 0 && r.ProtoMajor == 1 {
		out.set("Connection", "close") // or the server would wait for the body before it says so
	}
	return out.send(w, r)
}
