package producer

import (
	"strings"

	"github.com/artisan-eats/artisan/rights"
)

// deskRights are what the pages of a maker's desk are for, by how their addresses begin; "" is anybody who
// works there. A page that is not named is the owners'.
var deskRights = []struct{ at, right string }{
	{"/producer/orders", rights.Orders},
	{"/producer/windows", rights.Orders},
	{"/producer/make", rights.Orders},
	{"/producer/pack", rights.Orders},
	{"/producer/products", rights.Goods},
	{"/producer/goods", rights.Goods},
	{"/producer/new", rights.Goods},
	{"/producer/import", rights.Goods},
	{"/producer/export", ""}, // the services know what of it is whose
}

// deskRight is what a page of the desk wants.
func deskRight(path string) string {
	if path == "/producer" {
		return rights.Orders
	}
	for _, r := range deskRights {
		if path == r.at || strings.HasPrefix(path, r.at+"/") {
			return r.right
		}
	}
	return rights.Owner
}

// firstTab is the part of the desk that the visitor comes to who may not see its orders.
func (d *Desk) firstTab() string {
	for _, t := range tabs {
		if d.Visit.MayFor(d.Producer.GetId(), deskRight(t.Value)) == nil {
			return d.At(t.Value)
		}
	}
	return "/account"
}
