package edge

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

// What the peers of these tests know. Tests here are about the front door: how it asks
// and how it tells. What real services decide is tested with real ones in contract_test.go.
const (
	unique      = "01k8y6v0xq7d3mz1n5r2t9w4bc"
	cheese      = "prd_portland_" + unique
	wheel       = "var_portland_" + unique
	slice       = "var_portland_01k8y6v0xq7d3mz1n5r2t9w4bd"
	dairy       = "pro_portland_" + unique
	guestCart   = "crt_portland_" + unique
	membersCart = "crt_portland_01k8y6v0xq7d3mz1n5r2t9w4be"
	placedOrder = "ord_portland_" + unique
	onePart     = "prt_portland_" + unique
	saturday    = "win_portland_" + unique
	evening     = "win_portland_01k8y6v0xq7d3mz1n5r2t9w4bf"
	sundays     = "sch_portland_01k8y6v0xq7d3mz1n5r2t9w4bh"
	sunday      = "win_portland_01k8y6v0xq7d3mz1n5r2t9w4bg"
	homeAddress = "adr_x_" + unique
	orderToken  = "order-token"
)

// Sessions that exist: the token is the role.
var accounts = map[string]*identityv1.Account{
	"shopper": {
		Id: "acc_x_1", Email: "ann@example.org", Name: "Ann", Roles: []string{"shopper"},
		CreatedAt: 1,
	},
	"other": {
		Id: "acc_x_2", Email: "bob@example.org", Name: "Bob", Roles: []string{"shopper"},
		CreatedAt: 1,
	},
	"producer": {
		Id: "acc_x_3", Email: "dairy@example.org", Roles: []string{"producer", "shopper"},
		ProducerIds: []string{dairy}, CreatedAt: 1,
	},
	"operator": {
		Id: "acc_x_4", Email: "op@example.org", Roles: []string{"operator", "shopper"},
		CreatedAt: 1,
	},
}

// peers answer canned data, or the fault that a test sets for a method.
type peers struct {
	mu     sync.Mutex
	faults map[string]error
	// recorded is what the front door told the security log, logged what the logs of services have, each the
	// newest first.
	recorded, logged []*auditv1.Entry
	calls            map[string]int
	// block, when it is set for a method, makes its calls wait.
	block map[string]chan struct{}
	// stock is what is left of each variant, quoted what it costs today, and gone that it is not sold any
	// more.
	stock  map[string]int64
	quoted int64
	gone   bool
	// cart, order and window change what is in a basket, and how an order or a window stands.
	cart   func(*orderingv1.Cart)
	order  func(*orderingv1.Order)
	window func(*deliveryv1.Window)
	// openOrders are those concerned, where there are others than usual.
	openOrders *orderingv1.CountOpenOrdersResponse
	// clearing changes how far the orders of a cancelled window are.
	clearing func(*orderingv1.Clearing)
	// stays says that orders stay in a cancelled window.
	stays bool
	// more is how many products the catalogue has, where it has many; manyOrders says that there are more
	// than are summed.
	more       int
	manyOrders bool
	// producer changes how the producer stands.
	producer func(*catalogv1.Producer)
	// payment changes what became of the money; bell says that an order has changed.
	payment func(*paymentsv1.Payment)
	bell    chan struct{}
	// leftOut is what cannot be ordered again.
	leftOut []*orderingv1.OrderLine
	// noOrders is set where nobody has ordered, messages are what was written.
	noOrders bool
	messages []*notifyv1.Message
	// orders are what there is, where that is not the one.
	orders []*orderingv1.Order
	// market changes how the market reads.
	market func(*catalogv1.Market)
	// severalMarkets has another one beside it.
	severalMarkets bool
	// madeBy is whose the product is, where that is not the dairy.
	madeBy string
	// ware changes the product, and declares what is quoted of a variant; listed sees each list that is asked
	// for.
	ware     func(*catalogv1.Product)
	declares func(*catalogv1.Quote)
	listed   func(*catalogv1.ListProductsRequest)
	// refused is what the inventory says of a stock that it does not adjust.
	refused map[string]string
	// kept is the file that was sent to be imported.
	kept *catalogv1.KeptImport
	// session changes what a session has shown; one has just shown everything.
	session func(*identityv1.GetSessionResponse)
	// last is the last request of each method.
	last map[string]any
}

