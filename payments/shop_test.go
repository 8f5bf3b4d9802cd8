package payments

import (
	"context"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// peers are what payments needs of catalog and ordering, answered by the test.
type peers struct {
	catalogv1connect.UnimplementedCatalogServiceHandler
	orderingv1connect.UnimplementedOrderingServiceHandler

	mu     sync.Mutex
	states map[string]string
	orders map[string]*orderingv1.Order
	down   bool
}

func (p *peers) isDown() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return fault.New(fault.Unavailable, "unavailable", "Down.")
	}
	return nil
}

func (p *peers) setDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

func (p *peers) GetMarket(
	_ context.Context, r *catalogv1.GetMarketRequest,
) (*catalogv1.GetMarketResponse, error) {
	return &catalogv1.GetMarketResponse{Market: &catalogv1.Market{Code: r.GetCode(), CommissionBp: 1000}},
		p.isDown()
}

func (p *peers) OrderStates(
	_ context.Context, r *orderingv1.OrderStatesRequest,
) (*orderingv1.OrderStatesResponse, error) {
	response := &orderingv1.OrderStatesResponse{}
	for _, orderID := range r.GetIds() {
		response.States = append(response.States, p.states[orderID])
	}
	return response, p.isDown()
}

func (p *peers) GetOrder(
	_ context.Context, r *orderingv1.GetOrderRequest,
) (*orderingv1.GetOrderResponse, error) {
	o := p.orders[r.GetId()]
	if o == nil || !r.GetViewer().GetOperator() {
		return nil, fault.New(fault.NotFound, "not_found", "There is no such order.")
	}
	return &orderingv1.GetOrderResponse{Order: o}, p.isDown()
}

// shop is the service under test among its peers.
type shop struct {
	*testing.T
	paymentsv1connect.PaymentsServiceClient
	service *service
	process *host.Process
	peers   *peers
	clock   *hosttest.Clock
	events  eventsv1connect.EventServiceClient
	version map[string]int64
}

func newShop(
	t *testing.T, engine sqldb.Engine, start func(testing.TB, sqldb.Engine, []host.Service,
		...func(*host.Config)) *host.Process, options ...func(*host.Config),
) *shop {
	s := &shop{
		T: t, peers: &peers{states: map[string]string{}, orders: map[string]*orderingv1.Order{}},
		clock: hosttest.NewClock(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)), version: map[string]int64{},
	}
	services := []host.Service{
		{Name: "catalog", New: func(h *host.Host) error {
			catalogv1connect.RegisterCatalogServiceHandler(h.RPC(), s.peers)
			return nil
		}},
		{Name: "ordering", New: func(h *host.Host) error {
			orderingv1connect.RegisterOrderingServiceHandler(h.RPC(), s.peers)
			return nil
		}},
		Room().With(func(h *host.Host) error {
			s.service = newService(h)
			s.service.start()
			return nil
		}),
		{Name: "listener", Consumes: []string{"payments"}, New: func(*host.Host) error { return nil }},
	}
	p := start(t, engine, services, append(options, func(c *host.Config) { c.Now = s.clock.Now })...)
	s.process = p
	s.PaymentsServiceClient = paymentsv1connect.NewPaymentsServiceClient(p.Client("payments"))
	s.events = eventsv1connect.NewEventServiceClient(p.Client("payments"))
	return s
}

// each runs a test on both engines, without jobs: the test does their work when it wants.
func each(t *testing.T, test func(s *shop)) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) { test(newShop(t, engine, hosttest.Open)) })
	}
}

func (s *shop) order() string { return s.service.host.NewID(id.Order, "portland") }

func (s *shop) authorise(orderID string, minor int64, token string) (*paymentsv1.Payment, error) {
	response, err := s.Authorise(s.Context(), &paymentsv1.AuthoriseRequest{
		OrderId: orderID,
		Amount:  money.New(minor, "USD").Proto(), Method: MethodTest, Token: token,
	})
	return response.GetPayment(), err
}

// paidOrder is an order with 1000 authorised.
func (s *shop) paidOrder() string {
	s.Helper()
	orderID := s.order()
	if p, err := s.authorise(orderID, 1000, tokenOK); err != nil || p.GetStatus() != string(Authorised) {
		s.Fatalf("authorise: %v, %v", p, err)
	}
	return orderID
}

