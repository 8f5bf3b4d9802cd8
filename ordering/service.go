package ordering

import (
	"context"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/broadcast"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/sqldb"
)

// Service is ordering on its host. It implements OrderingService.
type Service struct {
	host       *host.Host
	store      store
	linkKeys   linkKeys
	accessKeys [][]byte // made the access tokens of earlier versions
	hashKeys   [][]byte // make hashes of requests, which have personal data in them
	// make what confirms orders, and hashes of who placed them; the first does, the others are only read
	trialKeys [][]byte
	// linksSince is when this shop began to make links that end.
	linksSince time.Time
	sweeping   *host.Job
	moving     *host.Job
	clearing   *host.Job
	lookAgain  func() <-chan time.Time // soon, but in tests
	lotsSeen   [2]string               // up to where forgetLots has come

	catalog   catalogv1connect.CatalogServiceClient
	inventory inventoryv1connect.InventoryServiceClient
	delivery  deliveryv1connect.DeliveryServiceClient
	payments  paymentsv1connect.PaymentsServiceClient
	identity  identityv1connect.IdentityServiceClient
}

// sweepEvery is how often orders are looked for whose process was lost.
const sweepEvery = time.Second

// Room is the service's line of the table of services.
func Room() host.Service {
	return host.Service{
		Name: "ordering", New: New, Migrations: Migrations(),
		Consumes: []string{"delivery", "identity"},
	}
}

// New makes the service on its host.
func New(h *host.Host) error {
	s, err := newService(h)
	if err != nil {
		return err
	}
	return s.start(context.Background())
}

func newService(h *host.Host) (*Service, error) {
	accessKeys, err := h.Config().Keys("order access")
	if err != nil {
		return nil, err
	}
	linkKeys, err := newLinkKeys(h.Config())
	if err != nil {
		return nil, err
	}
	hashKeys, err := h.Config().Keys("checkout requests")
	if err != nil {
		return nil, err
	}
	trialKeys, err := h.Config().Keys("order confirmation")
	if err != nil {
		return nil, err
	}
	changed := &broadcast.Topics{}
	return &Service{
		host: h, linkKeys: linkKeys, accessKeys: accessKeys, hashKeys: hashKeys, trialKeys: trialKeys,
		lookAgain: soon,
		store: store{
			db:      h.DB(),
			writes:  sqldb.NewGroup(h.DB(), maxBatch, commitWrites(h.Publish, h.Audit, changed, h.Now)),
			changed: changed,
		},
		catalog:   catalogv1connect.NewCatalogServiceClient(h.Peer("catalog")),
		inventory: inventoryv1connect.NewInventoryServiceClient(h.Peer("inventory")),
		delivery:  deliveryv1connect.NewDeliveryServiceClient(h.Peer("delivery")),
		payments:  paymentsv1connect.NewPaymentsServiceClient(h.Peer("payments")),
		identity:  identityv1connect.NewIdentityServiceClient(h.Peer("identity")),
	}, nil
}

func (s *Service) start(ctx context.Context) error {
	if err := s.store.endDeadLeases(ctx); err != nil {
		return err
	}
	var err error
	if s.linksSince, err = s.store.linksSince(ctx, s.host.Now()); err != nil {
		return err
	}
	orderingv1connect.RegisterOrderingServiceHandler(s.host.RPC(), s)
	s.sweeping = s.host.Every("sweep", sweepEvery, s.sweep)
	s.moving = s.host.Every("move orders", moveEvery, s.moveOrders)
	s.clearing = s.host.Every("clear windows", clearEvery, s.clearWindows)
	s.host.Consume(s.consume)
	s.host.Troubles("order", s.stuckOrders, s.takeOnNow)
	s.host.Troubles("change", s.stuckChanges, s.takeChangeOnNow)
	s.host.Troubles("cancelled_window", s.stayedOrders, nil)
	s.host.Every("fill parts", fillEvery, s.fillParts).Wake()
	s.host.Every("forget carts", forgetEvery, s.forgetCarts)
	s.host.Every("forget what is over", forgetEvery, s.forgetOver)
	return nil
}

// GetOrder answers an order to those who may see it; a producer sees its own part.
func (s *Service) GetOrder(
	ctx context.Context, r *orderingv1.GetOrderRequest,
) (*orderingv1.GetOrderResponse, error) {
	o, err := s.visible(ctx, r.GetId(), r.GetViewer())
	if err != nil {
		return nil, err
	}
	return &orderingv1.GetOrderResponse{Order: orderToProto(o.seenBy(r.GetViewer()))}, nil
}

// partOf is what some producers may know of an order: their parts and lines, what these come to, and nothing
// that tells of the others.
func partOf(o Order, producers []string) Order {
	o.Lines = slices.DeleteFunc(slices.Clone(o.Lines),
		func(l Line) bool { return !slices.Contains(producers, l.ProducerID) })
	o.Parts = slices.DeleteFunc(slices.Clone(o.Parts),
		func(p Part) bool { return !slices.Contains(producers, p.ProducerID) })
	o.partOnly, o.PlacedFrom = true, ""
	nothing := money.New(0, o.Total.Currency)
	o.Total, o.Authorised, o.Fee = nothing, nothing, nothing
	for _, part := range o.Parts {
		o.Total.Minor += part.Total.Minor // less than the whole, which is a sum
	}
	for _, line := range o.Lines {
		o.Authorised.Minor += line.most().Minor
	}
	o.Steps = ownSteps(o.Steps)
	return o
}

// ownSteps are the states that a whole order went through, without notes: these tell of other producers.
func ownSteps(all []Step) (steps []Step) {
	last := ""
	for _, step := range all {
		if step.Status != last {
			steps = append(steps, Step{Status: step.Status, At: step.At})
		}
		last = step.Status
	}
	return steps
}

// OrderStates answers the state of each order.
func (s *Service) OrderStates(
	ctx context.Context, r *orderingv1.OrderStatesRequest,
) (*orderingv1.OrderStatesResponse, error) {
	if len(r.GetIds()) == 0 {
		return &orderingv1.OrderStatesResponse{}, nil
	}
	if len(r.GetIds()) > 1000 {
		return nil, fault.InvalidAlone("ids", "At most 1,000 orders can be asked for at once.")
	}
	states, err := s.store.statuses(ctx, r.GetIds())
	if err != nil {
		return nil, err
	}
	return &orderingv1.OrderStatesResponse{States: states}, nil
}
