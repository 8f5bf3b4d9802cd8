package feed

import (
	"maps"
	"slices"
	"strings"
)

// square reads the item library of Square: a row for each variation.
type square struct {
	name, variation, sku, description, category, gtin, visibility, archived int
	weight, unit, price, sellable, stockable                                int
	weightUnit                                                              string
	options                                                                 []int
	// quantities by location
	current, fresh map[string]int
}

func newSquare(c *columns) *square {
	s := &square{
		name: c.column("item name"), variation: c.column("variation name"), sku: c.column("sku"),
		description: c.column("description"),
		category:    c.column("reporting category", "category", "categories"), gtin: c.column("gtin"),
		visibility: c.column("square online item visibility"), archived: c.column("archived"), weight: -1,
		unit: c.column("unit and precision", "unit"), price: c.column("price"),
		sellable: c.column("sellable"), stockable: c.column("stockable"),
		options: c.prefixed("option value "), current: byLocation(c, "current quantity"),
		fresh: byLocation(c, "new quantity"),
	}
	if found := c.prefixed("weight ("); len(found) > 0 {
		s.weight = found[0]
		_, unit, _ := strings.Cut(c.names[s.weight], "(")
		s.weightUnit = unitOf(strings.TrimSuffix(unit, ")"))
	}
	return s
}

// byLocation finds the columns of a quantity by the location behind their names' beginning.
func byLocation(c *columns, prefix string) map[string]int {
	found := map[string]int{}
	for _, i := range c.prefixed(prefix) {
		found[strings.TrimSpace(strings.TrimPrefix(c.names[i], prefix))] = i
	}
	return found
}

// end has nothing to do: every row was judged when it came.
func (s *square) end(*Reader) {}

func (s *square) numbers() []int {
	return slices.Concat([]int{s.price, s.weight}, slices.Collect(maps.Values(s.current)),
		slices.Collect(maps.Values(s.fresh)))
}

func (s *square) row(r *Reader, row row) {
	name := row.at(s.name)
	if name == "" {
		r.refuse(row.number, "item name", "The row has no item name.")
		return
	}
	if forSale, err := s.isForSale(row); err != nil {
		r.refuseFor(row, err)
		return
	} else if !forSale {
		r.skip(row.number, "The item is not for sale online.")
		return
	}
	v, err := s.variant(row)
	if err != nil {
		r.refuseFor(row, err)
		return
	}
	in := r.groups.find(s.key(row.at))
	if in.state == unseen {
		in = r.groups.start(in.key, &Product{
			Row: row.number, Former: row.former(in.key, s.key), Title: name,
			Description: Plain(row.raw(s.description)), Categories: s.categories(row),
			Has: HasTitle | has(s.description, HasDescription) | has(s.category, HasCategory),
		})
	}
	r.groups.add(in, row, v)
}

func (s *square) key(at func(column int) string) string { return "square:" + fold(at(s.name)) }

func (s *square) isForSale(row row) (bool, error) {
	archived, err := row.yes(s.archived, false)
	if archived || err != nil {
		return false, err
	}
	return row.allYes(s.sellable, s.visibility)
}

// categories are the cell's, without the numbers that newer exports add: "Cheese (#12)".
func (s *square) categories(row row) []string {
	categories := row.list(s.category, ",")
	for i, c := range categories {
		if cut := strings.LastIndex(c, " (#"); cut > 0 {
			categories[i] = c[:cut]
		}
	}
	return categories
}

func (s *square) variant(row row) (Variant, error) {
	v := Variant{
		SKU: row.at(s.sku), Barcode: barcode(row.at(s.gtin)),
		Has: HasTitle | has(s.sku, HasSKU) | has(s.gtin, HasBarcode) | has(s.weight, HasUnit),
	}
	s.named(row, &v)
	var err error
	if v.Price, err = row.price(s.price); err != nil {
		return v, err
	}
	weight, err := row.amount(s.weight)
	if err != nil {
		return v, err
	}
	if weight > 0 {
		v.UnitValue, v.Unit = weight, s.weightUnit
	}
	if unit := s.weighed(row); unit != "" {
		v.weigh(unit, 1)
	}
	return v, s.stock(row, &v)
}

// named makes a variation's name and key. "Regular" is what Square calls the only one.
func (s *square) named(row row, v *Variant) {
	v.Title = row.at(s.variation)
	v.Key = s.variantKey(row.at)
	v.Former = row.former(v.Key, s.variantKey)
	if strings.EqualFold(v.Title, "Regular") {
		v.Title = strings.Join(s.values(row.at), " / ")
	}
}

func (s *square) variantKey(at func(column int) string) string {
	return fold(strings.Join(append([]string{at(s.variation)}, s.values(at)...), "\x1f"))
}

// values are those of a row's options.
func (s *square) values(at func(column int) string) (values []string) {
	for _, column := range s.options {
		if value := at(column); value != "" {
			values = append(values, value)
		}
	}
	return values
}

// weighed is the unit of weight that the price is for; empty for a piece.
func (s *square) weighed(row row) string {
	if unit, ok := soldByWeight(row.at(s.variation)); ok {
		return unit
	}
	for _, word := range strings.FieldsFunc(row.at(s.unit),
		func(r rune) bool { return r == ' ' || r == '(' || r == ')' || r == '.' }) {
		if unit := unitOf(word); kilograms[unit] > 0 {
			return unit
		}
	}
	return ""
}

// stock sums the quantities of all locations; a new quantity takes the place of the current one.
func (s *square) stock(row row, v *Variant) error {
	counts, err := row.yes(s.stockable, true)
	if err != nil {
		return err
	}
	if !counts {
		v.Stock = Unlimited
		return nil
	}
	total, counted, last := 0.0, false, -1
	for _, column := range s.quantities(row) {
		quantity, err := row.quantity(column, v)
		if err != nil {
			return err
		}
		total, counted, last = total+max(quantity, 0), true, column
	}
	if !counted {
		return nil
	}
	return v.count(last, total)
}

// quantities are the columns that have a figure, one for each location.
func (s *square) quantities(row row) []int {
	var columns []int
	for location, column := range s.fresh {
		if row.at(column) != "" {
			columns = append(columns, column)
		} else if current, ok := s.current[location]; ok && row.at(current) != "" {
			columns = append(columns, current)
		}
	}
	for location, column := range s.current {
		if _, ok := s.fresh[location]; !ok && row.at(column) != "" {
			columns = append(columns, column)
		}
	}
	return columns
}
