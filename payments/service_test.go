package payments

import (
	"context"
	"errors"
	"slices"
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

func (p *peers) GetMarket(_ context.Context, r *catalogv1.GetMarketRequest) (*catalogv1.GetMarketResponse, error) {
	return &catalogv1.GetMarketResponse{Market: &catalogv1.Market{Code: r.GetCode(), CommissionBp: 1000}}, p.isDown()
}

func (p *peers) OrderStates(_ context.Context, r *orderingv1.OrderStatesRequest) (*orderingv1.OrderStatesResponse, error) {
	response := &orderingv1.OrderStatesResponse{}
	for _, orderID := range r.GetIds() {
		response.States = append(response.States, p.states[orderID])
	}
	return response, p.isDown()
}

// shop is the service under test among its peers.
type shop struct {
	*testing.T
	paymentsv1connect.PaymentsServiceClient
	service *service
	peers   *peers
	clock   *hosttest.Clock
	events  eventsv1connect.EventServiceClient
	version map[string]int64
}

func newShop(t *testing.T, engine sqldb.Engine, start func(testing.TB, sqldb.Engine, []host.Service, ...func(*host.Config)) *host.Process, options ...func(*host.Config)) *shop {
	s := &shop{T: t, peers: &peers{states: map[string]string{}}, clock: hosttest.NewClock(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)), version: map[string]int64{}}
	services := []host.Service{
		{Name: "catalog", New: func(h *host.Host) error {
			catalogv1connect.RegisterCatalogServiceHandler(h.RPC(), s.peers)
			return nil
		}},
		{Name: "ordering", New: func(h *host.Host) error {
			orderingv1connect.RegisterOrderingServiceHandler(h.RPC(), s.peers)
			return nil
		}},
		{Name: "payments", Migrations: Migrations(), Consumes: []string{"ordering"}, New: func(h *host.Host) error {
			s.service = newService(h)
			s.service.start()
			return nil
		}},
	}
	p := start(t, engine, services, append(options, func(c *host.Config) { c.Now = s.clock.Now })...)
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
	response, err := s.Authorise(s.Context(), &paymentsv1.AuthoriseRequest{OrderId: orderID, Amount: money.New(minor, "USD").Proto(), Method: MethodTest, Token: token})
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
	_, err := s.Refund(s.Context(), &paymentsv1.RefundRequest{OrderId: orderID, Key: key, Amount: money.New(minor, "USD").Proto(), Reason: "crushed"})
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
		{Publisher: "ordering", Aggregate: orderID, Version: s.version[orderID] + 1, Type: kind, Payload: payload},
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
		o.Parts = append(o.Parts, &orderingv1.Part{ProducerId: string(rune('a' + i)), Total: money.New(minor, "USD").Proto(), Status: "packed"})
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
	if p := response.GetPayment(); p.GetStatus() != string(status) || p.GetCaptured().GetAmount() != captured || p.GetRefunded().GetAmount() != refunded {
		s.Errorf("the payment is %s, captured %d, refunded %d; want %s, %d, %d", p.GetStatus(), p.GetCaptured().GetAmount(), p.GetRefunded().GetAmount(), status, captured, refunded)
	}
}

// expectCharge looks at what the provider knows.
func (s *shop) expectCharge(orderID string, state ChargeState, captured, refunded int64) {
	s.Helper()
	c, err := s.service.providers[MethodTest].Lookup(s.Context(), orderID)
	if err != nil || c.State != state || c.Captured != captured || c.Refunded != refunded {
		s.Errorf("the provider's charge is %+v, %v; want %s, captured %d, refunded %d", c, err, state, captured, refunded)
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

func TestTwentyCallsAtOnceMakeOneAuthorisation(t *testing.T) {
	each(t, func(s *shop) {
		for _, token := range []string{tokenOK, tokenTimeout} {
			orderID := s.order()
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() {
					if p, err := s.authorise(orderID, 1000, token); err != nil || p.GetStatus() != string(Authorised) {
						s.Errorf("%s: %v, %v", token, p, err)
					}
				})
			}
			all.Wait()
			s.expectCharge(orderID, ChargeAuthorised, 0, 0)
		}
		s.expectLedger(map[string]int64{"authorised:test": 2000, memo: -2000})
	})
}

