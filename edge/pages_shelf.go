package edge

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

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

var shelfParams = []string{"q", "category", "producer", "allergen_free", "day", "in_stock", "season", "sort", "cursor", "shown", chosenParam}

// shelfPage is a list of products. Its address says all that it shows.
func (e *site) shelfPage(ctx context.Context, q *query) (*reply, error) {
	in, err := e.place(ctx, q.id)
	if err != nil {
		return nil, err
	}
	request, err := e.shelfRequest(q, in)
	if err != nil {
		return nil, err
	}
	before, upTo := shownOf(q)
	answer, err := e.goods(ctx, request, upTo)
	if err != nil {
		return nil, err
	}
	at, shown := "/m/"+in.code+"/products", before+int64(len(answer.GetProducts()))
	model := page.Shelf{
		Frame: e.shopFrame(in.name, in), Sort: q.get("sort"), InStock: q.get("in_stock"), Season: q.get("season"), Corrected: answer.GetCorrected(),
		Categories: in.choices(answer.GetFacets(), "category", request.GetCategory()),
		Producers:  choices(answer.GetFacets(), "producer", request.GetProducerId()),
		FreeOf:     in.choices(answer.GetFacets(), "allergen_free", request.GetAllergenFree()...),
		FreeFrom:   len(request.GetAllergenFree()) > 0,
		Days:       e.days(ctx, in, request.GetGoodOn()),
		Cards:      e.cards(ctx, in, answer.GetProducts(), answer.GetWords()), Total: in.Count(answer.GetTotal(), "{n} product", "{n} products"),
		All: in.Number(answer.GetTotal() * money.Milli),
	}
	if answer.GetNextCursor() != "" {
		after := without(q, "cursor", "")
		after.Set("shown", strconv.FormatInt(shown, 10))
		model.Next = nextPage(at, after, answer.GetNextCursor())
		after.Set("shown", strconv.FormatInt(min(shown+productPage, mostShown), 10))
		model.Here = address(at, after)
	}
	model.Shown = in.Text("{n} of {all}", in.Number(shown*money.Milli), model.All)
	model.Q = request.GetQ()
	model.Heading = heading(&model, in)
	model.Title = model.Heading
	model.Description = in.Text("{what} from small producers around {market}.", model.Heading, in.name)
	model.Meta = e.shelfMeta(in, q, model.Heading)
	model.Chosen, model.Quick = chosen(q, at, &model, in), quick(q, at, &model, in)
	return render(ctx, http.StatusOK, page.ShelfPage(model))
}

// mostShown bounds how much of a list one page shows again to who comes back to it.
const mostShown = 10 * productPage

// shownOf reads how many products were shown before the page, or how many it shows itself where it is the first.
func shownOf(q *query) (before, upTo int64) {
	n, err := strconv.ParseInt(q.get("shown"), 10, 64)
	switch {
	case err != nil || n < 0 || n > 1_000_000:
		return 0, productPage
	case q.get("cursor") != "":
		return n, productPage
	}
	return 0, min(max(n, productPage), mostShown)
}

// goods lists so many products from the request's place on, or up to a page more.
func (e *site) goods(ctx context.Context, request *catalogv1.ListProductsRequest, upTo int64) (*catalogv1.ListProductsResponse, error) {
	request.Limit = int32(min(upTo, 4*productPage)) //nolint:gosec // a page's
	answer, err := e.catalog.ListProducts(ctx, request)
	for n := int64(request.GetLimit()); err == nil && n < upTo && answer.GetNextCursor() != ""; n += int64(request.GetLimit()) {
		var more *catalogv1.ListProductsResponse
		next := proto.CloneOf(request)
		next.Cursor, next.Facets = answer.GetNextCursor(), false
		if more, err = e.catalog.ListProducts(ctx, next); err == nil {
			answer.Products, answer.NextCursor = append(answer.Products, more.GetProducts()...), more.GetNextCursor()
		}
	}
	return answer, err
}

func (e *site) shelfRequest(q *query, in *place) (*catalogv1.ListProductsRequest, error) {
	request, err := productsRequest(q, in.code)
	if err != nil {
		return nil, err
	}
	if request.Sort == "" && request.GetQ() == "" {
		request.Sort = featured
	}
	request.Facets, request.GoodOn, request.InStock = true, q.get("day"), q.get("in_stock") != ""
	if q.get("season") != "" {
		request.SeasonMonth = int32(e.host.Now().In(in.zone).Month())
	}
	return request, nil
}