func (p *peers) called(ctx context.Context, method string, request any) error {
	p.mu.Lock()
	p.calls[method]++
	p.last[method] = request
	err, block := p.faults[method], p.block[method]
	p.mu.Unlock()
	if block != nil {
		select {
		case <-block:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

func (p *peers) fail(method string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults[method] = err
}

func (p *peers) hold(method string) (release func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	gate := make(chan struct{})
	p.block[method] = gate
	return sync.OnceFunc(func() { close(gate) })
}

// set changes what the peers know.
func (p *peers) set(change func(p *peers)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p)
}

func (p *peers) count(method string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[method]
}

// Shop is a front door before canned peers, with a clock that stands still.
type Shop struct {
	*httptest.Server
	edge    *server
	peers   *peers
	clock   *hosttest.Clock
	process *host.Process
	// serving is how many requests are being answered.
	serving atomic.Int64
}

func openShop(t testing.TB, limits Limits, options ...func(*host.Config)) *Shop {
	t.Helper()
	s := &Shop{
		peers: &peers{
			faults: map[string]error{}, calls: map[string]int{}, block: map[string]chan struct{}{},
			last:  map[string]any{},
			stock: map[string]int64{wheel: 12000, slice: 3250}, quoted: 2400, bell: make(chan struct{}),
		},
		clock: hosttest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)),
	}
	front := func(h *host.Host) (err error) {
		s.edge, err = open(h, limits)
		h.ServePublic(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.serving.Add(1)
			defer s.serving.Add(-1)
			s.edge.ServeHTTP(w, r)
		}))
		return err
	}
	services := s.peers.services()
	for i, service := range services {
		services[i].New = func(h *host.Host) error {
			s.peers.addTroubles(h)
			s.peers.addLog(h)
			return service.New(h)
		}
	}
	services = append(services, host.Service{Name: "edge", New: front})
	s.process = hosttest.Open(t, sqldb.SQLite, services,
		append(options, func(c *host.Config) { c.Now = s.clock.Now })...)
	s.Server = httptest.NewServer(s.edge)
	t.Cleanup(s.Close)
	return s
}

func (p *peers) services() []host.Service {
	return []host.Service{
		{Name: "catalog", New: func(h *host.Host) error {
			catalogv1connect.RegisterCatalogServiceHandler(h.RPC(), fakeCatalog{peers: p})
			return nil
		}},
		{Name: "inventory", New: func(h *host.Host) error {
			inventoryv1connect.RegisterInventoryServiceHandler(h.RPC(), fakeInventory{peers: p})
			return nil
		}},
		{Name: "delivery", New: func(h *host.Host) error {
			deliveryv1connect.RegisterDeliveryServiceHandler(h.RPC(), fakeDelivery{peers: p})
			return nil
		}},
		{Name: "ordering", New: func(h *host.Host) error {
			orderingv1connect.RegisterOrderingServiceHandler(h.RPC(), fakeOrdering{peers: p})
			return nil
		}},
		{Name: "payments", New: func(h *host.Host) error {
			paymentsv1connect.RegisterPaymentsServiceHandler(h.RPC(), fakePayments{peers: p})
			return nil
		}},
		{Name: "identity", New: func(h *host.Host) error {
			identityv1connect.RegisterIdentityServiceHandler(h.RPC(), fakeIdentity{peers: p})
			identityv1connect.RegisterFactorServiceHandler(h.RPC(), fakeFactors{peers: p})
			return nil
		}},
		{Name: "notify", New: func(h *host.Host) error {
			notifyv1connect.RegisterNotifyServiceHandler(h.RPC(), fakeNotify{peers: p})
			return nil
		}},
	}
}

func dollars(cents int64) *moneyv1.Money { return &moneyv1.Money{Amount: cents, Currency: "USD"} }

type fakeCatalog struct {
	catalogv1connect.UnimplementedCatalogServiceHandler
	*peers
}

func portland() *catalogv1.Market {
	return &catalogv1.Market{
		Code: "portland", Name: "Portland", Currency: "USD",
		TimeZone: "America/Los_Angeles", Country: "US", Locale: "en-US",
	}
}

func theProducer() *catalogv1.Producer {
	return &catalogv1.Producer{
		Id: dairy, Market: "portland", Name: "Hill Dairy", Slug: "hill-dairy", Town: "Gresham",
		Tagline: "Cows on a hill.",
		Story:   "We milk.\n\nAnd <b>wait</b>.", Approved: true, Image: "hill.jpg",
	}
}

func theProduct() *catalogv1.Product {
	return &catalogv1.Product{
		Id: cheese, Market: "portland", ProducerId: dairy, ProducerName: "Hill Dairy",
		Title: "Hill Tomme <young>", Slug: "hill-tomme",
		Description: "Mild.", Category: "cheese", CategoryName: "Cheese", Allergens: []string{"milk"},
		Published: true, CreatedAt: 1_795_161_600_000, Image: "tomme.jpg", Images: []string{"tomme.jpg"},
		Variants: []*catalogv1.Variant{
			{Id: wheel, Title: "Wheel", Price: dollars(2400), SoldBy: "each", UnitValue: 500, Unit: "g"},
			{Id: slice, Title: "By weight", Price: dollars(1250), SoldBy: "weight"},
		},
	}
}

func (p *peers) theMarket() *catalogv1.Market {
	m := portland()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.market != nil {
		p.market(m)
	}
	return m
}

