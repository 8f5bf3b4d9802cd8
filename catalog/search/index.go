package search

import (
	"context"
	"embed"
	"hash/fnv"
	"strconv"

	"github.com/artisan-eats/artisan/sqldb"
)

// The words of a document are of several sorts, told apart by how they begin, after the
// mark of their scope. A bare one stands somewhere in the product's texts. The others are:
const (
	titleWord    = ":" // in the title
	titlePrefix  = "^" // the first letters of a word in the title, up to shortPrefix
	titleHead    = "-" // what a word in the title ends in that is written together, as a stem
	MadeBy       = "p:"
	StandsIn     = "c:"       // the category, and the one above it
	ContainsWord = "a:"       // an allergen
	Unsaid       = "a:unsaid" // its allergens are not stated
	ripeIn       = "m:"       // a month of its season
	madeAs       = "f:"       // the form of the document: see tongue.form
)

// Open opens the index of a database, and makes its tables where they are not there.
func Open(ctx context.Context, db *sqldb.DB) (Index, error) {
	var x Index = postgresIndex{db}
	if db.Engine == sqldb.SQLite {
		x = sqliteIndex{db}
	}
	set := Set(db.Engine)
	return x, db.Migrate(ctx, set.Name, set.Files)
}

// Set is the tables of the index, which Open makes where they are missing.
func Set(engine sqldb.Engine) sqldb.Set {
	return sqldb.Set{
		Name: "catalog_search", Files: sqldb.Migrations(searchTables, "migrations/"+string(engine)),
	}
}

//go:embed migrations/sqlite migrations/postgres
var searchTables embed.FS

// Scope marks the words of a market's products, those that are listed apart from those that are
// not. So a search need not cross its words with the long list of all that stand in the market. The
// mark is short, for every word bears it; should two markets share one, the index tells them apart.
func Scope(market string, listed bool) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(market))
	mark := strconv.FormatUint(uint64(h.Sum32()%(36*36*36*36)), 36)
	if listed {
		return mark + "_"
	}
	return mark + "-"
}

// Term is words of an index of which a document must have one.
type Term []option

// option is a word, or the beginning of one.
type option struct {
	Word   string
	prefix bool
}

// Query is what an index is asked for: documents of a scope with every term and no excluded word.
type Query struct {
	Scope   string
	Terms   []Term
	Exclude []string
	Limit   int
}

// Index is an engine's full text.
type Index interface {
	// Put writes documents in the place of those they were.
	Put(ctx context.Context, tx *sqldb.Tx, docs []Document) error
	// Find answers with the IDs of products, in no order that matters.
	Find(ctx context.Context, q Query) ([]string, error)
	// Tidy brings what was written in haste into its place, for quick searches. It is done now and then.
	Tidy(ctx context.Context) error
}
