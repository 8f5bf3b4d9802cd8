package feed

// Dialect is the program that a file comes from.
type Dialect string

// The dialects.
const (
	Shopify     Dialect = "shopify"
	WooCommerce Dialect = "woocommerce"
	Square      Dialect = "square"
	OFN         Dialect = "ofn"
)

// Fields is a set of a product's or a variant's properties.
type Fields uint32

// What a file may say. A property that the file has no column for is not in the set, and
// whoever uses the product leaves it as it is.
const (
	HasTitle Fields = 1 << iota
	HasDescription
	HasCategory
	HasTags
	HasAllergens
	HasCertifications
	HasIngredients
	HasSKU
	HasBarcode
	HasUnit
	HasSeason
)

// None is what an export writes into the place of allergens when it is stated that there are none.
const None = "none"

// Has reports whether all of want is in the set.
func (f Fields) Has(want Fields) bool { return f&want == want }

// Product is one product of a file, with those of its variants that were read.
type Product struct {
	// Row is the first one that the product, or this part of it, stands on.
	Row int64
	// Key tells the product from the others of its producer, in every file of its dialect.
	Key string
	// Former is the key that earlier versions made of the row; empty when it is the same.
	Former string
	// Handle is the name in addresses; empty when the dialect has none.
	Handle string
	// Producer is a name; empty when the file gives none.
	Producer string
	Title    string
	// Description is plain text; blank lines part paragraphs.
	Description string
	// Categories are names or paths ("Food > Cheese"), the most telling first.
	Categories []string
	Tags       []string
	// Allergens and Certifications are words as the file has them.
	Allergens      []string
	Certifications []string
	Ingredients    string
	// Season are the months in which it is at its best, as words or numbers.
	Season   []string
	Has      Fields
	Variants []Variant
	// Continued: the product's own fields were handed out before; here are its key,
	// handle, producer and title only.
	Continued bool
	// MustExist: the file changes what is there and makes nothing new (stock overrides).
	MustExist bool
}

// Variant is one variant of a product, from one row.
type Variant struct {
	Row int64
	// Key tells the variant from the others of its product. Former is as a product's.
	Key     string
	Former  string
	Title   string
	SKU     string
	Barcode string
	// Price is of a piece, or of PriceWeight kilograms when sold by weight. Without a
	// number the file has none.
	Price       Price
	ByWeight    bool
	PriceWeight float64
	// UnitValue and Unit are what a piece holds; zero and empty when unknown.
	UnitValue float64
	Unit      string
	Stock     Stock
	// Quantity is in thousandths of a piece or kilogram, when Stock is Counted.
	Quantity int64
	Has      Fields
}

// Stock is what a file says of a variant's stock.
type Stock int

// What may be said.
const (
	// Unsaid: the file has no figure.
	Unsaid Stock = iota
	// Counted: the file has a figure.
	Counted
	// Unlimited: sold without counting, or made to order.
	Unlimited
)

// Verdict is what becomes of a row.
type Verdict int

// The verdicts.
const (
	// Noted: the row is used; something about it is worth telling.
	Noted Verdict = iota
	// Skipped: the row has no goods of its own, or they are not published.
	Skipped
	// Refused: the row makes no sense.
	Refused
)

// Issue is a row that was not simply taken. A skipped row that needs no words has no message.
type Issue struct {
	Row     int64
	Column  string
	Message string
	Verdict Verdict
}

// Event is a product or an issue; the other is nil.
type Event struct {
	Product *Product
	Issue   *Issue
}

// Options say how to read a file.
type Options struct {
	// Dialect is the file's; empty: found out from its header.
	Dialect Dialect
	// Currency is what prices are in that name none: its decimals help to read them. Empty: one with two.
	Currency string
}

// Caps on what is read.
const (
	MaxFile    = 100 << 20 // bytes
	MaxField   = 1 << 20   // bytes of one cell
	MaxRecord  = 4 << 20   // bytes of one row
	MaxRows    = 1_000_000
	MaxColumns = 2_000
	// aheadBytes is how much of a file is looked at before its first row is read, to learn how its numbers
	// are written.
	aheadBytes = 256 << 10
	// maxBroken is how many rows may have quotes that do not close: each costs a look ahead of up to
	// MaxField.
	maxBroken = 1_000
)
