package book

import (
	"testing"

	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book/booktest"
	"github.com/artisan-eats/artisan/ordering/order"
)

const market = "portland"

// each runs a test on the book of each engine.
func each(t *testing.T, test func(s *booktest.Shelf, b *Book)) {
	booktest.Each(t, func(s *booktest.Shelf) { test(s, New(s.Host)) })
}

// newCart is a guest's, with nothing in it.
func newCart(s *booktest.Shelf) order.Cart {
	return order.Cart{
		ID: s.Host.NewID(id.Cart, market), Market: market, Revision: 1, CreatedAt: s.Host.Now(),
	}
}