// featured is the order of a list without a wish: worth looking at.
const featured = "featured"

func heading(m *page.Shelf, in *place) string {
	switch label := chosenLabel(m.Categories); {
	case m.Q != "":
		return in.Text("“{searched}”", m.Q)
	case label != "":
		return label
	case chosenLabel(m.Producers) != "":
		return chosenLabel(m.Producers)
	}
	return in.Text("Everything in {market}", in.name)
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
func chip(q *query, at, label, name, value string) page.Choice {
	values := without(q, name, value)
	if slices.Contains(recalled, name) {
		choosing(values, value)
	}
	return page.Choice{Label: label, Value: address(at, values)}
}

// chosen are what narrows the list, each with the address of the list without it.
func chosen(q *query, at string, m *page.Shelf, in *place) []page.Choice {
	var list []page.Choice
	add := func(label, name, value string) { list = append(list, chip(q, at, label, name, value)) }
	if m.Q != "" {
		add(in.Text("“{searched}”", m.Q), "q", "")
	}
	for _, facet := range []struct {
		name  string
		label string
	}{{"category", chosenLabel(m.Categories)}, {"producer", chosenLabel(m.Producers)}, {"day", dayName(q.get("day"), in)}} {
		if q.get(facet.name) != "" && facet.label != "" {
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
func quick(q *query, at string, m *page.Shelf, in *place) []page.Choice {
	var list []page.Choice
	for _, c := range m.FreeOf {
		if slices.Contains(asked, c.Value) && !c.Chosen {
			values := without(q, "cursor", "")
			values.Set("allergen_free", strings.Join(append(q.list("allergen_free"), c.Value), ","))
			list = append(list, page.Choice{Label: in.Text("No {allergen}", in.Text(c.Value)), Value: address(at, choosing(values, ""))})
		}
	}
	return list
}

// choosing marks an address as one to remember, and names the allergen that it removes, if it does.
func choosing(values url.Values, removed string) url.Values {
	values.Set(chosenParam, cmp.Or(removed, nothingRemoved))
	return values
}

// without is the query without a parameter, or without one value of its list, and from its first page on.
func without(q *query, name, value string) url.Values {
	values := url.Values{}
	for other := range q.values {
		values.Set(other, q.get(other))
	}
	values.Del("cursor")
	values.Del("shown")
	if value == "" {
		values.Del(name)
		return values
	}
	values.Set(name, strings.Join(slices.DeleteFunc(q.list(name), func(v string) bool { return v == value }), ","))
	if values.Get(name) == "" {
		values.Del(name)
	}
	return values
}

// address is a path with parameters; without any it is the path.
func address(at string, values url.Values) string {
	if len(values) == 0 {
		return at
	}
	return at + "?" + values.Encode()
}

// shownDays is how many days can be chosen from.
const shownDays = 6

// days are those of the windows that can still be ordered for. Without them the list is shorter, not missing.
func (e *site) days(ctx context.Context, in *place, chosen string) []page.Choice {
	windows, err := e.openings(ctx, in)
	if e.missing(ctx, "days", err) != nil {
		return nil
	}
	list := []page.Choice{{Value: "", Label: in.Text("Any day"), Chosen: chosen == ""}}
	for _, w := range windows {
		day := timeOf(w.GetStartsAt()).In(in.zone).Format(time.DateOnly)
		if slices.ContainsFunc(list, func(c page.Choice) bool { return c.Value == day }) {
			continue
		}
		if list = append(list, page.Choice{Value: day, Label: dayName(day, in), Chosen: day == chosen}); len(list) > shownDays {
			break
		}
	}
	if len(list) == 1 {
		return nil
	}
	return list
}

// dayName is a day for people; empty for what is none.
func dayName(day string, in *place) string {
	at, err := time.ParseInLocation(time.DateOnly, day, in.zone)
	if err != nil {
		return ""
	}
	return in.Day(at)
}

// shownChoices bounds a facet: nobody reads more, and pages have to be light.
const shownChoices = 60

// choices are a facet's whose labels are the shop's own words.
func (p *place) choices(facets []*catalogv1.Facet, name string, chosen ...string) []page.Choice {
	list := choices(facets, name, chosen...)
	for i := range list {
		list[i].Label = p.Sentence(list[i].Label)
	}
	return list
}

func choices(facets []*catalogv1.Facet, name string, chosen ...string) []page.Choice {
	var list []page.Choice
	for _, f := range facets {
		is := slices.Contains(chosen, f.GetValue())
		if f.GetName() == name && (is || len(list) < shownChoices) {
			list = append(list, page.Choice{Value: f.GetValue(), Label: f.GetLabel(), Count: strconv.FormatInt(f.GetCount(), 10), Chosen: is})
		}
	}
	return list
}

// cards are products in a list, with the words that were looked for marked.
func (e *site) cards(ctx context.Context, in *place, products []*catalogv1.Product, words []string) []page.Card {
	stock := e.availability(ctx, products...)
	var cards []page.Card
	for _, p := range products {
		card := page.Card{
			ID: p.GetId(), Title: p.GetTitle(), Producer: p.GetProducerName(), Picture: pictureOf(p.GetImage(), ""), Left: in.leftOfAll(p, stock),
		}
		card.Price, card.Per = in.priceFrom(p)
		card.SoldOut, card.Picks = card.Left != "", in.picks(p, stock)
		if day := p.GetAwayUntil(); day != "" && !card.SoldOut {
			card.Left = in.Text("On holiday until {day}", in.dayOf(day))
		}
		if len(words) > 0 {
			card.Marks = marks(p.GetTitle(), words)
		}
		cards = append(cards, card)
	}
	return cards
}

// picks are the sizes of a product of which there is some, as far as that is known.
func (p *place) picks(product *catalogv1.Product, stock map[string]int64) []page.Pick {
	var list []page.Pick
	for _, v := range product.GetVariants() {
		left, known := stock[v.GetId()]
		if known && left <= 0 {
			continue
		}
		pick := page.Pick{VariantID: v.GetId(), Size: p.sized(sizeOf(product, v)), Price: p.price(v.GetPrice(), v.GetSoldBy()), Step: "1", In: p.countedIn(v.GetSoldBy())}
		if v.GetSoldBy() == byWeight {
			most := int64(firstWeight)
			if known {
				most = min(most, p.mostOf(left, v.GetSoldBy()))
			}
			pick.Step = quantity(most).String()
		}
		pick.Thing = sized(product.GetTitle(), pick.Size)
		list = append(list, pick)
	}
	return list
}

const shownHits = 6

// suggest answers a part of a page: what somebody who is typing may mean.
func (e *site) suggest(ctx context.Context, q *query) (*reply, error) {
	in, err := e.place(ctx, q.id)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(q.get("q")) == "" {
		return &reply{status: http.StatusOK, contentType: htmlType}, nil
	}
	answer, err := e.catalog.Suggest(ctx, &catalogv1.SuggestRequest{Market: in.code, Q: q.get("q"), Limit: shownHits})
	if err != nil {
		return nil, err
	}
	at, avoids := "/m/"+in.code+"/products", e.asks(q).avoids
	var hits []page.Hit
	for _, s := range answer.GetSuggestions() {
		title := s.GetTitle()
		if s.GetKind() == "category" {
			title = in.Sentence(title)
		}
		hits = append(hits, page.Hit{
			Address: addressOf(at, s), Title: title, Detail: in.Sentence(s.GetDetail()), Marks: marks(title, answer.GetWords()),
			Price: in.suggestedPrice(s), Picture: pictureOf(s.GetImage(), ""), Warns: in.declared(s.GetAllergens(), s.AllergensStated, avoids).Warns,
		})
	}
	return render(locale.With(ctx, in.Locale), http.StatusOK, page.Found(hits, address(at, only(q, "q"))))
}

// suggestedPrice is what a suggested product costs; empty for what is none.
func (p *place) suggestedPrice(s *catalogv1.Suggestion) string {
	switch {
	case s.GetPrice() == nil:
		return ""
	case s.GetFrom():
		return p.Text("from {price}", p.price(s.GetPrice(), s.GetSoldBy()))
	}
	return p.price(s.GetPrice(), s.GetSoldBy())
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
