package feed

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// woo reads WooCommerce's product CSV. A variation may come before or after its parent.
type woo struct {
	id, kind, sku, name, published, short, description, brand int
	barcode, inStock, stock, backorders                       int
	weight                                                    int
	weightUnit                                                string
	sale, saleStart, saleEnd, regular                         int
	categories, tags, parent                                  int
	attributes                                                []int

	parents map[string]string   // the key of each parent, by SKU
	stocks  map[string]wooStock // of each parent that has one, by its key
	waiting map[string][]row    // variations whose parent has not come, by what they call it
	queue   []string            // what they call it, oldest first
	bytes   int
}

func newWoo(c *columns) *woo {
	w := &woo{
		id: c.column("id"), kind: c.column("type"), sku: c.column("sku"), name: c.column("name"),
		published: c.column("published"),
		short:     c.column("short description"), description: c.column("description"),
		brand:   c.column("brands", "brand", "vendor", "store", "producer"),
		barcode: c.column("gtin, upc, ean, or isbn", "gtin", "ean"), inStock: c.column("in stock"),
		stock:      c.column("stock"),
		backorders: c.column("backorders allowed"), weight: -1, sale: c.column("sale price"),
		saleStart: c.column("date sale price starts"),
		saleEnd:   c.column("date sale price ends"), regular: c.column("regular price", "price"),
		categories: c.column("categories"), tags: c.column("tags"), parent: c.column("parent"),
		parents: map[string]string{}, stocks: map[string]wooStock{}, waiting: map[string][]row{},
	}
	if found := append(c.prefixed("weight ("), c.column("weight")); found[0] >= 0 {
		w.weight = found[0]
		_, unit, _ := strings.Cut(c.names[w.weight], "(")
		w.weightUnit = unitOf(strings.TrimSuffix(unit, ")"))
	}
	for _, i := range c.prefixed("attribute ") {
		if attributeValue.MatchString(c.names[i]) {
			w.attributes = append(w.attributes, i)
		}
	}
	return w
}

func (w *woo) numbers() []int { return []int{w.sale, w.regular, w.weight, w.stock} }

var attributeValue = regexp.MustCompile(`^attribute \d+ value(\(s\)|s)?$`)

func (w *woo) row(r *Reader, row row) {
	kinds := list(strings.ToLower(row.at(w.kind)), ",")
	switch {
	case slices.Contains(kinds, "grouped"), slices.Contains(kinds, "external"):
		r.skip(row.number, "This "+kinds[0]+" product has no goods of its own.")
	case slices.ContainsFunc(kinds, func(k string) bool {
		return strings.HasPrefix(k, "variation") ||
			strings.HasSuffix(k, "variation")
	}):
		w.variation(r, row)
	default:
		w.product(r, row,
			slices.ContainsFunc(kinds, func(k string) bool { return strings.HasPrefix(k, "variable") }))
	}
}

// product reads a row that is a product, with or without variations.
func (w *woo) product(r *Reader, row row, variable bool) {
	key := w.key(row.at)
	if key == "" {
		r.refuse(row.number, "name", "The row has neither a name nor an ID.")
		return
	}
	if in := r.groups.find(key); in.state != unseen {
		r.refuse(row.number, "", fmt.Sprintf("This is the same product as row %d.", in.row))
		return
	}
	if sku := fold(row.at(w.sku)); variable && sku != "" {
		w.parents[sku] = key
	}
	if stock := w.stockCells(row); variable && stock != (wooStock{}) {
		w.stocks[key] = stock
	}
	published, err := row.yes(w.published, true)
	switch {
	case row.at(w.name) == "":
		r.groups.close(key, refused, row.number)
		r.refuse(row.number, "name", "The product has no name.")
	case err != nil:
		r.groups.close(key, refused, row.number)
		r.refuseFor(row, err)
	case !published:
		r.groups.close(key, unpublished, row.number)
		r.skip(row.number, "The product is not published.")
	default:
		w.start(r, row, key, variable)
	}
	w.release(r, "id:"+fold(row.at(w.id)))
	if sku := fold(row.at(w.sku)); sku != "" {
		w.release(r, sku)
	}
}

func (w *woo) start(r *Reader, row row, key string, variable bool) {
	p := &Product{
		Row: row.number, Producer: row.at(w.brand), Title: row.at(w.name), Description: w.text(row),
		Categories: row.list(w.categories, ","), Tags: row.list(w.tags, ","), Former: row.former(key, w.key),
		Has: HasTitle | has(max(w.description, w.short), HasDescription) | has(w.categories, HasCategory) |
			has(w.tags, HasTags),
	}
	if variable {
		r.groups.start(key, p).alone = "None of the product's variations can be used."
		return
	}
	v, err := w.variant(r, row, w.stockCells(row))
	if err != nil {
		r.groups.close(key, refused, row.number)
		r.refuseFor(row, err)
		return
	}
	r.groups.add(r.groups.start(key, p), row, v)
}

