package edge

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/money"
)

func (e *edge) homePage(ctx context.Context, _ *query) (*reply, error) {
	answer, err := e.catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
	if err != nil {
		return nil, err
	}
	model := page.Home{Frame: e.frame("Good food from small producers", nil)}
	model.Description = "Order bread, cheese, vegetables and preserves from small producers nearby."
	for _, m := range answer.GetMarkets() {
		model.Markets = append(model.Markets, page.Market{Code: m.GetCode(), Name: m.GetName()})
	}
	if len(answer.GetMarkets()) == 1 {
		if model.Cards, err = e.newest(ctx, placeOf(answer.GetMarkets()[0])); err != nil {
			return nil, err
		}
	}
	return render(ctx, http.StatusOK, page.HomePage(model))
}

// shownNew is how many new products the first page has.
const shownNew = 8

func (e *edge) newest(ctx context.Context, in *place) ([]page.Card, error) {
	answer, err := e.catalog.ListProducts(ctx, &catalogv1.ListProductsRequest{Market: in.code, Sort: "newest", Limit: shownNew})
	if err != nil {
		return nil, err
	}
	return e.cards(ctx, in, answer.GetProducts()), nil
}

var shelfParams = []string{"q", "category", "producer", "allergen_free", "sort", "cursor"}

func (e *edge) shelfPage(ctx context.Context, q *query) (*reply, error) {
	in, err := e.place(ctx, q.id)
	if err != nil {
		return nil, err
	}
	request, err := productsRequest(q, in.code)
	if err != nil {
		return nil, err
	}
	request.Facets = true
	answer, err := e.catalog.ListProducts(ctx, request)
	if err != nil {
		return nil, err
	}
	model := page.Shelf{
		Frame: e.frame(in.name, in), Heading: in.name, Q: request.GetQ(), Sort: request.GetSort(),
		Category: request.GetCategory(), Producer: request.GetProducerId(),
		Categories: choices(answer.GetFacets(), "category", request.GetCategory()),
		Producers:  choices(answer.GetFacets(), "producer", request.GetProducerId()),
		FreeOf:     choices(answer.GetFacets(), "allergen_free", request.GetAllergenFree()...),
		Cards:      e.cards(ctx, in, answer.GetProducts()), Narrowed: len(q.values) > 0,
		Filtered: request.GetCategory() != "" || request.GetProducerId() != "" || len(request.GetAllergenFree()) > 0,
	}
	if next := answer.GetNextCursor(); next != "" {
		model.Next = "/m/" + in.code + "?" + q.with("cursor", next)
	}
	return render(ctx, http.StatusOK, page.ShelfPage(model))
}

// with is the query with one parameter changed.
func (q *query) with(name, value string) string {
	values := url.Values{}
	for other := range q.values {
		values.Set(other, q.get(other))
	}
	values.Set(name, value)
	return values.Encode()
}

func choices(facets []*catalogv1.Facet, name string, chosen ...string) []page.Choice {
	var list []page.Choice
	for _, f := range facets {
		if f.GetName() == name {
			list = append(list, page.Choice{
				Value: f.GetValue(), Label: f.GetLabel(), Count: strconv.FormatInt(f.GetCount(), 10), Chosen: slices.Contains(chosen, f.GetValue()),
			})
		}
	}
	return list
}

func (e *edge) cards(ctx context.Context, in *place, products []*catalogv1.Product) []page.Card {
	stock := e.availability(ctx, products...)
	var cards []page.Card
	for _, p := range products {
		card := page.Card{ID: p.GetId(), Title: p.GetTitle(), Producer: p.GetProducerName(), Price: in.priceFrom(p), Left: leftOfAll(p, stock)}
		if key := p.GetImage(); key != "" {
			card.Image = imageURL(key)
		}
		cards = append(cards, card)
	}
	return cards
}

// priceFrom is the lowest price of a product's variants.
func (p *place) priceFrom(product *catalogv1.Product) string {
	variants := product.GetVariants()
	if len(variants) == 0 {
		return ""
	}
	lowest := slices.MinFunc(variants, func(a, b *catalogv1.Variant) int { return int(a.GetPrice().GetAmount() - b.GetPrice().GetAmount()) })
	text := p.price(lowest.GetPrice(), lowest.GetSoldBy())
	if len(variants) > 1 {
		return "from " + text
	}
	return text
}

