package shop

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/shop/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/locale"
)

// HomePage is the market's own where there is one market, and the way to them where there are more.
func HomePage(ctx context.Context, q *web.Query) (*web.Reply, error) {
	answer, err := q.Site.Catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
	if err != nil {
		return nil, err
	}
	if len(answer.GetMarkets()) == 1 {
		return showMarket(ctx, web.MarketOf(answer.GetMarkets()[0]), q, "/")
	}
	in := common(answer.GetMarkets())
	model := view.Home{Frame: q.Site.Frame(in.Text("Good food from small producers"), nil)}
	model.Locale = in
	model.Description = in.Text("Order bread, cheese, vegetables and preserves from small producers nearby.")
	model.Meta = homeMeta(q.Site)
	for _, m := range answer.GetMarkets() {
		model.Markets = append(model.Markets, view.Place{Code: m.GetCode(), Name: m.GetName()})
	}
	return web.Render(ctx, http.StatusOK, view.HomePage(model))
}

// common is the locale of a page of all markets: theirs where they have one language, and English otherwise.
func common(markets []*catalogv1.Market) *locale.Locale {
	in := locale.Default
	for i, m := range markets {
		own := web.MarketOf(m).Locale
		if i > 0 && own.Language() != in.Language() {
			return locale.Default
		}
		in = own
	}
	return in
}

