package feed

import (
	"fmt"
)

// ofn reads the product list and the stock overrides of Open Food Network: a row for each variant.
type ofn struct {
	producer, sku, name, display, category, description int
	units, unitType, unitName, price, onHand, onDemand  int
	// overrides: the file is of stock overrides, which make nothing new.
	overrides bool
}

func newOFN(c *columns) *ofn {
	return &ofn{
		producer: c.column("producer", "supplier"), sku: c.column("sku"), name: c.column("name"),
		display:  c.column("display name"),
		category: c.column("category"), description: c.column("description"), units: c.column("units"),
		unitType: c.column("unit type"),
		unitName: c.column("variant unit name"), price: c.column("price"), onHand: c.column("on hand"),
		onDemand:  c.column("on demand"),
		overrides: c.column("distributor") >= 0 && c.column("category") < 0,
	}
}

// end has nothing to do: every row was judged when it came.
func (o *ofn) end(*Reader) {}

func (o *ofn) numbers() []int { return []int{o.units, o.price, o.onHand} }

func (o *ofn) row(r *Reader, row row) {
	name := row.at(o.name)
	if name == "" {
		r.refuse(row.number, "name", "The row has no name.")
		return
	}
	if !o.overrides && row.at(o.category) == "" {
		r.refuseCell(row, o.category, errMissing)
		return
	}
	v, err := o.variant(row)
	if err != nil {
		r.refuseFor(row, err)
		return
	}
	producer := row.at(o.producer)
	r.groups.mustExist = o.overrides
	in := r.groups.find(fold(producer) + producerEnd + o.key(row.at))
	if in.state == unseen {
		in = r.groups.start(in.key, o.product(row, producer, name))
	}
	r.groups.add(in, row, v)
}

func (o *ofn) key(at func(column int) string) string { return "ofn:" + fold(at(o.name)) }

func (o *ofn) product(row row, producer, name string) *Product {
	p := &Product{Row: row.number, Former: row.former(o.key(row.at), o.key), Producer: producer, Title: name}
	if !o.overrides {
		p.Description = Plain(row.raw(o.description))
		p.Categories = present(row.at(o.category))
		p.Has = HasTitle | HasCategory | has(o.description, HasDescription)
	}
	return p
}

func (o *ofn) variant(row row) (Variant, error) {
	v := Variant{Title: row.at(o.display), SKU: row.at(o.sku)}
	if !o.overrides {
		v.Has = HasTitle | HasUnit | has(o.sku, HasSKU)
	}
	if err := o.measure(row, &v); err != nil {
		return v, err
	}
	var err error
	if v.Price, err = row.price(o.price); err != nil {
		return v, err
	}
	if v.Price.Number == "" && !o.overrides {
		return v, fail(o.price, errMissing)
	}
	return v, o.stock(row, &v)
}

// measure reads the unit, and from it the key: the SKU tells variants of Open Food Network
// not apart. Goods with a weight are pieces of that weight, unless the name of the unit or of the
// variant plainly says that the price is for the weight.
func (o *ofn) measure(row row, v *Variant) error {
	units, err := row.amount(o.units)
	if err != nil {
		return err
	}
	if units <= 0 {
		return fail(o.units, errNoUnits)
	}
	unit, name := unitOf(row.at(o.unitType)), row.at(o.unitName)
	if unit != "" && !isMeasure(unit) || unit == "" && name == "" {
		return fail(max(o.unitType, o.unitName), errNoUnit)
	}
	weighed := kilograms[unit] > 0 && (isWeighed(name) || isWeighed(v.Title))
	keyOf := func(at func(column int) string) string { return o.variantKey(at, units, unit, weighed) }
	v.Key = keyOf(row.at)
	v.Former = row.former(v.Key, keyOf)
	switch {
	case weighed:
		v.weigh(unit, units)
	case unit != "":
		v.UnitValue, v.Unit = units, unit
	case units != 1 || fold(name) != piece:
		v.UnitValue, v.Unit = units, name
	}
	return nil
}

func (o *ofn) variantKey(at func(column int) string, units float64, unit string, weighed bool) string {
	title := fold(at(o.display))
	switch {
	case weighed:
		return title + "\x1fby weight"
	case unit == "":
		unit = fold(at(o.unitName))
	}
	return fmt.Sprintf("%s\x1f%s\x1f%s", title, formatAmount(units), unit)
}

func isWeighed(title string) bool {
	_, ok := soldByWeight(title)
	return ok
}

// piece is what Export calls the unit of a piece that has no measure.
const piece = "item"

func (o *ofn) stock(row row, v *Variant) error {
	quantity, err := row.quantity(o.onHand, v)
	if err != nil {
		return err
	}
	onDemand, err := row.yes(o.onDemand, false)
	if err != nil {
		return err
	}
	switch {
	case onDemand:
		v.Stock = Unlimited
	case quantity < 0:
		return fail(o.onHand, errNegative)
	case row.at(o.onHand) != "":
		return v.count(o.onHand, quantity)
	case !o.overrides:
		return fail(o.onHand, errNoStock)
	}
	return nil
}
