// Package orderingtest is a shop for the tests of ordering: the service among its real peers, in one market,
// and what people do in it. What several rooms' tests need is here; what one needs is with its tests.
package orderingtest

import (
	"context"
	"fmt"
	"sync"
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
	"github.com/artisan-eats/artisan/ordering"
	"github.com/artisan-eats/artisan/payments"
	"github.com/artisan-eats/artisan/sqldb"
)

// Market is the code of the shop's market.
const Market = "portland"

// Shop is the service under test among its real peers, in one market.
type Shop struct {
	*testing.T
	orderingv1connect.OrderingServiceClient
	// Service is ordering, and Process what it runs in; the others are its peers.
	Service   *ordering.Service
	Process   *host.Process
	Catalog   catalogv1connect.CatalogServiceClient
	Inventory inventoryv1connect.InventoryServiceClient
	Delivery  deliveryv1connect.DeliveryServiceClient
	// Last is the checkout of OrderFor.
	Last *orderingv1.CheckoutRequest
	keys atomic.Int64
	// outages are what is wrong with calls to peers, by their names.
	outages sync.Map
	// between is what happens between two steps of an order; nil for nothing.
	between atomic.Pointer[func() error]
}

// Each runs a test in a shop on each engine.
func Each(t *testing.T, test func(s *Shop)) {
	s := &Shop{}
	services := []host.Service{
		identity.Room(),
		catalog.Room(),
		inventory.Room(),
		delivery.Room(),
		payments.Room(),
		ordering.Room().With(func(h *host.Host) (err error) {
			if s.Service, err = ordering.Open(h); err != nil {
				return err
			}
			s.shakes(h, s.Service)
			s.Service.Driver.Between = s.goesOn
			return s.Service.Start(t.Context())
		}),
	}
	hosttest.Each(t, services, func(t *testing.T, p *host.Process) {
		s.T, s.Process, s.OrderingServiceClient = t, p,
			orderingv1connect.NewOrderingServiceClient(p.Client("ordering"))
		s.Catalog = catalogv1connect.NewCatalogServiceClient(p.Client("catalog"))
		s.Inventory = inventoryv1connect.NewInventoryServiceClient(p.Client("inventory"))
		s.Delivery = deliveryv1connect.NewDeliveryServiceClient(p.Client("delivery"))
		_, err := s.Catalog.PutMarket(t.Context(), &catalogv1.PutMarketRequest{Market: &catalogv1.Market{
			Code: Market, Name: "Portland", Currency: "USD", TimeZone: "America/Los_Angeles", Country: "US",
			Locale: "en-US",
		}})
		s.Must(err)
		test(s)
	})
}

// Must ends the test where something failed.
func (s *Shop) Must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// WantCode wants an error to be the fault of a code.
func (s *Shop) WantCode(err error, code string) {
	s.Helper()
	if !fault.Is(err, code) {
		s.Errorf("got %v, want %s", err, code)
	}
}

// Eventually waits for something to become so, for a while.
func (s *Shop) Eventually(what string, ok func() bool) {
	s.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	s.Fatal("never: " + what)
}

// Exec runs a statement on ordering's database.
func (s *Shop) Exec(query string, args ...any) {
	s.Helper()
	s.Must(s.Service.Host.DB().Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}))
}

// Count asks ordering's database for one number.
func (s *Shop) Count(query string, args ...any) (n int64) {
	s.Helper()
	s.Must(s.Service.Host.DB().Read().QueryRowContext(s.Context(), query, args...).Scan(&n))
	return n
}

// Member makes an account of a shopper.
func (s *Shop) Member(name string) string {
	s.Helper()
	got, err := identityv1connect.NewIdentityServiceClient(s.Process.Client("identity")).EnsureAccount(
		s.Context(),
		&identityv1.EnsureAccountRequest{
			Email: name + "@example.com", Name: name, Roles: []string{"shopper"},
		})
	s.Must(err)
	return got.GetAccount().GetId()
}

// Producer makes an approved producer.
func (s *Shop) Producer(name string) string {
	s.Helper()
	got, err := s.Catalog.PutProducer(s.Context(),
		&catalogv1.PutProducerRequest{Producer: &catalogv1.Producer{
			Market: Market, Name: name, Town: "Portland", Approved: true,
		}})
	s.Must(err)
	return got.GetProducer().GetId()
}

// Product adds a product with one variant, of which there is plenty.
func (s *Shop) Product(producerID, title, soldBy string, price int64) *catalogv1.Product {
	s.Helper()
	got := s.Put(&catalogv1.Product{
		Market: Market, ProducerId: producerID, Title: title, Category: "cheese", Published: true,
		Variants: []*catalogv1.Variant{{
			Title: "Whole", SoldBy: soldBy,
			Price: &moneyv1.Money{Amount: price, Currency: "USD"},
		}},
	})
	_, err := s.Inventory.SetStock(s.Context(),
		&inventoryv1.SetStockRequest{Levels: []*inventoryv1.StockLevel{
			{VariantId: got.GetVariants()[0].GetId(), Available: 1_000_000},
		}})
	s.Must(err)
	return got
}

