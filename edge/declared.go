package edge

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/edge/page"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// declared is what a maker says of allergens, by their codes and whether the maker has said anything, for who avoids some. Nothing is said
// where that is not known.
func (p *place) declared(codes []string, stated *bool, avoids []string) page.Declared {
	switch {
	case stated == nil:
		return page.Declared{}
	case !*stated && len(avoids) > 0:
		return page.Declared{Warns: p.Text("You avoid {allergens}; the maker has not stated allergens. Ask before you eat.", p.allergens(avoids))}
	case !*stated:
		return page.Declared{Says: p.Text("Allergens not stated. Ask the maker before you eat.")}
	case len(codes) == 0:
		return page.Declared{Says: p.Text("None of the 14 major allergens.")}
	}
	is := func(code string) bool { return slices.Contains(avoids, code) }
	avoided, others := slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return !is(code) }), slices.DeleteFunc(slices.Clone(codes), is)
	switch {
	case len(avoided) == 0:
		return page.Declared{Says: p.Text("Contains {allergens}.", p.allergens(codes))}
	case len(others) == 0:
		return page.Declared{Warns: p.Text("Contains {allergens}, which you avoid.", p.allergens(avoided))}
	}
	return page.Declared{
		Warns: p.Text("Contains {allergens}, which you avoid.", p.allergens(avoided)), Says: p.Text("It also contains {allergens}.", p.allergens(others)),
	}
}

// avoids are the allergens that the visit remembers as avoided.
func (v *visit) avoids() []string { return v.site.remembered(v.Request).avoids }

// remembering asks for the page of something as the visit has it.
func (v *visit) remembering(productID string) *query {
	return &query{site: v.site, id: productID, values: v.site.remembered(v.Request).values()}
}

// warning is what of a basket's line concerns something that the visitor avoids, or "".
func (v *visit) warning(cart *orderingv1.Cart, variant string) (string, error) {
	avoids := v.avoids()
	at := slices.IndexFunc(cart.GetLines(), func(l *orderingv1.CartLine) bool { return l.GetVariantId() == variant })
	if at < 0 || len(avoids) == 0 {
		return "", nil
	}
	in, err := v.site.place(v.Context(), cart.GetMarket())
	if err != nil {
		return "", err
	}
	line := cart.GetLines()[at]
	return in.declared(line.GetAllergens(), line.AllergensStated, avoids).Warns, nil
}

// toldOf tells what a basket says of allergens from what it said before.
func toldOf(cart *orderingv1.Cart) string {
	sum := sha256.New()
	for _, l := range cart.GetLines() {
		_, _ = fmt.Fprintln(sum, l.GetVariantId(), l.GetAllergens(), l.AllergensStated != nil, l.GetAllergensStated())
	}
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:9])
}
