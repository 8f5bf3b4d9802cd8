package ordering

import (
	"context"
	"time"

	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/ordering/basket"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/drive"
	"github.com/artisan-eats/artisan/ordering/reading"
	"github.com/artisan-eats/artisan/ordering/sealing"
	"github.com/artisan-eats/artisan/ordering/windows"
)

// Service is ordering on its host: its rooms, and what shoppers and desks do with orders.
type Service struct {
	Host    *host.Host
	Book    *book.Book
	Reader  *reading.Reader
	Baskets *basket.Baskets
	Driver  *drive.Driver
	Mover   *windows.Mover
	Sealer  *sealing.Sealer

	delivery deliveryv1connect.DeliveryServiceClient
	identity identityv1connect.IdentityServiceClient
	hashKeys [][]byte // make hashes of requests, which have personal data in them
	// make what confirms orders, and hashes of who placed them; the first does, the others are only read
	confirmKeys [][]byte
}

const (
	forgetEvery = 10 * time.Minute
	// fillEvery finds parts that a process of an earlier version wrote.
	fillEvery = time.Minute
)

// Room is the service's line of the table of services.
func Room() host.Service {
	return host.Service{
		Name: "ordering", New: New, Migrations: Migrations(),
		Consumes: []string{"delivery", "identity"},
		Calls:    []string{"catalog", "delivery", "identity", "inventory", "payments"},
	}
}

// New makes the service on its host.
func New(h *host.Host) error {
	s, err := Open(h)
	if err != nil {
		return err
	}
	return s.Start(context.Background())
}

// Open makes the service on its host. Nothing is answered and nothing happens by itself until Start.
func Open(h *host.Host) (s *Service, err error) {
	s = &Service{
		Host: h, Book: book.New(h),
		delivery: deliveryv1connect.NewDeliveryServiceClient(h.Peer("delivery")),
		identity: identityv1connect.NewIdentityServiceClient(h.Peer("identity")),
	}
	if s.hashKeys, err = h.Config().Keys("checkout requests"); err != nil {
		return nil, err
	}
	if s.confirmKeys, err = h.Config().Keys("order confirmation"); err != nil {
		return nil, err
	}
	if s.Reader, err = reading.New(h, s.Book, s.identity); err != nil {
		return nil, err
	}
	catalog := catalogv1connect.NewCatalogServiceClient(h.Peer("catalog"))
	s.Baskets = &basket.Baskets{Host: h, Book: s.Book, Reader: s.Reader, Catalog: catalog}
	s.Driver = &drive.Driver{
		Host: h, Book: s.Book, Delivery: s.delivery, ConfirmToken: s.confirmToken,
		Inventory: inventoryv1connect.NewInventoryServiceClient(h.Peer("inventory")),
		Payments:  paymentsv1connect.NewPaymentsServiceClient(h.Peer("payments")),
	}
	s.Sealer = &sealing.Sealer{Host: h, Book: s.Book, Identity: s.identity}
	s.Mover = &windows.Mover{
		Host: h, Book: s.Book, Driver: s.Driver, Baskets: s.Baskets, Catalog: catalog, Delivery: s.delivery,
	}
	return s, nil
}

// Start answers, and takes on what lost processes left.
func (s *Service) Start(ctx context.Context) error {
	if err := s.Driver.Start(ctx); err != nil {
		return err
	}
	if err := s.Reader.Start(ctx); err != nil {
		return err
	}
	orderingv1connect.RegisterOrderingServiceHandler(s.Host.RPC(), s.handler())
	s.Mover.Start()
	s.Sealer.Start()
	s.Host.Consume(s.consume)
	s.Host.Every("fill parts", fillEvery, s.Book.FillParts).Alone().Wake()
	s.Host.Every("forget carts", forgetEvery, s.Book.ForgetCarts)
	s.Host.Every("forget what is over", forgetEvery, s.Book.ForgetOver)
	return nil
}

// handler answers each RPC in the room that it is of.
func (s *Service) handler() orderingv1connect.OrderingServiceHandler {
	return struct {
		*Service
		*reading.Reader
		*basket.Baskets
		*windows.Mover
	}{s, s.Reader, s.Baskets, s.Mover}
}
