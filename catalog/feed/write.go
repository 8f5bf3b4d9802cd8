package feed

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Listing is a product as it is exported.
type Listing struct {
	ID, ProducerID string
	// Handle is unique in the file.
	Handle, Producer, Title string
	// Description and Ingredients are plain text.
	Description, Ingredients string
	// Category is a name, Path the names from the root to it.
	Category, Path                  string
	Tags, Allergens, Certifications []string
	// NoAllergens: it is stated that there are none. Without it, no Allergens are no statement.
	NoAllergens bool
	// Season are the names of months.
	Season []string
	Link   string
	// Hidden: it is not published. Where a dialect has no word for that, it is left out.
	Hidden bool
	Images []string // addresses
	Offers []Offer
}

// Offer is a variant as it is exported.
type Offer struct {
	ID, Title, SKU, Barcode string
	// Price is a bare decimal, of a piece or, by weight, of a kilogram.
	Price, Currency string
	ByWeight        bool
	UnitValue       float64
	Unit            string
	// Available is in thousandths of a piece or kilogram.
	Available int64
}

// Writer writes a catalogue file. Nothing is complete before Flush.
type Writer struct {
	csv  *csv.Writer
	rows func(Listing) [][]string
}

// NewShopifyWriter writes the current generation of Shopify's product CSV, with the columns
// of metafields for ingredients, allergens, certifications and season. Shopify has no goods
// by weight: an option "Sold by" says so, and the price and quantity are of kilograms.
func NewShopifyWriter(out io.Writer) *Writer {
	return newWriter(out, shopifyColumns, shopifyRows)
}

// NewOFNWriter writes Open Food Network's product list. Goods by weight are priced for 1 kg, with
// "per kg" for the name of the unit.
func NewOFNWriter(out io.Writer) *Writer { return newWriter(out, ofnColumns, ofnRows) }

func newWriter(out io.Writer, columns []string, rows func(Listing) [][]string) *Writer {
	w := &Writer{csv.NewWriter(out), rows}
	_ = w.csv.Write(columns) // Flush has its error
	return w
}

// Write writes a product, a row for each variant.
func (w *Writer) Write(l Listing) error {
	for _, row := range w.rows(l) {
		for i, cell := range row {
			row[i] = guard(cell)
		}
		if err := w.csv.Write(row); err != nil {
			return err
		}
	}
	return nil
}

// Flush hands on what is buffered.
func (w *Writer) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}

var shopifyColumns = []string{
	"Title", "URL handle", "Description", "Vendor", "Type", "Tags", "Published on online store",
	"Status", "SKU", "Barcode",
	"Option1 name", "Option1 value", "Option2 name", "Option2 value",
	"Option3 name", "Option3 value", "Price",
	"Unit price total measure", "Unit price total measure unit",
	"Inventory tracker", "Inventory quantity", "Continue selling when out of stock",
	"Weight value (grams)", "Weight unit for display", "Requires shipping", "Fulfillment service", "Product image URL", "Image position", "Gift card", //nolint:misspell // Shopify's own
	"Ingredients (product.metafields.custom.ingredients)", "Allergen information (product.metafields.shopify.allergen-information)",
	"Certifications (product.metafields.custom.certifications)", "In season (product.metafields.custom.in_season)",
}

func shopifyRows(l Listing) [][]string {
	rows := make([][]string, 0, len(l.Offers)+len(l.Images))
	options := shopifyOptions(l.Offers)
	for i, o := range l.Offers {
		product, texts, image := make([]string, 8), []string{"", "", "", ""}, []string{"", ""}
		if i == 0 {
			product = []string{
				cell(l.Title), l.Handle, HTML(l.Description), cell(l.Producer),
				cell(l.Category), join(l.Tags, ", "), "TRUE", "active",
			}
			if l.Hidden {
				product[6], product[7] = "FALSE", "draft"
			}
			texts = []string{
				HTML(l.Ingredients), allergens(l), join(l.Certifications, "; "),
				join(l.Season, "; "),
			}
		}
		product[1] = l.Handle
		if i < len(l.Images) {
			image = []string{l.Images[i], strconv.Itoa(i + 1)}
		}
		row := slices.Concat(product, []string{cell(o.SKU), barcode(line(o.Barcode))}, options[i],
			[]string{o.Price}, shopifyMeasure(o),
			[]string{"shopify", quantity(o.Available), "FALSE"}, shopifyWeight(o), []string{"TRUE", "manual"},
			image, []string{"FALSE"}, texts)
		rows = append(rows, row)
	}
	for i := len(l.Offers); i < len(l.Images); i++ {
		row := make([]string, len(shopifyColumns))
		row[1], row[26], row[27] = l.Handle, l.Images[i], strconv.Itoa(i+1)
		rows = append(rows, row)
	}
	return rows
}

