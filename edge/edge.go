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
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/trouble/v1/troublev1connect"
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
		e, err := newEdge(h, limits)
		if err != nil {
			return err
		}
		h.ServePublic(e)
		return nil
	}
}

// edge is the handler of the public address.
type edge struct {
	host    *host.Host
	mux     *http.ServeMux
	caps    [tiers]Cap
	gates   [tiers]*share.Gate
	cache   *cache
	warm    warm
	bodies  *bodies
	live    *share.Pool
	origin  *http.CrossOriginProtection
	jar     jar
	clients *share.Clients
	metrics *metrics
	assets  page.Assets
	// base is the shop's own address, without a slash at the end; empty when it is not known.
	base string
	demo bool
	// lastHome is the host by which a demo was asked for last.
	lastHome atomic.Pointer[string]

	catalog   catalogv1connect.CatalogServiceClient
	inventory inventoryv1connect.InventoryServiceClient
	delivery  deliveryv1connect.DeliveryServiceClient
	ordering  orderingv1connect.OrderingServiceClient
	payments  paymentsv1connect.PaymentsServiceClient
	identity  identityv1connect.IdentityServiceClient
	factors   identityv1connect.FactorServiceClient
	staff     identityv1connect.PeopleServiceClient
	notify    notifyv1connect.NotifyServiceClient
	troubles  map[string]troublev1connect.TroubleServiceClient
	logs      map[string]auditv1connect.AuditServiceClient
	actors    identityv1connect.ActorServiceClient
}

func newEdge(h *host.Host, limits Limits) (*edge, error) {
	e := &edge{
		host: h, mux: http.NewServeMux(), caps: limits.caps(), gates: limits.gates(), cache: newCache(h.Now), warm: newWarm(),
		bodies: newBodies(h.Config().Data, bodyTimeout, h.Draining()), live: share.NewPool(share.Live, maxLive, maxLiveOfOne, errOverloaded), clients: h.Clients(),
		origin: http.NewCrossOriginProtection(), jar: newJar(h.Config()),
		catalog:   catalogv1connect.NewCatalogServiceClient(h.Peer("catalog")),
		inventory: inventoryv1connect.NewInventoryServiceClient(h.Peer("inventory")),
		delivery:  deliveryv1connect.NewDeliveryServiceClient(h.Peer("delivery")),
		ordering:  orderingv1connect.NewOrderingServiceClient(h.Peer("ordering")),
		payments:  paymentsv1connect.NewPaymentsServiceClient(h.Peer("payments")),
		identity:  identityv1connect.NewIdentityServiceClient(h.Peer("identity")),
		factors:   identityv1connect.NewFactorServiceClient(h.Peer("identity")),
		staff:     identityv1connect.NewPeopleServiceClient(h.Peer("identity")),
		notify:    notifyv1connect.NewNotifyServiceClient(h.Peer("notify")),
		troubles:  troubleClients(h),
		logs:      logClients(h),
		actors:    identityv1connect.NewActorServiceClient(h.Peer("identity")),
		base:      strings.TrimSuffix(h.Config().BaseURL, "/"),
		demo:      h.Config().Demo,
	}
	if e.base != "" {
		if err := e.origin.AddTrustedOrigin(e.base); err != nil {
			return nil, fmt.Errorf("the base URL is no address of a shop: %w", err)
		}
	}
	var err error
	if e.metrics, err = newMetrics(h.Metrics()); err != nil {
		return nil, err
	}
	if e.assets, err = readAssets(); err != nil {
		return nil, err
	}
	e.mount()
	return e, nil
}

func (e *edge) mount() {
	methods := map[string][]string{}
	for _, rt := range e.routes() {
		method, at, _ := strings.Cut(rt.pattern, " ")
		methods[at] = append(methods[at], method)
		if method == http.MethodGet {
			methods[at] = append(methods[at], http.MethodHead)
		}
		e.mux.Handle(rt.pattern, e.serve(&rt))
	}
	for at, allowed := range methods {
		e.mux.Handle(at, e.wrongMethod(strings.Join(allowed, ", ")))
	}
	e.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { e.fail(w, r, errNoPage) })
}

func (e *edge) serve(rt *route) http.Handler {
	switch {
	case rt.plain != nil:
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hasToRead(w); rt.plain(w, r) })
	case rt.live:
		return e.observe(rt.pattern, func(w http.ResponseWriter, r *http.Request) int { return e.serveLive(w, r, rt) })
	case rt.shared != nil:
		return e.observe(rt.pattern, func(w http.ResponseWriter, r *http.Request) int { return e.serveShared(w, r, rt) })
	default:
		return e.observe(rt.pattern, func(w http.ResponseWriter, r *http.Request) int { return e.servePersonal(w, r, rt) })
	}
}

var errNoPage = fault.New(fault.NotFound, "not_found", "There is nothing at this address.")

func (e *edge) wrongMethod(allowed string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allowed)
		e.fail(w, r, fault.Newf(fault.Invalid, "method_not_allowed", "This address takes %s.", allowed))
	}
}

