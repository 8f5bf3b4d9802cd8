package trade

import (
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/size"
)

// SizeOf tells a product's variant from the others: its title with what it holds, once. It is empty for the
// only one that has neither.
func SizeOf(p *catalogv1.Product, v *catalogv1.Variant) string {
	weighed := v.GetSoldBy() == web.ByWeight
	name := size.Name(v.GetTitle(), v.GetUnitValue(), v.GetUnit(), weighed)
	if name != "" || len(p.GetVariants()) < 2 {
		return name
	}
	nth := 0
	for i, other := range p.GetVariants() {
		if other.GetId() == v.GetId() {
			nth = i + 1
		}
	}
	return size.Among(v.GetSku(), nth, weighed)
}

// SizeIn is a size as the market says it, where nobody else has named it.
func SizeIn(p *web.Market, name string) string {
	if name == locale.Key("by weight") {
		return p.Text(name)
	}
	return name
}

// Sized is goods by name: a product's title, and the size of which it is.
func Sized(title, size string) string {
	if size == "" {
		return title
	}
	return title + ", " + size
}