func TestAProviderThatDoesNotAnswerIsNeverChargedTwice(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.order()
		for range 3 {
			if p, err := s.authorise(orderID, 1000, tokenTimeout); err != nil || p.GetStatus() != string(Authorised) {
				s.Fatalf("%v, %v", p, err)
			}
		}
		s.expectCharge(orderID, ChargeAuthorised, 0, 0)
		s.expectLedger(map[string]int64{"authorised:test": 1000, memo: -1000})
	})
}

func TestAuthoriseAnswers(t *testing.T) {
	each(t, func(s *shop) {
		open, declined, voided, pending := s.paidOrder(), s.order(), s.order(), s.order()
		_, _ = s.authorise(declined, 1000, tokenDeclined)
		_, _ = s.authorise(pending, 1000, tokenUnavailable)
		s.void(voided)
		for _, c := range []struct {
			name, orderID, token string
			minor                int64
			kind                 fault.Kind
			code                 string
		}{
			{"declined", s.order(), tokenDeclined, 1000, fault.Declined, "payment_declined"},
			{"declined is final", declined, tokenOK, 1000, fault.Declined, "payment_declined"},
			{"unavailable", s.order(), tokenUnavailable, 1000, fault.Unavailable, "payment_unavailable"},
			{"still unavailable", pending, tokenUnavailable, 1000, fault.Unavailable, "payment_unavailable"},
			{"another amount", open, tokenOK, 1001, fault.Invalid, "invalid"},
			{"voided before", voided, tokenOK, 1000, fault.Conflict, "payment_closed"},
			{"no token", s.order(), "", 1000, fault.Invalid, "invalid"},
			{"a token that is none", s.order(), "no such token", 1000, fault.Invalid, "invalid"},
			{"a token with a line break", s.order(), "ok\n", 1000, fault.Invalid, "invalid"},
			{"less than nothing", s.order(), tokenOK, -1, fault.Invalid, "invalid"},
			{"too much", s.order(), tokenOK, money.Max + 1, fault.Invalid, "invalid"},
			{"no order", "", tokenOK, 1000, fault.NotFound, "not_found"},
			{"another kind of ID", "crt" + s.order()[3:], tokenOK, 1000, fault.NotFound, "not_found"},
		} {
			if _, err := s.authorise(c.orderID, c.minor, c.token); fault.KindOf(err) != c.kind || !fault.Is(err, c.code) {
				s.Errorf("%s: %v", c.name, err)
			}
		}
		if p, err := s.authorise(pending, 1000, tokenOK); err != nil || p.GetStatus() != string(Authorised) {
			s.Errorf("again after unavailable: %v, %v", p, err)
		}
		for _, method := range []string{"", "stripe", MethodPickup} {
			_, err := s.Authorise(s.Context(), &paymentsv1.AuthoriseRequest{OrderId: open, Amount: money.New(1000, "USD").Proto(), Method: method})
			if fault.KindOf(err) != fault.Invalid {
				s.Errorf("method %q for an order that is paid otherwise: %v", method, err)
			}
		}
		s.expectLedger(map[string]int64{"authorised:test": 2000, memo: -2000})
	})
}

func TestTheTestProviderIsThereOnlyWhereItIsSwitchedOn(t *testing.T) {
	s := newShop(t, sqldb.SQLite, hosttest.Open, func(c *host.Config) { c.TestPayments = false })
	if _, err := s.authorise(s.order(), 1000, tokenOK); fault.KindOf(err) != fault.Invalid {
		t.Errorf("authorise: %v", err)
	}
	if m, err := s.Methods(t.Context(), &paymentsv1.MethodsRequest{}); err != nil || !slices.Equal(m.GetMethods(), []string{MethodPickup}) {
		t.Errorf("methods: %v, %v", m, err)
	}
}

func TestVoidGivesBackOnceAndIsFinal(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		s.void(orderID)
		s.void(orderID)
		s.expect(orderID, Voided, 0, 0)
		s.expectCharge(orderID, ChargeVoided, 0, 0)
		s.expectLedger(nil)
		if _, err := s.authorise(orderID, 1000, tokenOK); !fault.Is(err, "payment_closed") {
			s.Errorf("authorise after void: %v", err)
		}
	})
}

func TestPackedOrdersAreCapturedForWhatTheyCameTo(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		if !s.tell(confirmed, orderID, nil) || !s.tell(packed, orderID, sold(900, 100, 300, 500)) {
			s.Fatal("an event was refused")
		}
		s.expect(orderID, Capturing, 0, 0)
		s.settleDue()
		s.expect(orderID, Captured, 900, 0)
		s.expectCharge(orderID, ChargeCaptured, 900, 0)
		s.expectLedger(map[string]int64{"clearing:test": 900, "payable:a": -270, "payable:b": -450, commission: -80, delivery: -100})
	})
}

