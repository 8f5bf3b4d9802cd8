package catalog

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/catalog/goods"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/size"
	"github.com/artisan-eats/artisan/sqldb"
)

// quote is what a variant costs and what it is, for carts and checkouts.
type quote struct {
	goods.Variant
	currency                 string
	productID, productTitle  string
	producerID, producerName string
	market, image            string
	declared                 allergen.Set
	none                     bool
	orderMinimum             int64                // its maker's
	away                     []*catalogv1.Holiday // her holidays that are not over
	// its place among the variants of its product, and how many there are; only where it has no title
	nth, siblings int64
}

// goAway notes the maker's holidays that are not over, with their times in the market's zone.
func (q *quote) goAway(stored, zone string, now time.Time) error {
	all, err := goods.ReadHolidays(stored)
	if err != nil || len(all) == 0 {
		return err
	}
	at := goods.ZoneOf(zone)
	q.away = holidaysToProto(goods.Ahead(all, goods.TodayIn(at, now)))
	for _, h := range q.away {
		h.StartsAt, h.EndsAt = goods.Holiday{From: h.GetFrom(), Until: h.GetUntil()}.Times(at)
	}
	return nil
}

// named gives a variant the name that tells it from its product's others, where it has none.
func (q *quote) named() {
	if q.siblings > 1 && size.Name(q.Title, q.UnitValue, q.Unit, q.SoldBy == goods.Weight) == "" {
		q.Title = size.Among(q.SKU, int(q.nth), q.SoldBy == goods.Weight)
	}
}

const (
	// quoteAge is how old a quote may be that another process's change has overtaken.
	quoteAge = 2 * time.Second
	// maxQuotes bounds what is remembered; then it begins again.
	maxQuotes = 20_000
	// maxQuoted bounds one question.
	maxQuoted = 1000
)

// quotes remembers, for a moment, what was quoted. What is not for sale is remembered too, as nil.
type quotes struct {
	store *goods.Store
	now   func() time.Time

	mu    sync.RWMutex
	epoch int64 // of the last change in this process
	known map[string]knownQuote
}

type knownQuote struct {
	quote *quote
	until time.Time
}

func newQuotes(s *goods.Store, now func() time.Time) *quotes {
	return &quotes{store: s, now: now, known: map[string]knownQuote{}}
}

// forget drops everything: something in this process was changed.
func (q *quotes) forget() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.epoch++
	q.known = map[string]knownQuote{}
}

// get quotes variants, in the order asked; those that are not for sale are left out.
func (q *quotes) get(ctx context.Context, ids []string) ([]*quote, error) {
	answers, missing, epoch := q.lookup(ids)
	if len(missing) > 0 {
		read, err := q.read(ctx, missing)
		if err != nil {
			return nil, err
		}
		q.remember(missing, read, epoch)
		for variantID, quote := range read {
			answers[variantID] = quote
		}
	}
	quotes := make([]*quote, 0, len(ids))
	for _, variantID := range ids {
		if quote := answers[variantID]; quote != nil {
			quotes = append(quotes, quote)
		}
	}
	return quotes, nil
}

func (q *quotes) lookup(ids []string) (answers map[string]*quote, missing []string, epoch int64) {
	answers = make(map[string]*quote, len(ids))
	now := q.now()
	q.mu.RLock()
	defer q.mu.RUnlock()
	for _, variantID := range ids {
		if known, ok := q.known[variantID]; ok && now.Before(known.until) {
			answers[variantID] = known.quote
		} else {
			missing = append(missing, variantID)
		}
	}
	return answers, missing, q.epoch
}

// remember keeps what was read, unless something was changed since the reading began.
func (q *quotes) remember(ids []string, read map[string]*quote, epoch int64) {
	until := q.now().Add(quoteAge)
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.epoch != epoch {
		return
	}
	if len(q.known)+len(ids) > maxQuotes {
		q.known = map[string]knownQuote{}
	}
	for _, variantID := range ids {
		q.known[variantID] = knownQuote{read[variantID], until}
	}
}

// read reads what variants cost, of those that are for sale.
func (q *quotes) read(ctx context.Context, ids []string) (map[string]*quote, error) {
	now, quotes := q.store.Now(), make(map[string]*quote, len(ids))
	ofIDs, arg := sqldb.In(q.store.DB.Read(), "v.id", 1, ids)
	err := sqldb.EachRow(ctx, q.store.DB.Read(), `SELECT v.id, v.title, v.sku, v.price, v.sold_by,
		v.unit_value, v.unit, v.barcode, m.currency, p.id, p.title, r.id, r.name, p.market, p.allergens,
		p.allergens_none,
		COALESCE((SELECT i.key FROM product_image i WHERE i.product_id = p.id
		ORDER BY i.position LIMIT 1), ''),
		CASE WHEN v.title = '' THEN (SELECT COUNT(*) FROM variant w
		WHERE w.product_id = v.product_id AND w.withdrawn = 0 AND w.position <= v.position) ELSE 1 END,
		CASE WHEN v.title = '' THEN (SELECT COUNT(*) FROM variant w
		WHERE w.product_id = v.product_id AND w.withdrawn = 0) ELSE 1 END,
		r.order_minimum, r.holidays, m.time_zone
		FROM variant v JOIN product p ON p.id = v.product_id JOIN producer r ON r.id = p.producer_id
		JOIN market m ON m.code = p.market
		WHERE v.withdrawn = 0 AND p.listed = 1 AND `+ofIDs, []any{arg}, func(scan sqldb.Scanner) error {
		var q quote
		var holidays, zone string
		err := scan(&q.ID, &q.Title, &q.SKU, &q.Price, &q.SoldBy, &q.UnitValue, &q.Unit, &q.Barcode,
			&q.currency, &q.productID, &q.productTitle,
			&q.producerID, &q.producerName, &q.market, &q.declared, &q.none, &q.image, &q.nth, &q.siblings,
			&q.orderMinimum, &holidays, &zone)
		if err != nil {
			return err
		}
		q.named()
		quotes[q.ID] = &q
		return q.goAway(holidays, zone, now)
	})
	if err != nil {
		return nil, fmt.Errorf("quote: %w", err)
	}
	return quotes, nil
}
