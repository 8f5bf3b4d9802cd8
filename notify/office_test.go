package notify

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// strangers ends the addresses that nobody has verified.
const strangers = "@victim.example"

// peers are what notify needs of catalog and identity, answered by the test. What
// is sealed is the address itself; "erased" is one whose key is gone.
type peers struct {
	catalogv1connect.UnimplementedCatalogServiceHandler
	identityv1connect.UnimplementedIdentityServiceHandler
	orderingv1connect.UnimplementedOrderingServiceHandler

	mu       sync.Mutex
	down     bool
	disowned []string
	// orders are what ordering finds by a number.
	orders []*orderingv1.Order
}

func (p *peers) setDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

func (p *peers) GetMarket(
	_ context.Context, r *catalogv1.GetMarketRequest,
) (*catalogv1.GetMarketResponse, error) {
	return &catalogv1.GetMarketResponse{Market: &catalogv1.Market{
		Code: r.GetCode(), Name: "Portland",
		Locale: "en-US", TimeZone: "America/Los_Angeles",
	}}, nil
}

func (p *peers) Open(_ context.Context, r *identityv1.OpenRequest) (*identityv1.OpenResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return nil, fault.New(fault.Unavailable, "unavailable", "Down.")
	}
	response := &identityv1.OpenResponse{}
	for _, sealed := range r.GetSealed() {
		if len(sealed) == 0 {
			return nil, fault.New(fault.Invalid, "invalid", "These are no sealed details.")
		}
		response.Contacts = append(response.Contacts, &identityv1.Opened{
			Erased:   string(sealed) == "erased",
			Contact:  &identityv1.Contact{Email: string(sealed), Name: "Ada"},
			Verified: !strings.HasSuffix(string(sealed), strangers),
		})
	}
	return response, nil
}

// LinkOrders makes tokens that say what they may.
func (p *peers) LinkOrders(
	_ context.Context, r *orderingv1.LinkOrdersRequest,
) (*orderingv1.LinkOrdersResponse, error) {
	response := &orderingv1.LinkOrdersResponse{}
	for range r.GetIds() {
		response.Tokens = append(response.Tokens,
			map[bool]string{true: "opens-and-cancels", false: "opens"}[r.GetCancel()])
	}
	return response, nil
}

func (p *peers) ListMarkets(
	context.Context, *catalogv1.ListMarketsRequest,
) (*catalogv1.ListMarketsResponse, error) {
	return &catalogv1.ListMarketsResponse{Markets: []*catalogv1.Market{
		{Code: "bristol"},
		{Code: "portland"},
	}}, nil
}

func (p *peers) ListOrders(
	_ context.Context, r *orderingv1.ListOrdersRequest,
) (*orderingv1.ListOrdersResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	answer := &orderingv1.ListOrdersResponse{}
	for _, o := range p.orders {
		if o.GetMarket() == r.GetMarket() && strings.HasSuffix(o.GetId(), r.GetNumber()) {
			answer.Orders = append(answer.Orders, o)
		}
	}
	return answer, nil
}

func (p *peers) GetOrder(
	_ context.Context, r *orderingv1.GetOrderRequest,
) (*orderingv1.GetOrderResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, o := range p.orders {
		if o.GetId() == r.GetId() && r.GetViewer().GetOperator() {
			return &orderingv1.GetOrderResponse{Order: o}, nil
		}
	}
	return nil, fault.New(fault.NotFound, "not_found", "There is no such order.")
}

// DisownOrder calls every order off.
func (p *peers) DisownOrder(
	_ context.Context, r *orderingv1.DisownOrderRequest,
) (*orderingv1.DisownOrderResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return nil, fault.New(fault.Unavailable, "unavailable", "Down.")
	}
	p.disowned = append(p.disowned, r.GetId())
	return &orderingv1.DisownOrderResponse{Order: &orderingv1.Order{
		Id:     r.GetId(),
		Status: state.OrderCancelled,
	}}, nil
}

// ProducerContacts knows two people at the dairy, and nobody elsewhere.
func (p *peers) ProducerContacts(
	_ context.Context, r *identityv1.ProducerContactsRequest,
) (*identityv1.ProducerContactsResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return nil, fault.New(fault.Unavailable, "unavailable", "Down.")
	}
	response := &identityv1.ProducerContactsResponse{}
	if slices.Contains(r.GetProducerIds(), "dairy") {
		for _, name := range []string{"Bo", "Cy"} {
			response.Contacts = append(response.Contacts, &identityv1.ProducerContact{
				ProducerId: "dairy",
				Email:      strings.ToLower(name) + "@dairy.example", Name: name, Verified: true,
			})
		}
	}
	return response, nil
}

// office is the service under test among its peers.
type office struct {
	*testing.T
	notifyv1connect.NotifyServiceClient
	service *service
	process *host.Process
	peers   *peers
	clock   *hosttest.Clock
	events  eventsv1connect.EventServiceClient
}

