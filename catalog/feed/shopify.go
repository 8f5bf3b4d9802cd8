package feed

import (
	"regexp"
	"slices"
	"strings"
)

// shopify reads the product CSV of Shopify, all three generations by their columns' names.
type shopify struct {
	handle, title, body, vendor, category, kind, tags int
	published, status, giftCard                       int
	optionValues                                      []int
	sku, barcode, price                               int
	grams, weightUnit, measure, measureUnit           int
	tracker, quantity, oversell                       int
	image, variantImage                               int
	ingredients, allergens, certifications, season    int
}

func newShopify(c *columns) *shopify {
	s := &shopify{
		handle: c.column("handle", "url handle"), title: c.column("title"),
		body:   c.column("body (html)", "body html", "description"),
		vendor: c.column("vendor"), category: c.column("product category", "category"),
		kind: c.column("type", "custom product type"), tags: c.column("tags"),
		published: c.column("published", "published on online store"), status: c.column("status"),
		giftCard: c.column("gift card"),
		sku:      c.column("variant sku", "sku"), barcode: c.column("variant barcode", "barcode"),
		price:          c.column("variant price", "price"),
		grams:          c.column("variant grams", "weight value (grams)"),
		weightUnit:     c.column("variant weight unit", "weight unit for display"),
		measure:        c.column("unit price total measure"),
		measureUnit:    c.column("unit price total measure unit"),
		tracker:        c.column("variant inventory tracker", "inventory tracker"),
		quantity:       c.column("variant inventory qty", "inventory quantity"),
		oversell:       c.column("variant inventory policy", "continue selling when out of stock"),
		image:          c.column("image src", "product image url"),
		variantImage:   c.column("variant image", "variant image url"),
		ingredients:    c.containing("ingredients", "metafields"),
		allergens:      c.containing("allergen", "metafields"),
		certifications: c.containing("certifications", "metafields"),
		season:         c.containing("in season", "metafields"),
	}
	for _, n := range []string{"1", "2", "3"} {
		s.optionValues = append(s.optionValues, c.column("option"+n+" value"))
	}
	return s
}

// shopifyKey comes before the handle in a product's key.
const shopifyKey = "shopify:"

// end has nothing to do: every row was judged when it came.
func (s *shopify) end(*Reader) {}

func (s *shopify) numbers() []int { return []int{s.price, s.grams, s.measure, s.quantity} }

func (s *shopify) row(r *Reader, row row) {
	handle := s.handleOf(row.at)
	if handle == "" {
		r.refuse(row.number, "title", "The row has neither a handle nor a title.")
		return
	}
	in := r.groups.find(shopifyKey + handle)
	if r.groups.follows(in, row) {
		return
	}
	if in.state == unseen {
		in = s.start(r, row, in.key, handle)
	} else if !s.hasVariant(row) {
		r.skip(row.number, "") // one more image
		return
	}
	if in == nil {
		return
	}
	v, err := s.variant(row)
	if err != nil {
		r.refuseFor(row, err)
		return
	}
	r.groups.add(in, row, v)
}

// handleOf is what a row's product is called in addresses, or else its title.
func (s *shopify) handleOf(at func(column int) string) string {
	if handle := fold(at(s.handle)); handle != "" {
		return handle
	}
	return strings.ReplaceAll(fold(at(s.title)), " ", "-")
}

// hasVariant tells a variant's row from one that has a picture only.
func (s *shopify) hasVariant(row row) bool {
	cells := append([]int{s.price, s.sku, s.barcode}, s.optionValues...)
	return slices.ContainsFunc(cells, func(column int) bool { return row.at(column) != "" })
}

// start opens the product of a row, or judges it and gives nil.
func (s *shopify) start(r *Reader, row row, key, handle string) *group {
	title := row.at(s.title)
	if title == "" {
		r.groups.close(key, refused, row.number)
		r.refuse(row.number, "title", "The product has no title.")
		return nil
	}
	if why, err := s.notForSale(row); err != nil {
		r.groups.close(key, refused, row.number)
		r.refuseFor(row, err)
		return nil
	} else if why != "" {
		r.groups.close(key, unpublished, row.number)
		r.skip(row.number, why)
		return nil
	}
	p := &Product{
		Row: row.number, Handle: handle, Producer: row.at(s.vendor), Title: title,
		Description: Plain(row.raw(s.body)),
		Tags:        row.list(s.tags, ","), Ingredients: Plain(row.raw(s.ingredients)),
		Allergens: row.list(s.allergens, ";,"), Certifications: row.list(s.certifications, ";"),
		Season: row.list(s.season, ";,"),
		Has: HasTitle | has(s.body, HasDescription) | has(s.tags, HasTags) |
			has(max(s.kind, s.category), HasCategory) |
			has(s.ingredients, HasIngredients) | has(s.allergens, HasAllergens) |
			has(s.certifications, HasCertifications) | has(s.season, HasSeason),
	}
	p.Categories = present(row.at(s.kind), row.at(s.category))
	p.Former = row.former(key, func(at func(int) string) string { return shopifyKey + s.handleOf(at) })
	return r.groups.start(key, p)
}

