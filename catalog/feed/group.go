package feed

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
)

// Products wait for more of their rows within these caps.
const (
	maxOpen      = 2_000
	maxOpenBytes = 16 << 20
	// maxHeldBytes is for WooCommerce parents and variations that wait for each other.
	maxHeldBytes = 48 << 20
	// perProduct and perVariant are what one costs beside its text.
	perProduct = 300
	perVariant = 250
)

// state is what became of a product.
type state uint8

const (
	unseen state = iota
	open
	given
	unpublished
	refused
)

// group is the rows of one product.
type group struct {
	// key is the product's, after its producer's name where each producer names its own.
	key     string
	state   state
	row     int64
	product *Product
	bytes   int
	// alone is the message that refuses the product's row when no variant comes; empty
	// when the row was judged already.
	alone string
}

// closed is what stays of a product that is not open any more.
type closed struct {
	state    state
	row      int32
	producer int32 // its place in groups.producers
	title    string
}

// groups are the products of a file.
type groups struct {
	r        *Reader
	seed     maphash.Seed
	open     map[string]*group
	full     []*group // open ones with variants, oldest first
	bare     []*group // open ones that began without; some have variants by now
	bytes    int
	closed   map[uint64]closed
	variants map[uint64]int32 // the row of each variant
	// Each name of a producer is kept once.
	producers     []string
	producerPlace map[string]int32
	// mustExist is every product's.
	mustExist bool
}

func newGroups(r *Reader) *groups {
	return &groups{
		r: r, seed: maphash.MakeSeed(), open: map[string]*group{}, closed: map[uint64]closed{},
		variants:      map[uint64]int32{},
		producerPlace: map[string]int32{},
	}
}

func (g *groups) digest(key string) uint64 { return maphash.String(g.seed, key) }

// find is the product's group; its state is unseen for a new key.
func (g *groups) find(key string) *group {
	if found := g.open[key]; found != nil {
		return found
	}
	c := g.closed[g.digest(key)]
	return &group{key: key, state: c.state, row: int64(c.row)}
}

// start opens a product.
func (g *groups) start(key string, p *Product) *group {
	_, p.Key, _ = cutLast(key, producerEnd)
	p.MustExist = g.mustExist
	in := &group{key: key, state: open, row: p.Row, product: p}
	in.bytes = perProduct + len(p.Key) + len(p.Handle) + len(p.Title) + len(p.Description) +
		len(p.Ingredients) + len(p.Producer)
	for _, words := range [][]string{p.Categories, p.Tags, p.Allergens, p.Certifications, p.Season} {
		for _, word := range words {
			in.bytes += len(word) + 16
		}
	}
	g.bytes += in.bytes
	g.open[key] = in
	g.bare = append(g.bare, in)
	g.trim()
	return in
}

// close remembers that no product comes of a key: it is refused, or not published.
func (g *groups) close(key string, s state, row int64) {
	g.closed[g.digest(key)] = closed{state: s, row: int32(row)}
}

// add adds a variant to its product. It refuses the row of a variant that was there before.
func (g *groups) add(in *group, row row, v Variant) {
	id := g.digest(in.key + "\x00" + v.Key)
	if before, ok := g.variants[id]; ok {
		g.r.refuse(row.number, "", fmt.Sprintf("This is the same variant as row %d.", before))
		return
	}
	g.variants[id] = int32(row.number)
	if in.state == given {
		before := g.closed[g.digest(in.key)]
		again := &Product{
			Row: row.number, Producer: g.producers[before.producer], Title: before.title,
			Continued: true,
		}
		if g.r.dialect == Shopify {
			again.Handle = strings.TrimPrefix(in.key, shopifyKey)
		}
		in = g.start(in.key, again)
	}
	if len(in.product.Variants) == 0 {
		g.full = append(g.full, in)
	}
	v.Row = row.number
	in.product.Variants = append(in.product.Variants, v)
	size := perVariant + len(v.Key) + len(v.Title) + len(v.SKU) + len(v.Barcode)
	in.bytes += size
	g.bytes += size
	g.trim()
}

// follows says what a row of a product that was seen before comes to when it adds
// nothing: it is refused or skipped like its product. It reports whether it did.
func (g *groups) follows(in *group, row row) bool {
	switch in.state {
	case refused:
		g.r.refuse(row.number, "", fmt.Sprintf("Its product was refused on row %d.", in.row))
	case unpublished:
		g.r.skip(row.number, "")
	default:
		return false
	}
	return true
}

// trim hands out the oldest products that have variants until the caps are kept, and when
// that is not enough gives up the oldest that have none. The newest of those stays.
func (g *groups) trim() {
	for len(g.full) > maxOpen || (g.bytes > maxOpenBytes && len(g.full) > 0) {
		g.give(g.full[0])
		g.full = g.full[1:]
	}
	for len(g.bare) > 1 && (len(g.bare[0].product.Variants) > 0 || g.bare[0].state != open ||
		g.bytes > maxHeldBytes) {
		if in := g.bare[0]; in.state == open && len(in.product.Variants) == 0 {
			g.give(in)
		}
		g.bare = g.bare[1:]
	}
}

func (g *groups) flushAll() {
	left := make([]*group, 0, len(g.open))
	for _, in := range g.open {
		left = append(left, in)
	}
	slices.SortFunc(left, func(a, b *group) int { return cmp.Compare(a.row, b.row) })
	for _, in := range left {
		g.give(in)
	}
	g.full, g.bare = nil, nil
}

// give hands a product out. One without variants is refused with what comes later of it.
func (g *groups) give(in *group) {
	delete(g.open, in.key)
	g.bytes -= in.bytes
	in.state = given
	if len(in.product.Variants) > 0 {
		g.r.queue = append(g.r.queue, Event{Product: in.product})
	} else {
		in.state = refused
		if in.alone != "" {
			g.r.refuse(in.row, "", in.alone)
		}
	}
	g.closed[g.digest(in.key)] = closed{
		in.state, int32(in.row), g.producerNumber(in.product.Producer),
		in.product.Title,
	}
}

func (g *groups) producerNumber(producer string) int32 {
	at, ok := g.producerPlace[producer]
	if !ok {
		at = int32(len(g.producers))
		g.producers = append(g.producers, producer)
		g.producerPlace[producer] = at
	}
	return at
}

// producerEnd parts a producer's name from a key.
const producerEnd = "\x1e"

// cutLast is strings.Cut at the last separator; without one all is after it.
func cutLast(s, separator string) (before, after string, found bool) {
	if at := strings.LastIndex(s, separator); at >= 0 {
		return s[:at], s[at+len(separator):], true
	}
	return "", s, false
}
