package trade

import (
	"context"
	"maps"
	"slices"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

// Now is what is known about a basket's goods at this moment; nil where it is not known.
type Now struct {
	Quotes map[string]*catalogv1.Quote
	Left   map[string]int64
}

// Quoted is what the makers of some lines say of them now; nothing where nobody can tell: ordering asks
// again.
func Quoted(v *web.Visit, lines []*orderingv1.CartLine) (known Now) {
	request := &catalogv1.QuoteRequest{}
	for _, l := range lines {
		request.VariantIds = append(request.VariantIds, l.GetVariantId())
	}
	var answer *catalogv1.QuoteResponse
	err := v.Site.Part(v.Context(), "catalog", web.PartPatience, func(ctx context.Context) (err error) {
		answer, err = v.Site.Catalog.Quote(ctx, request)
		return err
	})
	if v.Site.Missing(v.Context(), "what makers say of their goods", err) != nil {
		return known
	}
	known.Quotes = map[string]*catalogv1.Quote{}
	for _, q := range answer.GetQuotes() {
		known.Quotes[q.GetVariant().GetId()] = q
	}
	return known
}

// Today asks whether a basket's goods are still sold, for how much, and how much is left. A basket
// is shown also while nobody can tell.
func Today(v *web.Visit, cart *orderingv1.Cart) Now {
	known := Quoted(v, cart.GetLines())
	var variants []string
	for _, l := range cart.GetLines() {
		variants = append(variants, l.GetVariantId())
	}
	if stock := BalancesOf(v.Context(), v.Site, variants); stock != nil {
		known.Left = map[string]int64{}
		for variant, a := range stock {
			known.Left[variant] = a.GetAvailable()
		}
	}
	return known
}

// Terms are how the makers of its goods take orders.
func (n Now) Terms() MakerTerms { return termsIn(maps.Values(n.Quotes)) }

// Declared is what a line's maker says of allergens now, or said when it was priced last.
func (n Now) Declared(l *orderingv1.CartLine) (codes []string, stated *bool) {
	if q := n.Quotes[l.GetVariantId()]; q != nil && q.AllergensStated != nil {
		return q.GetAllergens(), q.AllergensStated
	}
	return l.GetAllergens(), l.AllergensStated
}

// CountedIn is what the field of a quantity counts in, for programs; empty for pieces.
func CountedIn(in *web.Market, soldBy string) string {
	if soldBy == web.ByWeight {
		return in.Locale.WeightUnit()
	}
	return ""
}

// FieldNumber is a quantity as its field has it: of what is weighed in the market's unit.
func FieldNumber(in *web.Market, milli int64, soldBy string) string {
	if soldBy == web.ByWeight {
		return in.Locale.WeightNumber(milli)
	}
	return input.Quantity(milli).String()
}

// Milli is what is stored of a quantity that its field had, in thousandths.
func Milli(in *web.Market, shown int64, soldBy string) int64 {
	if soldBy == web.ByWeight {
		return in.Locale.Grams(shown)
	}
	return shown
}

// MostOfAKind is what the buttons of a basket go up to, in thousandths.
const MostOfAKind = 1000 * money.Milli

// OpenWindows are a market's windows that take orders now, the full ones too.
func OpenWindows(ctx context.Context, site *web.Site, in *web.Market) ([]*deliveryv1.Window, error) {
	answer, err := site.Delivery.ListWindows(ctx,
		&deliveryv1.ListWindowsRequest{Market: in.Code, Limit: shownWindows})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(answer.GetWindows(), func(w *deliveryv1.Window) bool {
		return w.GetClosed() || !site.Host.Now().Before(web.TimeOf(w.GetOrderBy()))
	}), nil
}
