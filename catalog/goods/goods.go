package goods

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/stamp"
)

// Market is a town or region with its currency and its part of each sale.
type Market struct {
	Code     string // see id.ValidMarket
	Name     string
	Currency string // ISO 4217; it stays what it was when the market was made
	TimeZone string // IANA
	Country  string // ISO 3166-1 alpha-2
	// CommissionBP is what the platform keeps, in hundredths of a percent.
	CommissionBP int64
	Locale       string // BCP 47
}

// Producer makes what a market sells.
type Producer struct {
	ID, Market     string
	Name           string
	Slug           string // unique in the market
	Town           string
	Tagline        string
	Story          string
	Certifications []string
	Approved       bool
	Image          string // an image key, or empty
	ImageAlt       string // what it shows, in words
	CreatedAt      int64  // Unix ms; filled when read
	Caution        string // what to know of its name; see caution
	// OrderMinimum is the least that an order has to have of its goods, in minor units, and Holidays are when
	// it brings nothing. Only EditProducer writes them.
	OrderMinimum int64
	Holidays     []Holiday
	Suspended    bool // the operator has taken the approval back; filled when read
}

// Product is one article of a producer, in one or more variants.
type Product struct {
	ID, Market     string
	ProducerID     string
	ProducerName   string // filled when read
	Currency       string // the market's; filled when read
	Locale         string // the market's; filled when read
	Title          string
	Slug           string // unique in the market; made from the title when empty
	Description    string
	Ingredients    string
	Category       string // a slug: see Categories
	CategoryName   string // what the market calls it, if it is the market's own; filled when read
	Tags           []string
	Allergens      allergen.Set
	NoAllergens    bool // its maker has said that it has none; without this and Allergens they are not stated
	Certifications []string
	Published      bool
	Season         Season
	Listed         bool // published, approved, with a variant; filled when read
	GoodUntil      Day  // see day; filled when read
	InStock        bool // some variant can be had today; filled when read
	AwayUntil      Day  // the last day of its maker's holiday, if she is on one; filled when read
	// Pictures are filled when read, the one that lists show first. They are written
	// only if ReplacePictures is set.
	Pictures        []Picture
	ReplacePictures bool
	Variants        []Variant
	// ImportKey is the product's name in the producer's own files, unique within the producer; empty when
	// it was not imported. An empty one does not erase what is stored.
	ImportKey            string
	CreatedAt, UpdatedAt int64 // Unix ms; filled when read
	// Seen is the stamp of what a change was made from; empty where it is held to nothing.
	Seen string
}

// Stamp tells what can be changed of a product from what it was before.
func (p Product) Stamp() string {
	return stamp.Of(p.Title, p.Slug, p.Description, p.Ingredients, p.Category, p.Tags, p.Allergens,
		p.NoAllergens, p.Certifications, p.Published, p.Season, p.Pictures, p.Variants)
}

// Picture is an image of a product.
type Picture struct {
	Key string // see PutImage
	Alt string // what it shows, in words
}

// Variant is what goes into a cart.
type Variant struct {
	ID    string
	Title string
	SKU   string
	// Price is minor units of the market's currency, for a piece, or for a kilogram when sold by weight.
	Price     int64
	SoldBy    string // Each or Weight
	UnitValue float64
	Unit      string
	Barcode   string
	// ImportKey is unique within the product; see Product.ImportKey.
	ImportKey string
}

// The ways a variant is sold.
const (
	Each   = "each"
	Weight = "weight"
)

// The most that texts and lists of a catalogue may hold: characters, and entries.
const (
	MaxLabels      = 50
	MaxVariants    = 100
	MaxPictures    = 20
	MaxImportKey   = 400
	maxUnitValue   = 1_000_000
	MaxVariantCost = money.Max / 10_000
)

var (
	slugShape    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	countryShape = regexp.MustCompile(`^[A-Z]{2}$`)
	localeShape  = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)
)

