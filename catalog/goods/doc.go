// Package goods is what a market offers, and the store that keeps it: markets, producers, products with their
// variants, the names of categories, and the rules by which each of them is refused. Each write raises its
// market's version, under the lock of the market's row.
//
// It serves nobody by itself. Catalog answers RPCs from it, the gallery keeps its pictures, the intake fills
// it from files.
package goods
