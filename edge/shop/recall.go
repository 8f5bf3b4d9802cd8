package shop

import (
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
)

// chips are what narrows the goods of a page, each with the address of the page without it.
func chips(m web.Remembered, q *web.Query, at string, in *web.Market) (list []page.Choice) {
	if m.Day != "" {
		list = append(list, chip(q, at, dayName(m.Day, in), "day", ""))
	}
	for _, code := range m.Avoids {
		list = append(list, chip(q, at, in.Text("No {allergen}", in.Text(code)), "allergen_free", code))
	}
	return list
}