func (s *shop) void(orderID string) {
	s.Helper()
	if _, err := s.Void(s.Context(), &paymentsv1.VoidRequest{OrderId: orderID}); err != nil {
		s.Fatal(err)
	}
}

func (s *shop) refund(orderID, key string, minor int64) error {
	_, err := s.Refund(s.Context(), &paymentsv1.RefundRequest{
		OrderId: orderID, Key: key,
		Amount: money.New(minor, "USD").Proto(), Reason: "crushed",
	})
	return err
}

// tell delivers an event of an order, and reports whether it was taken.
func (s *shop) tell(kind, orderID string, order *orderingv1.Order) bool {
	s.Helper()
	payload, err := proto.Marshal(&orderingv1.OrderEvent{Order: order})
	if err != nil {
		s.Fatal(err)
	}
	response, err := s.events.Deliver(s.Context(), &eventsv1.DeliverRequest{Events: []*eventsv1.Event{
		{
			Publisher: "ordering", Aggregate: orderID, Version: s.version[orderID] + 1, Type: kind,
			Payload: payload,
		},
	}})
	if err != nil {
		s.Fatal(err)
	}
	taken := response.GetReceipts()[0].GetRetire()
	if taken {
		s.version[orderID]++
	}
	return taken
}

func sold(total, fee int64, parts ...int64) *orderingv1.Order {
	o := &orderingv1.Order{Total: money.New(total, "USD").Proto(), Fee: money.New(fee, "USD").Proto()}
	for i, minor := range parts {
		o.Parts = append(o.Parts, &orderingv1.Part{
			ProducerId: string(rune('a' + i)),
			Total:      money.New(minor, "USD").Proto(), Status: state.PartPacked,
		})
	}
	return o
}

func (s *shop) settleDue() {
	s.Helper()
	if err := s.service.settleDue(s.Context()); err != nil {
		s.Fatal(err)
	}
}

func (s *shop) expect(orderID string, status Status, captured, refunded int64) {
	s.Helper()
	response, err := s.GetPayment(s.Context(), &paymentsv1.GetPaymentRequest{OrderId: orderID})
	if err != nil {
		s.Fatal(err)
	}
	if p := response.GetPayment(); p.GetStatus() != string(status) ||
		p.GetCaptured().GetAmount() != captured || p.GetRefunded().GetAmount() != refunded {
		s.Errorf("the payment is %s, captured %d, refunded %d; want %s, %d, %d", p.GetStatus(),
			p.GetCaptured().GetAmount(), p.GetRefunded().GetAmount(), status, captured, refunded)
	}
}

// expectCharge looks at what the provider knows.
func (s *shop) expectCharge(orderID string, state ChargeState, captured, refunded int64) {
	s.Helper()
	c, err := s.service.providers[MethodTest].Lookup(s.Context(), orderID)
	if err != nil || c.State != state || c.Captured != captured || c.Refunded != refunded {
		s.Errorf("the provider's charge is %+v, %v; want %s, captured %d, refunded %d", c, err, state,
			captured, refunded)
	}
}

// expectCharges counts what the provider was ever asked to charge.
func (s *shop) expectCharges(want int) {
	s.Helper()
	var n int
	if err := s.service.host.DB().Read().QueryRowContext(s.Context(),
		"SELECT COUNT(*) FROM test_charges").Scan(&n); err != nil || n != want {
		s.Errorf("the provider has %d charges, %v; want %d", n, err, want)
	}
}

// expectLedger checks accounts, all of those that are not at zero.
func (s *shop) expectLedger(want map[string]int64) {
	s.Helper()
	response, err := s.TrialBalance(s.Context(), &paymentsv1.TrialBalanceRequest{})
	if err != nil || len(response.GetOutOfBalance()) != 0 {
		s.Fatalf("trial balance: out by %v, %v", response.GetOutOfBalance(), err)
	}
	left := map[string]int64{}
	for _, b := range response.GetBalances() {
		if b.GetBalance().GetAmount() != 0 {
			left[b.GetAccount()] = b.GetBalance().GetAmount()
		}
	}
	for account, minor := range want {
		if left[account] != minor {
			s.Errorf("%s is at %d, want %d", account, left[account], minor)
		}
		delete(left, account)
	}
	if len(left) != 0 {
		s.Errorf("also in the ledger: %v", left)
	}
}
