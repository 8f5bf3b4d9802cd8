package demo

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
)

// pageSize is how much of a list is read at once.
const pageSize = 100

func (s *seeder) putMarket(ctx context.Context) error {
	m := s.market
	_, err := s.catalog.PutMarket(ctx, &catalogv1.PutMarketRequest{Market: &catalogv1.Market{
		Code: m.Code, Name: m.Name, Currency: m.Currency, TimeZone: m.TimeZone, Country: m.Country,
		Locale: m.Locale, CommissionBp: m.CommissionBP,
	}})
	return err
}

// putProducers makes the producers that are missing. It answers all IDs by name.
func (s *seeder) putProducers(ctx context.Context) (map[string]string, error) {
	ids, err := s.producers(ctx)
	if err != nil {
		return nil, err
	}
	var missing []producer
	for _, p := range s.market.Producers {
		if ids[p.Name] == "" {
			missing = append(missing, p)
		}
	}
	var mu sync.Mutex
	return ids, each(ctx, missing, func(ctx context.Context, p producer) error {
		put, err := s.catalog.PutProducer(ctx,
			&catalogv1.PutProducerRequest{Producer: p.proto(s.market.Code)})
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		mu.Lock()
		defer mu.Unlock()
		ids[p.Name] = put.GetProducer().GetId()
		return nil
	})
}

func (p producer) proto(market string) *catalogv1.Producer {
	return &catalogv1.Producer{
		Market: market, Name: p.Name, Town: p.Town, Tagline: p.Tagline, Story: strings.Join(p.Story, "\n\n"),
		Certifications: p.Certifications, Approved: true,
	}
}

// producers are the IDs of those that are there, by name.
func (s *seeder) producers(ctx context.Context) (map[string]string, error) {
	ids := map[string]string{}
	request := &catalogv1.ListProducersRequest{Market: s.market.Code, Limit: pageSize, All: true}
	for {
		page, err := s.catalog.ListProducers(ctx, request)
		if err != nil {
			return nil, err
		}
		for _, p := range page.GetProducers() {
			ids[p.GetName()] = p.GetId()
		}
		if request.Cursor = page.GetNextCursor(); request.Cursor == "" {
			return ids, nil
		}
	}
}

// putProducts makes the products that are missing. It answers the IDs of all variants by SKU.
func (s *seeder) putProducts(ctx context.Context, producers map[string]string) (map[string]string, error) {
	titles, variants, err := s.products(ctx)
	if err != nil {
		return nil, err
	}
	var missing []*catalogv1.Product
	for _, maker := range s.market.Producers {
		for _, p := range maker.Products {
			if titles[p.Title] {
				continue
			}
			message, err := p.proto(s.market, producers[maker.Name])
			if err != nil {
				return nil, err
			}
			missing = append(missing, message)
		}
	}
	var mu sync.Mutex
	return variants, each(ctx, missing, func(ctx context.Context, p *catalogv1.Product) error {
		put, err := s.catalog.PutProduct(ctx, &catalogv1.PutProductRequest{Product: p})
		if err != nil {
			return fmt.Errorf("%s: %w", p.GetTitle(), err)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, v := range put.GetProduct().GetVariants() {
			variants[v.GetSku()] = v.GetId()
		}
		return nil
	})
}

func (p product) proto(m *market, producerID string) (*catalogv1.Product, error) {
	message := &catalogv1.Product{
		Market: m.Code, ProducerId: producerID, Title: p.Title, Description: p.Description,
		Category: p.Category, Tags: p.Tags,
		Allergens: p.Allergens, Certifications: p.Certifications, Ingredients: p.Ingredients, Published: true,
		Season: p.Season, AllergensNone: len(p.Allergens) == 0,
	}
	for _, v := range p.Variants {
		value, unit, err := v.size()
		if err != nil {
			return nil, err
		}
		message.Variants = append(message.Variants, &catalogv1.Variant{
			Title: v.Title, Sku: v.SKU, Price: &moneyv1.Money{Amount: v.Price, Currency: m.Currency},
			SoldBy: v.soldBy(), UnitValue: value, Unit: unit,
		})
	}
	return message, nil
}

// products are the titles of those that are there, and the IDs of their variants by SKU.
func (s *seeder) products(
	ctx context.Context,
) (titles map[string]bool, variants map[string]string, err error) {
	titles, variants = map[string]bool{}, map[string]string{}
	request := &catalogv1.ListProductsRequest{
		Market: s.market.Code, Limit: pageSize, All: true,
		Sort: "title",
	}
	for {
		page, err := s.catalog.ListProducts(ctx, request)
		if err != nil {
			return nil, nil, err
		}
		for _, p := range page.GetProducts() {
			titles[p.GetTitle()] = true
			for _, v := range p.GetVariants() {
				variants[v.GetSku()] = v.GetId()
			}
		}
		if request.Cursor = page.GetNextCursor(); request.Cursor == "" {
			return titles, variants, nil
		}
	}
}

// each does something with every item, several at a time, until one fails.
func each[T any](ctx context.Context, items []T, do func(context.Context, T) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, item := range items {
		group.Go(func() error { return do(ctx, item) })
	}
	return group.Wait()
}