// Checker gathers what is wrong with the fields of the catalogue's requests.
type Checker struct{ fault.Check }

// Line checks a text of one line.
func (c *Checker) Line(name, s string, least, most int) {
	c.Text(name, s, least, most)
	c.Require(!strings.ContainsAny(s, "\n\t\r"), name, "This must be a single line.")
	c.Require(!naming.Unseen(s), name,
		"This has characters that cannot be seen. Type it anew, and leave nothing out but them.")
}

// Text checks a text that may have many lines.
func (c *Checker) Text(name, s string, least, most int) {
	n := utf8.RuneCountInString(s)
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, isControl) || naming.Turns(s):
		c.Add(name, "This has characters that cannot be shown.")
	case n < least || (least > 0 && strings.TrimSpace(s) == ""):
		c.Add(name, "This is needed.")
	case n > most:
		c.Add(name, "This may have at most %d characters.", most)
	}
}

// oneAlphabet refuses a word whose letters are not what they seem.
func (c *Checker) oneAlphabet(name, s string) {
	if word := naming.MixedWord(s); word != "" {
		c.Add(name, "“%s” has letters of two alphabets that look alike. Type it in one.", word)
	}
}

func isControl(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r'
}

func (c *Checker) labels(name string, labels []string) {
	if len(labels) > MaxLabels {
		c.Add(name, "There may be at most %d.", MaxLabels)
		return
	}
	for i, label := range labels {
		c.Line(fmt.Sprintf("%s.%d", name, i), label, 1, naming.MaxLabel)
	}
}

// ValidSlug reports whether a text can stand in an address as it is.
func ValidSlug(slug string) bool { return len(slug) <= naming.MaxLabel && slugShape.MatchString(slug) }

// Slug checks a slug, which may be empty.
func (c *Checker) Slug(name, slug string) {
	c.Require(slug == "" || ValidSlug(slug), name,
		fmt.Sprintf("This may have lower-case letters, digits and single hyphens between them, %d at most.",
			naming.MaxLabel))
}

// Refusal is nil or the fault with all that is wrong with something.
func (c *Checker) Refusal(what string) error {
	if len(c.Fields) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "invalid", "Some of what was sent for the "+what+" is not right.",
		c.Fields...)
}

// Check reports what is wrong with a market, as a fault with fields.
func (m Market) Check() error {
	var c Checker
	c.Require(id.ValidMarket(m.Code) && m.Code != id.Global, "code",
		"This must be 2 to 24 lower-case letters, digits and hyphens, beginning with a letter.")
	c.Line("name", m.Name, 1, naming.MaxName)
	c.Require(money.ValidCurrency(m.Currency), "currency", "This is not an ISO 4217 currency.")
	c.Require(validTimeZone(m.TimeZone), "time_zone", "This is not an IANA time zone, such as Europe/Paris.")
	c.Require(countryShape.MatchString(m.Country), "country", "This must be two capital letters, such as US.")
	c.Require(m.CommissionBP >= 0 && m.CommissionBP <= 10_000, "commission_bp",
		"This must be from 0 to 10000.")
	c.Require(len(m.Locale) <= 35 && localeShape.MatchString(m.Locale), "locale",
		"This is not a locale, such as en-US.")
	return c.Refusal("market")
}

func validTimeZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && name != "Local"
}

// Check reports what is wrong with a producer, as a fault with fields.
func (p Producer) Check() error {
	var c Checker
	c.Line("name", p.Name, 1, naming.MaxName)
	c.Slug("slug", p.Slug)
	c.Line("town", p.Town, 0, naming.MaxName)
	c.Line("tagline", p.Tagline, 0, 2*naming.MaxName)
	c.Text("story", p.Story, 0, naming.MaxText)
	c.labels("certifications", p.Certifications)
	c.Line("image_alt", p.ImageAlt, 0, naming.MaxName)
	c.Require(p.Image == "" || ValidImageKey(p.Image), "image", "There is no such picture.")
	return c.Refusal("producer")
}

