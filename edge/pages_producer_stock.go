package edge

import (
	"context"
	"net/http"
	"slices"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// product reads a product of this producer's; there is no other at this desk.
func (d *desk) product(productID string) (*catalogv1.Product, error) {
	answer, err := d.site.catalog.GetProduct(d.Context(), &catalogv1.GetProductRequest{Id: productID, All: true})
	if err != nil {
		return nil, err
	}
	if answer.GetProduct().GetProducerId() != d.producer.GetId() {
		return nil, errNoPage
	}
	return answer.GetProduct(), nil
}

// preview is a product's page as shoppers would see it, for its maker only.
func preview(show func(context.Context, *catalogv1.Product, *query) (page.Product, error)) func(*desk) (*reply, error) {
	return func(d *desk) (*reply, error) { return d.preview(show) }
}

func (d *desk) preview(show func(context.Context, *catalogv1.Product, *query) (page.Product, error)) (*reply, error) {
	p, err := d.product(d.PathValue("id"))
	if err != nil {
		return nil, err
	}
	model, err := show(d.Context(), p, &query{site: d.site, id: p.GetId()})
	if err != nil {
		return nil, err
	}
	if !p.GetPublished() {
		model.Preview = "Only you see this page: the product is not shown to shoppers yet."
	}
	return render(d.Context(), http.StatusOK, page.ProductPage(model))
}

func variantOf(p *catalogv1.Product, variantID string) (*catalogv1.Variant, error) {
	at := slices.IndexFunc(p.GetVariants(), func(v *catalogv1.Variant) bool { return v.GetId() == variantID })
	if at < 0 {
		return nil, errNoPage
	}
	return p.GetVariants()[at], nil
}
