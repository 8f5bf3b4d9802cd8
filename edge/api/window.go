package api

import (
	"context"
	"net/http"
	"time"

	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	"github.com/artisan-eats/artisan/money"
)

type windowJSON struct {
	ID        string        `json:"id"`
	Kind      string        `json:"kind"`
	StartsAt  time.Time     `json:"starts_at"`
	EndsAt    time.Time     `json:"ends_at"`
	OrderBy   time.Time     `json:"order_by"`
	Capacity  int64         `json:"capacity"`
	Remaining int64         `json:"remaining"`
	Place     string        `json:"place"`
	Fee       *money.Amount `json:"fee"`
	Minimum   *money.Amount `json:"minimum"`
}

// ListWindows lists the windows of a market that are still to come.
func ListWindows(ctx context.Context, q *web.Query) (*web.Reply, error) {
	market, err := market(q)
	if err != nil {
		return nil, err
	}
	limit, err := q.Limit(trade.WindowPage)
	if err != nil {
		return nil, err
	}
	answer, err := q.Site.Delivery.ListWindows(ctx,
		&deliveryv1.ListWindowsRequest{Market: market, Limit: limit, Cursor: q.Get("cursor")})
	if err != nil {
		return nil, err
	}
	var windows []windowJSON
	for _, w := range answer.GetWindows() {
		remaining := w.GetRemaining()
		if w.GetClosed() {
			remaining = 0 // it takes no more orders
		}
		windows = append(windows, windowJSON{
			ID: w.GetId(), Kind: w.GetKind(), StartsAt: web.TimeOf(w.GetStartsAt()),
			EndsAt: web.TimeOf(w.GetEndsAt()), OrderBy: web.TimeOf(w.GetOrderBy()),
			Capacity: w.GetCapacity(), Remaining: remaining, Place: w.GetPlace(), Fee: moneyOf(w.GetFee()),
			Minimum: moneyOf(w.GetMinimum()),
		})
	}
	return web.JSON(http.StatusOK, listOf("windows", windows, answer.GetNextCursor()))
}

// maybeTime is null in JSON where the services have no time.
func maybeTime(millis int64) *time.Time {
	if millis == 0 {
		return nil
	}
	t := web.TimeOf(millis)
	return &t
}

// moneyOf is null in JSON where the services have no amount.
func moneyOf(m *moneyv1.Money) *money.Amount {
	if m.GetCurrency() == "" {
		return nil
	}
	amount := money.FromProto(m)
	return &amount
}
