package desk

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

const (
	// tallyWeeks is how many weeks a figure of sales goes back, and bestSold how many products it names.
	tallyWeeks = 8
	bestSold   = 8
	// TalliedWords is how many orders ordering sums at the most.
	TalliedWords = "5,000"
	// ShownBars is how many things a figure of rows has at the most.
	ShownBars = 10
	// nearlyFull is how many hundredths of a window's places are taken when it is called nearly full.
	nearlyFull = 85
)

// Weeks are the bounds of the last weeks, each from a Monday by the market's clocks; the last ends in the
// future.
func Weeks(p *web.Market, now time.Time) (bounds []int64) {
	now = now.In(p.Zone)
	monday := time.Date(now.Year(), now.Month(), now.Day()-(int(now.Weekday())+6)%7, 0, 0, 0, 0, p.Zone)
	for i := 1 - tallyWeeks; i <= 1; i++ {
		bounds = append(bounds, monday.AddDate(0, 0, 7*i).UnixMilli())
	}
	return bounds
}

// WeeklySales is a figure of what was sold in each week.
func WeeklySales(p *web.Market, bounds []int64, tally *orderingv1.TallyResponse) page.Figure {
	f := page.Figure{
		ID: "weeks", Title: "Sales by week", Columns: true, Things: "Week from", Amount: "Sales",
		Empty: "Nothing was sold in the last eight weeks.",
	}
	sold := false
	for i, s := range tally.GetSpans() {
		day := p.Locale.Day(p.At(bounds[i]))
		bar := page.Bar{Label: day, Value: p.Money(s.GetTotal()), Size: s.GetTotal().GetAmount()}
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

// BestSellers is a figure of what was sold best in all spans together.
func BestSellers(p *web.Market, tally *orderingv1.TallyResponse) page.Figure {
	f := page.Figure{
		ID: "products", Title: "Sales by product", Things: "Product", Amount: "Sales",
		Empty: "Nothing was sold in the last eight weeks.",
	}
	for _, best := range sumProducts(tally) {
		if len(f.Bars) == bestSold {
			break
		}
		f.Bars = append(f.Bars, page.Bar{
			Label: best.GetTitle(), Value: p.Money(best.GetTotal()),
			Size: best.GetTotal().GetAmount(),
		})
	}
	if len(f.Bars) > 0 {
		f.Desc = "What sold best in the last eight weeks, the most first: " + f.Bars[0].Label + ", " +
			f.Bars[0].Value + "."
	}
	return f
}

// Fills is a figure of how full the coming windows are.
func Fills(p *web.Market, windows []*deliveryv1.Window) page.Figure {
	f := page.Figure{
		ID: "fill", Title: "How full the windows are", Things: "Window", Amount: "Places taken",
		Empty: "No window is coming.",
	}
	full := 0
	for _, w := range windows {
		if len(f.Bars) == ShownBars {
			break
		}
		taken := w.GetCapacity() - w.GetRemaining()
		bar := page.Bar{Label: p.Span(w.GetStartsAt(), w.GetEndsAt()), Value: strconv.FormatInt(taken, 10) +
			" of " + strconv.FormatInt(w.GetCapacity(), 10), Size: taken, Of: w.GetCapacity()}
		if IsNearlyFull(w) {
			bar.Bad, bar.Value = true, bar.Value+", nearly full"
			full++
		}
		f.Bars = append(f.Bars, bar)
	}
	f.Desc = "The places taken of each of the coming windows. Nearly full: " + strconv.Itoa(full) + "."
	return f
}

// IsNearlyFull reports whether a window has few places left.
func IsNearlyFull(w *deliveryv1.Window) bool {
	return w.GetCapacity() > 0 && (w.GetCapacity()-w.GetRemaining())*100 >= w.GetCapacity()*nearlyFull
}

// Hourly is a figure of the orders of each hour, with the cut-offs of windows in it.
func Hourly(
	p *web.Market, bounds []int64, tally *orderingv1.TallyResponse, windows []*deliveryv1.Window,
) page.Figure {
	f := page.Figure{
		ID: "hours", Title: "Orders an hour, and the cut-offs", Columns: true,
		Things: "Hour from", Amount: "Orders", Empty: "No order came in the last two days.",
	}
	all, cutOffs := int64(0), []string{}
	for i, s := range tally.GetSpans() {
		at := p.At(bounds[i])
		bar := page.Bar{
			Label: p.Locale.DayTime(at), Value: strconv.FormatInt(s.GetOrders(), 10),
			Size: s.GetOrders(),
		}
		if at.Hour() == 0 {
			bar.Tick = p.Locale.Day(at)
		}
		for _, w := range windows {
			if w.GetOrderBy() >= bounds[i] && w.GetOrderBy() < bounds[i+1] && bar.Mark == "" {
				bar.Mark = "Cut-off"
				bar.Label += ", cut-off"
				cutOffs = append(cutOffs, p.Locale.DayTime(p.At(w.GetOrderBy())))
			}
		}
		all += s.GetOrders()
		f.Bars = append(f.Bars, bar)
	}
	f.Desc = strconv.FormatInt(all, 10) +
		" orders in the last two days, by hour, and the half day to come. Cut-offs: " +
		strings.Join(append(cutOffs, "no more"), "; ") + "."
	if all == 0 && len(cutOffs) == 0 {
		f.Bars = nil
	}
	return f
}

// sumProducts sums what was sold of each product in all spans, the best first.
func sumProducts(tally *orderingv1.TallyResponse) (all []*orderingv1.ProductTally) {
	at := map[string]*orderingv1.ProductTally{}
	for _, s := range tally.GetSpans() {
		for _, p := range s.GetProducts() {
			if sum := at[p.GetProductId()]; sum != nil {
				sum.Total.Amount += p.GetTotal().GetAmount()
				continue
			}
			at[p.GetProductId()] = p
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b *orderingv1.ProductTally) int {
		return cmp.Compare(b.GetTotal().GetAmount(), a.GetTotal().GetAmount())
	})
	return all
}
