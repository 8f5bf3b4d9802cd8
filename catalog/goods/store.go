package goods

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/catalog/search"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// Store keeps the catalogue. Its methods answer with faults.
type Store struct {
	DB    *sqldb.DB
	Index search.Index
	Now   func() time.Time
	newID func(kind, market string) string
	audit auditFunc
}

// auditFunc writes to the security log; it is the host's Audit.
type auditFunc func(context.Context, *sqldb.Tx, ...audit.Entry) error

// Open makes the store on a database whose tables are there, and the tables of its engine's search.
func Open(
	ctx context.Context, db *sqldb.DB, now func() time.Time, newID func(kind, market string) string,
	write auditFunc,
) (*Store, error) {
	x, err := search.Open(ctx, db)
	return &Store{DB: db, Index: x, Now: now, newID: newID, audit: write}, err
}

// Read asks what is committed.
func (s *Store) Read() *catalogdb.Queries { return catalogdb.New(s.DB.Read()) }

// NotFound turns the error of reading one thing into a fault.
func NotFound(what string, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "not_found", "There is no such "+what+".")
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", what, sqldb.Classify(err))
	}
	return nil
}

// PutMarket makes or changes a market. Its currency is for ever.
func (s *Store) PutMarket(ctx context.Context, m Market) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		n, err := catalogdb.New(tx).PutMarket(ctx, catalogdb.PutMarketParams{
			Code: m.Code, Name: m.Name, Currency: m.Currency, TimeZone: m.TimeZone,
			Country: m.Country, CommissionBp: m.CommissionBP, Locale: m.Locale,
		})
		if err != nil {
			return fmt.Errorf("write market: %w", err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "currency_fixed",
				"A market keeps the currency that it was made with.")
		}
		return s.Audit(ctx, tx, "market.change", m.Code, map[string]string{
			"commission_bp": strconv.FormatInt(m.CommissionBP, 10), "currency": m.Currency,
			"time_zone": m.TimeZone,
		})
	})
}

// Market reads a market; the fault is NotFound when there is none.
func (s *Store) Market(ctx context.Context, code string) (Market, error) {
	if !id.ValidMarket(code) {
		return Market{}, NotFound("market", sql.ErrNoRows)
	}
	row, err := s.Read().GetMarket(ctx, code)
	return marketOf(row), NotFound("market", err)
}

// Markets are all there are, by their codes.
func (s *Store) Markets(ctx context.Context) ([]Market, error) {
	rows, err := s.Read().ListMarkets(ctx)
	if err != nil {
		return nil, NotFound("market", err)
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

// StoredList is a list of texts as it is stored.
func StoredList[T any](items []T) string {
	if len(items) == 0 {
		return "[]"
	}
	text, err := json.Marshal(items)
	if err != nil {
		panic(err) // texts and numbers always have a JSON form
	}
	return string(text)
}

// ReadList reads a StoredList of texts.
func ReadList(stored string) (items []string, err error) {
	if stored == "[]" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(stored), &items); err != nil {
		return nil, fmt.Errorf("read a stored list: %w", err)
	}
	return items, nil
}

// Write runs statements in a transaction of their own.
func (s *Store) Write(ctx context.Context, doing string, work func(q *catalogdb.Queries) error) error {
	return s.DB.Tx(ctx, func(_ context.Context, tx *sqldb.Tx) error {
		if err := work(catalogdb.New(tx)); err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
		return nil
	})
}
