package trade

import (
	"context"

	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// MaxProse bounds a text of several lines, in characters.
const MaxProse = 20_000

// PublicProducer is a producer that the operator has approved; another is not there.
func PublicProducer(ctx context.Context, site *web.Site, producerID string) (*catalogv1.Producer, error) {
	answer, err := site.Catalog.GetProducer(ctx, &catalogv1.GetProducerRequest{Id: producerID})
	if err != nil {
		return nil, err
	}
	if !answer.GetProducer().GetApproved() {
		return nil, web.ErrNoPage
	}
	return answer.GetProducer(), nil
}

// ProductParams are what a list of products can be asked for by.
var ProductParams = []string{
	"market", "q", "category", "producer", "allergen_free", "sort", "limit",
	"cursor", "in_stock", "good_on", "facets",
}

// ProductPage is how many products a list has when it is not said.
const ProductPage = 24

// ProductsRequest reads a list's parameters, of the API and of the pages alike.
func ProductsRequest(q *web.Query, market string) (*catalogv1.ListProductsRequest, error) {
	limit, err := q.Limit(ProductPage)
	if err != nil {
		return nil, err
	}
	return &catalogv1.ListProductsRequest{
		Market: market, Q: q.Get("q"), Category: q.Get("category"), ProducerId: q.Get("producer"),
		AllergenFree: q.List("allergen_free"), Sort: q.Get("sort"), Limit: limit, Cursor: q.Get("cursor"),
		InStock: q.Get("in_stock") == "true", GoodOn: q.Get("good_on"), Facets: q.Get("facets") == "true",
	}, nil
}

// MaxHolidays is how many a form takes, and spareHolidays how many empty ones it has.
const MaxHolidays = 20
