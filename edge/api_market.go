package edge

import (
	"context"
	"net/http"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/id"
)

// listOf is the envelope of every list: the noun, and where the next page begins.
func listOf[T any](noun string, items []T, nextCursor string) map[string]any {
	if items == nil {
		items = []T{}
	}
	envelope := map[string]any{noun: items, "next_cursor": nil}
	if nextCursor != "" {
		envelope["next_cursor"] = nextCursor
	}
	return envelope
}

type marketJSON struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Currency string `json:"currency"`
	TimeZone string `json:"time_zone"`
	Country  string `json:"country"`
	Locale   string `json:"locale"`
}

// listMarkets lists the shop's markets.
func (e *site) listMarkets(ctx context.Context, q *query) (*reply, error) {
	answer, err := e.catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
	if err != nil {
		return nil, err
	}
	var markets []marketJSON
	for _, m := range answer.GetMarkets() {
		markets = append(markets, marketJSON{
			Code: m.GetCode(), Name: m.GetName(), Currency: m.GetCurrency(), TimeZone: m.GetTimeZone(),
			Country: m.GetCountry(), Locale: m.GetLocale(),
		})
	}
	return jsonReply(http.StatusOK, listOf("markets", markets, ""))
}

// market takes the parameter that names a market. That it exists is the services' to say.
func (q *query) market() (string, error) {
	market, err := q.need("market")
	if err != nil {
		return "", err
	}
	if !id.ValidMarket(market) {
		return "", invalid("market", "There is no such market.")
	}
	return market, nil
}

type categoryJSON struct {
	Slug     string  `json:"slug"`
	Name     string  `json:"name"`
	Parent   *string `json:"parent"`
	Products int64   `json:"products"`
}

// listCategories lists the categories of a market, with how many products each has.
func (e *site) listCategories(ctx context.Context, q *query) (*reply, error) {
	market, err := q.market()
	if err != nil {
		return nil, err
	}
	answer, err := e.catalog.ListCategories(ctx, &catalogv1.ListCategoriesRequest{Market: market})
	if err != nil {
		return nil, err
	}
	var categories []categoryJSON
	for _, c := range answer.GetCategories() {
		categories = append(categories, categoryJSON{c.GetSlug(), c.GetName(), optional(c.GetParent()), c.GetProducts()})
	}
	return jsonReply(http.StatusOK, listOf("categories", categories, ""))
}

// optional is null in JSON where a service has nothing.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
