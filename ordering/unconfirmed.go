package ordering

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

const (
	// maxSettled is how many orders are let through or called off at once.
	maxSettled = 200
	// maxRounds is how often that is done for all that wait.
	maxRounds = 10
	// clientTag is how much of the hash of a network address tells it from others.
	clientTag = 6
)

// ListUnconfirmed lists a market's orders that await their confirmation; see the contract.
func (s *Service) ListUnconfirmed(
	ctx context.Context, r *orderingv1.ListUnconfirmedRequest,
) (*orderingv1.ListUnconfirmedResponse, error) {
	if !id.ValidMarket(r.GetMarket()) {
		return nil, fault.InvalidAlone("market", "There is no such market.")
	}
	states := []string{unpaidHolding, unpaidWaiting}
	if r.GetQueued() {
		states = []string{unpaidQueued}
	}
	at, before, err := readWaitingCursor(r.GetCursor())
	if err != nil {
		return nil, err
	}
	limit := pageSize(r.GetLimit())
	found, err := s.store.unconfirmed(ctx, r.GetMarket(), states, at, before, int32(limit)+1)
	if err != nil {
		return nil, err
	}
	response := &orderingv1.ListUnconfirmedResponse{}
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1].Order
		response.NextCursor = base64.RawURLEncoding.EncodeToString(
			[]byte(fmt.Sprint(last.PlacedAt.UnixMilli(), " ", last.ID)))
	}
	for _, w := range found {
		response.Orders = append(response.Orders,
			&orderingv1.Unconfirmed{Order: orderToProto(w.Order), Client: w.client})
	}
	response.All, response.Queued, err = s.store.countUnconfirmed(ctx, r.GetMarket())
	return response, err
}

// lastOfAll is a cursor before the first page.
const lastOfAll = 1<<62 - 1

func readWaitingCursor(cursor string) (at int64, before string, err error) {
	if cursor == "" {
		return lastOfAll, "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		var told string
		told, before, _ = strings.Cut(string(raw), " ")
		if at, err = strconv.ParseInt(told, 10, 64); err == nil {
			_, err = id.Market(id.Order, before)
		}
	}
	if err != nil {
		return 0, "",
			fault.New(fault.Invalid, "invalid_cursor", "This page does not exist; start from the first one.")
	}
	return at, before, nil
}

// waiting is an order that awaits its confirmation, with what tells its network from others.
type waiting struct {
	Order
	client string
}

func (s *store) unconfirmed(
	ctx context.Context, market string, states []string, at int64, before string, limit int32,
) (found []waiting, err error) {
	for _, state := range states {
		rows, err := orderingdb.New(s.db.Read()).ListUnconfirmed(ctx, orderingdb.ListUnconfirmedParams{
			Market: market, State: state, BeforeAt: at, BeforeID: before, Most: limit,
		})
		if err != nil {
			return nil, fmt.Errorf("list unconfirmed orders: %w", sqldb.Classify(err))
		}
		for _, row := range rows {
			w := waiting{client: row.Client[:min(clientTag, len(row.Client))]}
			if err := json.Unmarshal([]byte(row.Document), &w.Order); err != nil {
				return nil, fmt.Errorf("read order %s: %w", row.OrderID, err)
			}
			found = append(found, w)
		}
	}
	slices.SortFunc(found, func(a, b waiting) int {
		if later := b.PlacedAt.Compare(a.PlacedAt); later != 0 {
			return later
		}
		return strings.Compare(b.ID, a.ID)
	})
	return found[:min(len(found), int(limit))], nil
}

func (s *store) countUnconfirmed(ctx context.Context, market string) (all, queued int64, err error) {
	rows, err := orderingdb.New(s.db.Read()).CountUnconfirmed(ctx, market)
	if err != nil {
		return 0, 0, fmt.Errorf("count unconfirmed orders: %w", sqldb.Classify(err))
	}
	for _, row := range rows {
		if all += row.Orders; row.State == unpaidQueued {
			queued = row.Orders
		}
	}
	return all, queued, nil
}