// Check reports what is wrong with a product and its variants, as a fault with fields.
func (p Product) Check() error {
	var c Checker
	c.Line("title", p.Title, 1, naming.MaxName)
	c.oneAlphabet("title", p.Title)
	c.Slug("slug", p.Slug)
	c.Text("description", p.Description, 0, naming.MaxText)
	c.Text("ingredients", p.Ingredients, 0, naming.MaxText)
	c.Require(p.Category != "", "category", "This is needed.")
	c.Slug("category", p.Category)
	c.labels("tags", p.Tags)
	c.labels("certifications", p.Certifications)
	c.Line("import_key", p.ImportKey, 0, MaxImportKey)
	c.Require(len(p.Variants) <= MaxVariants, "variants",
		fmt.Sprintf("There may be at most %d.", MaxVariants))
	c.Variants(p.Variants[:min(len(p.Variants), MaxVariants)])
	c.pictures(p.Pictures)
	return c.Refusal("product")
}

// Variants checks the variants of one product.
func (c *Checker) Variants(variants []Variant) {
	for i, v := range variants {
		name := fmt.Sprintf("variants.%d.", i)
		c.Line(name+"title", v.Title, 0, naming.MaxName)
		c.oneAlphabet(name+"title", v.Title)
		c.Line(name+"sku", v.SKU, 0, naming.MaxLabel)
		c.Line(name+"unit", v.Unit, 0, naming.MaxLabel)
		c.Line(name+"barcode", v.Barcode, 0, naming.MaxLabel)
		c.Line(name+"import_key", v.ImportKey, 0, MaxImportKey)
		c.Require(v.Price >= 0 && v.Price <= MaxVariantCost, name+"price",
			"This is not a price that can be asked.")
		c.Require(v.SoldBy == Each || v.SoldBy == Weight, name+"sold_by", `This must be "each" or "weight".`)
		c.Require(v.UnitValue >= 0 && v.UnitValue <= maxUnitValue && !math.IsNaN(v.UnitValue), name+
			"unit_value", "This is not an amount that a piece can hold.")
		c.Require(v.ID == "" ||
			!slices.ContainsFunc(variants[:i], func(w Variant) bool { return w.ID == v.ID }), name+"id",
			"This variant is there twice.")
	}
}

func (c *Checker) pictures(pictures []Picture) {
	if len(pictures) > MaxPictures {
		c.Add("images", "There may be at most %d.", MaxPictures)
		return
	}
	for i, p := range pictures {
		c.Line(fmt.Sprintf("image_alts.%d", i), p.Alt, 0, naming.MaxName)
		c.Require(ValidImageKey(p.Key), fmt.Sprintf("images.%d", i), "There is no such picture.")
		again := slices.ContainsFunc(pictures[:i], func(q Picture) bool { return q.Key == p.Key })
		c.Require(!again, fmt.Sprintf("images.%d", i), "This picture is there twice.")
	}
}

// priceFrom is the lowest price of the variants, zero without any.
func (p Product) priceFrom() int64 {
	if len(p.Variants) == 0 {
		return 0
	}
	return slices.MinFunc(p.Variants,
		func(a, b Variant) int { return int(min(1, max(-1, a.Price-b.Price))) }).Price
}

var imageKeyShape = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ValidImageKey reports whether a key is one that PutImage could have given: the
// SHA-256 of a picture. Nothing else gets near a path.
func ValidImageKey(key string) bool { return imageKeyShape.MatchString(key) }

// OwnMarket makes sure that all IDs of a product are of its market.
func (p *Product) OwnMarket() error {
	if err := OwnMarket(id.Product, p.ID, &p.Market); err != nil {
		return err
	}
	if err := OwnMarket(id.Producer, p.ProducerID, &p.Market); err != nil {
		return err
	}
	for _, v := range p.Variants {
		if err := OwnMarket(id.Variant, v.ID, &p.Market); err != nil {
			return err
		}
	}
	return nil
}