// text is the description, or the short one without it. WooCommerce writes line ends as \n.
func (w *woo) text(row row) string {
	for _, column := range []int{w.description, w.short} {
		if s := Plain(strings.NewReplacer(`\r`, "", `\n`, "\n").Replace(row.raw(column))); s != "" {
			return s
		}
	}
	return ""
}

// key is the product's ID in its shop, or its SKU, or its name.
func (w *woo) key(at func(column int) string) string {
	if id := fold(at(w.id)); id != "" {
		return "woocommerce:id:" + id
	}
	if sku := fold(at(w.sku)); sku != "" {
		return "woocommerce:sku:" + sku
	}
	if name := fold(at(w.name)); name != "" {
		return "woocommerce:name:" + name
	}
	return ""
}

// variation reads a row that is a variant of a parent, or holds it until the parent comes.
func (w *woo) variation(r *Reader, row row) {
	parent := fold(row.at(w.parent))
	if parent == "" {
		r.refuse(row.number, "parent", "The variation does not name its parent.")
		return
	}
	if in := w.find(r, parent); in != nil {
		w.addTo(r, in, row)
		return
	}
	if w.waiting[parent] == nil {
		w.queue = append(w.queue, parent)
	}
	w.waiting[parent] = append(w.waiting[parent], row)
	w.bytes += row.size()
	for w.bytes > maxHeldBytes && len(w.queue) > 0 {
		w.giveUp(r, w.queue[0])
		w.queue = w.queue[1:]
	}
}

// find is the group of a parent that came; nil for one that did not.
func (w *woo) find(r *Reader, parent string) *group {
	for _, key := range []string{w.parents[parent], "woocommerce:" + parent} {
		if in := r.groups.find(key); key != "" && in.state != unseen {
			return in
		}
	}
	return nil
}

func (w *woo) addTo(r *Reader, in *group, row row) {
	if r.groups.follows(in, row) {
		return
	}
	published, err := row.yes(w.published, true)
	if err == nil && !published {
		r.skip(row.number, "The variation is not published.")
		return
	}
	var v Variant
	stock := w.stockCells(row)
	if stock.isParents() {
		stock = stock.of(w.stocks[in.key])
	}
	if err == nil {
		v, err = w.variant(r, row, stock)
	}
	if err != nil {
		r.refuseFor(row, err)
		return
	}
	if w.stockCells(row).isParents() && v.Stock == Counted && v.Quantity > 0 {
		r.note(row.number, r.nameOf(w.stock), "The variation has its product's stock: "+
			formatAmount(float64(v.Quantity)/1000)+" is taken for each that shares it.")
	}
	r.groups.add(in, row, v)
}

// release takes on the variations that waited for a parent.
func (w *woo) release(r *Reader, parent string) {
	rows := w.waiting[parent]
	if rows == nil {
		return
	}
	in := w.find(r, parent)
	if in == nil {
		return
	}
	delete(w.waiting, parent)
	for _, row := range rows {
		w.bytes -= row.size()
		w.addTo(r, in, row)
		in = w.find(r, parent)
	}
}

// giveUp refuses the variations that waited for a parent in vain.
func (w *woo) giveUp(r *Reader, parent string) {
	for _, row := range w.waiting[parent] {
		w.bytes -= row.size()
		r.refuseCell(row, w.parent, errNoParent)
	}
	delete(w.waiting, parent)
}

// end refuses what waits in vain.
func (w *woo) end(r *Reader) {
	for _, parent := range w.queue {
		w.giveUp(r, parent)
	}
}

func (w *woo) variant(r *Reader, row row, stock wooStock) (Variant, error) {
	v := Variant{
		SKU: row.at(w.sku), Barcode: barcode(row.at(w.barcode)),
		Has: has(w.sku, HasSKU) | has(w.barcode, HasBarcode) | has(w.weight, HasUnit) | HasTitle,
	}
	byWeight := ""
	if row.at(w.parent) != "" {
		byWeight = w.attributesOf(row, &v)
	}
	var err error
	if v.Price, err = w.price(r, row); err != nil {
		return v, err
	}
	weight, err := row.amount(w.weight)
	if err != nil {
		return v, err
	}
	if weight > 0 {
		v.UnitValue, v.Unit = weight, w.weightUnit
	}
	if byWeight != "" {
		v.weigh(byWeight, 1)
	}
	return v, w.stockOf(row, stock, &v)
}

// price is what the shop asks now: the sale price, unless it holds for some days only.
func (w *woo) price(r *Reader, row row) (Price, error) {
	sale, err := row.price(w.sale)
	if err != nil {
		return Price{}, err
	}
	regular, err := row.price(w.regular)
	if err != nil {
		return Price{}, err
	}
	if sale.Number == "" {
		return regular, nil
	}
	if regular.Number != "" && (row.at(w.saleStart) != "" || row.at(w.saleEnd) != "") {
		r.note(row.number, "sale price",
			"The sale price holds for some days only; the regular price is used.")
		return regular, nil
	}
	return sale, nil
}

// size is what holding a row costs.
func (r row) size() int {
	n := 64
	for _, field := range r.fields {
		n += len(field) + 16
	}
	return n
}