func (f fakeCatalog) GetMarket(
	ctx context.Context, r *catalogv1.GetMarketRequest,
) (*catalogv1.GetMarketResponse, error) {
	if r.GetCode() != "portland" {
		return nil, fault.New(fault.NotFound, "not_found", "There is no such market.")
	}
	return &catalogv1.GetMarketResponse{Market: f.theMarket()}, f.called(ctx, "GetMarket", r)
}

func (f fakeCatalog) ListMarkets(
	ctx context.Context, r *catalogv1.ListMarketsRequest,
) (*catalogv1.ListMarketsResponse, error) {
	markets := []*catalogv1.Market{f.theMarket()}
	f.set(func(p *peers) {
		if p.severalMarkets {
			markets = append(markets, &catalogv1.Market{
				Code: "madrid", Name: "Madrid", Currency: "EUR",
				TimeZone: "Europe/Madrid", Country: "ES", Locale: "es-ES",
			})
		}
	})
	return &catalogv1.ListMarketsResponse{Markets: markets}, f.called(ctx, "ListMarkets", r)
}

func (f fakeCatalog) ListCategories(
	ctx context.Context, r *catalogv1.ListCategoriesRequest,
) (*catalogv1.ListCategoriesResponse, error) {
	return &catalogv1.ListCategoriesResponse{
			Categories: []*catalogv1.Category{{Slug: "cheese", Name: "Cheese", Products: 1}},
		},
		f.called(ctx, "ListCategories", r)
}

func (f fakeCatalog) ListProducers(
	ctx context.Context, r *catalogv1.ListProducersRequest,
) (*catalogv1.ListProducersResponse, error) {
	return &catalogv1.ListProducersResponse{Producers: []*catalogv1.Producer{f.producerNow()}},
		f.called(ctx, "ListProducers", r)
}

func (f fakeCatalog) GetProducer(
	ctx context.Context, r *catalogv1.GetProducerRequest,
) (*catalogv1.GetProducerResponse, error) {
	if r.GetId() != dairy {
		return nil, fault.New(fault.NotFound, "not_found", "There is no such producer.")
	}
	return &catalogv1.GetProducerResponse{Producer: f.producerNow()}, f.called(ctx, "GetProducer", r)
}

// producerNow is the producer as it stands.
func (p *peers) producerNow() *catalogv1.Producer {
	producer := theProducer()
	p.set(func(p *peers) {
		if p.producer != nil {
			p.producer(producer)
		}
	})
	return producer
}

func (f fakeCatalog) ListProducts(
	ctx context.Context, r *catalogv1.ListProductsRequest,
) (*catalogv1.ListProductsResponse, error) {
	answer := &catalogv1.ListProductsResponse{
		Products:   []*catalogv1.Product{theProduct()},
		NextCursor: "next",
	}
	f.set(func(p *peers) {
		if p.listed != nil {
			p.listed(r)
		}
	})
	if f.more > 0 {
		from, _ := strconv.Atoi(r.GetCursor())
		to := min(from+int(r.GetLimit()), f.more)
		answer.Products, answer.NextCursor, answer.Total = slices.Repeat(answer.GetProducts(), to-from),
			strconv.Itoa(to), int64(f.more)
		if to == f.more {
			answer.NextCursor = ""
		}
	}
	if f.ware != nil {
		f.ware(answer.GetProducts()[0])
	}
	if len(r.GetIds()) > 0 {
		answer.NextCursor = ""
		if !slices.Contains(r.GetIds(), cheese) {
			answer.Products = nil
		}
	}
	if r.GetFacets() {
		answer.Facets = []*catalogv1.Facet{
			{Name: "category", Value: "cheese", Label: "Cheese", Count: 1},
			{Name: "allergen_free", Value: "egg", Label: "Egg", Count: 1},
		}
	}
	if r.GetCursor() == "bad" {
		return nil, fault.New(fault.Invalid, "invalid_cursor", "This page of the list cannot be found.",
			fault.Field{Name: "cursor", Message: "Not ours."})
	}
	return answer, f.called(ctx, "ListProducts", r)
}

func (f fakeCatalog) Suggest(
	ctx context.Context, r *catalogv1.SuggestRequest,
) (*catalogv1.SuggestResponse, error) {
	return &catalogv1.SuggestResponse{
		Suggestions: []*catalogv1.Suggestion{
			{
				Kind: "product", Id: cheese, Title: "Hill Tomme <young>",
				Detail: "Hill Dairy", Image: "tomme", Price: &moneyv1.Money{Amount: 1450, Currency: "USD"},
				SoldBy: "each", From: true, Allergens: []string{"milk"}, AllergensStated: new(true),
			},
			{Kind: "category", Id: "cheese", Title: "Cheese"},
		},
		Words: []string{r.GetQ()},
	}, f.called(ctx, "Suggest", r)
}

