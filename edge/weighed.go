package edge

import (
	"strconv"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
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
	// kilograms is what desks weigh in.
	kilograms = "kg"
)

// weigh fills in what a field for a weight has: its unit, usual weights, what it comes to.
func (p *place) weigh(offer *page.Offer, v *catalogv1.Variant, most int64) {
	usual, price, start := usualKilograms, money.FromProto(v.GetPrice()), min(firstWeight, most)
	if p.WeightUnit() == locale.Pound {
		usual = usualPounds
	}
	for _, weight := range usual {
		if weight <= most {
			offer.Usual = append(offer.Usual, page.Choice{Value: quantity(weight).String(), Label: p.weightLabel(weight)})
		}
	}
	offer.Start, offer.Currency, offer.Minor = quantity(start).String(), price.Currency, strconv.FormatInt(price.Minor, 10)
	offer.Grams = strconv.FormatInt(p.Grams(aMillion), 10)
	if comes, err := price.Times(p.Grams(start)); err == nil {
		offer.Comes = comes.Format(p.locale)
	}
}

// aMillion of the market's unit, in thousandths: what that weighs is exact enough to reckon with.
const aMillion = 1_000_000 * money.Milli

// weightLabel names a usual weight: "0.5 lb", "250 g".
func (p *place) weightLabel(shown int64) string {
	if p.WeightUnit() != locale.Pound && shown < money.Milli {
		return p.Number(shown*money.Milli) + " g"
	}
	return p.Number(shown) + " " + p.WeightUnit()
}

// mostOf is the most that a field may ask for of what is left, in thousandths of what it counts in.
func (p *place) mostOf(left int64, soldBy string) int64 {
	most, err := parseQuantity(p.number(left, soldBy))
	for err == nil && most > 0 && p.milli(most, soldBy) > left {
		most -= 10 // a field of pounds has two decimals
	}
	return max(0, min(most, mostOfAKind))
}

// moreThanThereIs is why a basket cannot have so much of a variant, in thousandths. What cannot be told is no reason to refuse.
func (v *visit) moreThanThereIs(market, variant string, milli int64) error {
	stock, err := v.site.inventory.Availability(v.Context(), &inventoryv1.AvailabilityRequest{VariantIds: []string{variant}})
	if err != nil || len(stock.GetVariants()) != 1 || milli <= stock.GetVariants()[0].GetAvailable() {
		return nil //nolint:nilerr // the checkout asks again
	}
	quotes, err := v.site.catalog.Quote(v.Context(), &catalogv1.QuoteRequest{VariantIds: []string{variant}})
	if err != nil || len(quotes.GetQuotes()) != 1 {
		return nil //nolint:nilerr // whether it is sold at all is said by whoever puts it in
	}
	in, err := v.site.place(v.Context(), market)
	if err != nil {
		return err
	}
	left := max(0, stock.GetVariants()[0].GetAvailable())
	return fault.New(fault.Conflict, "out_of_stock", in.Text("Only {amount} left. Please take less.", in.amount(left, quotes.GetQuotes()[0].GetVariant().GetSoldBy())))
}