// MarketPage is a market's first page.
func MarketPage(ctx context.Context, q *web.Query) (*web.Reply, error) {
	in, err := q.Site.Market(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	return showMarket(ctx, in, q, "/m/"+in.Code)
}

const (
	shownInSeason = 9 // the first takes the room of four
	// varied is how many are asked for to choose a few of different producers.
	varied      = 60
	shownNew    = 8
	shownMakers = 4
)

// showMarket shows a market's first page, whose address is at. A part that cannot be had is left out, but the
// newest products have to be there.
func showMarket(ctx context.Context, in *web.Market, q *web.Query, at string) (*web.Reply, error) {
	asks := q.Site.Asks(q)
	newest, err := q.Site.Catalog.ListProducts(ctx,
		asks.Narrows(&catalogv1.ListProductsRequest{
			Market: in.Code, Sort: "newest", Limit: varied,
			Facets: true,
		}))
	if err != nil {
		return nil, err
	}
	now := q.Site.Host.Now().In(in.Zone)
	model := view.Market{
		Frame: q.Site.ShopFrame(in.Name, in), Month: in.Locale.Month(now.Month()),
		Newest:   cards(ctx, q.Site, in, mixed(newest.GetProducts(), shownNew), nil),
		Products: in.Count(newest.GetTotal(), "The only product", "All {n} products"),
		Kept:     chips(asks, q, at, in), FreeFrom: len(asks.Avoids) > 0,
	}
	model.Description = in.Text(
		"Bread, cheese, vegetables and preserves straight from the small producers around {market}.", in.Name)
	model.Meta = marketMeta(q.Site, in)
	ripe, err := q.Site.Catalog.ListProducts(ctx, asks.Narrows(&catalogv1.ListProductsRequest{
		Market: in.Code, SeasonMonth: int32(now.Month()), InStock: true, Sort: featured, Limit: varied,
	}))
	if q.Site.Missing(ctx, "what is in season", err) == nil {
		model.Season = cards(ctx, q.Site, in, mixed(ripe.GetProducts(), shownInSeason), nil)
	}
	if windows, err := openings(ctx, q.Site, in); q.Site.Missing(ctx, "windows", err) == nil {
		model.Next = openingsOf(in, windows)
	}
	if categories, err := q.Site.Catalog.ListCategories(ctx,
		&catalogv1.ListCategoriesRequest{Market: in.Code}); q.Site.Missing(ctx, "categories", err) == nil {
		model.Categories = roots(in, categories.GetCategories())
	}
	if makers, err := q.Site.Catalog.ListProducers(ctx, &catalogv1.ListProducersRequest{
		Market: in.Code,
		Limit:  shownMakers,
	}); q.Site.Missing(ctx, "producers", err) == nil {
		model.Makers = makersOf(in, makers.GetProducers())
	}
	return web.Render(ctx, http.StatusOK, view.MarketPage(model))
}

// mixed are a few of some products, of as many producers as there are.
func mixed(products []*catalogv1.Product, n int) []*catalogv1.Product {
	taken := map[string]int{}
	for round := 1; len(products) > n && round <= n; round++ {
		var few []*catalogv1.Product
		clear(taken)
		for _, p := range products {
			if taken[p.GetProducerId()]++; taken[p.GetProducerId()] <= round {
				few = append(few, p)
			}
		}
		if len(few) >= n {
			return few[:n]
		}
	}
	return products[:min(len(products), n)]
}

// openings are the windows of a market that can still be ordered for, the next first.
func openings(ctx context.Context, site *web.Site, in *web.Market) ([]*deliveryv1.Window, error) {
	var answer *deliveryv1.ListWindowsResponse
	err := site.Part(ctx, "delivery", web.PartPatience, func(ctx context.Context) (err error) {
		answer, err = site.Delivery.ListWindows(ctx,
			&deliveryv1.ListWindowsRequest{Market: in.Code, Limit: trade.WindowPage})
		return err
	})
	if err != nil {
		return nil, err
	}
	now := site.Host.Now().UnixMilli()
	return slices.DeleteFunc(answer.GetWindows(), func(w *deliveryv1.Window) bool {
		return w.GetClosed() || w.GetOrderBy() <= now || w.GetRemaining() <= 0
	}), nil
}

const (
	shownOpenings = 6
	// fewPlaces is from when on it is worth telling how many are left.
	fewPlaces = 10
)

func openingsOf(in *web.Market, windows []*deliveryv1.Window) []view.Opening {
	var list []view.Opening
	for _, w := range windows[:min(len(windows), shownOpenings)] {
		opening := view.Opening{
			Kind: trade.Kind(in, w.GetKind()), Delivery: w.GetKind() == trade.KindDelivery,
			When: in.Span(w.GetStartsAt(), w.GetEndsAt()), Place: w.GetPlace(),
			OrderBy: in.Locale.DayTime(in.At(w.GetOrderBy())),
			Until:   web.TimeOf(w.GetOrderBy()).Format(time.RFC3339),
		}
		opening.Day = in.At(w.GetStartsAt()).Format(time.DateOnly)
		if w.GetRemaining() <= fewPlaces {
			opening.Note = trade.PlacesLeft(in, w.GetRemaining())
		}
		list = append(list, opening)
	}
	return list
}

// roots are the categories that have no parent, and something in them or beneath.
func roots(p *web.Market, all []*catalogv1.Category) []page.Choice {
	var list []page.Choice
	for _, c := range all {
		if n := c.GetProducts(); c.GetParent() == "" && n > 0 {
			list = append(list, page.Choice{
				Value: c.GetSlug(), Label: p.Locale.Sentence(c.GetName()),
				Count: strconv.FormatInt(n, 10),
			})
		}
	}
	return list
}

func makersOf(p *web.Market, producers []*catalogv1.Producer) []view.Maker {
	var list []view.Maker
	for _, maker := range producers {
		list = append(list, makerOf(p, maker))
	}
	return list
}

func makerOf(p *web.Market, maker *catalogv1.Producer) view.Maker {
	m := view.Maker{
		ID: maker.GetId(), Name: maker.GetName(), Town: maker.GetTown(),
		Tagline: maker.GetTagline(), Picture: web.PictureOf(maker.GetImage(), ""),
	}
	if n := maker.GetProducts(); n > 0 {
		m.Products = p.Count(n, "{n} product", "{n} products")
	}
	return m
}

const makersPage = 24

// MakersPage lists the makers of a market, or those whose name is looked for.
func MakersPage(ctx context.Context, q *web.Query) (*web.Reply, error) {
	in, err := q.Site.Market(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	answer, err := q.Site.Catalog.ListProducers(ctx,
		&catalogv1.ListProducersRequest{
			Market: in.Code, Q: q.Get("q"), Limit: makersPage,
			Cursor: q.Get("cursor"),
		})
	if err != nil {
		return nil, err
	}
	model := view.Makers{
		Frame: q.Site.ShopFrame(in.Text("The producers of {market}", in.Name), in), Typed: q.Get("q"),
		List: makersOf(in, answer.GetProducers()),
		Next: web.NextPage("/m/"+in.Code+"/producers", only(q, "q"), answer.GetNextCursor()),
	}
	model.Meta = makersMeta(in, q)
	model.Description = in.Text("The people who grow, bake, brew and make what {market} eats.", in.Name)
	return web.Render(ctx, http.StatusOK, view.MakersPage(model))
}

// only are some of a query's parameters.
func only(q *web.Query, names ...string) url.Values {
	values := url.Values{}
	for _, name := range names {
		if value := q.Get(name); value != "" {
			values.Set(name, value)
		}
	}
	return values
}
