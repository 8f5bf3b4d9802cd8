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
		producer: c.column("producer", "supplier"), sku: c.column("sku"), name: c.column("name"), display: c.column("display name"),
		category: c.column("category"), description: c.column("description"), units: c.column("units"), unitType: c.column("unit type"),
		unitName: c.column("variant unit name"), price: c.column("price"), onHand: c.column("on hand"), onDemand: c.column("on demand"),
		overrides: c.column("distributor") >= 0 && c.column("category") < 0,
	}
}

// end has nothing to do: every row was judged when it came.
func (o *ofn) end(*Reader) {}

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
	in := r.groups.find(fold(producer) + producerEnd + "ofn:" + fold(name))
	if in.state == unseen {
		in = r.groups.start(in.key, o.product(row, producer, name))
	}
	r.groups.add(in, row, v)
}

func (o *ofn) product(row row, producer, name string) *Product {
	p := &Product{Row: row.number, Producer: producer, Title: name}
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
	v.Key = fmt.Sprintf("%s\x1f%s\x1f%s", fold(v.Title), formatAmount(units), unit)
	_, weighed := soldByWeight(name)
	weighed = kilograms[unit] > 0 && (weighed || isWeighed(v.Title))
	switch {
	case unit == "":
		v.Key += fold(name)
		if units != 1 || fold(name) != piece {
			v.UnitValue, v.Unit = units, name
		}
	case weighed:
		v.Key = fold(v.Title) + "\x1fby weight"
		v.weigh(unit, units)
	default:
		v.UnitValue, v.Unit = units, unit
	}
	return nil
}

func isWeighed(title string) bool {
	_, ok := soldByWeight(title)
	return ok
}

// piece is what Export calls the unit of a piece that has no measure.
const piece = "item"

func (o *ofn) stock(row row, v *Variant) error {
	quantity, err := row.amount(o.onHand)
	if err != nil {
		return err
	}
	switch {
	case yes(row.at(o.onDemand), false):
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