func (f fakeCatalog) GetProduct(
	ctx context.Context, r *catalogv1.GetProductRequest,
) (*catalogv1.GetProductResponse, error) {
	if r.GetId() != cheese {
		return nil, fault.New(fault.NotFound, "not_found", "There is no such product.")
	}
	product := theProduct()
	product.ProducerId = cmp.Or(f.madeBy, dairy)
	if f.ware != nil {
		f.ware(product)
	}
	return &catalogv1.GetProductResponse{Product: product}, f.called(ctx, "GetProduct", r)
}

func (f fakeCatalog) Outline(
	ctx context.Context, r *catalogv1.OutlineRequest,
) (*catalogv1.OutlineResponse, error) {
	id := map[string]string{"product": cheese, "producer": dairy}[r.GetKind()]
	return &catalogv1.OutlineResponse{
			Entries: []*catalogv1.OutlineEntry{{Id: id, UpdatedAt: 1_700_000_000_000}},
		},
		f.called(ctx, "Outline", r)
}

func (f fakeCatalog) Quote(ctx context.Context, r *catalogv1.QuoteRequest) (*catalogv1.QuoteResponse, error) {
	answer := &catalogv1.QuoteResponse{}
	f.set(func(p *peers) {
		for _, id := range r.GetVariantIds() {
			if !p.gone {
				quote := &catalogv1.Quote{Variant: &catalogv1.Variant{
					Id: id, Price: dollars(p.quoted),
					SoldBy: "each",
				}}
				if p.declares != nil {
					p.declares(quote)
				}
				answer.Quotes = append(answer.Quotes, quote)
			}
		}
	})
	return answer, f.called(ctx, "Quote", r)
}

func (f fakeCatalog) GetImage(
	ctx context.Context, r *catalogv1.GetImageRequest,
) (*catalogv1.GetImageResponse, error) {
	if r.GetKey() != "tomme.jpg" {
		return nil, fault.New(fault.NotFound, "not_found", "There is no such picture.")
	}
	return &catalogv1.GetImageResponse{Content: []byte("\xff\xd8picture"), ContentType: "image/jpeg"},
		f.called(ctx, "GetImage", r)
}

type fakeInventory struct {
	inventoryv1connect.UnimplementedInventoryServiceHandler
	*peers
}

func (f fakeInventory) Availability(
	ctx context.Context, r *inventoryv1.AvailabilityRequest,
) (*inventoryv1.AvailabilityResponse, error) {
	answer := &inventoryv1.AvailabilityResponse{}
	f.set(func(p *peers) {
		for _, id := range r.GetVariantIds() {
			answer.Variants = append(answer.Variants,
				&inventoryv1.Availability{VariantId: id, Available: p.stock[id]})
		}
	})
	return answer, f.called(ctx, "Availability", r)
}

type fakeDelivery struct {
	deliveryv1connect.UnimplementedDeliveryServiceHandler
	*peers
}

func (f fakeDelivery) theWindows() []*deliveryv1.Window {
	start := time.Date(2026, 11, 21, 17, 0, 0, 0, time.UTC).UnixMilli()
	windows := []*deliveryv1.Window{
		{Id: saturday, Kind: "pickup", Place: "Farmers' market, stall 4", Fee: dollars(0)},
		{
			Id: evening, Kind: "delivery", Place: "East of the river", Fee: dollars(600),
			Minimum: dollars(2500),
		},
	}
	for _, w := range windows {
		w.Market, w.Capacity, w.Remaining = "portland", 40, 12
		w.StartsAt, w.EndsAt, w.OrderBy = start, start+7_200_000, start-43_200_000
		f.set(func(p *peers) {
			if p.window != nil {
				p.window(w)
			}
		})
	}
	return windows
}

func (f fakeDelivery) ListWindows(
	ctx context.Context, r *deliveryv1.ListWindowsRequest,
) (*deliveryv1.ListWindowsResponse, error) {
	windows := f.theWindows()
	if f.openOrders != nil { // then there is somewhere else to go
		windows = append(windows, &deliveryv1.Window{
			Id: sunday, Kind: "pickup", Market: "portland",
			Place: "Stall 5", Capacity: 40, Remaining: 12, StartsAt: windows[0].GetStartsAt() + 86_400_000,
			EndsAt: windows[0].GetEndsAt() + 86_400_000, OrderBy: windows[0].GetStartsAt(),
		})
	}
	return &deliveryv1.ListWindowsResponse{Windows: windows}, f.called(ctx, "ListWindows", r)
}

func (f fakeDelivery) GetWindow(
	ctx context.Context, r *deliveryv1.GetWindowRequest,
) (*deliveryv1.GetWindowResponse, error) {
	for _, w := range f.theWindows() {
		if w.GetId() == r.GetId() {
			return &deliveryv1.GetWindowResponse{Window: w}, f.called(ctx, "GetWindow", r)
		}
	}
	return nil, fault.New(fault.NotFound, "window_not_found", "There is no such window.")
}

