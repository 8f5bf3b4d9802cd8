package producer

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

const (
	// lateDays is how far back windows are looked at that are over and not done with.
	lateDays = 14
	// soonDays is how soon a best-before is called near.
	soonDays = 3
	// Looked is how many products a desk's figures look at.
	Looked = 100
)

// glance gives a page what a maker looks at first, and figures. What cannot be had is left out.
func (d *Desk) glance(model *view.Week) error {
	now := d.Visit.Site.Host.Now()
	work, err := d.Visit.Site.Ordering.ListWork(d.Visit.Context(),
		&orderingv1.ListWorkRequest{
			ProducerId: d.Producer.GetId(),
			EndsAfter:  now.AddDate(0, 0, -lateDays).UnixMilli(),
		})
	if err != nil {
		return err
	}
	var late, fresh, toPack int64
	for _, w := range work.GetWork() {
		if w.GetWindowEndsAt() < now.UnixMilli() {
			late += w.GetNew() + w.GetAccepted() + w.GetPacked() + w.GetReady()
		}
		fresh += w.GetNew()
		toPack += w.GetAccepted()
	}
	tile := func(n int64, label, at string, bad bool) page.Tile {
		return page.Tile{Number: strconv.FormatInt(n, 10), Label: label, Address: at, Bad: bad && n > 0}
	}
	model.Tiles = []page.Tile{
		tile(late, "late: the window is over", d.At("/producer/orders"), true),
		tile(fresh, "not accepted", d.At("/producer/orders", "state", state.PartNew), false),
		tile(toPack, "to pack", d.At("/producer/orders", "state", state.PartAccepted), false),
	}
	d.salesFigures(now, model)
	goods, cut, none := d.stockLevels()
	if d.Visit.Site.Missing(d.Visit.Context(), "goods", none) != nil {
		return nil //nolint:nilerr // the page goes without
	}
	if cut {
		model.Cut = append(model.Cut, "Stock and dates are of the first "+strconv.Itoa(Looked)+" products.")
	}
	out, soon := goods.counts(now.In(d.In.Zone).AddDate(0, 0, soonDays).Format(time.DateOnly))
	model.Tiles = append(model.Tiles, tile(out, "sold out", d.At(GoodsAt, "state", GoodsOut), true),
		tile(soon, "best before in three days", d.At("/producer/products"), true))
	// Figures stand in columns: what is short is followed by what is short, so that no column has a hole.
	model.Figures = append(slices.Insert(model.Figures, min(1, len(model.Figures)),
		goods.bestBefore(d.Date())), goods.stock())
	return nil
}

// salesFigures gives a page the figures of the last weeks' sales; none without ordering.
func (d *Desk) salesFigures(now time.Time, model *view.Week) {
	bounds := desk.Weeks(d.In, now)
	tally, err := d.Visit.Site.Ordering.Tally(d.Visit.Context(),
		&orderingv1.TallyRequest{ProducerId: d.Producer.GetId(), Bounds: bounds})
	if d.Visit.Site.Missing(d.Visit.Context(), "sales", err) != nil {
		return
	}
	if tally.GetCut() {
		model.Cut = append(model.Cut, "Sales are of the newest "+desk.TalliedWords+" orders.")
	}
	model.Figures = []page.Figure{desk.WeeklySales(d.In, bounds, tally), desk.BestSellers(d.In, tally)}
}

// good is a size of a published product, and what is there of it.
type good struct {
	name, soldBy string
	*inventoryv1.Availability
}

// stockLevels is what a maker sells.
type stockLevels []good

// stockLevels is what a maker sells of her first products, and whether there are more.
func (d *Desk) stockLevels() (goods stockLevels, cut bool, err error) {
	answer, err := d.Visit.Site.Catalog.ListProducts(d.Visit.Context(),
		&catalogv1.ListProductsRequest{Market: d.In.Code, ProducerId: d.Producer.GetId(), Limit: Looked})
	if err != nil {
		return nil, false, err
	}
	var ids []string
	for _, p := range answer.GetProducts() {
		for _, v := range p.GetVariants() {
			name := p.GetTitle()
			if size := trade.SizeOf(p, v); size != "" && len(p.GetVariants()) > 1 {
				name += ", " + size
			}
			goods, ids = append(goods, good{name: name, soldBy: v.GetSoldBy()}), append(ids, v.GetId())
		}
	}
	if len(ids) == 0 {
		return nil, false, nil
	}
	stock, err := d.Visit.Site.Inventory.Availability(d.Visit.Context(),
		&inventoryv1.AvailabilityRequest{VariantIds: ids})
	if err != nil {
		return nil, false, err
	}
	for i, a := range stock.GetVariants()[:min(len(ids), len(stock.GetVariants()))] {
		goods[i].Availability = a
	}
	return goods, answer.GetNextCursor() != "", nil
}

