// Package catalog owns what a market offers: markets, producers and their stories,
// products, variants, categories, allergens, certifications and pictures; it lists and searches
// them, says what a variant costs, and reads and writes catalogue files.
//
// It refuses what nobody could sell: a price in another currency than the market's, an unknown allergen, a
// picture that is none. It does not know how much there is of a variant: stock is inventory's. It knows
// whether there is some and until when that is good, as far as it was told. Listed, found and quoted is only
// what is published, by an approved producer, with a variant to buy.
//
// This package answers the RPCs. What it answers from has rooms of its own, each of which knows those before
// it only: category (the tree of categories), search (words and their index), goods (what is kept, and its
// rules), picture (unpacking), gallery (the pictures that are kept), feed (formats of files), intake (files
// that come and go). All share one database, whose tables are in migrations/.
//
// Lists, filters and facets are answered from an index in memory (index.go), which follows the market's
// version in the database and so is never behind it. A search finds candidates by the index and ranks them by
// their titles; one that finds little takes the nearest words that the market speaks for those that match
// nothing (correct.go).
//
// It publishes no events. It consumes inventory's: stock.changed says of a variant whether it can be had.
// What was sold lately it asks of inventory (sales.go), for the first order of a list.
package catalog