type fakeOrdering struct {
	orderingv1connect.UnimplementedOrderingServiceHandler
	*peers
}

func theCart(id string) *orderingv1.Cart {
	return &orderingv1.Cart{
		Id: id, Market: "portland", Total: dollars(4800), CreatedAt: 1,
		Lines: []*orderingv1.CartLine{{
			VariantId: wheel, Quantity: 2000, Price: dollars(2400), Total: dollars(4800), ProductId: cheese,
			ProductTitle: "Hill Tomme",
			VariantTitle: "Wheel", ProducerId: dairy, ProducerName: "Hill Dairy", SoldBy: "each",
			Image: "tomme.jpg",
		}},
	}
}

func theOrder() *orderingv1.Order {
	return &orderingv1.Order{
		Id: placedOrder, Market: "portland", Status: state.OrderConfirmed, Total: dollars(4800),
		Authorised: dollars(4800), Fee: dollars(0),
		Lines: []*orderingv1.OrderLine{{
			VariantId: wheel, Quantity: 2000, Price: dollars(2400), Total: dollars(4800), ProductId: cheese,
			ProductTitle: "Hill Tomme",
			VariantTitle: "Wheel", ProducerId: dairy, ProducerName: "Hill Dairy", SoldBy: "each",
			Lots: []*orderingv1.Lot{{
				Id: "lot_portland_" + unique, Code: "B12", BestBefore: "2026-12-24",
				Quantity: 2000,
			}},
		}},
		Steps: []*orderingv1.Step{
			{Status: state.OrderPlaced, At: 1_795_161_600_000},
			{Status: state.OrderConfirmed, At: 1_795_161_601_000, Note: "<b>"},
		},
		Parts: []*orderingv1.Part{{
			Id: onePart, ProducerId: dairy, ProducerName: "Hill Dairy",
			Status: state.PartNew, Total: dollars(4800),
		}},
		WindowId: saturday, WindowKind: "pickup", WindowStartsAt: 1, WindowEndsAt: 2, WindowPlace: "Stall 4",
		CustomerId:    "acc_x_1",
		PaymentMethod: "test", PlacedAt: 1, ConfirmedAt: 2, SealedContact: []byte("sealed"),
	}
}

func noCart() error  { return fault.New(fault.NotFound, "not_found", "There is no such cart.") }
func noOrder() error { return fault.New(fault.NotFound, "not_found", "There is no such order.") }

func (f fakeOrdering) CreateCart(
	ctx context.Context, r *orderingv1.CreateCartRequest,
) (*orderingv1.CreateCartResponse, error) {
	if r.GetFromOrder() == "" && r.GetMarket() != "portland" {
		return nil, web.Invalid("market", "There is no such market.")
	}
	if r.GetFromOrder() != "" {
		if r.GetFromOrder() != placedOrder || !maySee(r.GetViewer()) {
			return nil, noOrder()
		}
		answer := &orderingv1.CreateCartResponse{Cart: theCart(guestCart)}
		f.set(func(p *peers) { answer.LeftOut = p.leftOut })
		return answer, f.called(ctx, "CreateCart", r)
	}
	return &orderingv1.CreateCartResponse{Cart: &orderingv1.Cart{Id: guestCart, Market: "portland"}},
		f.called(ctx, "CreateCart", r)
}

func (f fakeOrdering) GetCart(
	ctx context.Context, r *orderingv1.GetCartRequest,
) (*orderingv1.GetCartResponse, error) {
	if r.GetId() != guestCart && (r.GetId() != membersCart || r.GetViewer().GetCustomerId() != "acc_x_1") {
		return nil, noCart()
	}
	return &orderingv1.GetCartResponse{Cart: f.cartNow(r.GetId())}, f.called(ctx, "GetCart", r)
}

// cartNow is a basket as it stands.
func (p *peers) cartNow(id string) *orderingv1.Cart {
	cart := theCart(id)
	p.set(func(p *peers) {
		if p.cart != nil {
			p.cart(cart)
		}
	})
	return cart
}

// MemberCart answers the cart that the device knows, and makes one where it is asked to.
func (f fakeOrdering) MemberCart(
	ctx context.Context, r *orderingv1.MemberCartRequest,
) (*orderingv1.MemberCartResponse, error) {
	if err := f.called(ctx, "MemberCart", r); err != nil {
		return nil, err
	}
	got, err := f.GetCart(ctx,
		&orderingv1.GetCartRequest{
			Id:     r.GetCartId(),
			Viewer: &orderingv1.Viewer{CustomerId: r.GetCustomerId()},
		})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		got, err = nil, nil
	}
	if open := got.GetCart(); err == nil && r.GetMarket() != "" &&
		(open == nil || open.GetMarket() != r.GetMarket() || open.GetOrderId() != "") {
		made, err := f.CreateCart(ctx,
			&orderingv1.CreateCartRequest{Market: r.GetMarket(), CustomerId: r.GetCustomerId()})
		return &orderingv1.MemberCartResponse{Cart: made.GetCart()}, err
	}
	return &orderingv1.MemberCartResponse{Cart: got.GetCart()}, err
}

