package edge

import (
	"cmp"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/size"
)

// sizeOf tells a product's variant from the others: its title with what it holds, once. It is empty for the only one that has neither.
func sizeOf(p *catalogv1.Product, v *catalogv1.Variant) string {
	weighed := v.GetSoldBy() == byWeight
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

// sized is a size as the market says it, where nobody else has named it.
func (p *place) sized(name string) string {
	if name == locale.Key("by weight") {
		return p.Text(name)
	}
	return name
}

// shortSizeOf is a variant's own title, or sizeOf where it has none.
func shortSizeOf(p *catalogv1.Product, v *catalogv1.Variant) string {
	return cmp.Or(v.GetTitle(), sizeOf(p, v))
}

// sized is goods by name: a product's title, and the size of which it is.
func sized(title, size string) string {
	if size == "" {
		return title
	}
	return title + ", " + size
}