// allergens is the cell of what is stated; empty where nothing is.
func allergens(l Listing) string {
	if l.NoAllergens {
		return None
	}
	return join(l.Allergens, "; ")
}

// shopifyOptions are names and values of the three options of each variant. Together
// they tell the variants apart, as Shopify demands.
func shopifyOptions(offers []Offer) [][]string {
	byWeight, twice := false, false
	seen := map[string]bool{}
	for _, o := range offers {
		byWeight = byWeight || o.ByWeight
		name := fold(fmt.Sprint(optionTitle(o), o.ByWeight))
		twice = twice || seen[name]
		seen[name] = true
	}
	rows := make([][]string, len(offers))
	for i, o := range offers {
		row := []string{"Variant", optionTitle(o), "", "", "", ""}
		if len(offers) == 1 && row[1] == defaultTitle {
			row[0] = "Title"
		}
		if byWeight {
			row[2], row[3] = "Sold by", byPiece
			if o.ByWeight {
				row[3] = perKilo
			}
		}
		if twice {
			row[4], row[5] = "No.", fmt.Sprintf("variant #%d", i+1)
		}
		if i > 0 {
			row[0], row[2], row[4] = "", "", ""
		}
		rows[i] = row
	}
	return rows
}

func optionTitle(o Offer) string {
	if title := cell(o.Title); title != "" {
		return title
	}
	return defaultTitle
}

func shopifyMeasure(o Offer) []string {
	unit := unitOf(o.Unit)
	if !isMeasure(unit) || formatAmount(o.UnitValue) == "0" {
		return []string{"", ""}
	}
	return []string{formatAmount(o.UnitValue), unit}
}

func shopifyWeight(o Offer) []string {
	unit := unitOf(o.Unit)
	if kilograms[unit] == 0 || formatAmount(o.UnitValue) == "0" {
		return []string{"", ""}
	}
	shown := unit
	if unit == "mg" || unit == "t" {
		shown = "g"
	}
	return []string{formatAmount(o.UnitValue * kilograms[unit] * 1000), shown}
}

var ofnColumns = []string{
	"producer", "sku", "name", "display_name", "category", "description", "units", "unit_type",
	"variant_unit_name", "price",
	"on_hand", "available_on", "on_demand", "shipping_category", "tax_category",
}

func ofnRows(l Listing) [][]string {
	if l.Hidden {
		return nil
	}
	rows := make([][]string, len(l.Offers))
	for i, o := range l.Offers {
		units, unitType, unitName := ofnUnits(o)
		rows[i] = []string{
			cell(l.Producer), cell(o.SKU), cell(l.Title), cell(o.Title), cell(l.Category),
			HTML(l.Description),
			units, unitType, unitName, o.Price, quantity(o.Available), "", "0", "", "",
		}
	}
	return rows
}

func ofnUnits(o Offer) (units, unitType, unitName string) {
	unit, units := unitOf(o.Unit), formatAmount(o.UnitValue)
	switch {
	case o.ByWeight:
		return "1", "kg", perKilo
	case units == "0":
		return "1", "", piece
	case isMeasure(unit):
		return units, unit, ""
	case unit == "" || fold(unit) == piece:
		return units, "", piece
	}
	return units, "", cell(unit)
}

// cell is a text as it is written, so that it is read back as it is.
func cell(s string) string { return escape(line(s)) }

// quantity writes thousandths.
func quantity(milli int64) string { return formatAmount(float64(milli) / 1000) }

// join makes a cell of a list; what would part an item is a space in it.
func join(items []string, separator string) string {
	clean := make([]string, 0, len(items))
	for _, item := range items {
		item = cell(strings.NewReplacer(separator[:1], " ", `\`, " ").Replace(item))
		if item != "" {
			clean = append(clean, item)
		}
	}
	return strings.Join(clean, separator)
}
