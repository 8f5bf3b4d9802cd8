package api

import (
	"cmp"
	"context"
	"net/http"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/money"
)

type refJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type variantJSON struct {
	ID        string          `json:"id"`
	Title     string          `json:"title"`
	Price     money.Amount    `json:"price"`
	Available *input.Quantity `json:"available"`
	SoldBy    string          `json:"sold_by"`
	UnitValue float64         `json:"unit_value"`
	Unit      string          `json:"unit"`
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

// ListProducts lists products, as far as the query narrows them.
func ListProducts(ctx context.Context, q *web.Query) (*web.Reply, error) {
	market, err := market(q)
	if err != nil {
		return nil, err
	}
	request, err := trade.ProductsRequest(q, market)
	if err != nil {
		return nil, err
	}
	answer, err := q.Site.Catalog.ListProducts(ctx, request)
	if err != nil {
		return nil, err
	}
	stock := trade.Availability(ctx, q.Site, answer.GetProducts()...)
	var products []productJSON
	for _, p := range answer.GetProducts() {
		products = append(products, productToJSON(p, stock))
	}
	envelope := listOf("products", products, answer.GetNextCursor())
	if request.GetFacets() {
		envelope["facets"] = facetsToJSON(answer.GetFacets())
	}
	return web.JSON(http.StatusOK, envelope)
}

// GetProduct answers a product that is shown.
func GetProduct(ctx context.Context, q *web.Query) (*web.Reply, error) {
	answer, err := q.Site.Catalog.GetProduct(ctx, &catalogv1.GetProductRequest{Id: q.ID})
	if err != nil {
		return nil, err
	}
	p := answer.GetProduct()
	detail := productDetailJSON{
		productJSON: productToJSON(p, trade.Availability(ctx, q.Site, p)),
		Market:      p.GetMarket(), Slug: p.GetSlug(), Description: p.GetDescription(),
		Ingredients: p.GetIngredients(),
		Tags:        some(p.GetTags()), Certifications: some(p.GetCertifications()), Images: []string{},
	}
	for _, key := range p.GetImages() {
		detail.Images = append(detail.Images, web.ImageURL(key))
	}
	return web.JSON(http.StatusOK, detail)
}

func productToJSON(p *catalogv1.Product, stock map[string]int64) productJSON {
	out := productJSON{
		ID: p.GetId(), Title: p.GetTitle(), Producer: refJSON{p.GetProducerId(), p.GetProducerName()},
		Category: p.GetCategory(), Allergens: some(p.GetAllergens()),
		AllergensStated: trade.AllergensStated(p), Variants: []variantJSON{}, AwayUntil: p.GetAwayUntil(),
	}
	if key := p.GetImage(); key != "" {
		out.ImageURL = optional(web.ImageURL(key))
	}
	for _, v := range p.GetVariants() {
		price := money.FromProto(v.GetPrice())
		if out.Price == nil || price.Minor < out.Price.Minor {
			out.Price = &price
		}
		out.Variants = append(out.Variants, variantJSON{
			ID: v.GetId(), Title: shortSizeOf(p, v), Price: price, SoldBy: v.GetSoldBy(),
			Available: availableOf(stock, v.GetId()),
			UnitValue: v.GetUnitValue(), Unit: v.GetUnit(),
		})
	}
	return out
}

func availableOf(stock map[string]int64, variant string) *input.Quantity {
	milli, known := stock[variant]
	if !known {
		return nil
	}
	available := input.Quantity(milli)
	return &available
}

func facetsToJSON(facets []*catalogv1.Facet) []facetJSON {
	out := []facetJSON{}
	for _, f := range facets {
		out = append(out, facetJSON{f.GetName(), f.GetValue(), f.GetLabel(), f.GetCount()})
	}
	return out
}

// some is a list that is never null in JSON.
func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// shortSizeOf is a variant's own title, or SizeOf where it has none.
func shortSizeOf(p *catalogv1.Product, v *catalogv1.Variant) string {
	return cmp.Or(v.GetTitle(), trade.SizeOf(p, v))
}
