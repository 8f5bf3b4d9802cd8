package catalog

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

//go:embed migrations
var embedded embed.FS

// Migrations make the service's tables, but for those of search, which differ
// with the engine and are made by New.
func Migrations() fs.FS { return migrations("catalog") }

func migrations(set string) fs.FS {
	sub, err := fs.Sub(embedded, "migrations/"+set)
	if err != nil {
		panic(err)
	}
	return sub
}

// store keeps the catalogue. Its methods answer with faults.
type store struct {
	db    *sqldb.DB
	index index
	now   func() time.Time
	newID func(kind, market string) string
}

// newStore makes the store on a database whose tables are there, and the tables of its engine's search.
func newStore(ctx context.Context, db *sqldb.DB, now func() time.Time, newID func(kind, market string) string) (*store, error) {
	s := &store{db: db, index: postgresIndex{db}, now: now, newID: newID}
	if db.Engine == sqldb.SQLite {
		s.index = sqliteIndex{db}
	}
	return s, db.Migrate(ctx, "catalog_search", migrations(string(db.Engine)))
}

func (s *store) read() *catalogdb.Queries { return catalogdb.New(s.db.Read()) }

// found turns the error of reading one thing into a fault.
func found(what string, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "not_found", "There is no such "+what+".")
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", what, sqldb.Classify(err))
	}
	return nil
}

// putMarket makes or changes a market. Its currency is for ever.
func (s *store) putMarket(ctx context.Context, m Market) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		n, err := catalogdb.New(tx).PutMarket(ctx, catalogdb.PutMarketParams{
			Code: m.Code, Name: m.Name, Currency: m.Currency, TimeZone: m.TimeZone,
			Country: m.Country, CommissionBp: m.CommissionBP, Locale: m.Locale,
		})
		if err != nil {
			return fmt.Errorf("write market: %w", err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "currency_fixed", "A market keeps the currency that it was made with.")
		}
		return nil
	})
}

func (s *store) market(ctx context.Context, code string) (Market, error) {
	if !id.ValidMarket(code) {
		return Market{}, found("market", sql.ErrNoRows)
	}
	row, err := s.read().GetMarket(ctx, code)
	return marketOf(row), found("market", err)
}

func (s *store) markets(ctx context.Context) ([]Market, error) {
	rows, err := s.read().ListMarkets(ctx)
	if err != nil {
		return nil, found("market", err)
	}
	markets := make([]Market, len(rows))
	for i, row := range rows {
		markets[i] = marketOf(row)
	}
	return markets, nil
}

func marketOf(row catalogdb.Market) Market {
	return Market{
		Code: row.Code, Name: row.Name, Currency: row.Currency, TimeZone: row.TimeZone,
		Country: row.Country, CommissionBP: row.CommissionBp, Locale: row.Locale,
	}
}

// putProducer makes (without an ID) or changes a producer, and lists or unlists
// its products when its approval, or its name, has changed.
func (s *store) putProducer(ctx context.Context, p Producer) (Producer, error) {
	fresh := p.ID == ""
	if fresh {
		p.ID = s.newID(id.Producer, p.Market)
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := catalogdb.New(tx)
		// The market's row puts writers in line, so that a slug that is free stays free.
		version, err := q.RaiseMarketVersion(ctx, p.Market)
		if err != nil {
			return found("market", err)
		}
		before, err := q.GetProducer(ctx, p.ID)
		if err != nil && !fresh {
			return found("producer", err)
		}
		if !fresh && before.Market != p.Market {
			return found("producer", sql.ErrNoRows)
		}
		if p.Slug, err = producerSlug(ctx, q, p, before.Slug); err != nil {
			return err
		}
		if err := q.PutProducer(ctx, producerRow(p, s.now())); err != nil {
			return fmt.Errorf("write producer: %w", err)
		}
		if fresh || (before.Name == p.Name && before.Approved == bit(p.Approved)) {
			return nil
		}
		return s.relist(ctx, tx, p, version)
	})
	return p, err
}