func newOffice(
	t *testing.T, engine sqldb.Engine, start func(testing.TB, sqldb.Engine, []host.Service,
		...func(*host.Config)) *host.Process, options ...func(*host.Config),
) *office {
	o := &office{
		T: t, peers: &peers{},
		clock: hosttest.NewClock(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)),
	}
	services := []host.Service{
		{Name: "catalog", New: func(h *host.Host) error {
			catalogv1connect.RegisterCatalogServiceHandler(h.RPC(), o.peers)
			return nil
		}},
		{Name: "identity", New: func(h *host.Host) error {
			identityv1connect.RegisterIdentityServiceHandler(h.RPC(), o.peers)
			return nil
		}},
		{Name: "ordering", New: func(h *host.Host) error {
			orderingv1connect.RegisterOrderingServiceHandler(h.RPC(), o.peers)
			return nil
		}},
		Room().With(func(h *host.Host) (err error) {
			if o.service, err = newService(h); err == nil {
				o.service.start()
			}
			return err
		}),
	}
	p := start(t, engine, services, append(options, func(c *host.Config) { c.Now = o.clock.Now })...)
	o.process = p
	o.NotifyServiceClient = notifyv1connect.NewNotifyServiceClient(p.Client("notify"))
	o.events = eventsv1connect.NewEventServiceClient(p.Client("notify"))
	return o
}

// each runs a test on both engines, without jobs: the test does their work when it wants.
func each(t *testing.T, test func(o *office), options ...func(*host.Config)) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) { test(newOffice(t, engine, hosttest.Open, options...)) })
	}
}

func (o *office) order() string { return o.service.host.NewID(id.Order, "portland") }

// tell delivers an event of an order for a contact, with parts of these statuses.
func (o *office) tell(kind, orderID string, version int64, contact string, parts ...string) {
	o.Helper()
	order := &orderingv1.Order{SealedContact: []byte(contact)}
	for _, status := range parts {
		order.Parts = append(order.Parts, &orderingv1.Part{Status: status})
	}
	o.deliver(kind, orderID, version, order)
}

// sell delivers the confirmation of an order of a cheese and a loaf, of two producers.
func (o *office) sell(orderID, contact string) {
	o.Helper()
	o.deliver("order.confirmed", orderID, 1, &orderingv1.Order{
		SealedContact: []byte(contact), WindowKind: "delivery",
		WindowStartsAt: o.clock.Now().UnixMilli(), WindowEndsAt: o.clock.Now().Add(time.Hour).UnixMilli(),
		Parts: []*orderingv1.Part{{ProducerId: "dairy"}, {ProducerId: "bakery"}, {ProducerId: "dairy"}},
		Lines: []*orderingv1.OrderLine{
			{
				ProductTitle: "Gouda", ProducerId: "dairy", ProducerName: "Willamette Dairy", Quantity: 350,
				SoldBy: "weight",
			},
			{ProductTitle: "Rye", ProducerId: "bakery", ProducerName: "Tabor Bread", Quantity: 2000},
		},
	})
}

func (o *office) deliver(kind, orderID string, version int64, order *orderingv1.Order) {
	o.Helper()
	o.deliverPart(kind, orderID, "", version, order)
}

// deliverPart delivers an event of a part of an order.
func (o *office) deliverPart(kind, orderID, partID string, version int64, order *orderingv1.Order) {
	o.Helper()
	o.deliverEvent(kind, orderID, version, &orderingv1.OrderEvent{Order: order, PartId: partID})
}

func (o *office) deliverEvent(kind, orderID string, version int64, event *orderingv1.OrderEvent) {
	o.Helper()
	event.GetOrder().Id, event.GetOrder().Market, event.GetOrder().Version = orderID, "portland", version
	payload, err := proto.Marshal(event)
	if err != nil {
		o.Fatal(err)
	}
	response, err := o.events.Deliver(o.Context(), &eventsv1.DeliverRequest{Events: []*eventsv1.Event{
		{Publisher: "ordering", Aggregate: orderID, Version: version, Type: kind, Payload: payload},
	}})
	if err != nil || !response.GetReceipts()[0].GetRetire() {
		o.Fatalf("%s: %v, %v", kind, response, err)
	}
}

func (o *office) sendDue() {
	o.Helper()
	if err := o.service.sendDue(o.Context()); err != nil {
		o.Fatal(err)
	}
}

func (o *office) list(request *notifyv1.ListMessagesRequest) *notifyv1.ListMessagesResponse {
	o.Helper()
	response, err := o.ListMessages(o.Context(), request)
	if err != nil {
		o.Fatal(err)
	}
	return response
}

// subjects are those of an order's messages, newest first.
func (o *office) subjects(orderID string) (out []string) {
	o.Helper()
	for _, m := range o.list(&notifyv1.ListMessagesRequest{OrderId: orderID}).GetMessages() {
		out = append(out, m.GetStatus()+": "+m.GetSubject())
	}
	return out
}

func (o *office) snapshots() (n int) {
	o.Helper()
	return o.count("SELECT COUNT(*) FROM messages WHERE snapshot IS NOT NULL")
}

func (o *office) count(query string, args ...any) (n int) {
	o.Helper()
	if err := o.service.host.DB().Read().QueryRowContext(o.Context(), query, args...).Scan(&n); err != nil {
		o.Fatal(err)
	}
	return n
}
