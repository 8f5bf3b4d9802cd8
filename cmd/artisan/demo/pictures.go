package demo

import (
	"context"
	"fmt"

	"connectrpc.com/connect/v2"

	"github.com/artisan-eats/artisan/cmd/artisan/demo/picture"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
)

// Hang gives a picture to those of the demo's producers and products that have none. It may be run again, also
// after it was interrupted. Pictures come one at a time, for the shop is open meanwhile.
func Hang(ctx context.Context, peer func(service string) *connect.Client) error {
	market, err := load()
	if err != nil {
		return err
	}
	plan, err := picture.Load()
	if err != nil {
		return err
	}
	s := &seeder{market: market, catalog: catalogv1connect.NewCatalogServiceClient(peer("catalog"))}
	products, err := s.bareProducts(ctx)
	if err != nil {
		return err
	}
	producers, err := s.bareProducers(ctx)
	if err != nil {
		return err
	}
	for _, m := range plan.Makers {
		for _, p := range m.Products {
			if err := s.hang(ctx, p.Title, plan.Alt(p.Still), &catalogv1.PutImageRequest{ProductId: products[p.Title]}); err != nil {
				return err
			}
		}
		if err := s.hang(ctx, m.Name, plan.Alt(m.Still), &catalogv1.PutImageRequest{ProducerId: producers[m.Name]}); err != nil {
			return err
		}
	}
	return nil
}

// hang puts a picture where a request says; nowhere if it names nothing.
func (s *seeder) hang(ctx context.Context, title, alt string, request *catalogv1.PutImageRequest) error {
	if request.GetProductId() == "" && request.GetProducerId() == "" {
		return nil
	}
	request.Alt = alt
	for _, width := range picture.Widths {
		content, err := picture.Read(picture.Name(title), width)
		if err != nil {
			return err
		}
		request.Content = content // of the widest, in the end
		request.Sizes = append(request.Sizes, &catalogv1.ImageSize{Width: int32(width), Content: content})
	}
	if _, err := s.catalog.PutImage(ctx, request); err != nil {
		return fmt.Errorf("hang the picture of %s: %w", title, err)
	}
	return nil
}

// bareProducts are the IDs of those that have no picture, by title.
func (s *seeder) bareProducts(ctx context.Context) (map[string]string, error) {
	bare := map[string]string{}
	request := &catalogv1.ListProductsRequest{Market: s.market.Code, Limit: pageSize, All: true, Sort: "title"}
	for {
		page, err := s.catalog.ListProducts(ctx, request)
		if err != nil {
			return nil, err
		}
		for _, p := range page.GetProducts() {
			if p.GetImage() == "" {
				bare[p.GetTitle()] = p.GetId()
			}
		}
		if request.Cursor = page.GetNextCursor(); request.Cursor == "" {
			return bare, nil
		}
	}
}

// bareProducers are the IDs of those that have no picture, by name.
func (s *seeder) bareProducers(ctx context.Context) (map[string]string, error) {
	bare := map[string]string{}
	request := &catalogv1.ListProducersRequest{Market: s.market.Code, Limit: pageSize, All: true}
	for {
		page, err := s.catalog.ListProducers(ctx, request)
		if err != nil {
			return nil, err
		}
		for _, p := range page.GetProducers() {
			if p.GetImage() == "" {
				bare[p.GetName()] = p.GetId()
			}
		}
		if request.Cursor = page.GetNextCursor(); request.Cursor == "" {
			return bare, nil
		}
	}
}
