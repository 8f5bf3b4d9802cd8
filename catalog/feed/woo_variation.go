package feed

import "strings"

// attributesOf makes a variation's name and key: the ID or SKU that it has in its
// shop, or its attributes' values.
func (w *woo) attributesOf(row row, v *Variant) (byWeight string) {
	values := w.values(row.at)
	for _, value := range values {
		if unit, ok := soldByWeight(value); ok {
			byWeight = unit
		}
	}
	v.Title = w.titleOf(row.at)
	v.Key = w.variantKey(row.at)
	v.Former = row.former(v.Key, w.variantKey)
	return byWeight
}

// values are those of a row's attributes.
func (w *woo) values(at func(column int) string) (values []string) {
	for _, column := range w.attributes {
		if value := at(column); value != "" {
			values = append(values, value)
		}
	}
	return values
}

// titleOf is what a variation is called: its attributes' values, or else what of its name is not its
// product's.
func (w *woo) titleOf(at func(column int) string) string {
	if values := w.values(at); len(values) > 0 {
		return strings.Join(values, " / ")
	}
	name := at(w.name)
	if cut := strings.LastIndex(name, " - "); cut >= 0 {
		return strings.TrimSpace(name[cut+3:])
	}
	return name
}

func (w *woo) variantKey(at func(column int) string) string {
	if id := fold(at(w.id)); id != "" {
		return "id:" + id
	}
	if sku := fold(at(w.sku)); sku != "" {
		return "sku:" + sku
	}
	return fold(strings.Join(append(w.values(at), w.titleOf(at)), "\x1f"))
}
