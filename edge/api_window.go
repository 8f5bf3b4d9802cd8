package edge

import (
	"context"
	"net/http"
	"time"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	"github.com/artisan-eats/artisan/money"
)

// windowPage is how many windows a list has where nothing else is asked for.
const windowPage = 50

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

// listWindows lists the windows of a market that are still to come.
func (e *site) listWindows(ctx context.Context, q *query) (*reply, error) {
	market, err := q.market()
	if err != nil {
		return nil, err
	}
	limit, err := q.limit(windowPage)
	if err != nil {
		return nil, err
	}
	answer, err := e.delivery.ListWindows(ctx, &deliveryv1.ListWindowsRequest{Market: market, Limit: limit, Cursor: q.get("cursor")})
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
			ID: w.GetId(), Kind: w.GetKind(), StartsAt: timeOf(w.GetStartsAt()), EndsAt: timeOf(w.GetEndsAt()), OrderBy: timeOf(w.GetOrderBy()),
			Capacity: w.GetCapacity(), Remaining: remaining, Place: w.GetPlace(), Fee: moneyOf(w.GetFee()), Minimum: moneyOf(w.GetMinimum()),
		})
	}
	return jsonReply(http.StatusOK, listOf("windows", windows, answer.GetNextCursor()))
}

// timeOf reads a time of the services; JSON writes it as RFC 3339 in UTC.
func timeOf(millis int64) time.Time { return time.UnixMilli(millis).UTC() }

// maybeTime is null in JSON where the services have no time.
func maybeTime(millis int64) *time.Time {
	if millis == 0 {
		return nil
	}
	t := timeOf(millis)
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