func (f fakeOrdering) SetLine(
	ctx context.Context, r *orderingv1.SetLineRequest,
) (*orderingv1.SetLineResponse, error) {
	if r.GetCartId() != guestCart {
		return nil, noCart()
	}
	if r.GetQuantity()%1000 != 0 && r.GetVariantId() == wheel {
		return nil, web.Invalid("quantity", "This is sold by the piece.")
	}
	return &orderingv1.SetLineResponse{Cart: f.cartNow(guestCart)}, f.called(ctx, "SetLine", r)
}

func (f fakeOrdering) Checkout(
	ctx context.Context, r *orderingv1.CheckoutRequest,
) (*orderingv1.CheckoutResponse, error) {
	if r.GetCartId() != guestCart {
		return nil, noCart()
	}
	if err := f.called(ctx, "Checkout", r); err != nil {
		return nil, err
	}
	return &orderingv1.CheckoutResponse{Order: f.orderNow(), AccessToken: orderToken}, nil
}

func maySee(v *orderingv1.Viewer) bool {
	return v.GetOperator() || v.GetAccessToken() == orderToken || v.GetCustomerId() == "acc_x_1" ||
		slices.Contains(v.GetProducerIds(), dairy)
}

// orderNow is the order as it stands.
func (p *peers) orderNow() *orderingv1.Order {
	order := theOrder()
	p.set(func(p *peers) {
		if p.order != nil {
			p.order(order)
		}
	})
	return order
}

func (f fakeOrdering) GetOrder(
	ctx context.Context, r *orderingv1.GetOrderRequest,
) (*orderingv1.GetOrderResponse, error) {
	if r.GetId() != placedOrder || !maySee(r.GetViewer()) {
		return nil, noOrder()
	}
	return &orderingv1.GetOrderResponse{Order: f.orderNow()}, f.called(ctx, "GetOrder", r)
}

func (f fakeOrdering) ListOrders(
	ctx context.Context, r *orderingv1.ListOrdersRequest,
) (*orderingv1.ListOrdersResponse, error) {
	answer := &orderingv1.ListOrdersResponse{Orders: []*orderingv1.Order{f.orderNow()}}
	f.set(func(p *peers) {
		if p.noOrders {
			answer.Orders = nil
		}
		if p.orders != nil {
			from, _ := strconv.Atoi(r.GetCursor())
			to := min(from+int(r.GetLimit()), len(p.orders))
			if answer.Orders = p.orders[from:to]; to < len(p.orders) {
				answer.NextCursor = strconv.Itoa(to)
			}
		}
	})
	return answer, f.called(ctx, "ListOrders", r)
}

func (f fakeOrdering) CancelOrder(
	ctx context.Context, r *orderingv1.CancelOrderRequest,
) (*orderingv1.CancelOrderResponse, error) {
	if r.GetId() != placedOrder || !maySee(r.GetViewer()) {
		return nil, noOrder()
	}
	order := theOrder()
	order.Status, order.CancelledAt = state.OrderCancelled, 3
	return &orderingv1.CancelOrderResponse{Order: order}, f.called(ctx, "CancelOrder", r)
}

func (f fakeOrdering) AdvancePart(
	ctx context.Context, r *orderingv1.AdvancePartRequest,
) (*orderingv1.AdvancePartResponse, error) {
	if r.GetOrderId() != placedOrder || !maySee(r.GetViewer()) {
		return nil, noOrder()
	}
	order := theOrder()
	order.Parts[0].Status = r.GetTo()
	return &orderingv1.AdvancePartResponse{Order: order}, f.called(ctx, "AdvancePart", r)
}

type fakePayments struct {
	paymentsv1connect.UnimplementedPaymentsServiceHandler
	*peers
}

func (f fakePayments) Methods(
	ctx context.Context, r *paymentsv1.MethodsRequest,
) (*paymentsv1.MethodsResponse, error) {
	return &paymentsv1.MethodsResponse{Methods: []string{"test", "pickup"}}, f.called(ctx, "Methods", r)
}

func (f fakePayments) Refund(
	ctx context.Context, r *paymentsv1.RefundRequest,
) (*paymentsv1.RefundResponse, error) {
	return &paymentsv1.RefundResponse{Payment: &paymentsv1.Payment{
		OrderId: r.GetOrderId(), Method: "test", Status: state.PaymentRefunded, Authorised: dollars(4800),
		Captured: dollars(4800), Refunded: r.GetAmount(),
	}}, f.called(ctx, "Refund", r)
}

