package ordering

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/catalog"
	"github.com/artisan-eats/artisan/delivery"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/inventory"
	"github.com/artisan-eats/artisan/payments"
	"github.com/artisan-eats/artisan/sqldb"
)

const market = "portland"

// shop is the service under test among its real peers, in one market.
type shop struct {
	*testing.T
	orderingv1connect.OrderingServiceClient
	service   *Service
	p         *host.Process
	catalog   catalogv1connect.CatalogServiceClient
	inventory inventoryv1connect.InventoryServiceClient
	delivery  deliveryv1connect.DeliveryServiceClient
	keys      atomic.Int64
	last      *orderingv1.CheckoutRequest // of orderFor
	// down says that inventory gives nothing back.
	down atomic.Bool
	// between is what happens between two steps of an order; nil for nothing.
	between atomic.Pointer[func() error]
}

// shaky is inventory, which is down now and then.
type shaky struct {
	inventoryv1connect.InventoryServiceClient
	down *atomic.Bool
}

func (i shaky) Release(
	ctx context.Context, r *inventoryv1.ReleaseRequest,
) (*inventoryv1.ReleaseResponse, error) {
	if i.down.Load() {
		return nil, fault.New(fault.Unavailable, "unavailable", "Down.")
	}
	return i.InventoryServiceClient.Release(ctx, r)
}

// each runs a test in a shop on each engine.
func each(t *testing.T, test func(s *shop)) {
	s := &shop{}
	services := []host.Service{
		identity.Room(),
		catalog.Room(),
		inventory.Room(),
		delivery.Room(),
		payments.Room(),
		Room().With(func(h *host.Host) (err error) {
			if s.service, err = newService(h); err != nil {
				return err
			}
			s.service.driver.Inventory = shaky{s.service.driver.Inventory, &s.down}
			s.service.driver.Between = s.goesOn
			return s.service.start(t.Context())
		}),
	}
	hosttest.Each(t, services, func(t *testing.T, p *host.Process) {
		s.T, s.p, s.OrderingServiceClient = t, p,
			orderingv1connect.NewOrderingServiceClient(p.Client("ordering"))
		s.catalog = catalogv1connect.NewCatalogServiceClient(p.Client("catalog"))
		s.inventory = inventoryv1connect.NewInventoryServiceClient(p.Client("inventory"))
		s.delivery = deliveryv1connect.NewDeliveryServiceClient(p.Client("delivery"))
		_, err := s.catalog.PutMarket(t.Context(), &catalogv1.PutMarketRequest{Market: &catalogv1.Market{
			Code: market, Name: "Portland", Currency: "USD", TimeZone: "America/Los_Angeles", Country: "US",
			Locale: "en-US",
		}})
		s.must(err)
		test(s)
	})
}

func (s *shop) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shop) wantCode(err error, code string) {
	s.Helper()
	if !fault.Is(err, code) {
		s.Errorf("got %v, want %s", err, code)
	}
}

func (s *shop) eventually(what string, ok func() bool) {
	s.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	s.Fatal("never: " + what)
}

func (s *shop) exec(query string, args ...any) {
	s.Helper()
	s.must(s.service.host.DB().Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}))
}

func (s *shop) count(query string, args ...any) (n int64) {
	s.Helper()
	s.must(s.service.host.DB().Read().QueryRowContext(s.Context(), query, args...).Scan(&n))
	return n
}

// member makes an account of a shopper.
func (s *shop) member(name string) string {
	s.Helper()
	got, err := identityv1connect.NewIdentityServiceClient(s.p.Client("identity")).EnsureAccount(s.Context(),
		&identityv1.EnsureAccountRequest{
			Email: name + "@example.com", Name: name, Roles: []string{"shopper"},
		})
	s.must(err)
	return got.GetAccount().GetId()
}

func (s *shop) producer(name string) string {
	s.Helper()
	got, err := s.catalog.PutProducer(s.Context(),
		&catalogv1.PutProducerRequest{Producer: &catalogv1.Producer{
			Market: market, Name: name, Town: "Portland", Approved: true,
		}})
	s.must(err)
	return got.GetProducer().GetId()
}