// producerSlug is the one asked for, if it is free; or the one it had; or one made of the name.
func producerSlug(ctx context.Context, q *catalogdb.Queries, p Producer, before string) (string, error) {
	slug := p.Slug
	if slug == "" {
		slug = before
	}
	if slug == "" {
		slug = slugify(p.Name)
	}
	owner, err := q.ProducerBySlug(ctx, catalogdb.ProducerBySlugParams{Market: p.Market, Slug: slug})
	if errors.Is(err, sql.ErrNoRows) || owner == p.ID {
		return slug, nil
	}
	if err != nil {
		return "", found("producer", err)
	}
	if p.Slug != "" {
		return "", slugTaken()
	}
	return distinctSlug(slug, p.ID), nil
}

func slugTaken() error {
	return fault.New(fault.Conflict, "slug_taken", "That address is taken by another in this market.", fault.Field{Name: "slug", Message: "This is taken."})
}

// distinctSlug makes a slug that is taken unique by the random end of an ID.
func distinctSlug(slug, id string) string { return slug + "-" + id[len(id)-8:] }

// relist brings a producer's products in line with its approval and name.
func (s *store) relist(ctx context.Context, tx *sqldb.Tx, p Producer, version int64) error {
	q := catalogdb.New(tx)
	err := q.RelistProducts(ctx, catalogdb.RelistProductsParams{ProducerID: p.ID, Version: version, Approved: bit(p.Approved)})
	if err != nil {
		return fmt.Errorf("list the products of a producer: %w", err)
	}
	const batch = 300
	for after := ""; ; {
		ids, err := q.ProductsOfProducer(ctx, catalogdb.ProductsOfProducerParams{ProducerID: p.ID, ID: after, Limit: batch})
		if err != nil || len(ids) == 0 {
			return err
		}
		products, err := s.productsIn(ctx, tx.Querier, "p.id", ids)
		if err != nil {
			return err
		}
		if err := s.index.put(ctx, tx, documents(products)); err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}

func (s *store) producer(ctx context.Context, producerID string) (Producer, error) {
	row, err := s.read().GetProducer(ctx, producerID)
	if err != nil {
		return Producer{}, found("producer", err)
	}
	return producerOf(row)
}

// producerByName finds a producer of a market by its name, whatever its case and accents.
// The fault is NotFound when there is none.
func (s *store) producerByName(ctx context.Context, market, name string) (Producer, error) {
	row, err := s.read().ProducerByName(ctx, catalogdb.ProducerByNameParams{Market: market, NameKey: sortKey(name)})
	if err != nil {
		return Producer{}, found("producer", err)
	}
	return producerOf(row)
}

// producers lists a market's by name, after a name and ID; those that are not approved only if all.
func (s *store) producers(ctx context.Context, market, afterName, afterID string, all bool, limit int) ([]Producer, error) {
	rows, err := s.read().ListProducers(ctx, catalogdb.ListProducersParams{
		Market: market, LeastApproved: 1 - bit(all), AfterName: afterName, AfterID: afterID, LimitTo: int32(limit),
	})
	if err != nil {
		return nil, found("producer", err)
	}
	producers := make([]Producer, len(rows))
	for i, row := range rows {
		if producers[i], err = producerOf(row); err != nil {
			return nil, err
		}
	}
	return producers, nil
}

func producerOf(row catalogdb.Producer) (Producer, error) {
	certifications, err := unlist(row.Certifications)
	return Producer{
		ID: row.ID, Market: row.Market, Name: row.Name, Slug: row.Slug, Town: row.Town, Tagline: row.Tagline, Story: row.Story,
		Certifications: certifications, Approved: row.Approved == 1, Image: row.Image,
	}, err
}

func producerRow(p Producer, now time.Time) catalogdb.PutProducerParams {
	return catalogdb.PutProducerParams{
		ID: p.ID, Market: p.Market, Name: p.Name, NameKey: sortKey(p.Name), Slug: p.Slug, Town: p.Town, Tagline: p.Tagline, Story: p.Story,
		Certifications: list(p.Certifications), Approved: bit(p.Approved), Image: p.Image, CreatedAt: now.UnixMilli(),
	}
}

// list is a list of texts as it is stored.
func list[T any](items []T) string {
	if len(items) == 0 {
		return "[]"
	}
	text, err := json.Marshal(items)
	if err != nil {
		panic(err) // texts and numbers always have a JSON form
	}
	return string(text)
}

func unlist(stored string) (items []string, err error) {
	if stored == "[]" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(stored), &items); err != nil {
		return nil, fmt.Errorf("read a stored list: %w", err)
	}
	return items, nil
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
