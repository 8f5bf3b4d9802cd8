package trade

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// Declared is what a maker says of allergens, by their codes and whether the maker has said anything, for who
// avoids some. Nothing is said where that is not known.
func Declared(p *web.Market, codes []string, stated *bool, avoids []string) page.Declared {
	switch {
	case stated == nil:
		return page.Declared{}
	case !*stated && len(avoids) > 0:
		return page.Declared{
			Warns: p.Text("You avoid {allergens}; the maker has not stated allergens. Ask before you eat.",
				Allergens(p, avoids)),
		}
	case !*stated:
		return page.Declared{Says: p.Text("Allergens not stated. Ask the maker before you eat.")}
	case len(codes) == 0:
		return page.Declared{Says: p.Text("None of the 14 major allergens.")}
	}
	is := func(code string) bool { return slices.Contains(avoids, code) }
	avoided, others := slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return !is(code) }),
		slices.DeleteFunc(slices.Clone(codes), is)
	switch {
	case len(avoided) == 0:
		return page.Declared{Says: p.Text("Contains {allergens}.", Allergens(p, codes))}
	case len(others) == 0:
		return page.Declared{Warns: p.Text("Contains {allergens}, which you avoid.", Allergens(p, avoided))}
	}
	return page.Declared{
		Warns: p.Text("Contains {allergens}, which you avoid.", Allergens(p, avoided)),
		Says:  p.Text("It also contains {allergens}.", Allergens(p, others)),
	}
}

// Avoids are the allergens that the visit remembers as avoided.
func Avoids(v *web.Visit) []string { return v.Site.Remembered(v.Request).Avoids }

// ToldOf tells what a basket says of allergens from what it said before.
func ToldOf(cart *orderingv1.Cart) string {
	sum := sha256.New()
	for _, l := range cart.GetLines() {
		_, _ = fmt.Fprintln(sum, l.GetVariantId(), l.GetAllergens(), l.AllergensStated != nil,
			l.GetAllergensStated())
	}
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:9])
}

// Allergens names allergens by their codes.
func Allergens(p *web.Market, codes []string) string {
	var names []string
	for _, code := range codes {
		names = append(names, p.Text(code))
	}
	return strings.Join(names, ", ")
}
