// Package goods is the part of a maker's desk about what is sold: the page of all
// products and what is done with many at once, one product with its pictures and lots,
// counting stock, and files that come in.
package goods
