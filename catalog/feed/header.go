package feed

import (
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/artisan-eats/artisan/fault"
)

// columns finds a file's columns by their folded names.
type columns struct {
	names  []string
	told   []string // the names as the file has them, for messages
	cells  []string // the same as they stand
	byName map[string]int
}

func newColumns(cells []string) *columns {
	names := make([]string, len(cells))
	for i, cell := range cells {
		names[i] = header(unguard(cell))
	}
	return namedColumns(names, names, cells)
}

func namedColumns(names, told, cells []string) *columns {
	c := &columns{names: names, told: told, cells: cells, byName: make(map[string]int, len(names))}
	for i, name := range names {
		if _, ok := c.byName[name]; !ok && name != "" {
			c.byName[name] = i
		}
	}
	return c
}

// column is the place of the first of some names; -1 without any.
func (c *columns) column(names ...string) int {
	for _, name := range names {
		if i, ok := c.byName[name]; ok {
			return i
		}
	}
	return -1
}

// prefixed are the places of the columns whose names begin so.
func (c *columns) prefixed(prefix string) []int {
	var found []int
	for i, name := range c.names {
		if strings.HasPrefix(name, prefix) {
			found = append(found, i)
		}
	}
	return found
}

// containing is the place of the first column whose name has all the parts; -1 without one.
func (c *columns) containing(parts ...string) int {
	return slices.IndexFunc(c.names, func(name string) bool {
		return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(name, part) })
	})
}

// dialectHeader tells a dialect from the others.
type dialectHeader struct {
	dialect Dialect
	// needs are columns without which nothing can be read; one of each group.
	needs [][]string
	// marks are columns that tell the dialect; one at least, the more the surer.
	marks []string
}

var dialectHeaders = []dialectHeader{
	{OFN, [][]string{{"name"}}, []string{
		"producer", "distributor", "display name", "units", "unit type", "variant unit name", "on hand",
		"on demand",
		"available on", "shipping category", "tax category",
	}},
	{Square, [][]string{{"item name"}}, []string{
		"token", "reference handle", "variation name", "gtin", "square online item visibility", "sellable",
		"stockable", "option name 1", "price", "sku",
		"category", "categories", "description",
	}},
	{Shopify, [][]string{{"title"}}, []string{
		"handle", "url handle", "body (html)", "vendor", "product category", "variant price", "variant sku",
		"variant inventory qty", "published",
		"published on online store", "option1 name", "option1 value", "variant grams", "weight value (grams)",
		"inventory quantity", "inventory tracker",
		"compare-at price", "price", "status", "image src", "product image url",
	}},
	{WooCommerce, [][]string{{"name"}}, []string{
		"id", "type", "is featured", "visibility in catalog", "short description", "regular price",
		"sale price", "in stock", "backorders allowed",
		"parent", "attribute 1 name", "attribute 1 value(s)", "categories", "tax status", "published",
		"stock", "sku",
	}},
}

// of are a file's columns as the dialect names them.
func (d dialectHeader) of(c *columns) *columns {
	if d.dialect == WooCommerce {
		return c.inEnglish()
	}
	return c
}

// match counts the marks that a header has; zero when something needed is missing.
func (d dialectHeader) match(c *columns) int {
	if d.missing(c) != "" {
		return 0
	}
	n := 0
	for _, mark := range d.marks {
		if c.column(mark) >= 0 {
			n++
		}
	}
	return n
}

// missing names a needed column that is not there.
func (d dialectHeader) missing(c *columns) string {
	for _, group := range d.needs {
		if c.column(group...) < 0 {
			return group[0]
		}
	}
	return ""
}

// detect names the dialect of a header, the one that most of its columns tell, and the columns as that names
// them.
func detect(c *columns, wanted Dialect) (Dialect, *columns, error) {
	var best Dialect
	named, most := c, 0
	for _, d := range dialectHeaders {
		of := d.of(c)
		if wanted == d.dialect {
			if missing := d.missing(of); missing != "" {
				return "", nil, fault.Newf(fault.Invalid, "missing_column",
					"The file has no column %q, which a file of this format needs; it has: %s.", missing,
					shown(c))
			}
			return wanted, of, nil
		}
		if n := d.match(of); n > most {
			best, named, most = d.dialect, of, n
		}
	}
	if wanted != "" {
		return "", nil, fault.Newf(fault.Invalid, "unknown_format",
			"There is no format %q: choose auto, shopify, woocommerce, square or ofn.", string(wanted))
	}
	if best == "" {
		return "", nil, fault.Newf(fault.Invalid, "unknown_format",
			"The first row of the file does not name the columns of a Shopify, WooCommerce, Square or Open Food Network file; it has: %s.", shown(c))
	}
	return best, named, nil
}

// shown lists the first columns for a message.
func shown(c *columns) string {
	names := make([]string, 0, 8)
	for _, name := range c.told[:min(len(c.told), 8)] {
		if runes := []rune(name); len(runes) > 40 {
			name = string(runes[:40]) + "…"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// open steps over a byte order mark (UTF-16 becomes UTF-8) and an Excel "sep=" line, finds the
// separator, and reads the header.
func openRecords(in io.Reader) (*records, *columns, error) {
	r := newRecords(transform.NewReader(in, unicode.BOMOverride(transform.Nop)))
	if err := r.fill(); err != nil {
		return nil, nil, err
	}
	skipBlank(r)
	if line := firstLine(r.buf); strings.HasPrefix(strings.ToLower(line), "sep=") && len(line) == 5 {
		r.buf = r.buf[lineEndOr(r.buf):]
		skipBlank(r)
	}
	r.comma = separator(firstLine(r.buf))
	for {
		rec, err := r.next()
		if err == io.EOF { //nolint:errorlint // next gives it bare
			return nil, nil, fault.New(fault.Invalid, "empty_file", "The file is empty.")
		}
		if err != nil {
			return nil, nil, err
		}
		if rec.bad != "" {
			return nil, nil, fault.New(fault.Invalid, "unreadable_file", "The header cannot be read: "+
				rec.bad)
		}
		if !empty(rec.fields) {
			r.width = len(rec.fields)
			return r, newColumns(rec.fields), nil
		}
	}
}

// skipBlank steps over lines that say nothing, so that the first one left tells the separator.
func skipBlank(r *records) {
	for {
		end := lineEnd(r.buf)
		if end < 0 || strings.Trim(string(r.buf[:end]), " \t\r\n,;\"") != "" {
			return
		}
		r.buf = r.buf[end:]
	}
}

func firstLine(b []byte) string {
	if end := slices.IndexFunc(b, func(c byte) bool { return c == '\r' || c == '\n' }); end >= 0 {
		b = b[:end]
	}
	return string(b)
}

func lineEndOr(b []byte) int {
	if end := lineEnd(b); end >= 0 {
		return end
	}
	return len(b)
}

// separator is the one of comma, semicolon and tab that a header has most of, outside quotes.
func separator(line string) byte {
	counts := map[byte]int{}
	quoted := false
	for i := range len(line) {
		if line[i] == '"' {
			quoted = !quoted
		} else if !quoted {
			counts[line[i]]++
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}

func empty(fields []string) bool {
	return !slices.ContainsFunc(fields, func(f string) bool { return line(f) != "" })
}
