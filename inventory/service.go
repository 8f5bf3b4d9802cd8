package inventory

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/audit"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/gen/sql/inventorydb"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/hold"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// maxGroup is how many requests one commit takes at the most.
	maxGroup = 128
	// tellEvery is how often stock is looked for that nobody was ever told of: what older versions of this
	// program left.
	tellEvery = time.Hour
	tellBatch = 500
	maxLots   = 1000 // of one answer
)

// Room is the service's line of the table of services.
func Room() host.Service {
	return host.Service{
		Name: "inventory", New: New, Migrations: Migrations(), Sets: idempotency.Sets,
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
	inventoryv1connect.RegisterInventoryServiceHandler(h.RPC(), s)
	h.Consume(s.consume)
	h.Troubles("shortage", s.unseenShortages, s.seeShortage)
	hold.Keep(h, "hold_lines", s.expire)
	h.Every("tell of stock", tellEvery, s.tellOfStock).Alone().Wake()
	return nil
}

type service struct {
	h     *host.Host
	db    *sqldb.DB
	group *sqldb.Group[request, set]
}

// request asks for a hold, or for its release.
type request struct {
	order   string
	lines   []Line
	ttl     int64  // milliseconds
	percent int64  // the share of what is not confirmed; zero for what is
	newly   int64  // the share of a newcomer's order; zero for one that is not bounded so
	addsTo  string // the order that it is a change of
	release bool
	forNow  bool // with release: it may be held again
}

// set is what is set aside for an order.
type set struct {
	allocations []Allocation
	expiresAt   int64
}

// commit does a batch of requests in their order, each all or nothing for itself.
func (s *service) commit(ctx context.Context, tx *sqldb.Tx, batch []request) ([]sqldb.Outcome[set], error) {
	var about scope
	for _, r := range batch {
		about.unconfirmed = about.unconfirmed || r.percent > 0
		if about.orders = append(about.orders, r.order); r.addsTo != "" {
			about.orders = append(about.orders, r.addsTo)
		}
		for _, line := range r.lines {
			about.variants = append(about.variants, line.Variant)
		}
	}
	working, err := load(ctx, tx, about)
	if err != nil {
		return nil, err
	}
	out := make([]sqldb.Outcome[set], len(batch))
	for i, r := range batch {
		// Each finds the working set as those before it left it. One that is refused has taken nothing, so
		// the rest is saved.
		working.countUnconfirmed(r.order, -1)
		switch {
		case r.forNow:
			working.yield(r.order)
		case r.release:
			out[i].Err = working.release(r.order)
		default:
			out[i].Err = working.hold(r.order, r.lines, hold.Until(working.now, r.ttl),
				shares{r.percent, r.newly, r.addsTo})
		}
		working.countUnconfirmed(r.order, 1)
		out[i].Value = set{working.lines[r.order], working.holds[r.order].ExpiresAt}
	}
	return out, s.save(ctx, tx, working)
}

// Hold sets goods aside for an order; see the contract.
func (s *service) Hold(ctx context.Context, m *inventoryv1.HoldRequest) (*inventoryv1.HoldResponse, error) {
	r, err := holdRequest(m)
	if err != nil {
		return nil, err
	}
	got, err := s.group.Do(ctx, r)
	if err != nil {
		return nil, err
	}
	return &inventoryv1.HoldResponse{
		Allocations: allocationsToProto(got.allocations),
		ExpiresAt:   got.expiresAt,
	}, nil
}

// Release gives a hold back; see the contract.
func (s *service) Release(
	ctx context.Context, m *inventoryv1.ReleaseRequest,
) (*inventoryv1.ReleaseResponse, error) {
	if err := hold.CheckOrder(m.GetOrderId()); err != nil {
		return nil, err
	}
	_, err := s.group.Do(ctx, request{order: m.GetOrderId(), release: true, forNow: m.GetForNow()})
	return &inventoryv1.ReleaseResponse{}, err
}

// GetHold answers what is set aside for an order.
func (s *service) GetHold(
	ctx context.Context, m *inventoryv1.GetHoldRequest,
) (*inventoryv1.GetHoldResponse, error) {
	order := m.GetOrderId()
	if err := hold.CheckOrder(order); err != nil {
		return nil, err
	}
	response := &inventoryv1.GetHoldResponse{}
	err := s.db.View(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		holds, err := hold.Load(ctx, tx, []string{order})
		if err != nil {
			return err
		}
		lines, err := readLines(ctx, tx, []string{order})
		h := holds[order]
		response.State, response.Allocations, response.ExpiresAt = h.At(now.UnixMilli()).Word(
			state.GoodsSold), allocationsToProto(lines[order]), h.ExpiresAt
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read a hold: %w", err)
	}
	return response, nil
}

// expire gives back the goods of holds whose time is over.
func (s *service) expire(ctx context.Context, tx *sqldb.Tx, orders []string) error {
	working, err := load(ctx, tx, scope{orders: orders})
	if err != nil {
		return err
	}
	for _, order := range orders {
		working.expire(order)
	}
	return s.save(ctx, tx, working)
}

// Receive books lots in; see the contract.
func (s *service) Receive(
	ctx context.Context, m *inventoryv1.ReceiveRequest,
) (*inventoryv1.ReceiveResponse, error) {
	if err := rights.Check(ctx, "", rights.Goods); err != nil {
		return nil, err
	}
	lots, err := lotsFromProto(m.GetLots())
	if err != nil {
		return nil, err
	}
	form := idempotency.Form{Key: m.GetKey()}
	if form.Hash, err = idempotency.HashOf(m); err != nil {
		return nil, err
	}
	var about scope
	for _, lot := range lots {
		form.Owner = lot.Variant
		about.variants = append(about.variants, lot.Variant)
		about.lots = append(about.lots, lot.ID)
	}
	err = s.stock(ctx, form, about, func(working *workingSet) error {
		for _, lot := range lots {
			if err := working.receive(lot); err != nil {
				return err
			}
		}
		return nil
	}, audit.Entry{
		Action: "stock.receive", Subject: ofOne(about.variants), Outcome: audit.Done,
		Detail: map[string]string{"lots": strconv.Itoa(len(lots))},
	})
	return &inventoryv1.ReceiveResponse{}, err
}

// SetStock makes what is available equal a figure; see the contract.
func (s *service) SetStock(
	ctx context.Context, m *inventoryv1.SetStockRequest,
) (*inventoryv1.SetStockResponse, error) {
	if err := rights.Check(ctx, "", rights.Goods); err != nil {
		return nil, err
	}
	levels, err := levelsFromProto(m.GetLevels())
	if err != nil {
		return nil, err
	}
	var about scope
	for _, level := range levels {
		about.variants = append(about.variants, level.Variant)
		about.lots = append(about.lots, countedLot(level.Variant))
	}
	err = s.stock(ctx, idempotency.Form{}, about, func(working *workingSet) error {
		for _, level := range levels {
			if err := working.setLevel(level.Variant, level.Quantity); err != nil {
				return err
			}
		}
		return nil
	}, audit.Entry{
		Action: "stock.set", Subject: ofOne(about.variants), Outcome: audit.Done,
		Detail: map[string]string{"variants": strconv.Itoa(len(levels))},
	})
	return &inventoryv1.SetStockResponse{}, err
}

// ofOne is the variant that something is about, or empty where it is about several.
func ofOne(variants []string) string {
	if len(variants) == 1 {
		return variants[0]
	}
	return ""
}

// stock changes the stock of variants, which need not have any yet, as a form says, and tells the security
// log.
func (s *service) stock(
	ctx context.Context, form idempotency.Form, about scope, change func(*workingSet) error, told audit.Entry,
) error {
	if len(about.variants) == 0 {
		return nil
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := idempotency.Do(ctx, tx, form, func() (string, error) {
			if err := s.restock(ctx, tx, about, change); err != nil {
				return "", err
			}
			return about.lots[0], s.h.Audit(ctx, tx, told)
		})
		return err
	})
}