func TestPayAtPickupNeedsNoToken(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.order()
		for range 2 {
			response, err := s.Authorise(s.Context(), &paymentsv1.AuthoriseRequest{OrderId: orderID, Amount: money.New(1000, "USD").Proto(), Method: MethodPickup})
			if err != nil || response.GetPayment().GetStatus() != string(Authorised) {
				s.Fatalf("%v, %v", response, err)
			}
		}
		s.tell(confirmed, orderID, nil)
		s.tell(packed, orderID, sold(1000, 0, 1000))
		s.settleDue()
		s.expectLedger(map[string]int64{"clearing:pickup": 1000, "payable:a": -900, commission: -100})
	})
}

func TestACaptureWaitsForTheCommission(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		s.tell(confirmed, orderID, nil)
		s.tell(packed, orderID, sold(1000, 0, 1000))
		s.peers.setDown(true)
		s.settleDue()
		s.expect(orderID, Capturing, 0, 0)
		s.expectCharge(orderID, ChargeAuthorised, 0, 0)
		s.peers.setDown(false)
		s.settleDue()
		s.expect(orderID, Capturing, 0, 0)
		s.clock.Advance(firstPause)
		s.settleDue()
		s.expect(orderID, Captured, 1000, 0)
		s.expectLedger(map[string]int64{"clearing:test": 1000, "payable:a": -900, commission: -100})
	})
}

func TestACancelledOrderGetsItsMoneyBack(t *testing.T) {
	each(t, func(s *shop) {
		authorised, captured, unknown := s.paidOrder(), s.paidOrder(), s.order()
		s.tell(packed, captured, sold(1000, 0, 1000))
		if s.tell(cancelled, captured, nil) {
			s.Error("a cancellation was taken in the middle of a capture")
		}
		s.settleDue()
		for _, orderID := range []string{authorised, captured, unknown} {
			if !s.tell(cancelled, orderID, nil) {
				s.Errorf("the cancellation was refused")
			}
		}
		s.settleDue()
		s.expect(authorised, Voided, 0, 0)
		s.expect(captured, Refunded, 1000, 1000)
		s.expectCharge(captured, ChargeCaptured, 1000, 1000)
		s.expectLedger(nil)
		if _, err := s.authorise(unknown, 1000, tokenOK); !fault.Is(err, "payment_closed") {
			s.Errorf("authorise after the cancellation: %v", err)
		}
	})
}

func TestRefundsArePaidOnceAKeyAndNeverTooMuch(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		if err := s.refund(orderID, "early", 1); !fault.Is(err, "not_captured") {
			s.Errorf("a refund before the capture: %v", err)
		}
		s.tell(packed, orderID, sold(1000, 0, 600, 400))
		s.settleDue()
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if err := s.refund(orderID, "crushed", 250); err != nil {
					s.Error(err)
				}
			})
		}
		all.Wait()
		s.expect(orderID, Captured, 1000, 250)
		s.expectCharge(orderID, ChargeCaptured, 1000, 250)
		s.expectLedger(map[string]int64{"clearing:test": 750, "payable:a": -405, "payable:b": -270, commission: -75})
		for code, err := range map[string]error{
			"refund_too_large": s.refund(orderID, "more", 751), "idempotency_key_reused": s.refund(orderID, "crushed", 251), "invalid": s.refund(orderID, "", 1),
		} {
			if !fault.Is(err, code) {
				s.Errorf("want %s, got %v", code, err)
			}
		}
		if err := s.refund(orderID, "rest", 750); err != nil {
			s.Fatal(err)
		}
		s.expect(orderID, Refunded, 1000, 1000)
		s.expectLedger(nil)
	})
}

