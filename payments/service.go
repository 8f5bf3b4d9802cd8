package payments

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/sql/paymentsdb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// settleEvery finds steps that no wake-up told of: after a start, and when a pause is over.
	settleEvery = 2 * time.Second
	// reconcileEvery and unconfirmedAfter, the first spread by half, keep money without an order under 60
	// seconds.
	reconcileEvery   = 10 * time.Second
	unconfirmedAfter = 30 * time.Second
)

type service struct {
	host        *host.Host
	store       *store
	providers   map[string]Provider
	commissions *commissions
	orders      orderingv1connect.OrderingServiceClient
	settling    *host.Job
}

// Room is the service's line of the table of services.
func Room() host.Service {
	return host.Service{
		Name: "payments", New: New, Migrations: Migrations(),
		Consumes: []string{"ordering"}, Calls: []string{"catalog", "ordering"},
	}
}

// New makes the payments service on its host.
func New(h *host.Host) error {
	newService(h).start()
	return nil
}

func (s *service) start() {
	paymentsv1connect.RegisterPaymentsServiceHandler(s.host.RPC(), s)
	s.host.Consume(s.handle)
	s.host.Troubles("money", s.troubles, s.retry)
	s.settling = s.host.Every("settle payments", settleEvery, s.settleDue)
	s.host.Every("reconcile payments", reconcileEvery, s.reconcile)
}

func newService(h *host.Host) *service {
	s := &service{
		host: h, providers: map[string]Provider{MethodPickup: pickup{}},
		commissions: newCommissions(catalogv1connect.NewCatalogServiceClient(h.Peer("catalog")), h.Now),
		orders:      orderingv1connect.NewOrderingServiceClient(h.Peer("ordering")),
	}
	s.store = newStore(h, func() { s.settling.Wake() })
	if h.Config().TestPayments {
		s.providers[MethodTest] = newTestProvider(h.DB())
	}
	return s
}

func (s *service) Methods(context.Context, *paymentsv1.MethodsRequest) (*paymentsv1.MethodsResponse, error) {
	return &paymentsv1.MethodsResponse{Methods: slices.Sorted(maps.Keys(s.providers))}, nil
}

func (s *service) Authorise(
	ctx context.Context, request *paymentsv1.AuthoriseRequest,
) (*paymentsv1.AuthoriseResponse, error) {
	amount, err := readAuthorise(request)
	if err != nil {
		return nil, err
	}
	provider := s.providers[request.GetMethod()]
	if provider == nil {
		return nil, fault.New(fault.Invalid, "invalid", "This way to pay is not offered.",
			fault.Field{Name: "method", Message: "This is not offered."})
	}
	begun, err := s.store.change(ctx, request.GetOrderId(),
		func(p Payment, now int64) (Payment, []Entry, error) {
			fresh := p.Status == None
			p, err := p.begin(amount, request.GetMethod(), now)
			if fresh && err == nil {
				p.Details.Of = request.GetChangesOrder()
			}
			if err == nil && provider == (pickup{}) {
				// Nothing happens outside, so the answer is known before it is asked for.
				p, entries := p.answered(ChargeAuthorised, now)
				return p, entries, nil
			}
			return p, nil, err
		})
	if err != nil {
		return nil, fmt.Errorf("begin to authorise: %w", err)
	}
	p := begun.after
	if p.Status == Authorising {
		if p, err = s.reserve(ctx, provider, p, request.GetToken(), begun.before.Status == None); err != nil {
			return nil, fmt.Errorf("authorise: %w", err)
		}
	}
	if err := p.refusal(); err != nil {
		return nil, err
	}
	return &paymentsv1.AuthoriseResponse{Payment: toProto(p)}, nil
}

