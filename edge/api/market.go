package api

import (
	"context"
	"net/http"

	"github.com/artisan-eats/artisan/edge/web"
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

// ListMarkets lists the shop's markets.
func ListMarkets(ctx context.Context, q *web.Query) (*web.Reply, error) {
	answer, err := q.Site.Catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
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
	return web.JSON(http.StatusOK, listOf("markets", markets, ""))
}

// market takes the parameter that names a market. That it exists is the services' to say.
func market(q *web.Query) (string, error) {
	market, err := q.Need("market")
	if err != nil {
		return "", err
	}
	if !id.ValidMarket(market) {
		return "", web.Invalid("market", "There is no such market.")
	}
	return market, nil
}

type categoryJSON struct {
	Slug     string  `json:"slug"`
	Name     string  `json:"name"`
	Parent   *string `json:"parent"`
	Products int64   `json:"products"`
}

// ListCategories lists the categories of a market, with how many products each has.
func ListCategories(ctx context.Context, q *web.Query) (*web.Reply, error) {
	market, err := market(q)
	if err != nil {
		return nil, err
	}
	answer, err := q.Site.Catalog.ListCategories(ctx, &catalogv1.ListCategoriesRequest{Market: market})
	if err != nil {
		return nil, err
	}
	var categories []categoryJSON
	for _, c := range answer.GetCategories() {
		categories = append(categories, categoryJSON{
			c.GetSlug(), c.GetName(), optional(c.GetParent()),
			c.GetProducts(),
		})
	}
	return web.JSON(http.StatusOK, listOf("categories", categories, ""))
}

// optional is null in JSON where a service has nothing.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
