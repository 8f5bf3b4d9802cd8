// Package catalog owns what a market offers: markets, producers and their stories,
// products, variants, categories, allergens, certifications and pictures; it lists and searches
// them, says what a variant costs, and reads and writes catalogue files.
//
// It refuses what nobody could sell: a price in another currency than the market's, an unknown
// allergen, a picture that is none. It does not know how much there is of a variant: stock is
// inventory's. It knows whether there is some and until when that is good, as far as it was told. Listed, found and quoted is only what is published, by an approved producer,
// with a variant to buy.
//
// Lists, filters and facets are answered from a shelf in memory (shelf.go), which follows the
// market's version in the database and so is never behind it. Full text is the database's: each
// engine finds candidates (search_sqlite.go, search_postgres.go) among words that are folded
// here, and relevance is a rule of this package (relevance.go), the same on both. A search that finds nothing
// takes the nearest words that the market speaks (vocabulary.go) for those that match nothing.
//
// A file that is sent to be tried before it is imported is kept for a while, with what was found in it (sent.go). It is read by a
// job (sent_reading.go) under a lease; what an older lease wants to write is refused.
//
// It publishes no events. It consumes inventory's: stock.changed says of a variant whether it can be had. What was sold lately it asks of
// inventory (sales.go), for the first order of a list.
package catalog
