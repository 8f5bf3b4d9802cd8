package goods

import (
	"net/url"
	"slices"

	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// product reads a product of this producer's; there is no other at this desk.
func product(d *producer.Desk, productID string) (*catalogv1.Product, error) {
	answer, err := d.Visit.Site.Catalog.GetProduct(d.Visit.Context(),
		&catalogv1.GetProductRequest{Id: productID, All: true})
	if err != nil {
		return nil, err
	}
	if answer.GetProduct().GetProducerId() != d.Producer.GetId() {
		return nil, web.ErrNoPage
	}
	return answer.GetProduct(), nil
}

// showPage shows the page of a product, published or not, with something said above it.
type showPage func(v *web.Visit, p *catalogv1.Product, says string) (*web.Reply, error)

// Preview is a product's page as shoppers would see it, for its maker only.
func Preview(show showPage) func(*producer.Desk) (*web.Reply, error) {
	return func(d *producer.Desk) (*web.Reply, error) { return preview(d, show) }
}

func preview(d *producer.Desk, show showPage) (*web.Reply, error) {
	p, err := product(d, d.Visit.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	says := ""
	if !p.GetPublished() {
		says = "Only you see this page: the product is not shown to shoppers yet."
	}
	return show(d.Visit, p, says)
}

// formOfSize is a form that was sent for one size of a product.
func formOfSize(d *producer.Desk) (form url.Values, p *catalogv1.Product, v *catalogv1.Variant, err error) {
	if form, err = d.Visit.Form(); err != nil {
		return nil, nil, nil, err
	}
	if p, err = product(d, d.Visit.Request.PathValue("id")); err != nil {
		return nil, nil, nil, err
	}
	v, err = variantOf(p, d.Visit.Request.PathValue("variant"))
	return form, p, v, err
}

func variantOf(p *catalogv1.Product, variantID string) (*catalogv1.Variant, error) {
	at := slices.IndexFunc(p.GetVariants(), func(v *catalogv1.Variant) bool { return v.GetId() == variantID })
	if at < 0 {
		return nil, web.ErrNoPage
	}
	return p.GetVariants()[at], nil
}
