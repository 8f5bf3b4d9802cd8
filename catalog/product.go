package catalog

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/artisan-eats/artisan/catalog/gallery"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/rights"
)

// PutProduct makes (without an ID) or changes a product with all its variants.
func (s *service) PutProduct(
	ctx context.Context, r *catalogv1.PutProductRequest,
) (*catalogv1.PutProductResponse, error) {
	p, err := productFromProto(r)
	if err != nil {
		return nil, err
	}
	if err := p.OwnMarket(); err != nil {
		return nil, err
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	if err := rights.Check(ctx, p.ProducerID, rights.Goods); err != nil {
		return nil, err
	}
	market, err := s.store.Market(ctx, p.Market)
	if err != nil {
		return nil, err
	}
	if p.Currency != "" && p.Currency != market.Currency {
		return nil, wrongCurrency()
	}
	hash, err := idempotency.HashOf(r)
	if err != nil {
		return nil, err
	}
	productID, err := s.store.PutProduct(ctx, p,
		idempotency.Form{Owner: p.ProducerID, Key: r.GetKey(), Hash: hash})
	s.quotes.forget()
	if err != nil {
		return nil, err
	}
	if p, err = s.store.Product(ctx, productID); err != nil {
		return nil, err
	}
	return &catalogv1.PutProductResponse{Product: versionedProduct(p)}, nil
}

// GetProduct reads a product; one that is not listed only when all is asked for.
func (s *service) GetProduct(
	ctx context.Context, r *catalogv1.GetProductRequest,
) (*catalogv1.GetProductResponse, error) {
	if _, err := id.Market(id.Product, r.GetId()); err != nil {
		return nil, err
	}
	p, err := s.store.Product(ctx, r.GetId())
	if err == nil && !p.Listed && !r.GetAll() {
		err = goods.NotFound("product", sql.ErrNoRows)
	}
	if err != nil {
		return nil, err
	}
	if !r.GetAll() {
		// for shoppers, who change nothing
		return &catalogv1.GetProductResponse{Product: productToProto(p)}, nil
	}
	return &catalogv1.GetProductResponse{Product: versionedProduct(p)}, nil
}

// ListProducts lists, filters and searches the listed products of a market.
func (s *service) ListProducts(
	ctx context.Context, r *catalogv1.ListProductsRequest,
) (*catalogv1.ListProductsResponse, error) {
	l, err := listingFromProto(r, goods.DayOf(s.store.Now()))
	if err != nil {
		return nil, err
	}
	if len(r.GetIds()) > 0 {
		if err := checkProductIDs("ids", r.GetIds(), maxAskedFor); err != nil {
			return nil, err
		}
		answer, err := s.asked(ctx, l, r.GetIds())
		return answer.proto(), err
	}
	answer, err := s.list(ctx, l)
	if err != nil {
		return nil, err
	}
	return answer.proto(), nil
}

// Quote answers what variants cost now, in the order asked; those that are not for sale are left out.
func (s *service) Quote(ctx context.Context, r *catalogv1.QuoteRequest) (*catalogv1.QuoteResponse, error) {
	if len(r.GetVariantIds()) > maxQuoted {
		return nil, fault.New(fault.Invalid, "invalid", "Too much is asked for at once.",
			fault.Field{Name: "variant_ids", Message: fmt.Sprintf("There may be at most %d.", maxQuoted)})
	}
	ids := make([]string, 0, len(r.GetVariantIds()))
	for _, variantID := range r.GetVariantIds() {
		// What cannot be an ID names nothing that is for sale.
		if _, err := id.Market(id.Variant, variantID); err == nil {
			ids = append(ids, variantID)
		}
	}
	quotes, err := s.quotes.get(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := &catalogv1.QuoteResponse{}
	for _, q := range quotes {
		out.Quotes = append(out.Quotes, q.proto())
	}
	return out, nil
}

// PutImage adds a picture to a product, or gives a producer its own, and makes its sizes in the
// background unless they come with it.
func (s *service) PutImage(
	ctx context.Context, r *catalogv1.PutImageRequest,
) (*catalogv1.PutImageResponse, error) {
	u, err := uploadFromProto(r)
	if err != nil {
		return nil, err
	}
	if err := s.mayShow(ctx, u); err != nil {
		return nil, err
	}
	key, err := s.images.Put(ctx, u)
	if err != nil {
		return nil, err
	}
	s.quotes.forget()
	return &catalogv1.PutImageResponse{Key: key}, nil
}

// GetImage reads a picture in the nearest size that is made.
func (s *service) GetImage(
	ctx context.Context, r *catalogv1.GetImageRequest,
) (*catalogv1.GetImageResponse, error) {
	content, contentType, err := s.images.Get(ctx, r.GetKey(), int(r.GetWidth()),
		gallery.Audience{Producers: r.GetProducerIds(), Operator: r.GetAll()})
	if err != nil {
		return nil, err
	}
	return &catalogv1.GetImageResponse{Content: content, ContentType: contentType}, nil
}

// mayShow refuses a picture of what is not there, or not for whoever acts to change.
func (s *service) mayShow(ctx context.Context, u gallery.Upload) error {
	if u.ProducerID != "" {
		if _, err := s.store.Producer(ctx, u.ProducerID); err != nil {
			return err
		}
		return rights.Check(ctx, u.ProducerID, rights.Owner)
	}
	p, err := s.store.Product(ctx, u.ProductID)
	if err != nil {
		return err
	}
	return rights.Check(ctx, p.ProducerID, rights.Goods)
}
