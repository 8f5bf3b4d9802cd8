package edgetest

import (
	"context"
	"sync"
	"time"

	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/host"
)

// Peers answer canned data, or the fault that a test sets for a method.
type Peers struct {
	mu     sync.Mutex
	Faults map[string]error
	// Recorded is what the front door told the security log, Logged what the logs of services have, each the
	// newest first.
	Recorded, Logged []*auditv1.Entry
	Calls            map[string]int
	// block, when it is set for a method, makes its calls wait.
	block map[string]chan struct{}
	// Stock is what is left of each variant, Quoted what it costs today, and Gone that it is not sold any
	// more.
	Stock  map[string]int64
	Quoted int64
	Gone   bool
	// Cart, Order and Window change what is in a basket, and how an order or a window stands.
	Cart   func(*orderingv1.Cart)
	Order  func(*orderingv1.Order)
	Window func(*deliveryv1.Window)
	// OpenOrders are those concerned, where there are others than usual.
	OpenOrders *orderingv1.CountOpenOrdersResponse
	// Clearing changes how far the orders of a cancelled window are.
	Clearing func(*orderingv1.Clearing)
	// Stays says that orders stay in a cancelled window.
	Stays bool
	// More is how many products the catalogue has, where it has many; ManyOrders says that there are more
	// than are summed.
	More       int
	ManyOrders bool
	// Producer changes how the producer stands.
	Producer func(*catalogv1.Producer)
	// Payment changes what became of the money; Bell says that an order has changed.
	Payment func(*paymentsv1.Payment)
	Bell    chan struct{}
	// LeftOut is what cannot be ordered again.
	LeftOut []*orderingv1.OrderLine
	// NoOrders is set where nobody has ordered, Messages are what was written.
	NoOrders bool
	Messages []*notifyv1.Message
	// Orders are what there is, where that is not the one.
	Orders []*orderingv1.Order
	// Market changes how the market reads.
	Market func(*catalogv1.Market)
	// SeveralMarkets has another one beside it.
	SeveralMarkets bool
	// MadeBy is whose the product is, where that is not the dairy.
	MadeBy string
	// Ware changes the product, and Declares what is quoted of a variant; Listed sees each list that is asked
	// for.
	Ware     func(*catalogv1.Product)
	Declares func(*catalogv1.Quote)
	Listed   func(*catalogv1.ListProductsRequest)
	// Refused is what the inventory says of a stock that it does not adjust.
	Refused map[string]string
	// Kept is the file that was sent to be imported.
	Kept *catalogv1.KeptImport
	// Session changes what a session has shown; one has just shown everything.
	Session func(*identityv1.GetSessionResponse)
	// WithoutPayments says that the market takes what is paid at pickup while payments is away.
	WithoutPayments bool
	// Last is the last request of each method.
	Last map[string]any
}

// addLog gives a service whose peers are fakes a security log.
func (p *Peers) addLog(h *host.Host) {
	auditv1connect.RegisterAuditServiceHandler(h.RPC(), fakeLog{Peers: p, service: h.Name()})
	if h.Name() == "identity" {
		identityv1connect.RegisterActorServiceHandler(h.RPC(), fakeActors{Peers: p})
	}
}

// addTroubles gives a service whose peers are fakes its troubles: payments has one.
func (p *Peers) addTroubles(h *host.Host) {
	list := func(ctx context.Context) ([]host.Trouble, error) {
		err := p.called(ctx, h.Name()+".ListTroubles", nil)
		if err != nil || h.Name() != "payments" {
			return nil, err
		}
		since := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
		return []host.Trouble{{
			ID: PlacedOrder, About: PlacedOrder, What: "The provider does not answer.",
			Since: since, Attempts: 7,
		}}, nil
	}
	h.Troubles("cancelled_window", func(context.Context) (found []host.Trouble, _ error) {
		p.Set(func(p *Peers) {
			if p.Stays && h.Name() == "ordering" {
				found = append(found, host.Trouble{
					ID: Saturday, About: Saturday,
					What:  "2 orders stay in this window, which is cancelled.",
					Since: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC),
				})
			}
		})
		return found, nil
	}, nil)
	h.Troubles("money", list,
		func(ctx context.Context, id string) error { return p.called(ctx, h.Name()+".Retry", id) })
}

func (p *Peers) called(ctx context.Context, method string, request any) error {
	p.mu.Lock()
	p.Calls[method]++
	p.Last[method] = request
	err, block := p.Faults[method], p.block[method]
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

// Fail has a method fail from now on; with nil it does no more.
func (p *Peers) Fail(method string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Faults[method] = err
}

// Suspend has the calls of a method wait until they are released.
func (p *Peers) Suspend(method string) (release func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	gate := make(chan struct{})
	p.block[method] = gate
	return sync.OnceFunc(func() { close(gate) })
}

// Set changes what the peers know.
func (p *Peers) Set(change func(p *Peers)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p)
}

// Count is how often a method was called.
func (p *Peers) Count(method string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Calls[method]
}

func (p *Peers) services() []host.Service {
	return []host.Service{
		{Name: "catalog", New: func(h *host.Host) error {
			catalogv1connect.RegisterCatalogServiceHandler(h.RPC(), fakeCatalog{Peers: p})
			return nil
		}},
		{Name: "inventory", New: func(h *host.Host) error {
			inventoryv1connect.RegisterInventoryServiceHandler(h.RPC(), fakeInventory{Peers: p})
			return nil
		}},
		{Name: "delivery", New: func(h *host.Host) error {
			deliveryv1connect.RegisterDeliveryServiceHandler(h.RPC(), fakeDelivery{Peers: p})
			return nil
		}},
		{Name: "ordering", New: func(h *host.Host) error {
			orderingv1connect.RegisterOrderingServiceHandler(h.RPC(), fakeOrdering{Peers: p})
			return nil
		}},
		{Name: "payments", New: func(h *host.Host) error {
			paymentsv1connect.RegisterPaymentsServiceHandler(h.RPC(), fakePayments{Peers: p})
			return nil
		}},
		{Name: "identity", New: func(h *host.Host) error {
			identityv1connect.RegisterIdentityServiceHandler(h.RPC(), fakeIdentity{Peers: p})
			identityv1connect.RegisterFactorServiceHandler(h.RPC(), fakeFactors{Peers: p})
			return nil
		}},
		{Name: "notify", New: func(h *host.Host) error {
			notifyv1connect.RegisterNotifyServiceHandler(h.RPC(), fakeNotify{Peers: p})
			return nil
		}},
	}
}

func (p *Peers) theMarket() *catalogv1.Market {
	m := Portland()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Market != nil {
		p.Market(m)
	}
	return m
}

// producerNow is the producer as it stands.
func (p *Peers) producerNow() *catalogv1.Producer {
	producer := TheProducer()
	p.Set(func(p *Peers) {
		if p.Producer != nil {
			p.Producer(producer)
		}
	})
	return producer
}

// cartNow is a basket as it stands.
func (p *Peers) cartNow(id string) *orderingv1.Cart {
	cart := theCart(id)
	p.Set(func(p *Peers) {
		if p.Cart != nil {
			p.Cart(cart)
		}
	})
	return cart
}

// orderNow is the order as it stands.
func (p *Peers) orderNow() *orderingv1.Order {
	order := theOrder()
	p.Set(func(p *Peers) {
		if p.Order != nil {
			p.Order(order)
		}
	})
	return order
}