// product adds a product with one variant, of which there is plenty.
func (s *shop) product(producerID, title, soldBy string, price int64) *catalogv1.Product {
	s.Helper()
	got := s.put(&catalogv1.Product{
		Market: market, ProducerId: producerID, Title: title, Category: "cheese", Published: true,
		Variants: []*catalogv1.Variant{{
			Title: "Whole", SoldBy: soldBy,
			Price: &moneyv1.Money{Amount: price, Currency: "USD"},
		}},
	})
	_, err := s.inventory.SetStock(s.Context(),
		&inventoryv1.SetStockRequest{Levels: []*inventoryv1.StockLevel{
			{VariantId: got.GetVariants()[0].GetId(), Available: 1_000_000},
		}})
	s.must(err)
	return got
}

func (s *shop) put(p *catalogv1.Product) *catalogv1.Product {
	s.Helper()
	got, err := s.catalog.PutProduct(s.Context(), &catalogv1.PutProductRequest{Product: p})
	s.must(err)
	return got.GetProduct()
}

// window adds a pickup window so many days ahead.
func (s *shop) window(days int) *deliveryv1.Window {
	s.Helper()
	starts := time.Now().AddDate(0, 0, days).Truncate(time.Hour)
	got, err := s.delivery.PutWindow(s.Context(), &deliveryv1.PutWindowRequest{Window: &deliveryv1.Window{
		Market: market, Kind: "pickup", StartsAt: starts.UnixMilli(),
		EndsAt:  starts.Add(2 * time.Hour).UnixMilli(),
		OrderBy: starts.Add(-time.Hour).UnixMilli(), Capacity: 1000, Place: "The hall",
	}})
	s.must(err)
	return got.GetWindow()
}

// want is a variant and how many pieces or kilograms of it, in thousandths.
type want struct {
	product *catalogv1.Product
	milli   int64
}

// order buys, as a guest, and answers with the order and its access token.
func (s *shop) order(windowID string, wants ...want) *orderingv1.CheckoutResponse {
	s.Helper()
	return s.orderFor("", windowID, wants...)
}

func (s *shop) orderFor(customerID, windowID string, wants ...want) *orderingv1.CheckoutResponse {
	s.Helper()
	viewer := &orderingv1.Viewer{CustomerId: customerID}
	made, err := s.CreateCart(s.Context(),
		&orderingv1.CreateCartRequest{Market: market, CustomerId: customerID})
	s.must(err)
	for _, w := range wants {
		_, err = s.SetLine(s.Context(), &orderingv1.SetLineRequest{
			CartId: made.GetCart().GetId(), VariantId: w.product.GetVariants()[0].GetId(), Quantity: w.milli,
			Viewer: viewer,
		})
		s.must(err)
	}
	s.last = &orderingv1.CheckoutRequest{
		CartId: made.GetCart().GetId(), IdempotencyKey: fmt.Sprint("key-", s.keys.Add(1)), WindowId: windowID,
		PaymentMethod: "test", PaymentToken: "ok",
		Contact: &identityv1.Contact{Name: "Ada", Email: "ada@example.com"}, Viewer: viewer,
	}
	got, err := s.Checkout(s.Context(), s.last)
	s.must(err)
	return got
}

// cart is a guest's, with one piece of a product.
func (s *shop) cart(product *catalogv1.Product) string {
	s.Helper()
	made, err := s.CreateCart(s.Context(), &orderingv1.CreateCartRequest{Market: market})
	s.must(err)
	_, err = s.SetLine(s.Context(), &orderingv1.SetLineRequest{
		CartId:    made.GetCart().GetId(),
		VariantId: product.GetVariants()[0].GetId(), Quantity: 1000,
	})
	s.must(err)
	return made.GetCart().GetId()
}

func (s *shop) get(orderID string) *orderingv1.Order {
	s.Helper()
	got, err := s.GetOrder(s.Context(), &orderingv1.GetOrderRequest{Id: orderID, Viewer: operator})
	s.must(err)
	return got.GetOrder()
}

var operator = &orderingv1.Viewer{Operator: true}

// advance takes the part of a producer on.
func (s *shop) advance(
	o *orderingv1.Order, producerID, to string, packed ...*orderingv1.PackedLine,
) *orderingv1.Order {
	s.Helper()
	for _, part := range o.GetParts() {
		if part.GetProducerId() == producerID {
			got, err := s.AdvancePart(s.Context(), &orderingv1.AdvancePartRequest{
				OrderId: o.GetId(),
				PartId:  part.GetId(), To: to, Packed: packed, Viewer: operator,
			})
			s.must(err)
			return got.GetOrder()
		}
	}
	s.Fatalf("%s has no part of %s", producerID, o.GetId())
	return nil
}
