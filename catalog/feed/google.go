package feed

import (
	"bufio"
	"io"
	"strings"
)

// Limits of the Google Merchant feed.
const (
	googleID          = 50    // characters of an ID
	googleTitle       = 150   // of a title
	googleDescription = 5_000 // of a description
	googleImages      = 10    // additional ones
)

var googleColumns = []string{
	"id", "title", "description", "link", "image_link", "additional_image_link", "availability", "price",
	"brand", "gtin", "identifier_exists",
	"condition", "google_product_category", "product_type", "item_group_id", "unit_pricing_measure",
	"unit_pricing_base_measure", "external_seller_id",
}

// GoogleWriter writes the Google Merchant feed: tab-separated, a row for each variant, the variants of a
// product in one group, the producer as the seller. It is opened by spreadsheets, too: what one would
// calculate is guarded as in the other files.
type GoogleWriter struct{ out *bufio.Writer }

// NewGoogleWriter writes the header.
func NewGoogleWriter(out io.Writer) *GoogleWriter {
	w := &GoogleWriter{bufio.NewWriterSize(out, 64<<10)}
	_, _ = w.out.WriteString(strings.Join(googleColumns, "\t") + "\n") // Flush has its error
	return w
}

// Write writes a product.
func (w *GoogleWriter) Write(l Listing) error {
	if l.Hidden {
		return nil
	}
	for _, o := range l.Offers {
		cells := googleRow(l, o)
		for i, cell := range cells {
			cells[i] = quoted(line(cell))
		}
		if _, err := w.out.WriteString(strings.Join(cells, "\t") + "\n"); err != nil {
			return err
		}
	}
	return nil
}

// quoted is a cell that has quotes in quotes, as Google reads it; an open one would take in the cells after
// it.
func quoted(cell string) string {
	if !strings.Contains(cell, `"`) {
		return cell
	}
	return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
}

// Flush hands on what is buffered.
func (w *GoogleWriter) Flush() error { return w.out.Flush() }

func googleRow(l Listing, o Offer) []string {
	group, image, more := "", "", ""
	if len(l.Offers) > 1 {
		group = GoogleID(l.ID)
	}
	if len(l.Images) > 0 {
		image, more = l.Images[0], strings.Join(l.Images[1:min(len(l.Images), googleImages+1)], ",")
	}
	availability, identified := "out_of_stock", "no"
	if o.Available > 0 {
		availability = "in_stock"
	}
	if isGTIN(o.Barcode) {
		identified = "yes"
	}
	measure, base := googleMeasure(o)
	return []string{
		GoogleID(o.ID), firstRunes(guard(line(googleName(l, o))), googleTitle),
		firstRunes(guard(line(googleText(l))), googleDescription), l.Link, image, more,
		availability, o.Price + " " + o.Currency, firstRunes(guard(line(l.Producer)), 70), gtin(o.Barcode),
		identified,
		"new", "Food, Beverages & Tobacco > Food Items", l.Path, group, measure, base, GoogleID(l.ProducerID),
	}
}

func googleName(l Listing, o Offer) string {
	name := l.Title
	if o.Title != "" {
		name += " – " + o.Title
	}
	if o.ByWeight {
		name += ", per kg"
	}
	return name
}

// googleText is the description; the title without one, for Google demands one.
func googleText(l Listing) string {
	if strings.TrimSpace(l.Description) == "" {
		return l.Title
	}
	return l.Description
}

// GoogleID is one of our IDs within Google's 50 characters. One in a market with a long
// code is cut to its unique end.
func GoogleID(s string) string {
	if len(s) <= googleID {
		return s
	}
	return s[strings.LastIndexByte(s, '_')+1:]
}

// googleUnits are Google's names of the units that it takes.
var googleUnits = map[string]string{
	"mg": "mg", "g": "g", "kg": "kg", "oz": "oz", "lb": "lb", "ml": "ml",
	"cl": "cl", "l": "l", "gal": "gal",
}

func googleMeasure(o Offer) (measure, base string) {
	if o.ByWeight {
		return "1 kg", "1 kg"
	}
	unit := googleUnits[unitOf(o.Unit)]
	value := formatAmount(o.UnitValue)
	if unit == "" || value == "0" {
		return "", ""
	}
	switch unit {
	case "mg", "g":
		base = "100 g"
	case "ml", "cl":
		base = "100 ml"
	default:
		base = "1 " + unit
	}
	return value + " " + unit, base
}

// isGTIN reports whether a barcode has a GTIN's length, digits and check digit.
func isGTIN(s string) bool {
	if len(s) != 8 && len(s) != 12 && len(s) != 13 && len(s) != 14 {
		return false
	}
	sum := 0
	for i := range len(s) {
		digit := int(s[len(s)-1-i] - '0')
		if digit < 0 || digit > 9 {
			return false
		}
		if i%2 == 1 {
			digit *= 3
		}
		sum += digit
	}
	return sum%10 == 0
}

func gtin(s string) string {
	if isGTIN(s) {
		return s
	}
	return ""
}

// firstRunes cuts a text to so many characters.
func firstRunes(s string, most int) string {
	for i := range s {
		if most--; most < 0 {
			return strings.TrimSpace(s[:i])
		}
	}
	return s
}
