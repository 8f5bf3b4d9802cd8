package desk

import (
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// Ordered is a line of an order in words.
func Ordered(in *web.Market, l *orderingv1.OrderLine) page.Ordered {
	return page.Ordered{
		Title: l.GetProductTitle(), Variant: l.GetVariantTitle(),
		Quantity: in.Kept(l.GetQuantity(), l.GetSoldBy()),
		Packed:   trade.PackedWords(l, web.Amount, "none"), Why: trade.WhyWords(l.GetShortReason()),
	}
}