func (f fakePayments) QuoteRefund(
	ctx context.Context, r *paymentsv1.QuoteRefundRequest,
) (*paymentsv1.QuoteRefundResponse, error) {
	return &paymentsv1.QuoteRefundResponse{Amount: dollars(r.GetQuantity() * 24 / 10)},
		f.called(ctx, "QuoteRefund", r)
}

type fakeIdentity struct {
	identityv1connect.UnimplementedIdentityServiceHandler
	*peers
}

func (f fakeIdentity) SignUp(
	ctx context.Context, r *identityv1.SignUpRequest,
) (*identityv1.SignUpResponse, error) {
	return &identityv1.SignUpResponse{BrowserToken: "begun"}, f.called(ctx, "SignUp", r)
}

// mailedLinks are what the tokens of links are for.
var mailedLinks = map[string]string{"new": "sign_up", "mine": "verify", "other": "email", "thief": "undo"}

func (f fakeIdentity) GetLink(
	ctx context.Context, r *identityv1.GetLinkRequest,
) (*identityv1.GetLinkResponse, error) {
	kind := mailedLinks[r.GetToken()]
	if kind == "" {
		return nil, fault.New(fault.NotFound, "link_expired", "This link is no longer good.")
	}
	unknown := kind == "sign_up" && r.GetBrowserToken() != "begun" || (kind == "verify" || kind == "email") &&
		r.GetSessionToken() != "shopper"
	return &identityv1.GetLinkResponse{Kind: kind, Email: "ann@example.org", NeedsPassword: unknown},
		f.called(ctx, "GetLink", r)
}

func (f fakeIdentity) FollowLink(
	ctx context.Context, r *identityv1.FollowLinkRequest,
) (*identityv1.FollowLinkResponse, error) {
	answer := &identityv1.FollowLinkResponse{Kind: mailedLinks[r.GetToken()], Account: accounts["shopper"]}
	switch {
	case answer.Kind == "":
		return nil, fault.New(fault.NotFound, "link_expired", "This link is no longer good.")
	case answer.Kind == "sign_up" && r.GetBrowserToken() != "begun" && r.GetPassword() == "":
		return nil, web.Invalid("password", "Use at least 10 characters.")
	case (answer.Kind == "verify" || answer.Kind == "email") && r.GetSessionToken() != "shopper" &&
		r.GetPassword() != "right":
		return nil,
			fault.New(fault.Unauthenticated, "bad_credentials",
				"The e-mail address or the password is wrong.")
	case answer.Kind == "sign_up":
		answer.SessionToken, answer.ExpiresAt, answer.DeviceToken = "shopper", 1, "known"
	case answer.Kind == "email" && r.GetSessionToken() == "shopper":
		answer.SessionToken, answer.ExpiresAt = "renewed", 1
	}
	return answer, f.called(ctx, "FollowLink", r)
}

func (f fakeIdentity) ListSessions(
	ctx context.Context, r *identityv1.ListSessionsRequest,
) (*identityv1.ListSessionsResponse, error) {
	return &identityv1.ListSessionsResponse{Sessions: []*identityv1.Session{
		{
			Id: "here", CreatedAt: 1, UsedAt: 2, ExpiresAt: 3, Kind: "browser", Device: "Firefox on Linux",
			Network: "192.0.*", Current: true,
		},
		{Id: "phone", CreatedAt: 1, UsedAt: 1, ExpiresAt: 3, Kind: "program", Device: "curl"},
	}}, f.called(ctx, "ListSessions", r)
}

func (f fakeIdentity) EndSession(
	ctx context.Context, r *identityv1.EndSessionRequest,
) (*identityv1.EndSessionResponse, error) {
	return &identityv1.EndSessionResponse{}, f.called(ctx, "EndSession", r)
}

func (f fakeIdentity) ChangePassword(
	ctx context.Context, r *identityv1.ChangePasswordRequest,
) (*identityv1.ChangePasswordResponse, error) {
	if r.GetPassword() != "right" {
		return nil,
			fault.New(fault.Unauthenticated, "bad_credentials",
				"The e-mail address or the password is wrong.")
	}
	return &identityv1.ChangePasswordResponse{SessionToken: "renewed", ExpiresAt: 1},
		f.called(ctx, "ChangePassword", r)
}

func (f fakeIdentity) ChangeEmail(
	ctx context.Context, r *identityv1.ChangeEmailRequest,
) (*identityv1.ChangeEmailResponse, error) {
	if r.GetPassword() != "right" {
		return nil,
			fault.New(fault.Unauthenticated, "bad_credentials",
				"The e-mail address or the password is wrong.")
	}
	return &identityv1.ChangeEmailResponse{}, f.called(ctx, "ChangeEmail", r)
}

func (f fakeIdentity) RequestVerification(
	ctx context.Context, r *identityv1.RequestVerificationRequest,
) (*identityv1.RequestVerificationResponse, error) {
	return &identityv1.RequestVerificationResponse{}, f.called(ctx, "RequestVerification", r)
}