// Put writes a product.
func (s *Shop) Put(p *catalogv1.Product) *catalogv1.Product {
	s.Helper()
	got, err := s.Catalog.PutProduct(s.Context(), &catalogv1.PutProductRequest{Product: p})
	s.Must(err)
	return got.GetProduct()
}

// Window adds a pickup window so many days ahead.
func (s *Shop) Window(days int) *deliveryv1.Window {
	s.Helper()
	starts := time.Now().AddDate(0, 0, days).Truncate(time.Hour)
	got, err := s.Delivery.PutWindow(s.Context(), &deliveryv1.PutWindowRequest{Window: &deliveryv1.Window{
		Market: Market, Kind: "pickup", StartsAt: starts.UnixMilli(),
		EndsAt:  starts.Add(2 * time.Hour).UnixMilli(),
		OrderBy: starts.Add(-time.Hour).UnixMilli(), Capacity: 1000, Place: "The hall",
	}})
	s.Must(err)
	return got.GetWindow()
}

// Want is a variant and how many pieces or kilograms of it, in thousandths.
type Want = struct {
	Product *catalogv1.Product
	Milli   int64
}

// Order buys, as a guest, and answers with the order and its access token.
func (s *Shop) Order(windowID string, wants ...Want) *orderingv1.CheckoutResponse {
	s.Helper()
	return s.OrderFor("", windowID, wants...)
}

// OrderFor buys, as a member or, without an ID, as a guest.
func (s *Shop) OrderFor(customerID, windowID string, wants ...Want) *orderingv1.CheckoutResponse {
	s.Helper()
	viewer := &orderingv1.Viewer{CustomerId: customerID}
	made, err := s.CreateCart(s.Context(),
		&orderingv1.CreateCartRequest{Market: Market, CustomerId: customerID})
	s.Must(err)
	for _, w := range wants {
		_, err = s.SetLine(s.Context(), &orderingv1.SetLineRequest{
			CartId: made.GetCart().GetId(), VariantId: w.Product.GetVariants()[0].GetId(), Quantity: w.Milli,
			Viewer: viewer,
		})
		s.Must(err)
	}
	s.Last = &orderingv1.CheckoutRequest{
		CartId: made.GetCart().GetId(), IdempotencyKey: s.NextKey(), WindowId: windowID,
		PaymentMethod: "test", PaymentToken: "ok",
		Contact: &identityv1.Contact{Name: "Ada", Email: "ada@example.com"}, Viewer: viewer,
	}
	got, err := s.Checkout(s.Context(), s.Last)
	s.Must(err)
	return got
}

// Cart is a guest's, with one piece of a product.
func (s *Shop) Cart(product *catalogv1.Product) string {
	s.Helper()
	made, err := s.CreateCart(s.Context(), &orderingv1.CreateCartRequest{Market: Market})
	s.Must(err)
	_, err = s.SetLine(s.Context(), &orderingv1.SetLineRequest{
		CartId:    made.GetCart().GetId(),
		VariantId: product.GetVariants()[0].GetId(), Quantity: 1000,
	})
	s.Must(err)
	return made.GetCart().GetId()
}

// Get reads an order, as its operator sees it.
func (s *Shop) Get(orderID string) *orderingv1.Order {
	s.Helper()
	got, err := s.GetOrder(s.Context(), &orderingv1.GetOrderRequest{Id: orderID, Viewer: Operator})
	s.Must(err)
	return got.GetOrder()
}

// Operator is who may see everything.
var Operator = &orderingv1.Viewer{Operator: true}

// Advance takes the part of a producer on.
func (s *Shop) Advance(
	o *orderingv1.Order, producerID, to string, packed ...*orderingv1.PackedLine,
) *orderingv1.Order {
	s.Helper()
	for _, part := range o.GetParts() {
		if part.GetProducerId() == producerID {
			got, err := s.AdvancePart(s.Context(), &orderingv1.AdvancePartRequest{
				OrderId: o.GetId(),
				PartId:  part.GetId(), To: to, Packed: packed, Viewer: Operator,
			})
			s.Must(err)
			return got.GetOrder()
		}
	}
	s.Fatalf("%s has no part of %s", producerID, o.GetId())
	return nil
}

// NextKey is a key that nothing was sent under yet.
func (s *Shop) NextKey() string { return fmt.Sprint("key-", s.keys.Add(1)) }
