package shop

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/shop/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

// ListParams are what a list of products can be asked for by.
var ListParams = []string{
	"q", "category", "producer", "allergen_free", "day", "in_stock", "season", "sort",
	"cursor", "shown", web.ChosenParam,
}

// ListPage is a list of products. Its address says all that it shows.
func ListPage(ctx context.Context, q *web.Query) (*web.Reply, error) {
	in, err := q.Site.Market(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	request, err := listRequest(q, in)
	if err != nil {
		return nil, err
	}
	before, upTo := shownOf(q)
	answer, err := goods(ctx, q.Site, request, upTo)
	if err != nil {
		return nil, err
	}
	at, shown := "/m/"+in.Code+"/products", before+int64(len(answer.GetProducts()))
	model := view.List{
		Frame: q.Site.ShopFrame(in.Name, in), Sort: q.Get("sort"), InStock: q.Get("in_stock"),
		Season: q.Get("season"), Corrected: answer.GetCorrected(),
		Categories: ownChoices(in, answer.GetFacets(), "category", request.GetCategory()),
		Producers:  choices(answer.GetFacets(), "producer", request.GetProducerId()),
		FreeOf:     ownChoices(in, answer.GetFacets(), "allergen_free", request.GetAllergenFree()...),
		FreeFrom:   len(request.GetAllergenFree()) > 0,
		Days:       days(ctx, q.Site, in, request.GetGoodOn()),
		Cards:      cards(ctx, q.Site, in, answer.GetProducts(), answer.GetWords()),
		Total:      in.Count(answer.GetTotal(), "{n} product", "{n} products"),
		All:        in.Locale.Number(answer.GetTotal() * money.Milli),
	}
	if answer.GetNextCursor() != "" {
		after := without(q, "cursor", "")
		after.Set("shown", strconv.FormatInt(shown, 10))
		model.Next = web.NextPage(at, after, answer.GetNextCursor())
		after.Set("shown", strconv.FormatInt(min(shown+trade.ProductPage, mostShown), 10))
		model.Here = web.Address(at, after)
	}
	model.Shown = in.Text("{n} of {all}", in.Locale.Number(shown*money.Milli), model.All)
	model.Q = request.GetQ()
	model.Heading = heading(&model, in)
	model.Title = model.Heading
	model.Description = in.Text("{what} from small producers around {market}.", model.Heading, in.Name)
	model.Meta = listMeta(in, q, model.Heading)
	model.Chosen, model.Quick = chosen(q, at, &model, in), quick(q, at, &model, in)
	return web.Render(ctx, http.StatusOK, view.ListPage(model))
}

// mostShown bounds how much of a list one page shows again to who comes back to it.
const mostShown = 10 * trade.ProductPage

// shownOf reads how many products were shown before the page, or how many it shows itself where it is the
// first.
func shownOf(q *web.Query) (before, upTo int64) {
	n, err := strconv.ParseInt(q.Get("shown"), 10, 64)
	switch {
	case err != nil || n < 0 || n > 1_000_000:
		return 0, trade.ProductPage
	case q.Get("cursor") != "":
		return n, trade.ProductPage
	}
	return 0, min(max(n, trade.ProductPage), mostShown)
}

// goods lists so many products from the request's place on, or up to a page more.
func goods(
	ctx context.Context, site *web.Site, request *catalogv1.ListProductsRequest, upTo int64,
) (*catalogv1.ListProductsResponse, error) {
	request.Limit = int32(min(upTo, 4*trade.ProductPage)) //nolint:gosec // a page's
	answer, err := site.Catalog.ListProducts(ctx, request)
	for n := int64(request.GetLimit()); err == nil && n < upTo &&
		answer.GetNextCursor() != ""; n += int64(request.GetLimit()) {
		var more *catalogv1.ListProductsResponse
		next := proto.CloneOf(request)
		next.Cursor, next.Facets = answer.GetNextCursor(), false
		if more, err = site.Catalog.ListProducts(ctx, next); err == nil {
			answer.Products, answer.NextCursor = append(answer.Products, more.GetProducts()...),
				more.GetNextCursor()
		}
	}
	return answer, err
}

func listRequest(q *web.Query, in *web.Market) (*catalogv1.ListProductsRequest, error) {
	request, err := trade.ProductsRequest(q, in.Code)
	if err != nil {
		return nil, err
	}
	if request.Sort == "" && request.GetQ() == "" {
		request.Sort = featured
	}
	request.Facets, request.GoodOn, request.InStock = true, q.Get("day"), q.Get("in_stock") != ""
	if q.Get("season") != "" {
		request.SeasonMonth = int32(q.Site.Host.Now().In(in.Zone).Month())
	}
	return request, nil
}

// featured is the order of a list without a wish: worth looking at.
const featured = "featured"

func heading(m *view.List, in *web.Market) string {
	switch label := chosenLabel(m.Categories); {
	case m.Q != "":
		return in.Text("“{searched}”", m.Q)
	case label != "":
		return label
	case chosenLabel(m.Producers) != "":
		return chosenLabel(m.Producers)
	}
	return in.Text("Everything in {market}", in.Name)
}

func chosenLabel(of []page.Choice) string {
	for _, c := range of {
		if c.Chosen {
			return c.Label
		}
	}
	return ""
}

// chip is something that narrows a page, with the address of the page without it.
func chip(q *web.Query, at, label, name, value string) page.Choice {
	values := without(q, name, value)
	if slices.Contains(web.Recalled, name) {
		choosing(values, value)
	}
	return page.Choice{Label: label, Value: web.Address(at, values)}
}

// chosen are what narrows the list, each with the address of the list without it.
func chosen(q *web.Query, at string, m *view.List, in *web.Market) []page.Choice {
	var list []page.Choice
	add := func(label, name, value string) { list = append(list, chip(q, at, label, name, value)) }
	if m.Q != "" {
		add(in.Text("“{searched}”", m.Q), "q", "")
	}
	for _, facet := range []struct {
		name  string
		label string
	}{
		{"category", chosenLabel(m.Categories)},
		{"producer", chosenLabel(m.Producers)},
		{"day", dayName(q.Get("day"), in)},
	} {
		if q.Get(facet.name) != "" && facet.label != "" {
			add(facet.label, facet.name, "")
		}
	}
	if m.InStock != "" {
		add(in.Text("In stock"), "in_stock", "")
	}
	if m.Season != "" {
		add(in.Text("In season"), "season", "")
	}
	for _, c := range m.FreeOf {
		if c.Chosen {
			add(in.Text("No {allergen}", in.Text(c.Value)), "allergen_free", c.Value)
		}
	}
	return list
}

// asked are the allergens that most people who avoid any avoid.
var asked = []string{"gluten", "milk", "nuts", "egg"}

// quick are those that are not avoided yet, each with the address of the list without it.
func quick(q *web.Query, at string, m *view.List, in *web.Market) []page.Choice {
	var list []page.Choice
	for _, c := range m.FreeOf {
		if slices.Contains(asked, c.Value) && !c.Chosen {
			values := without(q, "cursor", "")
			values.Set("allergen_free", strings.Join(append(q.List("allergen_free"), c.Value), ","))
			list = append(list, page.Choice{
				Label: in.Text("No {allergen}", in.Text(c.Value)),
				Value: web.Address(at, choosing(values, "")),
			})
		}
	}
	return list
}

// choosing marks an address as one to remember, and names the allergen that it removes, if it does.
func choosing(values url.Values, removed string) url.Values {
	values.Set(web.ChosenParam, cmp.Or(removed, web.NothingRemoved))
	return values
}

// without is the query without a parameter, or without one value of its list, and from its first page on.
func without(q *web.Query, name, value string) url.Values {
	values := url.Values{}
	for other := range q.Values {
		values.Set(other, q.Get(other))
	}
	values.Del("cursor")
	values.Del("shown")
	if value == "" {
		values.Del(name)
		return values
	}
	values.Set(name, strings.Join(slices.DeleteFunc(q.List(name), func(v string) bool { return v == value }),
		","))
	if values.Get(name) == "" {
		values.Del(name)
	}
	return values
}

// shownDays is how many days can be chosen from.
const shownDays = 6

// days are those of the windows that can still be ordered for. Without them the list is shorter, not missing.
func days(ctx context.Context, site *web.Site, in *web.Market, chosen string) []page.Choice {
	windows, err := openings(ctx, site, in)
	if site.Missing(ctx, "days", err) != nil {
		return nil
	}
	list := []page.Choice{{Value: "", Label: in.Text("Any day"), Chosen: chosen == ""}}
	for _, w := range windows {
		day := web.TimeOf(w.GetStartsAt()).In(in.Zone).Format(time.DateOnly)
		if slices.ContainsFunc(list, func(c page.Choice) bool { return c.Value == day }) {
			continue
		}
		if list = append(list,
			page.Choice{Value: day, Label: dayName(day, in), Chosen: day == chosen}); len(list) > shownDays {
			break
		}
	}
	if len(list) == 1 {
		return nil
	}
	return list
}

// dayName is a day for people; empty for what is none.
func dayName(day string, in *web.Market) string {
	at, err := time.ParseInLocation(time.DateOnly, day, in.Zone)
	if err != nil {
		return ""
	}
	return in.Locale.Day(at)
}

// shownChoices bounds a facet: nobody reads more, and pages have to be light.
const shownChoices = 60

// ownChoices are a facet's whose labels are the shop's own words.
func ownChoices(p *web.Market, facets []*catalogv1.Facet, name string, chosen ...string) []page.Choice {
	list := choices(facets, name, chosen...)
	for i := range list {
		list[i].Label = p.Locale.Sentence(list[i].Label)
	}
	return list
}

func choices(facets []*catalogv1.Facet, name string, chosen ...string) []page.Choice {
	var list []page.Choice
	for _, f := range facets {
		is := slices.Contains(chosen, f.GetValue())
		if f.GetName() == name && (is || len(list) < shownChoices) {
			list = append(list, page.Choice{
				Value: f.GetValue(), Label: f.GetLabel(),
				Count: strconv.FormatInt(f.GetCount(), 10), Chosen: is,
			})
		}
	}
	return list
}

// cards are products in a list, with the words that were looked for marked.
func cards(
	ctx context.Context, site *web.Site, in *web.Market, products []*catalogv1.Product, words []string,
) []page.Card {
	stock := trade.Availability(ctx, site, products...)
	var cards []page.Card
	for _, p := range products {
		card := page.Card{
			ID: p.GetId(), Title: p.GetTitle(), Producer: p.GetProducerName(),
			Picture: web.PictureOf(p.GetImage(), ""), Left: leftOfAll(in, p, stock),
		}
		card.Price, card.Per = priceFrom(in, p)
		card.SoldOut, card.Picks = card.Left != "", picks(in, p, stock)
		if day := p.GetAwayUntil(); day != "" && !card.SoldOut {
			card.Left = in.Text("On holiday until {day}", trade.DayOf(in, day))
		}
		if len(words) > 0 {
			card.Marks = marks(p.GetTitle(), words)
		}
		cards = append(cards, card)
	}
	return cards
}

// picks are the sizes of a product of which there is some, as far as that is known.
func picks(p *web.Market, product *catalogv1.Product, stock map[string]int64) []page.Pick {
	var list []page.Pick
	for _, v := range product.GetVariants() {
		left, known := stock[v.GetId()]
		if known && left <= 0 {
			continue
		}
		pick := page.Pick{
			VariantID: v.GetId(), Size: trade.SizeIn(p, trade.SizeOf(product, v)),
			Price: p.Price(v.GetPrice(), v.GetSoldBy()), Step: "1", In: trade.CountedIn(p, v.GetSoldBy()),
		}
		if v.GetSoldBy() == web.ByWeight {
			most := int64(firstWeight)
			if known {
				most = min(most, trade.MostOf(p, left, v.GetSoldBy()))
			}
			pick.Step = input.Quantity(most).String()
		}
		pick.Thing = trade.Sized(product.GetTitle(), pick.Size)
		list = append(list, pick)
	}
	return list
}

const shownHits = 6

// Suggest answers a part of a page: what somebody who is typing may mean.
func Suggest(ctx context.Context, q *web.Query) (*web.Reply, error) {
	in, err := q.Site.Market(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(q.Get("q")) == "" {
		return &web.Reply{Status: http.StatusOK, ContentType: web.HTMLType}, nil
	}
	answer, err := q.Site.Catalog.Suggest(ctx,
		&catalogv1.SuggestRequest{Market: in.Code, Q: q.Get("q"), Limit: shownHits})
	if err != nil {
		return nil, err
	}
	at, avoids := "/m/"+in.Code+"/products", q.Site.Asks(q).Avoids
	var hits []view.Hit
	for _, s := range answer.GetSuggestions() {
		title := s.GetTitle()
		if s.GetKind() == "category" {
			title = in.Locale.Sentence(title)
		}
		hits = append(hits, view.Hit{
			Address: addressOf(at, s), Title: title, Detail: in.Locale.Sentence(s.GetDetail()),
			Marks: marks(title, answer.GetWords()),
			Price: suggestedPrice(in, s), Picture: web.PictureOf(s.GetImage(), ""),
			Warns: trade.Declared(in, s.GetAllergens(), s.AllergensStated, avoids).Warns,
		})
	}
	return web.Render(locale.With(ctx, in.Locale), http.StatusOK,
		view.Found(hits, web.Address(at, only(q, "q"))))
}

// suggestedPrice is what a suggested product costs; empty for what is none.
func suggestedPrice(p *web.Market, s *catalogv1.Suggestion) string {
	switch {
	case s.GetPrice() == nil:
		return ""
	case s.GetFrom():
		return p.Text("from {price}", p.Price(s.GetPrice(), s.GetSoldBy()))
	}
	return p.Price(s.GetPrice(), s.GetSoldBy())
}

func addressOf(at string, s *catalogv1.Suggestion) string {
	switch s.GetKind() {
	case "producer":
		return "/producers/" + s.GetId()
	case "category":
		return at + "?category=" + url.QueryEscape(s.GetId())
	}
	return "/p/" + s.GetId()
}
