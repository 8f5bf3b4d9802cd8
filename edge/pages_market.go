package edge

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
)

// homePage is the market's own where there is one market, and the way to them where there are more.
func (e *edge) homePage(ctx context.Context, _ *query) (*reply, error) {
	answer, err := e.catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
	if err != nil {
		return nil, err
	}
	if len(answer.GetMarkets()) == 1 {
		return e.showMarket(ctx, placeOf(answer.GetMarkets()[0]))
	}
	model := page.Home{Frame: e.frame("Good food from small producers", nil)}
	model.Description = "Order bread, cheese, vegetables and preserves from small producers nearby."
	model.Meta = e.homeMeta()
	for _, m := range answer.GetMarkets() {
		model.Markets = append(model.Markets, page.Place{Code: m.GetCode(), Name: m.GetName()})
	}
	return render(ctx, http.StatusOK, page.HomePage(model))
}

func (e *edge) marketPage(ctx context.Context, q *query) (*reply, error) {
	in, err := e.place(ctx, q.id)
	if err != nil {
		return nil, err
	}
	return e.showMarket(ctx, in)
}

const (
	shownInSeason = 9 // the first takes the room of four
	// varied is how many are asked for to choose a few of different producers.
	varied      = 60
	shownNew    = 8
	shownMakers = 4
)

// showMarket shows a market's first page. A part that cannot be had is left out, but the newest products have to be there.
func (e *edge) showMarket(ctx context.Context, in *place) (*reply, error) {
	newest, err := e.catalog.ListProducts(ctx, &catalogv1.ListProductsRequest{Market: in.code, Sort: "newest", Limit: varied, Facets: true})
	if err != nil {
		return nil, err
	}
	now := e.host.Now().In(in.zone)
	model := page.Market{
		Frame: e.frame(in.name, in), Month: now.Month().String(), Newest: e.cards(ctx, in, mixed(newest.GetProducts(), shownNew), nil),
		Products: strconv.FormatInt(newest.GetTotal(), 10),
	}
	model.Description = "Bread, cheese, vegetables and preserves straight from the small producers around " + in.name + "."
	model.Meta = e.marketMeta(in)
	ripe, err := e.catalog.ListProducts(ctx, &catalogv1.ListProductsRequest{
		Market: in.code, SeasonMonth: int32(now.Month()), InStock: true, Sort: "newest", Limit: varied,
	})
	if e.missing(ctx, "what is in season", err) == nil {
		model.Season = e.cards(ctx, in, mixed(ripe.GetProducts(), shownInSeason), nil)
	}
	if windows, err := e.openings(ctx, in); e.missing(ctx, "windows", err) == nil {
		model.Next = openingsOf(in, windows)
	}
	if categories, err := e.catalog.ListCategories(ctx, &catalogv1.ListCategoriesRequest{Market: in.code}); e.missing(ctx, "categories", err) == nil {
		model.Categories = roots(categories.GetCategories())
	}
	if makers, err := e.catalog.ListProducers(ctx, &catalogv1.ListProducersRequest{Market: in.code, Limit: shownMakers}); e.missing(ctx, "producers", err) == nil {
		model.Makers = makersOf(makers.GetProducers())
	}
	return render(ctx, http.StatusOK, page.MarketPage(model))
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

// missing notes that a page goes without a part.
func (e *edge) missing(ctx context.Context, part string, err error) error {
	if err != nil {
		e.host.Log().WarnContext(ctx, "a page goes without a part", "part", part, "error", fault.KindOf(err))
	}
	return err
}

// openings are the windows of a market that can still be ordered for, the next first.
func (e *edge) openings(ctx context.Context, in *place) ([]*deliveryv1.Window, error) {
	answer, err := e.delivery.ListWindows(ctx, &deliveryv1.ListWindowsRequest{Market: in.code, Limit: windowPage})
	if err != nil {
		return nil, err
	}
	now := e.host.Now().UnixMilli()
	return slices.DeleteFunc(answer.GetWindows(), func(w *deliveryv1.Window) bool { return w.GetOrderBy() <= now || w.GetRemaining() <= 0 }), nil
}

const (
	shownOpenings = 6
	// fewPlaces is from when on it is worth telling how many are left.
	fewPlaces = 10
)

func openingsOf(in *place, windows []*deliveryv1.Window) []page.Opening {
	var list []page.Opening
	for _, w := range windows[:min(len(windows), shownOpenings)] {
		opening := page.Opening{
			Kind: kindName(w.GetKind()), When: in.span(w.GetStartsAt(), w.GetEndsAt()), Place: w.GetPlace(),
			OrderBy: timeOf(w.GetOrderBy()).In(in.zone).Format(dayThenTime), Until: timeOf(w.GetOrderBy()).Format(time.RFC3339),
		}
		if w.GetRemaining() <= fewPlaces {
			opening.Note = strconv.FormatInt(w.GetRemaining(), 10) + " places left"
		}
		list = append(list, opening)
	}
	return list
}

func kindName(kind string) string {
	if kind == kindDelivery {
		return "Delivery"
	}
	return "Pickup"
}

// roots are the categories that have no parent, and something in them or beneath.
func roots(all []*catalogv1.Category) []page.Choice {
	var list []page.Choice
	for _, c := range all {
		if n := c.GetProducts(); c.GetParent() == "" && n > 0 {
			list = append(list, page.Choice{Value: c.GetSlug(), Label: c.GetName(), Count: strconv.FormatInt(n, 10)})
		}
	}
	return list
}

func makersOf(producers []*catalogv1.Producer) []page.Maker {
	var list []page.Maker
	for _, p := range producers {
		list = append(list, makerOf(p))
	}
	return list
}

func makerOf(p *catalogv1.Producer) page.Maker {
	m := page.Maker{ID: p.GetId(), Name: p.GetName(), Town: p.GetTown(), Tagline: p.GetTagline(), Picture: pictureOf(p.GetImage(), "")}
	if n := p.GetProducts(); n > 0 {
		m.Products = plural(n, "product", "products")
	}
	return m
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(n, 10) + " " + many
}

// pictureOf is a picture by its key; the zero Picture where there is none.
func pictureOf(key, alt string) page.Picture {
	if key == "" {
		return page.Picture{}
	}
	return page.Picture{Address: imageURL(key), Alt: alt}
}

const makersPage = 24

func (e *edge) makersPage(ctx context.Context, q *query) (*reply, error) {
	in, err := e.place(ctx, q.id)
	if err != nil {
		return nil, err
	}
	answer, err := e.catalog.ListProducers(ctx, &catalogv1.ListProducersRequest{Market: in.code, Q: q.get("q"), Limit: makersPage, Cursor: q.get("cursor")})
	if err != nil {
		return nil, err
	}
	model := page.Makers{
		Frame: e.frame("The producers of "+in.name, in), Typed: q.get("q"), List: makersOf(answer.GetProducers()),
		Next: nextPage("/m/"+in.code+"/producers", only(q, "q"), answer.GetNextCursor()),
	}
	model.Meta = e.makersMeta(in, q)
	model.Description = "The people who grow, bake, brew and make what " + in.name + " eats."
	return render(ctx, http.StatusOK, page.MakersPage(model))
}

// only are some of a query's parameters.
func only(q *query, names ...string) url.Values {
	values := url.Values{}
	for _, name := range names {
		if value := q.get(name); value != "" {
			values.Set(name, value)
		}
	}
	return values
}
