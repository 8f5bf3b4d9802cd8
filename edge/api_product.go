package edge

import (
	"context"
	"net/http"
	"net/url"
	"time"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/money"
)

// productParams are what a list of products can be asked for by.
var productParams = []string{"market", "q", "category", "producer", "allergen_free", "sort", "limit", "cursor", "in_stock", "good_on", "facets"}

// productPage is how many products a list has when it is not said.
const productPage = 24

type refJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type variantJSON struct {
	ID        string       `json:"id"`
	Title     string       `json:"title"`
	Price     money.Amount `json:"price"`
	Available *quantity    `json:"available"`
	SoldBy    string       `json:"sold_by"`
	UnitValue float64      `json:"unit_value"`
	Unit      string       `json:"unit"`
}

// productJSON is a product in a list.
type productJSON struct {
	ID        string        `json:"id"`
	Title     string        `json:"title"`
	Producer  refJSON       `json:"producer"`
	Category  string        `json:"category"`
	Price     *money.Amount `json:"price"`
	Allergens []string      `json:"allergens"`
	// AllergensStated is false where nobody has said whether there are any.
	AllergensStated bool          `json:"allergens_stated"`
	ImageURL        *string       `json:"image_url"`
	Variants        []variantJSON `json:"variants"`
	// AwayUntil is the last day of its producer's holiday, if that is today.
	AwayUntil string `json:"away_until,omitempty"`
}

// productDetailJSON is a product on its own.
type productDetailJSON struct {
	productJSON
	Market         string   `json:"market"`
	Slug           string   `json:"slug"`
	Description    string   `json:"description"`
	Ingredients    string   `json:"ingredients"`
	Tags           []string `json:"tags"`
	Certifications []string `json:"certifications"`
	Images         []string `json:"images"`
}

type facetJSON struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Label string `json:"label"`
	Count int64  `json:"count"`
}

// productsRequest reads a list's parameters, of the API and of the pages alike.
func productsRequest(q *query, market string) (*catalogv1.ListProductsRequest, error) {
	limit, err := q.limit(productPage)
	if err != nil {
		return nil, err
	}
	return &catalogv1.ListProductsRequest{
		Market: market, Q: q.get("q"), Category: q.get("category"), ProducerId: q.get("producer"),
		AllergenFree: q.list("allergen_free"), Sort: q.get("sort"), Limit: limit, Cursor: q.get("cursor"),
		InStock: q.get("in_stock") == "true", GoodOn: q.get("good_on"), Facets: q.get("facets") == "true",
	}, nil
}

// listProducts lists products, as far as the query narrows them.
func (e *site) listProducts(ctx context.Context, q *query) (*reply, error) {
	market, err := q.market()
	if err != nil {
		return nil, err
	}
	request, err := productsRequest(q, market)
	if err != nil {
		return nil, err
	}
	answer, err := e.catalog.ListProducts(ctx, request)
	if err != nil {
		return nil, err
	}
	stock := e.availability(ctx, answer.GetProducts()...)
	var products []productJSON
	for _, p := range answer.GetProducts() {
		products = append(products, productToJSON(p, stock))
	}
	envelope := listOf("products", products, answer.GetNextCursor())
	if request.GetFacets() {
		envelope["facets"] = facetsToJSON(answer.GetFacets())
	}
	return jsonReply(http.StatusOK, envelope)
}

// getProduct answers a product that is shown.
func (e *site) getProduct(ctx context.Context, q *query) (*reply, error) {
	answer, err := e.catalog.GetProduct(ctx, &catalogv1.GetProductRequest{Id: q.id})
	if err != nil {
		return nil, err
	}
	p := answer.GetProduct()
	detail := productDetailJSON{
		productJSON: productToJSON(p, e.availability(ctx, p)),
		Market:      p.GetMarket(), Slug: p.GetSlug(), Description: p.GetDescription(), Ingredients: p.GetIngredients(),
		Tags: some(p.GetTags()), Certifications: some(p.GetCertifications()), Images: []string{},
	}
	for _, key := range p.GetImages() {
		detail.Images = append(detail.Images, imageURL(key))
	}
	return jsonReply(http.StatusOK, detail)
}

// stockPatience is how long a list of products waits for figures.
const stockPatience = 500 * time.Millisecond

// availability joins what is there of each variant. Without inventory products are
// shown without figures: the answer is nil.
func (e *site) availability(ctx context.Context, products ...*catalogv1.Product) map[string]int64 {
	balances := e.balances(ctx, products...)
	if balances == nil {
		return nil
	}
	stock := make(map[string]int64, len(balances))
	for variant, a := range balances {
		stock[variant] = a.GetAvailable()
	}
	return stock
}

// balances is availability with what is held and what is not packed yet.
func (e *site) balances(ctx context.Context, products ...*catalogv1.Product) map[string]*inventoryv1.Availability {
	var ids []string
	for _, p := range products {
		for _, v := range p.GetVariants() {
			ids = append(ids, v.GetId())
		}
	}
	return e.balancesOf(ctx, ids)
}

func productToJSON(p *catalogv1.Product, stock map[string]int64) productJSON {
	out := productJSON{
		ID: p.GetId(), Title: p.GetTitle(), Producer: refJSON{p.GetProducerId(), p.GetProducerName()},
		Category: p.GetCategory(), Allergens: some(p.GetAllergens()), AllergensStated: allergensStated(p), Variants: []variantJSON{}, AwayUntil: p.GetAwayUntil(),
	}
	if key := p.GetImage(); key != "" {
		out.ImageURL = optional(imageURL(key))
	}
	for _, v := range p.GetVariants() {
		price := money.FromProto(v.GetPrice())
		if out.Price == nil || price.Minor < out.Price.Minor {
			out.Price = &price
		}
		out.Variants = append(out.Variants, variantJSON{
			ID: v.GetId(), Title: shortSizeOf(p, v), Price: price, SoldBy: v.GetSoldBy(), Available: availableOf(stock, v.GetId()),
			UnitValue: v.GetUnitValue(), Unit: v.GetUnit(),
		})
	}
	return out
}

// allergensStated reports whether the maker has said which allergens a product has, or that it has none.
func allergensStated(p *catalogv1.Product) bool {
	return len(p.GetAllergens()) > 0 || p.GetAllergensNone()
}

func availableOf(stock map[string]int64, variant string) *quantity {
	milli, known := stock[variant]
	if !known {
		return nil
	}
	available := quantity(milli)
	return &available
}

func facetsToJSON(facets []*catalogv1.Facet) []facetJSON {
	out := []facetJSON{}
	for _, f := range facets {
		out = append(out, facetJSON{f.GetName(), f.GetValue(), f.GetLabel(), f.GetCount()})
	}
	return out
}

// imageURL is where a picture is, from the root of the shop.
func imageURL(key string) string { return (&url.URL{Path: "/images/" + key}).EscapedPath() }

// some is a list that is never null in JSON.
func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
