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
	"github.com/artisan-eats/artisan/locale"
)

// homePage is the market's own where there is one market, and the way to them where there are more.
func (e *site) homePage(ctx context.Context, q *query) (*reply, error) {
	answer, err := e.catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
	if err != nil {
		return nil, err
	}
	if len(answer.GetMarkets()) == 1 {
		return e.showMarket(ctx, placeOf(answer.GetMarkets()[0]), q, "/")
	}
	in := common(answer.GetMarkets())
	model := page.Home{Frame: e.frame(in.Text("Good food from small producers"), nil)}
	model.Locale = in
	model.Description = in.Text("Order bread, cheese, vegetables and preserves from small producers nearby.")
	model.Meta = e.homeMeta()
	for _, m := range answer.GetMarkets() {
		model.Markets = append(model.Markets, page.Place{Code: m.GetCode(), Name: m.GetName()})
	}
	return render(ctx, http.StatusOK, page.HomePage(model))
}

// common is the locale of a page of all markets: theirs where they have one language, and English otherwise.
func common(markets []*catalogv1.Market) *locale.Locale {
	in := locale.Default
	for i, m := range markets {
		own := placeOf(m).Locale
		if i > 0 && own.Language() != in.Language() {
			return locale.Default
		}
		in = own
	}
	return in
}

// marketPage is a market's first page.
func (e *site) marketPage(ctx context.Context, q *query) (*reply, error) {
	in, err := e.place(ctx, q.id)
	if err != nil {
		return nil, err
	}
	return e.showMarket(ctx, in, q, "/m/"+in.code)
}

const (
	shownInSeason = 9 // the first takes the room of four
	// varied is how many are asked for to choose a few of different producers.
	varied      = 60
	shownNew    = 8
	shownMakers = 4
)

// showMarket shows a market's first page, whose address is at. A part that cannot be had is left out, but the newest products have to be there.
func (e *site) showMarket(ctx context.Context, in *place, q *query, at string) (*reply, error) {
	asks := e.asks(q)
	newest, err := e.catalog.ListProducts(ctx, asks.narrows(&catalogv1.ListProductsRequest{Market: in.code, Sort: "newest", Limit: varied, Facets: true}))
	if err != nil {
		return nil, err
	}
	now := e.host.Now().In(in.zone)
	model := page.Market{
		Frame: e.shopFrame(in.name, in), Month: in.Month(now.Month()), Newest: e.cards(ctx, in, mixed(newest.GetProducts(), shownNew), nil),
		Products: in.Count(newest.GetTotal(), "The only product", "All {n} products"),
		Kept:     asks.chips(q, at, in), FreeFrom: len(asks.avoids) > 0,
	}
	model.Description = in.Text("Bread, cheese, vegetables and preserves straight from the small producers around {market}.", in.name)
	model.Meta = e.marketMeta(in)
	ripe, err := e.catalog.ListProducts(ctx, asks.narrows(&catalogv1.ListProductsRequest{
		Market: in.code, SeasonMonth: int32(now.Month()), InStock: true, Sort: featured, Limit: varied,
	}))
	if e.missing(ctx, "what is in season", err) == nil {
		model.Season = e.cards(ctx, in, mixed(ripe.GetProducts(), shownInSeason), nil)
	}
	if windows, err := e.openings(ctx, in); e.missing(ctx, "windows", err) == nil {
		model.Next = openingsOf(in, windows)
	}
	if categories, err := e.catalog.ListCategories(ctx, &catalogv1.ListCategoriesRequest{Market: in.code}); e.missing(ctx, "categories", err) == nil {
		model.Categories = in.roots(categories.GetCategories())
	}
	if makers, err := e.catalog.ListProducers(ctx, &catalogv1.ListProducersRequest{Market: in.code, Limit: shownMakers}); e.missing(ctx, "producers", err) == nil {
		model.Makers = in.makersOf(makers.GetProducers())
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
func (e *site) missing(ctx context.Context, part string, err error) error {
	if err != nil {
		e.host.Log().WarnContext(ctx, "a page goes without a part", "part", part, "error", fault.KindOf(err))
	}
	return err
}

// openings are the windows of a market that can still be ordered for, the next first.
func (e *site) openings(ctx context.Context, in *place) ([]*deliveryv1.Window, error) {
	answer, err := e.delivery.ListWindows(ctx, &deliveryv1.ListWindowsRequest{Market: in.code, Limit: windowPage})
	if err != nil {
		return nil, err
	}
	now := e.host.Now().UnixMilli()
	return slices.DeleteFunc(answer.GetWindows(), func(w *deliveryv1.Window) bool {
		return w.GetClosed() || w.GetOrderBy() <= now || w.GetRemaining() <= 0
	}), nil
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
			Kind: in.kind(w.GetKind()), Delivery: w.GetKind() == kindDelivery, When: in.span(w.GetStartsAt(), w.GetEndsAt()), Place: w.GetPlace(),
			OrderBy: in.DayTime(in.at(w.GetOrderBy())), Until: timeOf(w.GetOrderBy()).Format(time.RFC3339),
		}
		opening.Day = in.at(w.GetStartsAt()).Format(time.DateOnly)
		if w.GetRemaining() <= fewPlaces {
			opening.Note = in.placesLeft(w.GetRemaining())
		}
		list = append(list, opening)
	}
	return list
}

// kindName names a kind of window, in English: a key of the catalogue of languages.
func kindName(kind string) string {
	if kind == kindDelivery {
		return locale.Key("Delivery")
	}
	return locale.Key("Pickup")
}

// kind is a window's kind for shoppers.
func (p *place) kind(of string) string { return p.Text(kindName(of)) }

// roots are the categories that have no parent, and something in them or beneath.
func (p *place) roots(all []*catalogv1.Category) []page.Choice {
	var list []page.Choice
	for _, c := range all {
		if n := c.GetProducts(); c.GetParent() == "" && n > 0 {
			list = append(list, page.Choice{Value: c.GetSlug(), Label: p.Sentence(c.GetName()), Count: strconv.FormatInt(n, 10)})
		}
	}
	return list
}

func (p *place) makersOf(producers []*catalogv1.Producer) []page.Maker {
	var list []page.Maker
	for _, maker := range producers {
		list = append(list, p.makerOf(maker))
	}
	return list
}

func (p *place) makerOf(maker *catalogv1.Producer) page.Maker {
	m := page.Maker{ID: maker.GetId(), Name: maker.GetName(), Town: maker.GetTown(), Tagline: maker.GetTagline(), Picture: pictureOf(maker.GetImage(), "")}
	if n := maker.GetProducts(); n > 0 {
		m.Products = p.Count(n, "{n} product", "{n} products")
	}
	return m
}

// plural is so many of something, in English.
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

func (e *site) makersPage(ctx context.Context, q *query) (*reply, error) {
	in, err := e.place(ctx, q.id)
	if err != nil {
		return nil, err
	}
	answer, err := e.catalog.ListProducers(ctx, &catalogv1.ListProducersRequest{Market: in.code, Q: q.get("q"), Limit: makersPage, Cursor: q.get("cursor")})
	if err != nil {
		return nil, err
	}
	model := page.Makers{
		Frame: e.shopFrame(in.Text("The producers of {market}", in.name), in), Typed: q.get("q"), List: in.makersOf(answer.GetProducers()),
		Next: nextPage("/m/"+in.code+"/producers", only(q, "q"), answer.GetNextCursor()),
	}
	model.Meta = e.makersMeta(in, q)
	model.Description = in.Text("The people who grow, bake, brew and make what {market} eats.", in.name)
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
