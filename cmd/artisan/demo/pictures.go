package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"connectrpc.com/connect/v2"

	"github.com/artisan-eats/artisan/cmd/artisan/demo/picture"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
)

// AddPictures gives a picture to those of the demo's producers and products that have none, what is on the
// first pages first. It may be run again, also after it was interrupted. Pictures come one at a time, for the
// shop is open meanwhile.
func AddPictures(ctx context.Context, peer func(service string) *connect.Client, now time.Time) error {
	market, err := load()
	if err != nil {
		return err
	}
	plan, err := picture.Load()
	if err != nil {
		return err
	}
	s := &seeder{market: market, now: now, catalog: catalogv1connect.NewCatalogServiceClient(peer("catalog"))}
	products, err := s.bareProducts(ctx)
	if err != nil {
		return err
	}
	producers, err := s.bareProducers(ctx)
	if err != nil {
		return err
	}
	alts := altsOf(plan)
	for _, bare := range slices.Concat(products[:min(len(products), onFirstPages)], producers,
		products[min(len(products), onFirstPages):]) {
		if err := s.hang(ctx, bare.title, alts[bare.title], bare.request); err != nil {
			return err
		}
	}
	return nil
}

const (
	// inFront is how many products of a list a home page shows at the most.
	inFront = 12
	// onFirstPages is about how many products the home page and the first page of a list show.
	onFirstPages = 48
)

// bare is what has no picture, and the request that hangs one.
type bare struct {
	title   string
	request *catalogv1.PutImageRequest
}

// altsOf are the words for pictures, by title or maker's name.
func altsOf(plan *picture.Plan) map[string]string {
	alts := map[string]string{}
	for _, m := range plan.Makers {
		alts[m.Name] = plan.Alt(m.Still)
		for _, p := range m.Products {
			alts[p.Title] = plan.Alt(p.Still)
		}
	}
	return alts
}

// hang puts a picture where a request says; nowhere if the demo has none of that title.
func (s *seeder) hang(ctx context.Context, title, alt string, request *catalogv1.PutImageRequest) error {
	if alt == "" {
		return nil
	}
	request.Alt = alt
	for _, width := range picture.WidthsOf(picture.Name(title)) {
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

// bareProducts are those that have no picture: what the first pages show, then the others.
func (s *seeder) bareProducts(ctx context.Context) ([]bare, error) {
	month := int32(s.now.Month())
	var all []*catalogv1.Product
	for _, front := range []*catalogv1.ListProductsRequest{
		{Market: s.market.Code, Limit: pageSize, Sort: "featured", SeasonMonth: month, InStock: true},
		{Market: s.market.Code, Limit: pageSize, Sort: "newest"},
	} {
		page, err := s.catalog.ListProducts(ctx, front)
		if err != nil {
			return nil, err
		}
		all = append(all, oneOfEach(page.GetProducts(), inFront)...)
	}
	request := &catalogv1.ListProductsRequest{
		Market: s.market.Code, Limit: pageSize, Sort: "featured",
		All: true,
	}
	for {
		page, err := s.catalog.ListProducts(ctx, request)
		if err != nil {
			return nil, err
		}
		all = append(all, page.GetProducts()...)
		if request.Cursor = page.GetNextCursor(); request.Cursor == "" {
			return withoutPicture(all), nil
		}
	}
}

// oneOfEach are some products, one of each producer.
func oneOfEach(products []*catalogv1.Product, n int) (few []*catalogv1.Product) {
	taken := map[string]bool{}
	for _, p := range products {
		if !taken[p.GetProducerId()] && len(few) < n {
			few = append(few, p)
		}
		taken[p.GetProducerId()] = true
	}
	return few
}

// withoutPicture are those of some products that have none, each once.
func withoutPicture(products []*catalogv1.Product) (found []bare) {
	seen := map[string]bool{}
	for _, p := range products {
		if !seen[p.GetId()] && p.GetImage() == "" {
			found = append(found, bare{p.GetTitle(), &catalogv1.PutImageRequest{ProductId: p.GetId()}})
		}
		seen[p.GetId()] = true
	}
	return found
}

// bareProducers are those that have no picture.
func (s *seeder) bareProducers(ctx context.Context) (found []bare, err error) {
	request := &catalogv1.ListProducersRequest{Market: s.market.Code, Limit: pageSize, All: true}
	for {
		page, err := s.catalog.ListProducers(ctx, request)
		if err != nil {
			return nil, err
		}
		for _, p := range page.GetProducers() {
			if p.GetImage() == "" {
				found = append(found, bare{p.GetName(), &catalogv1.PutImageRequest{ProducerId: p.GetId()}})
			}
		}
		if request.Cursor = page.GetNextCursor(); request.Cursor == "" {
			return found, nil
		}
	}
}
