package catalog

import (
	"context"
	"embed"
	"io/fs"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/catalog/gallery"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/intake"
	"github.com/artisan-eats/artisan/catalog/search"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/sqldb"
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
	store   *goods.Store
	indexes *marketIndexes
	quotes  *quotes
	goods   keptGoods
	images  *gallery.Gallery
	resizer *host.Job
	// reindexer is woken when a market changes, perhaps its language.
	reindexer *host.Job
	markets   sync.Map // by code: knownMarket
	*intake.Service
}

// knownMarket is a market that was read lately. It is asked for with every cart.
type knownMarket struct {
	goods.Market
	until time.Time
}

// Room is the service's line of the table of services.
func Room() host.Service {
	return host.Service{
		Name: "catalog", New: New, Migrations: Migrations(), Sets: sets, Searches: true,
		Consumes: []string{"inventory"}, Calls: []string{"inventory"},
	}
}

// sets are the tables beside the service's own.
func sets(engine sqldb.Engine) []sqldb.Set {
	return append(idempotency.Sets(engine), search.Set(engine))
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
	st, err := goods.Open(ctx, h.DB(), h.Now, h.NewID, h.Audit)
	if err != nil {
		return nil, err
	}
	if err := idempotency.Keep(h); err != nil {
		return nil, err
	}
	images, err := gallery.Open(ctx, st, h)
	if err != nil {
		return nil, err
	}
	s := &service{
		host: h, store: st, indexes: newMarketIndexes(st), quotes: newQuotes(st, h.Now),
		images: images,
	}
	s.resizer = h.Every("make picture sizes", resizeEvery, images.MakeSizes).Alone()
	h.Troubles("picture", images.GivenUp, func(ctx context.Context, key string) error {
		defer s.resizer.Wake()
		return images.TryAgain(ctx, key)
	})
	h.Every("sweep pictures", sweepEvery, images.Sweep).Alone()
	h.Every("tidy the search", tidyEvery, st.Index.Tidy)
	if s.Service, err = intake.New(ctx, h, st, s.quotes.forget); err != nil {
		return nil, err
	}
	s.reindexer = h.Every("make the index of search anew", reindexEvery, st.Reindex).Alone()
	s.reindexer.Wake()
	h.Every("work out how names look", time.Hour, st.WorkOutLooks).Alone().Wake()
	h.Consume(consume)
	h.Every("ask what was sold", askSalesEvery, s.askSales).Alone().Wake()
	h.Every("warm lists", warmEvery, s.indexes.load).Wake()
	catalogv1connect.RegisterCatalogServiceHandler(h.RPC(), s)
	return s, nil
}

// PutMarket makes or changes a market; idempotent by code.
func (s *service) PutMarket(
	ctx context.Context, r *catalogv1.PutMarketRequest,
) (*catalogv1.PutMarketResponse, error) {
	m := marketFromProto(r.GetMarket())
	if err := m.Check(); err != nil {
		return nil, err
	}
	if err := s.store.PutMarket(ctx, m); err != nil {
		return nil, err
	}
	s.markets.Delete(m.Code)
	s.reindexer.Wake()
	return &catalogv1.PutMarketResponse{Market: marketToProto(m)}, nil
}

// GetMarket reads a market.
func (s *service) GetMarket(
	ctx context.Context, r *catalogv1.GetMarketRequest,
) (*catalogv1.GetMarketResponse, error) {
	if known, ok := s.markets.Load(r.GetCode()); ok && s.host.Now().Before(known.(knownMarket).until) {
		return &catalogv1.GetMarketResponse{Market: marketToProto(known.(knownMarket).Market)}, nil
	}
	m, err := s.store.Market(ctx, r.GetCode())
	if err != nil {
		return nil, err
	}
	s.markets.Store(r.GetCode(), knownMarket{m, s.host.Now().Add(quoteAge)})
	return &catalogv1.GetMarketResponse{Market: marketToProto(m)}, nil
}

// ListMarkets reads all markets.
func (s *service) ListMarkets(
	ctx context.Context, _ *catalogv1.ListMarketsRequest,
) (*catalogv1.ListMarketsResponse, error) {
	markets, err := s.store.Markets(ctx)
	if err != nil {
		return nil, err
	}
	out := &catalogv1.ListMarketsResponse{}
	for _, m := range markets {
		out.Markets = append(out.Markets, marketToProto(m))
	}
	return out, nil
}

// ListCategories lists the categories of a market.
func (s *service) ListCategories(
	ctx context.Context, r *catalogv1.ListCategoriesRequest,
) (*catalogv1.ListCategoriesResponse, error) {
	sh, err := s.indexes.fresh(ctx, r.GetMarket())
	if err != nil {
		return nil, err
	}
	categories, counts := sh.categories()
	out := &catalogv1.ListCategoriesResponse{}
	for _, c := range categories {
		out.Categories = append(out.Categories,
			&catalogv1.Category{Slug: c.Slug, Name: c.Name, Parent: c.Parent, Products: counts[c.Slug]})
	}
	return out, nil
}

//go:embed migrations/catalog
var tables embed.FS

// Migrations make the service's tables, but for those of search, which differ
// with the engine and are made by New.
func Migrations() fs.FS { return sqldb.Migrations(tables, "migrations/catalog") }
