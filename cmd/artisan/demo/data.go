package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed data
var files embed.FS

// market is all that data/ holds: market.json, and every other file's producers.
type market struct {
	Code         string     `json:"code"`
	Name         string     `json:"name"`
	Currency     string     `json:"currency"`
	TimeZone     string     `json:"time_zone"`
	Country      string     `json:"country"`
	Locale       string     `json:"locale"`
	CommissionBP int64      `json:"commission_bp"`
	Schedules    []schedule `json:"schedules"`
	Producers    []producer `json:"producers"`
}

// schedule has windows of the same hours on some days of the week.
type schedule struct {
	Kind        string  `json:"kind"`
	Place       string  `json:"place"`
	Weekdays    []int32 `json:"weekdays"` // 0 is Sunday
	Starts      string  `json:"starts"`
	Ends        string  `json:"ends"`
	CutoffHours int32   `json:"cutoff_hours"`
	Capacity    int64   `json:"capacity"`
	Fee         int64   `json:"fee"`     // minor units
	Minimum     int64   `json:"minimum"` // minor units
}

type producer struct {
	Name           string    `json:"name"`
	Town           string    `json:"town"`
	Tagline        string    `json:"tagline"`
	Story          []string  `json:"story"` // paragraphs
	Certifications []string  `json:"certifications"`
	Products       []product `json:"products"`
}

type product struct {
	Title          string    `json:"title"`
	Category       string    `json:"category"` // a slug
	Description    string    `json:"description"`
	Ingredients    string    `json:"ingredients"`
	Allergens      []string  `json:"allergens"` // codes
	Certifications []string  `json:"certifications"`
	Tags           []string  `json:"tags"`
	Season         []int32   `json:"season"` // the months of its best; none for what has no season
	Variants       []variant `json:"variants"`
}

type variant struct {
	Title  string `json:"title"`
	SKU    string `json:"sku"`     // unique in the market
	Price  int64  `json:"price"`   // minor units, of a piece, or of a kilogram by weight
	SoldBy string `json:"sold_by"` // "each" when left out, or "weight"
	Size   string `json:"size"`    // of a piece, e.g. "250 g"; may be empty
	Lots   []lot  `json:"lots"`    // none: sold out
}

type lot struct {
	Code     string  `json:"code"` // unique in the variant
	Days     int     `json:"days"` // from now to its best-before; 0 is undated
	Quantity float64 `json:"quantity"`
}

// load reads data/. A field that is not known is an error, for it is a slip of the pen.
func load() (*market, error) {
	m := &market{}
	if err := read("data/market.json", m); err != nil {
		return nil, err
	}
	paths, err := fs.Glob(files, "data/*.json")
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if path == "data/market.json" {
			continue
		}
		var producers []producer
		if err := read(path, &producers); err != nil {
			return nil, err
		}
		m.Producers = append(m.Producers, producers...)
	}
	return m, nil
}

func read(path string, into any) error {
	content, err := files.ReadFile(path)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}

// size reads "250 g".
func (v variant) size() (value float64, unit string, err error) {
	if v.Size == "" {
		return 0, "", nil
	}
	figure, unit, ok := strings.Cut(v.Size, " ")
	if value, err = strconv.ParseFloat(figure, 64); err != nil || !ok || unit == "" || value <= 0 {
		return 0, "", fmt.Errorf("%s: the size %q is not like 250 g", v.SKU, v.Size)
	}
	return value, unit, nil
}

func (v variant) soldBy() string {
	if v.SoldBy == "" {
		return "each"
	}
	return v.SoldBy
}
