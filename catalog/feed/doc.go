// Package feed reads and writes the catalogue files that producers have: the
// product CSVs of Shopify (three generations), WooCommerce, Square and Open Food
// Network, and for export the Google Merchant feed. It is pure: bytes in, products out.
//
// Cells are read as people mean them or not at all: entities are unescaped once, yes and no are known in many
// languages, and numbers that could be two are read as the file's other numbers are written (see figures), or
// refused. What is decided so is noted.
//
// A Reader finds out the encoding, the separator and the dialect by itself and hands out
// events one at a time: a product with its variants, or an issue with a row. A row
// that makes no sense is refused and the next one is read; only a file that is no catalogue
// at all, or that passes a cap, ends the reading.
//
// # Rows
//
// Rows are numbered by their position among the file's records, the header being row 1.
// A record may span lines, when a quoted cell does. An empty row has a number but is otherwise passed over.
//
// # Memory
//
// Rows of one product need not stand together. A product stays open, waiting for more of its
// rows, until more than maxOpen products or maxOpenBytes wait; then the
// oldest is handed out. Rows that come later still are handed out as a product that is
// Continued: it has little but variants. For WooCommerce a parent that has no variation yet is
// held, and so is a variation whose parent is still to come, within the same caps; beyond them the oldest
// such variation is refused. For the whole file only 64-bit digests of the keys of products
// and variants are kept, the titles, and for WooCommerce the SKUs of parents and what stock they have.
package feed
