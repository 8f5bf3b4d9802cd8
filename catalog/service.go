package catalog

import (
	"context"
	"sync"
	"time"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/once"
)

const (
	resizeEvery  = time.Minute
	sweepEvery   = time.Hour
	warmEvery    = 30 * time.Second
	tidyEvery    = 30 * time.Second
	reindexEvery = time.Hour
)

type service struct {
	host    *host.Host
	store   *store
	shelves *shelves
	quotes  *quotes
	images  *images
	resizer *host.Job
	// reindexer is woken when a market changes, perhaps its language.
	reindexer *host.Job
	markets   sync.Map // by code: knownMarket
	*intake
}

// knownMarket is a market that was read lately. It is asked for with every cart.
type knownMarket struct {
	Market
	until time.Time
}

// Room is the service's line of the table of services.
func Room() host.Service {
	return host.Service{Name: "catalog", New: New, Migrations: Migrations(), Searches: true, Consumes: []string{"inventory"}}
}

// New makes the service on its host.
func New(h *host.Host) error {
	// The schema of a database that answers is made in moments; one that does not is told of.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := newService(ctx, h)
	return err
}

func newService(ctx context.Context, h *host.Host) (*service, error) {
	st, err := newStore(ctx, h.DB(), h.Now, h.NewID, h.Audit)
	if err != nil {
		return nil, err
	}
	if err := once.Keep(h); err != nil {
		return nil, err
	}
	images, err := newImages(st, h.Config().Data)
	if err != nil {
		return nil, err
	}
	s := &service{host: h, store: st, shelves: newShelves(st), quotes: newQuotes(st, h.Now), images: images}
	s.resizer = h.Every("make picture sizes", resizeEvery, images.makeSizes)
	h.Troubles("picture", images.givenUp, func(ctx context.Context, key string) error {
		defer s.resizer.Wake()
		return images.tryAgain(ctx, key)
	})
	h.Every("sweep pictures", sweepEvery, images.sweep)
	h.Every("tidy the search", tidyEvery, st.index.Tidy)
	if s.intake, err = newIntake(ctx, h, st, s.quotes.forget); err != nil {
		return nil, err
	}
	s.reindexer = h.Every("make the index of search anew", reindexEvery, st.reindex)
	s.reindexer.Wake()
	h.Every("work out how names look", time.Hour, st.workOutLooks).Wake()
	h.Consume(consume)
	h.Every("ask what was sold", askSalesEvery, s.askSales).Wake()
	h.Every("warm lists", warmEvery, s.shelves.warm).Wake()
	catalogv1connect.RegisterCatalogServiceHandler(h.RPC(), s)
	return s, nil
}

// PutMarket makes or changes a market; idempotent by code.
func (s *service) PutMarket(ctx context.Context, r *catalogv1.PutMarketRequest) (*catalogv1.PutMarketResponse, error) {
	m := marketFromProto(r.GetMarket())
	if err := m.check(); err != nil {
		return nil, err
	}
	if err := s.store.putMarket(ctx, m); err != nil {
		return nil, err
	}
	s.markets.Delete(m.Code)
	s.reindexer.Wake()
	return &catalogv1.PutMarketResponse{Market: m.proto()}, nil
}

// GetMarket reads a market.
func (s *service) GetMarket(ctx context.Context, r *catalogv1.GetMarketRequest) (*catalogv1.GetMarketResponse, error) {
	if known, ok := s.markets.Load(r.GetCode()); ok && s.host.Now().Before(known.(knownMarket).until) {
		return &catalogv1.GetMarketResponse{Market: known.(knownMarket).Market.proto()}, nil
	}
	m, err := s.store.market(ctx, r.GetCode())
	if err != nil {
		return nil, err
	}
	s.markets.Store(r.GetCode(), knownMarket{m, s.host.Now().Add(quoteAge)})
	return &catalogv1.GetMarketResponse{Market: m.proto()}, nil
}

// ListMarkets reads all markets.
func (s *service) ListMarkets(ctx context.Context, _ *catalogv1.ListMarketsRequest) (*catalogv1.ListMarketsResponse, error) {
	markets, err := s.store.markets(ctx)
	if err != nil {
		return nil, err
	}
	out := &catalogv1.ListMarketsResponse{}
	for _, m := range markets {
		out.Markets = append(out.Markets, m.proto())
	}
	return out, nil
}

// ListCategories lists the categories of a market.
func (s *service) ListCategories(ctx context.Context, r *catalogv1.ListCategoriesRequest) (*catalogv1.ListCategoriesResponse, error) {
	sh, err := s.shelves.fresh(ctx, r.GetMarket())
	if err != nil {
		return nil, err
	}
	categories, counts := sh.categories()
	out := &catalogv1.ListCategoriesResponse{}
	for _, c := range categories {
		out.Categories = append(out.Categories, &catalogv1.Category{Slug: c.Slug, Name: c.Name, Parent: c.Parent, Products: counts[c.Slug]})
	}
	return out, nil
}