func (f fakeIdentity) SignIn(
	ctx context.Context, r *identityv1.SignInRequest,
) (*identityv1.SignInResponse, error) {
	if r.GetPassword() != "right" {
		return nil,
			fault.New(fault.Unauthenticated, "bad_credentials",
				"The e-mail address or the password is wrong.")
	}
	if r.GetEmail() == "half@example.org" {
		return &identityv1.SignInResponse{PendingToken: "half", Factors: []string{"passkey", "totp"}},
			f.called(ctx, "SignIn", r)
	}
	return &identityv1.SignInResponse{
		Account: accounts["shopper"], SessionToken: "shopper", ExpiresAt: 1,
		DeviceToken: "known",
	}, f.called(ctx, "SignIn", r)
}

func (f fakeIdentity) SignOut(
	ctx context.Context, r *identityv1.SignOutRequest,
) (*identityv1.SignOutResponse, error) {
	return &identityv1.SignOutResponse{}, f.called(ctx, "SignOut", r)
}

func (f fakeIdentity) GetSession(
	ctx context.Context, r *identityv1.GetSessionRequest,
) (*identityv1.GetSessionResponse, error) {
	account := accounts[r.GetSessionToken()]
	if account == nil {
		return nil, fault.New(fault.Unauthenticated, "no_session", "Please sign in.")
	}
	answer := &identityv1.GetSessionResponse{
		Account: account, ExpiresAt: 1, SealedAddress: "sealed",
		SteppedUpUntil: 1 << 50,
	}
	f.set(func(p *peers) {
		if p.session != nil {
			p.session(answer)
		}
	})
	return answer, f.called(ctx, "GetSession", r)
}

func (f fakeIdentity) Open(ctx context.Context, r *identityv1.OpenRequest) (*identityv1.OpenResponse, error) {
	answer := &identityv1.OpenResponse{}
	for range r.GetSealed() {
		answer.Contacts = append(answer.Contacts,
			&identityv1.Opened{Contact: &identityv1.Contact{Name: "Ann Example", Email: "ann@example.org"}})
	}
	return answer, f.called(ctx, "Open", r)
}

func (f fakeIdentity) ListAddresses(
	ctx context.Context, r *identityv1.ListAddressesRequest,
) (*identityv1.ListAddressesResponse, error) {
	return &identityv1.ListAddressesResponse{Addresses: []*identityv1.Address{{
		Id:    homeAddress,
		Line1: "1 Hill Road", City: "Portland", Version: "first",
	}}}, f.called(ctx, "ListAddresses", r)
}

func (f fakeIdentity) PutAddress(
	ctx context.Context, r *identityv1.PutAddressRequest,
) (*identityv1.PutAddressResponse, error) {
	if r.GetAddress().GetLine1() == "" {
		return nil, web.Invalid("line1", "This is required.")
	}
	return &identityv1.PutAddressResponse{Address: &identityv1.Address{
		Id:    homeAddress,
		Line1: r.GetAddress().GetLine1(), Version: "second",
	}}, f.called(ctx, "PutAddress", r)
}

func (f fakeIdentity) DeleteAddress(
	ctx context.Context, r *identityv1.DeleteAddressRequest,
) (*identityv1.DeleteAddressResponse, error) {
	return &identityv1.DeleteAddressResponse{}, f.called(ctx, "DeleteAddress", r)
}

type fakeNotify struct {
	notifyv1connect.UnimplementedNotifyServiceHandler
	*peers
}

func (f fakeNotify) ListMessages(
	ctx context.Context, r *notifyv1.ListMessagesRequest,
) (*notifyv1.ListMessagesResponse, error) {
	answer := &notifyv1.ListMessagesResponse{Messages: []*notifyv1.Message{{
		Id: "msg_x_1", To: "ann@example.org", Subject: "Your order",
		Text: "Thank you.\n<script>alert(1)</script>", Status: state.MessageSent, CreatedAt: 1,
	}}}
	f.set(func(p *peers) {
		if p.messages != nil {
			answer.Messages = p.messages
		}
	})
	return answer, f.called(ctx, "ListMessages", r)
}

// ListOrderMessages has the messages for each order.
func (f fakeNotify) ListOrderMessages(
	ctx context.Context, r *notifyv1.ListOrderMessagesRequest,
) (*notifyv1.ListOrderMessagesResponse, error) {
	answer := &notifyv1.ListOrderMessagesResponse{}
	f.set(func(p *peers) {
		for _, orderID := range r.GetOrderIds() {
			for _, m := range p.messages {
				answer.Messages = append(answer.Messages, &notifyv1.Message{
					OrderId: orderID, To: m.GetTo(),
					Subject: m.GetSubject() + " " + orderID, ProducerId: m.GetProducerId(),
				})
			}
		}
	})
	return answer, f.called(ctx, "ListOrderMessages", r)
}