// fewLeft is from when on it is worth telling, in thousandths.
const fewLeft = 5 * money.Milli

// leftOf says what a shopper should know about stock; nothing where there is plenty,
// or where it is not known.
func leftOf(available *quantity, soldBy string) string {
	switch {
	case available == nil || *available > fewLeft:
		return ""
	case *available <= 0:
		return "Sold out"
	}
	return "Only " + amount(int64(*available), soldBy) + " left"
}

// leftOfAll tells only that a product is sold out altogether.
func leftOfAll(p *catalogv1.Product, stock map[string]int64) string {
	for _, v := range p.GetVariants() {
		if milli, known := stock[v.GetId()]; !known || milli > 0 {
			return ""
		}
	}
	return "Sold out"
}

func (e *edge) productPage(ctx context.Context, q *query) (*reply, error) {
	answer, err := e.catalog.GetProduct(ctx, &catalogv1.GetProductRequest{Id: q.id})
	if err != nil {
		return nil, err
	}
	p := answer.GetProduct()
	in, err := e.place(ctx, p.GetMarket())
	if err != nil {
		return nil, err
	}
	model := page.Product{
		Frame: e.frame(p.GetTitle(), in), ID: p.GetId(), Heading: p.GetTitle(), ProducerID: p.GetProducerId(), Producer: p.GetProducerName(),
		Description: paragraphs(p.GetDescription()), Ingredients: p.GetIngredients(),
		Allergens: strings.Join(p.GetAllergens(), ", "), Certifications: strings.Join(p.GetCertifications(), ", "),
	}
	if key := p.GetImage(); key != "" {
		model.Image = imageURL(key)
	}
	stock := e.availability(ctx, p)
	for _, v := range p.GetVariants() {
		model.Offers = append(model.Offers, offerOf(in, v, availableOf(stock, v.GetId())))
	}
	return render(ctx, http.StatusOK, page.ProductPage(model))
}

func offerOf(in *place, v *catalogv1.Variant, available *quantity) page.Offer {
	offer := page.Offer{
		VariantID: v.GetId(), Title: v.GetTitle(), Price: in.price(v.GetPrice(), v.GetSoldBy()), Left: leftOf(available, v.GetSoldBy()),
		SoldOut: available != nil && *available <= 0,
	}
	offer.Step, offer.Unit = steps(v.GetSoldBy())
	offer.Start = "1"
	if v.GetSoldBy() == byWeight {
		offer.Start = "0.5"
	}
	return offer
}

// steps are a quantity's field: how it counts, and in what.
func steps(soldBy string) (step, unit string) {
	if soldBy == byWeight {
		return "0.05", "Kilograms"
	}
	return "1", "Pieces"
}

// shownByProducer is how many products a producer's own page has.
const shownByProducer = 12

func (e *edge) producerPage(ctx context.Context, q *query) (*reply, error) {
	p, err := e.publicProducer(ctx, q.id)
	if err != nil {
		return nil, err
	}
	in, err := e.place(ctx, p.GetMarket())
	if err != nil {
		return nil, err
	}
	answer, err := e.catalog.ListProducts(ctx, &catalogv1.ListProductsRequest{Market: in.code, ProducerId: p.GetId(), Limit: shownByProducer})
	if err != nil {
		return nil, err
	}
	model := page.Producer{
		Frame: e.frame(p.GetName(), in), Heading: p.GetName(), Town: p.GetTown(), Tagline: p.GetTagline(),
		Certifications: strings.Join(p.GetCertifications(), ", "), Story: paragraphs(p.GetStory()), Cards: e.cards(ctx, in, answer.GetProducts()),
	}
	if answer.GetNextCursor() != "" {
		model.More = "/m/" + in.code + "?producer=" + url.QueryEscape(p.GetId())
	}
	return render(ctx, http.StatusOK, page.ProducerPage(model))
}