// notForSale says why a product's row is skipped; "" when it is not.
func (s *shopify) notForSale(row row) (why string, err error) {
	published, err := row.allYes(s.published, s.status)
	if err != nil {
		return "", err
	}
	giftCard, err := row.yes(s.giftCard, false)
	switch {
	case !published:
		return "The product is not published.", err
	case giftCard:
		return "A gift card is no goods.", err
	}
	return "", err
}

func (s *shopify) variant(row row) (Variant, error) {
	v := Variant{
		SKU: row.at(s.sku), Barcode: barcode(row.at(s.barcode)),
		Has: HasTitle | has(s.sku, HasSKU) | has(s.barcode, HasBarcode) |
			has(max(s.grams, s.measure), HasUnit),
	}
	byWeight := s.options(row, &v)
	var err error
	if v.Price, err = row.price(s.price); err != nil {
		return v, err
	}
	if err := s.measures(row, &v); err != nil {
		return v, err
	}
	if byWeight != "" {
		v.weigh(byWeight, 1)
	}
	return v, s.stock(row, &v)
}

// options makes the variant's name and key of its options' values. A value such as "per kg" says that it is
// sold by weight, by the unit that is answered. The values that Export puts behind the name are no part of
// it.
func (s *shopify) options(row row, v *Variant) (byWeight string) {
	names := s.valuesOf(row.at)
	for _, value := range names {
		if unit, weighed := soldByWeight(value); weighed {
			byWeight = unit
		}
	}
	v.Key = s.variantKey(row.at)
	v.Former = row.former(v.Key, s.variantKey)
	if last := len(names) - 1; last >= 0 && ordinal.MatchString(names[last]) {
		names = names[:last]
	}
	if last := len(names) - 1; last >= 0 && (names[last] == perKilo || names[last] == byPiece) {
		names = names[:last]
	}
	v.Title = strings.Join(names, optionEnd)
	return byWeight
}

// valuesOf are the values of a row's options that say something.
func (s *shopify) valuesOf(at func(column int) string) (values []string) {
	for _, column := range s.optionValues {
		if value := at(column); value != "" && !strings.EqualFold(value, defaultTitle) {
			values = append(values, value)
		}
	}
	return values
}

func (s *shopify) variantKey(at func(column int) string) string {
	values := slices.DeleteFunc(s.valuesOf(at), func(value string) bool { return value == byPiece })
	return fold(strings.Join(values, optionEnd))
}

// measures reads what a piece holds: the measure of the unit price, or else the weight.
func (s *shopify) measures(row row, v *Variant) error {
	measure, err := row.amount(s.measure)
	if err != nil {
		return err
	}
	if measure > 0 {
		v.UnitValue, v.Unit = measure, unitOf(row.at(s.measureUnit))
		return nil
	}
	grams, err := row.amount(s.grams)
	if err == nil && grams > 0 {
		v.UnitValue, v.Unit = inUnit(grams, row.at(s.weightUnit))
	}
	return err
}

// stock reads the quantity. Goods that the shop does not count, or sells on when there are
// none, are unlimited.
func (s *shopify) stock(row row, v *Variant) error {
	if s.quantity < 0 && s.tracker < 0 {
		return nil
	}
	quantity, err := row.quantity(s.quantity, v)
	if err != nil {
		return err
	}
	untracked := s.tracker >= 0 && row.at(s.tracker) == ""
	oversold, err := row.yes(s.oversell, false)
	if err != nil {
		return err
	}
	switch {
	case quantity <= 0 && (untracked || oversold):
		v.Stock = Unlimited
	case row.at(s.quantity) != "":
		return v.count(s.quantity, max(quantity, 0))
	}
	return nil
}

// optionEnd parts the values of options in a variant's name.
const optionEnd = " / "

// defaultTitle is the option's value of a product's only variant.
const defaultTitle = "Default Title"

// byPiece and perKilo are the values of the option that says how a variant is sold.
const (
	byPiece = "by the piece"
	perKilo = "per kg"
)

// ordinal is the value of the option that parts variants of one name.
var ordinal = regexp.MustCompile(`^variant #\d+$`)
