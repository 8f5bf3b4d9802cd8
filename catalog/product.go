package catalog

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/once"
	"github.com/artisan-eats/artisan/rights"
)

// PutProduct makes (without an ID) or changes a product with all its variants.
func (s *service) PutProduct(ctx context.Context, r *catalogv1.PutProductRequest) (*catalogv1.PutProductResponse, error) {
	p, err := productFromProto(r)
	if err != nil {
		return nil, err
	}
	if err := p.ownMarket(); err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := rights.Check(ctx, p.ProducerID, rights.Goods); err != nil {
		return nil, err
	}
	market, err := s.store.market(ctx, p.Market)
	if err != nil {
		return nil, err
	}
	if p.Currency != "" && p.Currency != market.Currency {
		return nil, wrongCurrency()
	}
	hash, err := once.HashOf(r)
	if err != nil {
		return nil, err
	}
	productID, err := s.store.putProduct(ctx, p, once.Form{Owner: p.ProducerID, Key: r.GetKey(), Hash: hash})
	s.quotes.forget()
	if err != nil {
		return nil, err
	}
	if p, err = s.store.product(ctx, productID); err != nil {
		return nil, err
	}
	return &catalogv1.PutProductResponse{Product: p.versioned()}, nil
}

// ownMarket makes sure that all IDs of a product are of its market.
func (p *Product) ownMarket() error {
	if err := ownMarket(id.Product, p.ID, &p.Market); err != nil {
		return err
	}
	if err := ownMarket(id.Producer, p.ProducerID, &p.Market); err != nil {
		return err
	}
	for _, v := range p.Variants {
		if err := ownMarket(id.Variant, v.ID, &p.Market); err != nil {
			return err
		}
	}
	return nil
}

// GetProduct reads a product; one that is not listed only when all is asked for.
func (s *service) GetProduct(ctx context.Context, r *catalogv1.GetProductRequest) (*catalogv1.GetProductResponse, error) {
	if _, err := id.Market(id.Product, r.GetId()); err != nil {
		return nil, err
	}
	p, err := s.store.product(ctx, r.GetId())
	if err == nil && !p.Listed && !r.GetAll() {
		err = found("product", sql.ErrNoRows)
	}
	if err != nil {
		return nil, err
	}
	if !r.GetAll() {
		return &catalogv1.GetProductResponse{Product: p.proto()}, nil // for shoppers, who change nothing
	}
	return &catalogv1.GetProductResponse{Product: p.versioned()}, nil
}

// ListProducts lists, filters and searches the listed products of a market.
func (s *service) ListProducts(ctx context.Context, r *catalogv1.ListProductsRequest) (*catalogv1.ListProductsResponse, error) {
	l, err := listingFromProto(r, dayOf(s.store.now()))
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
		return nil, fault.New(fault.Invalid, "invalid", "Too much is asked for at once.", fault.Field{Name: "variant_ids", Message: fmt.Sprintf("There may be at most %d.", maxQuoted)})
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
func (s *service) PutImage(ctx context.Context, r *catalogv1.PutImageRequest) (*catalogv1.PutImageResponse, error) {
	u, err := uploadFromProto(r)
	if err != nil {
		return nil, err
	}
	if err := s.mayShow(ctx, u); err != nil {
		return nil, err
	}
	key, err := s.images.put(ctx, u)
	if err != nil {
		return nil, err
	}
	s.quotes.forget()
	return &catalogv1.PutImageResponse{Key: key}, nil
}

// GetImage reads a picture in the nearest size that is made.
func (s *service) GetImage(ctx context.Context, r *catalogv1.GetImageRequest) (*catalogv1.GetImageResponse, error) {
	content, contentType, err := s.images.get(ctx, r.GetKey(), int(r.GetWidth()), audience{r.GetProducerIds(), r.GetAll()})
	if err != nil {
		return nil, err
	}
	return &catalogv1.GetImageResponse{Content: content, ContentType: contentType}, nil
}

// mayShow refuses a picture of what is not there, or not for whoever acts to change.
func (s *service) mayShow(ctx context.Context, u upload) error {
	if u.producerID != "" {
		if _, err := s.store.producer(ctx, u.producerID); err != nil {
			return err
		}
		return rights.Check(ctx, u.producerID, rights.Owner)
	}
	p, err := s.store.product(ctx, u.productID)
	if err != nil {
		return err
	}
	return rights.Check(ctx, p.ProducerID, rights.Goods)
}
