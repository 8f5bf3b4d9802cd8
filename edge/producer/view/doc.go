// Package view is how a maker's desk looks: orders and packing, the make list, goods and
// stock, files, the maker's own page, people. It decides nothing.
package view
