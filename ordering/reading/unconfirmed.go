package reading

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// clientTag is how much of the hash of a network address tells it from others.
const clientTag = 6

// ListUnconfirmed lists a market's orders that await their confirmation; see the contract.
func (s *Reader) ListUnconfirmed(
	ctx context.Context, r *orderingv1.ListUnconfirmedRequest,
) (*orderingv1.ListUnconfirmedResponse, error) {
	if !id.ValidMarket(r.GetMarket()) {
		return nil, fault.InvalidAlone("market", "There is no such market.")
	}
	states := []string{book.UnpaidHolding, book.UnpaidWaiting}
	if r.GetQueued() {
		states = []string{book.UnpaidQueued}
	}
	at, before, err := readWaitingCursor(r.GetCursor())
	if err != nil {
		return nil, err
	}
	limit := pageSize(r.GetLimit())
	found, err := s.unconfirmed(ctx, r.GetMarket(), states, at, before, int32(limit)+1)
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
			&orderingv1.Unconfirmed{Order: order.ToProto(w.Order), Client: w.client})
	}
	response.All, response.Queued, err = s.countUnconfirmed(ctx, r.GetMarket())
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
	order.Order
	client string
}

func (s *Reader) unconfirmed(
	ctx context.Context, market string, states []string, at int64, before string, limit int32,
) (found []waiting, err error) {
	for _, state := range states {
		rows, err := orderingdb.New(s.book.DB.Read()).ListUnconfirmed(ctx, orderingdb.ListUnconfirmedParams{
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

func (s *Reader) countUnconfirmed(ctx context.Context, market string) (all, queued int64, err error) {
	rows, err := orderingdb.New(s.book.DB.Read()).CountUnconfirmed(ctx, market)
	if err != nil {
		return 0, 0, fmt.Errorf("count unconfirmed orders: %w", sqldb.Classify(err))
	}
	for _, row := range rows {
		if all += row.Orders; row.State == book.UnpaidQueued {
			queued = row.Orders
		}
	}
	return all, queued, nil
}
