package edge

import (
	"net/http"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

const (
	// hoursBack and hoursAhead are what the figure of orders an hour shows: what came, and the cut-offs to come.
	hoursBack  = 48
	hoursAhead = 12
)

// glance is what the operator looks at first, and figures. What cannot be had is left out.
func (o *office) glance() (*reply, error) {
	model, now := page.Today{Bench: o.desk("Today", "/operator/today")}, o.site.host.Now()
	weeks := o.in.weeks(now)
	sales, err := o.site.ordering.Tally(o.Context(), &orderingv1.TallyRequest{Market: o.in.code, Bounds: weeks})
	if o.site.missing(o.Context(), "sales", err) == nil {
		model.Tiles = o.orderTiles(sales)
		if sales.GetCut() {
			model.Cut = append(model.Cut, "Sales, and what is late, not accepted or missing, are of the newest "+talliedWords+" orders.")
		}
	}
	windows, windowErr := o.site.delivery.ListWindows(o.Context(), &deliveryv1.ListWindowsRequest{Market: o.in.code, EndsAfter: now.AddDate(0, 0, -3).UnixMilli(), Limit: siftedWindows})
	if o.site.missing(o.Context(), "windows", windowErr) == nil {
		model.Figures = o.windowFigures(now, windows.GetWindows(), &model)
	}
	if err == nil {
		model.Figures = append(model.Figures, o.in.weeklySales(weeks, sales), o.in.bestSellers(sales))
	}
	return render(o.Context(), http.StatusOK, page.TodayPage(model))
}

// orderTiles say what has to be looked at of the last weeks' orders.
func (o *office) orderTiles(t *orderingv1.TallyResponse) []page.Tile {
	tile := func(n int64, label, status string, bad bool) page.Tile {
		return page.Tile{Number: strconv.FormatInt(n, 10), Label: label, Address: o.at("/operator", "status", status), Bad: bad && n > 0}
	}
	return []page.Tile{
		tile(t.GetLate(), "late: the window is over", "", true), tile(t.GetUnaccepted(), "not accepted by a maker", "new", false), tile(t.GetShort(), "with something missing", "", false),
	}
}

// windowFigures are the figures of windows, and of the orders of the last days against their cut-offs.
func (o *office) windowFigures(now time.Time, windows []*deliveryv1.Window, model *page.Today) (figures []page.Figure) {
	var coming []*deliveryv1.Window
	full := 0
	for _, w := range windows {
		if w.GetEndsAt() > now.UnixMilli() {
			coming = append(coming, w)
			if isNearlyFull(w) {
				full++
			}
		}
	}
	model.Tiles = append(model.Tiles, page.Tile{Number: strconv.Itoa(full), Label: "windows nearly full", Address: o.at("/operator/calendar"), Bad: full > 0})
	hour := now.In(o.in.zone).Truncate(time.Hour)
	var bounds []int64
	for i := -hoursBack; i <= hoursAhead; i++ {
		bounds = append(bounds, hour.Add(time.Duration(i)*time.Hour).UnixMilli())
	}
	hours, err := o.site.ordering.Tally(o.Context(), &orderingv1.TallyRequest{Market: o.in.code, Bounds: bounds})
	if o.site.missing(o.Context(), "orders an hour", err) == nil {
		figures = append(figures, o.in.hourly(bounds, hours, windows))
		if hours.GetCut() {
			model.Cut = append(model.Cut, "Orders an hour are of the newest "+talliedWords+".")
		}
	}
	return append(figures, o.in.fills(coming))
}
