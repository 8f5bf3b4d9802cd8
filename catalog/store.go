package catalog

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/catalog/search"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

//go:embed migrations/catalog
var tables embed.FS

// Migrations make the service's tables, but for those of search, which differ
// with the engine and are made by New.
func Migrations() fs.FS { return sqldb.Migrations(tables, "migrations/catalog") }

// store keeps the catalogue. Its methods answer with faults.
type store struct {
	db    *sqldb.DB
	index search.Index
	now   func() time.Time
	newID func(kind, market string) string
	tell  tellFunc
}

// tellFunc writes to the security log; it is the host's Audit.
type tellFunc func(context.Context, *sqldb.Tx, ...audit.Entry) error

// newStore makes the store on a database whose tables are there, and the tables of its engine's search.
func newStore(ctx context.Context, db *sqldb.DB, now func() time.Time, newID func(kind, market string) string, tell tellFunc) (*store, error) {
	x, err := search.Open(ctx, db)
	return &store{db: db, index: x, now: now, newID: newID, tell: tell}, err
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
		return s.told(ctx, tx, "market.change", m.Code, map[string]string{
			"commission_bp": strconv.FormatInt(m.CommissionBP, 10), "currency": m.Currency, "time_zone": m.TimeZone,
		})
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

// write runs statements in a transaction of their own.
func (s *store) write(ctx context.Context, doing string, work func(q *catalogdb.Queries) error) error {
	return s.db.Tx(ctx, func(_ context.Context, tx *sqldb.Tx) error {
		if err := work(catalogdb.New(tx)); err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
		return nil
	})
}