// TestMoneyWithoutAnOrderIsGivenBackWithinAMinute plays crashes: before the
// provider was asked, after it answered, and of ordering after that.
func TestMoneyWithoutAnOrderIsGivenBackWithinAMinute(t *testing.T) {
	each(t, func(s *shop) {
		begin := func() string {
			orderID := s.order()
			_, err := s.service.store.change(s.Context(), orderID, func(p Payment, now int64) (Payment, []Entry, error) {
				p, err := p.begin(money.New(1000, "USD"), MethodTest, now)
				return p, nil, err
			})
			if err != nil {
				s.Fatal(err)
			}
			return orderID
		}
		intent, charged, authorised, failed, kept, waiting := begin(), begin(), s.paidOrder(), s.paidOrder(), s.paidOrder(), s.paidOrder()
		if _, err := s.service.providers[MethodTest].Authorise(s.Context(), charged, money.New(1000, "USD"), tokenOK); err != nil {
			s.Fatal(err)
		}
		s.peers.states = map[string]string{failed: "failed", kept: "confirmed", waiting: "held"}
		reconcile := func() error {
			defer s.settleDue()
			return s.service.reconcile(s.Context())
		}
		if err := reconcile(); err != nil {
			s.Fatal(err)
		}
		s.expect(authorised, Authorised, 0, 0)
		s.clock.Advance(unconfirmedAfter + reconcileEvery)
		s.peers.setDown(true)
		if err := reconcile(); err == nil {
			s.Error("reconciled without an answer from ordering")
		}
		s.expect(authorised, Authorised, 0, 0)
		s.peers.setDown(false)
		s.clock.Advance(reconcileEvery)
		if err := reconcile(); err != nil {
			s.Fatal(err)
		}
		for _, orderID := range []string{intent, charged, authorised, failed} {
			s.expect(orderID, Voided, 0, 0)
			s.expectCharge(orderID, ChargeVoided, 0, 0)
		}
		s.expect(kept, Authorised, 0, 0)
		s.expect(waiting, Authorised, 0, 0)
		s.expectLedger(map[string]int64{"authorised:test": 2000, memo: -2000})
	})
}

func TestACrashBetweenIntentAndResultIsTakenUpWithoutTheToken(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.order()
		if _, err := s.authorise(orderID, 1000, tokenUnavailable); err == nil {
			s.Fatal("authorised by a provider that is unavailable")
		}
		if _, err := s.service.providers[MethodTest].Authorise(s.Context(), orderID, money.New(1000, "USD"), tokenOK); err != nil {
			s.Fatal(err)
		}
		if p, err := s.authorise(orderID, 1000, ""); err != nil || p.GetStatus() != string(Authorised) {
			s.Errorf("taken up: %v, %v", p, err)
		}
		s.expectLedger(map[string]int64{"authorised:test": 1000, memo: -1000})
	})
}

func TestAnAuthorisationThatComesAfterTheVoidIsVoidedToo(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.order()
		s.void(orderID) // while the provider was asked: it has not heard of the void
		if _, err := s.service.providers[MethodTest].Authorise(s.Context(), orderID, money.New(1000, "USD"), tokenOK); err != nil {
			s.Fatal(err)
		}
		_, err := s.service.store.change(s.Context(), orderID, func(p Payment, now int64) (Payment, []Entry, error) {
			p.Method = MethodTest
			p, entries := p.answered(ChargeAuthorised, now)
			return p, entries, nil
		})
		if err != nil {
			s.Fatal(err)
		}
		s.settleDue()
		s.expect(orderID, Voided, 0, 0)
		s.expectCharge(orderID, ChargeVoided, 0, 0)
		s.expectLedger(nil)
	})
}

func TestAPaymentIsClaimedByOneProcessAndFoundAgainAfterItsLease(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		s.tell(packed, orderID, sold(1000, 0, 1000))
		for i, want := range []int{1, 0, 1} {
			if i == 2 {
				s.clock.Advance(lease)
			}
			if ids, err := s.service.claim(s.Context()); err != nil || len(ids) != want {
				s.Errorf("claim %d: %v, %v; want %d", i, ids, err, want)
			}
		}
	})
}

func TestAChangeOverAnOlderVersionIsRefused(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		stale, err := s.service.store.get(s.Context(), orderID)
		if err != nil {
			s.Fatal(err)
		}
		s.void(orderID)
		err = s.service.host.DB().Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			return s.service.store.save(ctx, tx, map[string]Payment{orderID: stale.confirm(1)}, 1)
		})
		if !errors.Is(err, errRaced) {
			s.Errorf("saving over a newer version: %v", err)
		}
		s.expect(orderID, Voided, 0, 0)
	})
}

func TestTheJobActsOnEventsByItself(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			s := newShop(t, engine, hosttest.Start)
			orderID := s.paidOrder()
			s.tell(packed, orderID, sold(1000, 0, 1000))
			for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
				p, err := s.service.store.get(t.Context(), orderID)
				if err != nil {
					t.Fatal(err)
				}
				if p.Status == Captured {
					return
				}
			}
			t.Error("never captured")
		})
	}
}
