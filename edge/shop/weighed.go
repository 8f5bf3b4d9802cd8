package shop

import (
	"strconv"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/shop/view"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

// Usual weights, in thousandths of the market's unit, and the one that a field begins with.
var (
	usualPounds    = []int64{250, 500, 1000, 2000}
	usualKilograms = []int64{100, 250, 500, 1000}
)

const (
	firstWeight = 500
)

// weigh fills in what a field for a weight has: its unit, usual weights, what it comes to.
func weigh(p *web.Market, offer *view.Offer, v *catalogv1.Variant, most int64) {
	usual, price, start := usualKilograms, money.FromProto(v.GetPrice()), min(firstWeight, most)
	if p.Locale.WeightUnit() == locale.Pound {
		usual = usualPounds
	}
	for _, weight := range usual {
		if weight <= most {
			offer.Usual = append(offer.Usual,
				page.Choice{Value: input.Quantity(weight).String(), Label: weightLabel(p, weight)})
		}
	}
	offer.Start, offer.Currency, offer.Minor = input.Quantity(start).String(), price.Currency,
		strconv.FormatInt(price.Minor, 10)
	offer.Grams = strconv.FormatInt(p.Locale.Grams(aMillion), 10)
	if comes, err := price.Times(p.Locale.Grams(start)); err == nil {
		offer.Comes = comes.Format(p.Tag)
	}
}

// aMillion of the market's unit, in thousandths: what that weighs is exact enough to reckon with.
const aMillion = 1_000_000 * money.Milli

// weightLabel names a usual weight: "0.5 lb", "250 g".
func weightLabel(p *web.Market, shown int64) string {
	if p.Locale.WeightUnit() != locale.Pound && shown < money.Milli {
		return p.Locale.Number(shown*money.Milli) + " g"
	}
	return p.Locale.Number(shown) + " " + p.Locale.WeightUnit()
}
