package delivery

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/hold"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// maxGroup is how many requests one commit takes at the most.
	maxGroup = 128
	// rollEvery is how often windows roll ahead; once a day would do.
	rollEvery = time.Hour
)

// Room is the service's line of the table of services.
func Room() host.Service {
	return host.Service{
		Name: "delivery", New: New, Migrations: Migrations(), Sets: idempotency.Sets,
		Consumes: []string{"ordering"},
	}
}

// New makes the service on its host.
func New(h *host.Host) error {
	s := &service{h: h, db: h.DB()}
	s.group = sqldb.NewGroup(s.db, maxGroup, s.commit)
	if err := idempotency.Keep(h); err != nil {
		return err
	}
	deliveryv1connect.RegisterDeliveryServiceHandler(h.RPC(), s)
	h.Consume(s.consume)
	h.Troubles("overbooking", s.overbookings, s.see)
	hold.Keep(h, "places", s.expire)
	h.Every("roll windows", rollEvery, s.roll).Alone().Wake()
	return nil
}

type service struct {
	h     *host.Host
	db    *sqldb.DB
	group *sqldb.Group[request, place]
}

// request asks for a place, or for its release.
type request struct {
	order, window string
	ttl           int64 // milliseconds
	percent       int64 // the share of what is not confirmed; zero for what is
	release       bool
	forNow        bool // with release: it may be held again
	keep          bool // with release: the place is kept for ttl, where it may
	insteadOf     string
}

// place is what an order has.
type place struct {
	window    Window
	expiresAt int64
}

// commit does a batch of requests in their order, each for itself.
func (s *service) commit(ctx context.Context, tx *sqldb.Tx, batch []request) ([]sqldb.Outcome[place], error) {
	var orders, windows []string
	unconfirmed := false
	for _, r := range batch {
		if orders = append(orders, r.order); r.insteadOf != "" {
			orders = append(orders, r.insteadOf)
		}
		if !r.release {
			windows = append(windows, r.window)
		}
		unconfirmed = unconfirmed || r.percent > 0
	}
	book, err := load(ctx, tx, orders, windows)
	if err == nil && unconfirmed {
		err = book.readUnconfirmed(ctx, tx)
	}
	if err != nil {
		return nil, err
	}
	out := make([]sqldb.Outcome[place], len(batch))
	for i, r := range batch {
		book.countUnconfirmed(r, -1)
		out[i] = book.answer(r)
		book.countUnconfirmed(r, 1)
	}
	return out, book.save(ctx, tx)
}

// answer does what one request asks for.
func (b *book) answer(r request) (out sqldb.Outcome[place]) {
	switch {
	case r.forNow:
		b.yield(r.order)
	case r.keep:
		out.Value.expiresAt, out.Err = b.keep(r.order, hold.Until(b.now, r.ttl), r.percent)
	case r.release:
		out.Err = b.release(r.order)
	default:
		if out.Err = b.holdInsteadOf(r); out.Err == nil {
			out.Value = place{*b.windows[r.window], b.holds[r.order].ExpiresAt}
		}
	}
	return out
}

// Hold takes a place in a window; see the contract.
func (s *service) Hold(ctx context.Context, m *deliveryv1.HoldRequest) (*deliveryv1.HoldResponse, error) {
	r, err := holdRequest(m)
	if err != nil {
		return nil, err
	}
	got, err := s.group.Do(ctx, r)
	if err != nil {
		return nil, err
	}
	return &deliveryv1.HoldResponse{Window: windowToProto(got.window), ExpiresAt: got.expiresAt}, nil
}

// Release gives a place back; see the contract.
func (s *service) Release(
	ctx context.Context, m *deliveryv1.ReleaseRequest,
) (*deliveryv1.ReleaseResponse, error) {
	if err := hold.CheckOrder(m.GetOrderId()); err != nil {
		return nil, err
	}
	if m.GetKeepMs() < 0 || m.GetKeepPercent() < 0 || m.GetKeepPercent() > 100 {
		return nil,
			fault.InvalidField("keep_percent", "A place is kept for a time, within 1 to 100 hundredths.")
	}
	got, err := s.group.Do(ctx, request{
		order: m.GetOrderId(), release: true, forNow: m.GetForNow(), keep: m.GetKeepMs() > 0,
		ttl: m.GetKeepMs(), percent: int64(m.GetKeepPercent()),
	})
	return &deliveryv1.ReleaseResponse{KeptUntil: got.expiresAt}, err
}

// GetHold answers the place that an order has.
func (s *service) GetHold(
	ctx context.Context, m *deliveryv1.GetHoldRequest,
) (*deliveryv1.GetHoldResponse, error) {
	order := m.GetOrderId()
	if err := hold.CheckOrder(order); err != nil {
		return nil, err
	}
	response := &deliveryv1.GetHoldResponse{}
	err := s.db.View(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		book, err := load(ctx, tx, []string{order}, nil)
		if err != nil {
			return err
		}
		h := book.holds[order]
		response.State, response.WindowId, response.ExpiresAt = h.At(book.now).Word(state.PlaceTaken),
			book.places[order], h.ExpiresAt
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read a hold: %w", err)
	}
	return response, nil
}

// expire gives back the places of holds whose time is over.
func (s *service) expire(ctx context.Context, tx *sqldb.Tx, orders []string) error {
	book, err := load(ctx, tx, orders, nil)
	if err != nil {
		return err
	}
	for _, order := range orders {
		book.expire(order)
	}
	return book.save(ctx, tx)
}