// counts are how many goods are sold out, and how many are best before a day or past it.
func (g stockLevels) counts(soon string) (out, near int64) {
	for _, v := range g {
		if v.GetAvailable() == 0 {
			out++
		}
		if v.GetBestBefore() != "" && v.GetBestBefore() <= soon {
			near++
		}
	}
	return out, near
}

// stock is a figure of what is ordered of what is there.
func (g stockLevels) stock() page.Figure {
	f := page.Figure{
		ID: "stock", Title: "Ordered, of what is there", Things: "Product",
		Amount: "Ordered and not packed, of all that is there",
		Empty:  "Nothing is ordered that is not packed yet.",
	}
	sorted := slices.Clone(g)
	// What is nearly all ordered comes first.
	slices.SortStableFunc(sorted, func(a, b good) int {
		return cmp.Compare(b.GetUnpacked()*(a.GetAvailable()+a.GetUnpacked()),
			a.GetUnpacked()*(b.GetAvailable()+b.GetUnpacked()))
	})
	for _, v := range sorted {
		if v.GetUnpacked() == 0 || len(f.Bars) == desk.ShownBars {
			continue
		}
		all := v.GetAvailable() + v.GetUnpacked()
		bar := page.Bar{Label: v.name, Value: input.Quantity(v.GetUnpacked()).String() + " of " +
			web.Amount(all, v.soldBy), Size: v.GetUnpacked() * 100 / all, Of: 100}
		if v.GetAvailable() == 0 {
			bar.Bad, bar.Value = true, bar.Value+", sold out"
		}
		f.Bars = append(f.Bars, bar)
	}
	if len(f.Bars) > 0 {
		f.Desc = "How much of what is for sale is ordered, the fullest first: " + f.Bars[0].Label + ", " +
			f.Bars[0].Value + "."
	}
	return f
}

// maxDaysAhead is as far as the figure of best-before dates goes.
const maxDaysAhead = 30

// bestBefore is a figure of how many days the lots that are sold next are good for.
func (g stockLevels) bestBefore(today string) page.Figure {
	f := page.Figure{
		ID: "dates", Title: "Best before, the nearest first", Things: "Product",
		Amount: "Best before", Empty: "No lot has a date.",
	}
	dated := slices.DeleteFunc(slices.Clone(g), func(v good) bool { return v.GetBestBefore() == "" })
	slices.SortStableFunc(dated,
		func(a, b good) int { return cmp.Compare(a.GetBestBefore(), b.GetBestBefore()) })
	for _, v := range dated[:min(len(dated), desk.ShownBars)] {
		days := daysBetween(today, v.GetBestBefore())
		bar := page.Bar{
			Label: v.name, Value: desk.ShortDay(v.GetBestBefore()),
			Size: max(0, min(days, maxDaysAhead)), Of: maxDaysAhead,
		}
		switch {
		case days < 0:
			bar.Bad, bar.Value = true, bar.Value+", past"
		case days <= soonDays:
			bar.Bad, bar.Value = true, bar.Value+", soon"
		}
		f.Bars = append(f.Bars, bar)
	}
	if len(f.Bars) > 0 {
		f.Desc = "How long the lot of each product that is sold next is good, up to thirty days. The nearest: " + f.Bars[0].Label + ", " + f.Bars[0].Value + "."
	}
	return f
}

// daysBetween is how many days lie between two dates.
func daysBetween(from, to string) int64 {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil {
		return 0
	}
	return int64(b.Sub(a).Hours() / 24)
}

// GoodsAt is the page of all products.
const GoodsAt = "/producer/products"

// GoodsOut narrows that page to what is sold out.
const GoodsOut = "out"