// reserve asks the provider, outside any transaction, and records what it says.
func (s *service) reserve(
	ctx context.Context, provider Provider, p Payment, token string, first bool,
) (Payment, error) {
	asking, cancel := context.WithTimeout(ctx, providerTimeout)
	defer cancel()
	charge, err := ask(asking, provider, p, token, first)
	if err != nil {
		return p, err
	}
	done, err := s.store.change(ctx, p.OrderID, func(p Payment, now int64) (Payment, []Entry, error) {
		p, entries := p.answered(charge.State, now)
		return p, entries, nil
	})
	return done.after, err
}

func (s *service) Void(
	ctx context.Context, request *paymentsv1.VoidRequest,
) (*paymentsv1.VoidResponse, error) {
	if err := validOrder(request.GetOrderId()); err != nil {
		return nil, err
	}
	done, err := s.store.change(ctx, request.GetOrderId(),
		func(p Payment, now int64) (Payment, []Entry, error) {
			p, err := p.close(now, now+lease.Milliseconds())
			return p, nil, err
		})
	if err != nil {
		return nil, fmt.Errorf("void: %w", err)
	}
	return &paymentsv1.VoidResponse{Payment: toProto(s.carryNow(ctx, done.after))}, nil
}

func (s *service) Refund(
	ctx context.Context, request *paymentsv1.RefundRequest,
) (*paymentsv1.RefundResponse, error) {
	refund, err := readRefund(request)
	if err != nil {
		return nil, err
	}
	by, currency := audit.ActorOf(ctx), request.GetAmount().GetCurrency()
	if refund.Variant != "" {
		if refund, currency, err = s.ofLine(ctx, refund, request.GetOrderId(), currency); err != nil {
			return nil, err
		}
	}
	refund.ByKind, refund.ByID = by.Kind, by.ID
	told := refundEntry(request.GetOrderId(), refund, currency, by)
	done, err := s.store.change(ctx, request.GetOrderId(),
		func(p Payment, now int64) (Payment, []Entry, error) {
			if p.Status != None && p.Currency != currency {
				return p, nil, errCurrency
			}
			return p.promise(refund, now, now+lease.Milliseconds())
		}, told)
	if err != nil {
		return nil, fmt.Errorf("refund: %w", err)
	}
	return &paymentsv1.RefundResponse{Payment: toProto(s.carryNow(ctx, done.after))}, nil
}

func (s *service) GetPayment(
	ctx context.Context, request *paymentsv1.GetPaymentRequest,
) (*paymentsv1.GetPaymentResponse, error) {
	if err := validOrder(request.GetOrderId()); err != nil {
		return nil, err
	}
	p, err := s.store.get(ctx, request.GetOrderId())
	if err != nil {
		return nil, err
	}
	return &paymentsv1.GetPaymentResponse{Payment: toProto(p)}, nil
}

// maxEntries is beyond what an order of many producers and the most refunds has.
const maxEntries = 5000

func (s *service) ListEntries(
	ctx context.Context, request *paymentsv1.ListEntriesRequest,
) (*paymentsv1.ListEntriesResponse, error) {
	orderID := request.GetOrderId()
	if err := validOrder(orderID); err != nil {
		return nil, err
	}
	rows, err := paymentsdb.New(s.host.DB().Read()).EntriesOf(ctx,
		paymentsdb.EntriesOfParams{OrderID: orderID, Limit: maxEntries})
	if err != nil {
		return nil, fmt.Errorf("list entries: %w", sqldb.Classify(err))
	}
	// Read after them, it knows the refunds that they tell of.
	p, err := s.store.get(ctx, orderID)
	if err != nil {
		return nil, err
	}
	return entriesToProto(p, rows), nil
}

func (s *service) TrialBalance(
	ctx context.Context, _ *paymentsv1.TrialBalanceRequest,
) (*paymentsv1.TrialBalanceResponse, error) {
	rows, err := paymentsdb.New(s.host.DB().Read()).Balances(ctx)
	if err != nil {
		return nil, fmt.Errorf("sum the ledger: %w", sqldb.Classify(err))
	}
	return trialBalance(rows), nil
}