// SettleUnconfirmed lets orders through or calls them off; see the contract.
func (s *Service) SettleUnconfirmed(
	ctx context.Context, r *orderingv1.SettleUnconfirmedRequest,
) (*orderingv1.SettleUnconfirmedResponse, error) {
	if len(r.GetIds()) > maxSettled {
		return nil, fault.InvalidAlone("ids", "At most 200 orders at a time.")
	}
	for _, orderID := range r.GetIds() {
		if market, err := id.Market(id.Order, orderID); err != nil || market != r.GetMarket() {
			return nil, fault.InvalidAlone("ids", "These are not orders of this market.")
		}
	}
	response := &orderingv1.SettleUnconfirmedResponse{}
	if !r.GetAllQueued() {
		n, err := s.settle(ctx, r.GetIds(), r.GetLetThrough())
		response.Settled = n
		return response, err
	}
	for range maxRounds {
		ids, err := orderingdb.New(s.store.db.Read()).OldestQueued(ctx,
			orderingdb.OldestQueuedParams{Market: r.GetMarket(), Limit: maxSettled})
		if err != nil {
			return nil, fmt.Errorf("list orders that wait: %w", sqldb.Classify(err))
		}
		n, err := s.settle(ctx, ids, r.GetLetThrough())
		response.Settled += n
		if err != nil || n == 0 {
			return response, err
		}
	}
	return response, nil
}

func (s *Service) settle(ctx context.Context, ids []string, through bool) (int64, error) {
	var settled atomic.Int64
	var all errgroup.Group
	all.SetLimit(maxBatch) // so that they share commits
	for _, orderID := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		all.Go(fault.Guard(func() error {
			o, err := s.store.order(ctx, orderID)
			if err != nil && !fault.Is(err, errNoOrder.Code) {
				return err
			}
			if o.Status != Awaiting || (through && !o.Trial.Queued) {
				return nil
			}
			m := message(givenUp{})
			if through {
				m = letThrough{}
			}
			if _, err := s.tell(ctx, o.Order, m); err != nil {
				return err
			}
			settled.Add(1)
			return nil
		}))
	}
	err := all.Wait()
	return settled.Load(), err
}

// deedOf is what a message is in the security log, by who gave it; nothing for what the shop does by itself.
func deedOf(ctx context.Context, m message, o Order) []audit.Entry {
	var action string
	switch m.(type) {
	case letThrough:
		action = "order.let_through"
	case givenUp:
		action = "order.called_off"
	default:
		return nil
	}
	by := audit.ActorOf(ctx)
	return []audit.Entry{{Action: action, Subject: o.ID, Outcome: audit.Done, By: &by}}
}

// GetPickupLimits answers a market's limits of orders that are paid when they are picked up.
func (s *Service) GetPickupLimits(
	ctx context.Context, r *orderingv1.GetPickupLimitsRequest,
) (*orderingv1.GetPickupLimitsResponse, error) {
	if !id.ValidMarket(r.GetMarket()) {
		return nil, fault.InvalidAlone("market", "There is no such market.")
	}
	limits, err := s.store.limits(ctx, r.GetMarket())
	return &orderingv1.GetPickupLimitsResponse{Limits: limitsToProto(r.GetMarket(), limits)}, err
}

// checkLimits holds a change of a market's limits to those that were seen.
func checkLimits(ctx context.Context, q *orderingdb.Queries, market, seen string) error {
	if seen == "" {
		return nil
	}
	if err := q.AddPickupLimits(ctx,
		orderingdb.AddPickupLimitsParams(limitsRow(market, defaultLimits))); err != nil {
		return err
	}
	row, err := q.LockPickupLimits(ctx, market)
	if err != nil {
		return err
	}
	return stamp.Check(seen, stamp.Of(limitsOf(row)))
}

// PutPickupLimits sets them.
func (s *Service) PutPickupLimits(
	ctx context.Context, r *orderingv1.PutPickupLimitsRequest,
) (*orderingv1.PutPickupLimitsResponse, error) {
	market := r.GetLimits().GetMarket()
	if !id.ValidMarket(market) {
		return nil, fault.InvalidAlone("market", "There is no such market.")
	}
	limits := limitsFromProto(r.GetLimits())
	if err := limits.check(); err != nil {
		return nil, err
	}
	err := s.store.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if err := checkLimits(ctx, orderingdb.New(tx), market, r.GetVersion()); err != nil {
			return err
		}
		if err := orderingdb.New(tx).PutPickupLimits(ctx, limitsRow(market, limits)); err != nil {
			return err
		}
		return s.host.Audit(ctx, tx, audit.Entry{
			Action: "pickup_limits.change", Subject: market,
			Outcome: audit.Done, Detail: limits.detail(),
		})
	})
	if err != nil {
		return nil, fmt.Errorf("set limits: %w", err)
	}
	return &orderingv1.PutPickupLimitsResponse{}, nil
}
