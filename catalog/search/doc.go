// Package search is how goods are found. It cuts texts into words, the same for what is indexed and what is
// asked (lexeme.go, stem.go), keeps documents of them in the database's full text (document.go, index.go,
// sqlite.go, postgres.go), reads what shoppers type (phrase.go), says how well a title fits that
// (relevance.go), and which word was meant by one with a typing error (vocabulary.go, distance.go).
//
// Each engine only matches words; all else is the same on both. What can be found of a product a Subject
// says, so search knows no product.
package search