// ServeHTTP answers a request from outside: of a client that does more than it may, after a while.
func (e *edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.secure(w.Header(), !isAPI(r))
	from := e.clients.Of(r)
	defer func() {
		from.Done()
		if p := recover(); p != nil {
			e.fail(w, r, fault.Newf(fault.Internal, "internal", "panic: %v\n%s", p, debug.Stack()))
		}
	}()
	if err := e.atHome(r); err != nil {
		e.fail(w, r, err)
		return
	}
	if err := from.Client.Pace(r.Context(), warmUnits); err != nil {
		e.fail(w, r, err)
		return
	}
	if known := e.warm.handler(r); known != nil {
		known.ServeHTTP(w, r)
		return
	}
	e.serveCold(w, from.Context(r))
}

// serveCold answers what is not known by heart.
func (e *edge) serveCold(w http.ResponseWriter, r *http.Request) {
	mayTake(w, workTimeout)
	if r.ContentLength != 0 {
		_ = e.bodies.await(w, time.Now().Add(e.bodies.timeout))
	}
	if !cleanPath(r.URL.Path) {
		e.fail(w, r, errNoPage)
		return
	}
	e.mux.ServeHTTP(w, r)
}

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// cleanPath refuses what could be read in two ways, and what is not text.
func cleanPath(p string) bool {
	return path.Clean(p) == p && utf8.ValidString(p) && strings.IndexFunc(p, func(c rune) bool { return c < ' ' || c == 0x7f }) < 0
}

// servePersonal answers one visitor: a place in the tier first, then who it is, then the work.
func (e *edge) servePersonal(w http.ResponseWriter, r *http.Request, rt *route) (status int) {
	answer, err := e.receive(w, r, rt)
	if err != nil {
		return e.fail(w, r, err)
	}
	return answer.send(w, r)
}

// answerTimeout bounds the work on one visitor's request.
const answerTimeout = 15 * time.Second

// receive takes in one visitor's request and works on it. A full tier refuses before anything is read.
func (e *edge) receive(w http.ResponseWriter, r *http.Request, rt *route) (*reply, error) {
	tier := tierOf(rt, r)
	if e.gates[tier].Full() {
		return nil, errOverloaded
	}
	if err := e.origin.Check(r); err != nil {
		return nil, e.refused(audit.With(r.Context(), actorOf(r, nil)), rt, fault.New(fault.Denied, "cross_site", "This was sent from another site. Nothing was done: please open the page here, and send it from there.").Because(err))
	}
	v := e.visit(r, tier)
	defer v.end()
	if err := v.client.Pace(r.Context(), rt.units()); err != nil {
		return nil, e.refused(v.Context(), rt, err)
	}
	if err := v.read(w, rt); err != nil {
		return nil, err
	}
	if rt.password || v.bringsPassword(rt) {
		if err := v.enterPasswords(rt); err != nil {
			return nil, e.refused(v.Context(), rt, err)
		}
		defer v.client.Exit(share.Passwords)
	}
	if err := e.admit(r.Context(), v.client, tier); err != nil {
		return nil, err
	}
	defer e.dismiss(v.client, tier)
	ctx, cancel := context.WithTimeout(v.Context(), answerTimeout)
	defer cancel()
	v.Request = v.WithContext(ctx)
	out, err := v.answer(rt)
	if err == nil {
		v.remember(out)
	}
	return out, err
}

// read takes in the request's body. Files are taken only of who may send them; the page of a file
// that is too large says so itself.
func (v *visit) read(w http.ResponseWriter, rt *route) (err error) {
	switch {
	case v.ContentLength == 0:
	case packed(v.Request):
		return errPacked
	case rt.upload == 0:
		v.body, v.letGo, err = v.edge.bodies.read(w, v.Request, v.client, v.tier)
	default:
		if err := v.check(rt); err != nil {
			return err
		}
		v.body, v.letGo, err = v.edge.bodies.upload(w, v.Request, v.client, v.member, v.mayUpload(rt.upload))
		if fault.Is(err, errBodyTooLarge.Code) {
			v.oversized, err = err, nil
		}
	}
	return err
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
	return v.edge.refused(v.Context(), rt, v.allowed(rt, account))
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

func (v *visit) answer(rt *route) (*reply, error) {
	if err := v.check(rt); err != nil {
		return nil, err
	}
	answer, err := rt.personal(v)
	return answer, v.edge.refused(v.Context(), rt, err)
}

// fail tells a program or a person what went wrong. What is our fault is logged.
func (e *edge) fail(w http.ResponseWriter, r *http.Request, err error) (status int) {
	f := fault.Of(err)
	if f.Kind == fault.Internal {
		reference := rand.Text()[:8]
		e.host.Log().ErrorContext(r.Context(), "a request failed", "route", r.Pattern, "reference", reference, "error", err)
		f = fault.New(fault.Internal, "internal", "Something went wrong on our side. We keep a note of it as "+reference+".")
	}
	out := problemReply(f)
	if !isAPI(r) {
		out = e.errorPage(r, f)
	}
	if isBusy(out.status) && r.ContentLength != 0 && r.ProtoMajor == 1 {
		out.set("Connection", "close") // or the server would wait for the body before it says so
	}
	return out.send(w, r)
}
