package operator

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

const (
	// hoursBack and hoursAhead are what the figure of orders an hour shows: what came, and the cut-offs to
	// come.
	hoursBack  = 48
	hoursAhead = 12
)

// Glance is what the operator looks at first, and figures. What cannot be had is left out.
func (o *Office) Glance() (*web.Reply, error) {
	model, now := page.Today{Bench: o.Desk("Today", "/operator/today")}, o.Visit.Site.Host.Now()
	weeks := desk.Weeks(o.In, now)
	sales, err := o.Visit.Site.Ordering.Tally(o.Visit.Context(),
		&orderingv1.TallyRequest{Market: o.In.Code, Bounds: weeks})
	if o.Visit.Site.Missing(o.Visit.Context(), "sales", err) == nil {
		model.Tiles = o.orderTiles(sales)
		if sales.GetCut() {
			model.Cut = append(model.Cut,
				"Sales, and what is late, not accepted or missing, are of the newest "+desk.TalliedWords+
					" orders.")
		}
	}
	windows, windowErr := o.Visit.Site.Delivery.ListWindows(o.Visit.Context(),
		&deliveryv1.ListWindowsRequest{
			Market: o.In.Code, EndsAfter: now.AddDate(0, 0, -3).UnixMilli(),
			Limit: siftedWindows,
		})
	if o.Visit.Site.Missing(o.Visit.Context(), "windows", windowErr) == nil {
		model.Figures = o.windowFigures(now, windows.GetWindows(), &model, err)
	}
	if err == nil {
		// Figures stand in columns: what is short is followed by what is short, so that no column has a hole.
		model.Figures = append(slices.Insert(model.Figures, min(1, len(model.Figures)),
			desk.WeeklySales(o.In, weeks, sales)), desk.BestSellers(o.In, sales))
	}
	return web.Render(o.Visit.Context(), http.StatusOK, page.TodayPage(model))
}

// orderTiles say what has to be looked at of the last weeks' orders.
func (o *Office) orderTiles(t *orderingv1.TallyResponse) []page.Tile {
	tile := func(n int64, label, status string, bad bool) page.Tile {
		return page.Tile{
			Number: strconv.FormatInt(n, 10), Label: label,
			Address: o.At("/operator", "status", status), Bad: bad && n > 0,
		}
	}
	return []page.Tile{
		tile(t.GetLate(), "late: the window is over", "", true),
		tile(t.GetUnaccepted(), "not accepted by a maker", "new", false),
		tile(t.GetShort(), "with something missing", "", false),
	}
}

// windowFigures are the figures of windows, and of the orders of the last days against their cut-offs; those
// of orders only where there is nothing wrong with the sales.
func (o *Office) windowFigures(
	now time.Time, windows []*deliveryv1.Window, model *page.Today, sales error,
) (figures []page.Figure) {
	var coming []*deliveryv1.Window
	full := 0
	for _, w := range windows {
		if w.GetEndsAt() > now.UnixMilli() {
			coming = append(coming, w)
			if desk.IsNearlyFull(w) {
				full++
			}
		}
	}
	model.Tiles = append(model.Tiles, page.Tile{
		Number: strconv.Itoa(full), Label: "windows nearly full",
		Address: o.At("/operator/calendar"), Bad: full > 0,
	})
	hour := now.In(o.In.Zone).Truncate(time.Hour)
	var bounds []int64
	for i := -hoursBack; i <= hoursAhead; i++ {
		bounds = append(bounds, hour.Add(time.Duration(i)*time.Hour).UnixMilli())
	}
	hours, err := (*orderingv1.TallyResponse)(nil), sales
	if sales == nil { // or it would be waited for once more
		hours, err = o.Visit.Site.Ordering.Tally(o.Visit.Context(),
			&orderingv1.TallyRequest{Market: o.In.Code, Bounds: bounds})
	}
	if o.Visit.Site.Missing(o.Visit.Context(), "orders an hour", err) == nil {
		figures = append(figures, desk.Hourly(o.In, bounds, hours, windows))
		if hours.GetCut() {
			model.Cut = append(model.Cut, "Orders an hour are of the newest "+desk.TalliedWords+".")
		}
	}
	return append(figures, desk.Fills(o.In, coming))
}
