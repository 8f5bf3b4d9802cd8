package edge

import (
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

const (
	// tallyWeeks is how many weeks a figure of sales goes back, and bestSold how many products it names.
	tallyWeeks = 8
	bestSold   = 8
	// talliedWords is how many orders ordering sums at the most.
	talliedWords = "5,000"
	// shownBars is how many things a figure of rows has at the most.
	shownBars = 10
	// nearlyFull is how many hundredths of a window's places are taken when it is called nearly full.
	nearlyFull = 85
)

// weeks are the bounds of the last weeks, each from a Monday by the market's clocks; the last ends in the future.
func (p *place) weeks(now time.Time) (bounds []int64) {
	now = now.In(p.zone)
	monday := time.Date(now.Year(), now.Month(), now.Day()-(int(now.Weekday())+6)%7, 0, 0, 0, 0, p.zone)
	for i := 1 - tallyWeeks; i <= 1; i++ {
		bounds = append(bounds, monday.AddDate(0, 0, 7*i).UnixMilli())
	}
	return bounds
}

// weeklySales is a figure of what was sold in each week.
func (p *place) weeklySales(bounds []int64, tally *orderingv1.TallyResponse) page.Figure {
	f := page.Figure{ID: "weeks", Title: "Sales by week", Columns: true, Things: "Week from", Amount: "Sales", Empty: "Nothing was sold in the last eight weeks."}
	sold := false
	for i, s := range tally.GetSpans() {
		day := p.Day(p.at(bounds[i]))
		bar := page.Bar{Label: day, Value: p.money(s.GetTotal()), Size: s.GetTotal().GetAmount()}
		if s.GetTotal() == nil {
			bar.Value = "none"
		}
		if i%2 == 1 {
			_, bar.Tick, _ = strings.Cut(day, ", ")
		}
		sold = sold || bar.Size > 0
		f.Bars = append(f.Bars, bar)
	}
	last := f.Bars[len(f.Bars)-1]
	f.Desc = "What was ordered in each of the last eight weeks. This week: " + last.Value + "."
	if !sold {
		f.Bars = nil
	}
	return f
}

// bestSellers is a figure of what was sold best in all spans together.
func (p *place) bestSellers(tally *orderingv1.TallyResponse) page.Figure {
	f := page.Figure{ID: "products", Title: "Sales by product", Things: "Product", Amount: "Sales", Empty: "Nothing was sold in the last eight weeks."}
	for _, best := range sumProducts(tally) {
		if len(f.Bars) == bestSold {
			break
		}
		f.Bars = append(f.Bars, page.Bar{Label: best.GetTitle(), Value: p.money(best.GetTotal()), Size: best.GetTotal().GetAmount()})
	}
	if len(f.Bars) > 0 {
		f.Desc = "What sold best in the last eight weeks, the most first: " + f.Bars[0].Label + ", " + f.Bars[0].Value + "."
	}
	return f
}

// fills is a figure of how full the coming windows are.
func (p *place) fills(windows []*deliveryv1.Window) page.Figure {
	f := page.Figure{ID: "fill", Title: "How full the windows are", Things: "Window", Amount: "Places taken", Empty: "No window is coming."}
	full := 0
	for _, w := range windows {
		if len(f.Bars) == shownBars {
			break
		}
		taken := w.GetCapacity() - w.GetRemaining()
		bar := page.Bar{Label: p.span(w.GetStartsAt(), w.GetEndsAt()), Value: strconv.FormatInt(taken, 10) + " of " + strconv.FormatInt(w.GetCapacity(), 10), Size: taken, Of: w.GetCapacity()}
		if isNearlyFull(w) {
			bar.Bad, bar.Value = true, bar.Value+", nearly full"
			full++
		}
		f.Bars = append(f.Bars, bar)
	}
	f.Desc = "The places taken of each of the coming windows. Nearly full: " + strconv.Itoa(full) + "."
	return f
}

// isNearlyFull reports whether a window has few places left.
func isNearlyFull(w *deliveryv1.Window) bool {
	return w.GetCapacity() > 0 && (w.GetCapacity()-w.GetRemaining())*100 >= w.GetCapacity()*nearlyFull
}

// hourly is a figure of the orders of each hour, with the cut-offs of windows in it.
func (p *place) hourly(bounds []int64, tally *orderingv1.TallyResponse, windows []*deliveryv1.Window) page.Figure {
	f := page.Figure{ID: "hours", Title: "Orders an hour, and the cut-offs", Columns: true, Things: "Hour from", Amount: "Orders", Empty: "No order came in the last two days."}
	all, cutOffs := int64(0), []string{}
	for i, s := range tally.GetSpans() {
		at := p.at(bounds[i])
		bar := page.Bar{Label: p.DayTime(at), Value: strconv.FormatInt(s.GetOrders(), 10), Size: s.GetOrders()}
		if at.Hour() == 0 {
			bar.Tick = p.Day(at)
		}
		for _, w := range windows {
			if w.GetOrderBy() >= bounds[i] && w.GetOrderBy() < bounds[i+1] && bar.Mark == "" {
				bar.Mark = "Cut-off"
				bar.Label += ", cut-off"
				cutOffs = append(cutOffs, p.DayTime(p.at(w.GetOrderBy())))
			}
		}
		all += s.GetOrders()
		f.Bars = append(f.Bars, bar)
	}
	f.Desc = strconv.FormatInt(all, 10) + " orders in the last two days, by hour, and the half day to come. Cut-offs: " + strings.Join(append(cutOffs, "no more"), "; ") + "."
	if all == 0 && len(cutOffs) == 0 {
		f.Bars = nil
	}
	return f
}