func (s *service) restock(
	ctx context.Context, tx *sqldb.Tx, about scope, change func(*workingSet) error,
) error {
	if err := addStock(ctx, tx, unique(about.variants)); err != nil {
		return err
	}
	working, err := load(ctx, tx, about)
	if err != nil {
		return err
	}
	if err := change(working); err != nil {
		return err
	}
	return s.save(ctx, tx, working)
}

// Availability answers what there is of each variant; see the contract.
func (s *service) Availability(
	ctx context.Context, m *inventoryv1.AvailabilityRequest,
) (*inventoryv1.AvailabilityResponse, error) {
	if err := checkVariants(m.GetVariantIds()); err != nil || len(m.GetVariantIds()) == 0 {
		return &inventoryv1.AvailabilityResponse{}, err
	}
	found, err := availability(ctx, s.db.Read(), unique(m.GetVariantIds()), s.h.Now().Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	return availabilityToProto(m.GetVariantIds(), found), nil
}

// ListLots lists what is left of a variant, by lot.
func (s *service) ListLots(
	ctx context.Context, m *inventoryv1.ListLotsRequest,
) (*inventoryv1.ListLotsResponse, error) {
	if err := checkVariants([]string{m.GetVariantId()}); err != nil {
		return nil, err
	}
	rows, err := inventorydb.New(s.db.Read()).LotsLeft(ctx,
		inventorydb.LotsLeftParams{VariantID: m.GetVariantId(), Limit: maxLots})
	if err != nil {
		return nil, fmt.Errorf("list lots: %w", sqldb.Classify(err))
	}
	return lotsToProto(rows), nil
}
