package goods

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/sqldb"
)

// PutProducer makes (without an ID) or changes a producer, and lists or unlists
// its products when its approval, or its name, has changed.
func (s *Store) PutProducer(ctx context.Context, p Producer, form idempotency.Form) (Producer, error) {
	fresh := p.ID == ""
	if !id.ValidMarket(p.Market) {
		return p, NotFound("market", sql.ErrNoRows)
	}
	if fresh {
		p.ID = s.newID(id.Producer, p.Market)
	}
	err := s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		made, err := idempotency.Do(ctx, tx, form,
			func() (string, error) { return p.ID, s.writeProducer(ctx, tx, &p, fresh) })
		if err != nil || made == p.ID {
			return err
		}
		row, err := catalogdb.New(tx).GetProducer(ctx, made)
		if err != nil {
			return NotFound("producer", err)
		}
		p, err = producerOf(row)
		return err
	})
	return p, err
}

// writeProducer also gives the producer its slug. A name that has to be looked at is not approved by the way.
func (s *Store) writeProducer(ctx context.Context, tx *sqldb.Tx, p *Producer, fresh bool) error {
	q := catalogdb.New(tx)
	// The market's row puts writers in line, so that a slug that is free stays free.
	version, err := q.RaiseMarketVersion(ctx, p.Market)
	if err != nil {
		return NotFound("market", err)
	}
	before, err := q.GetProducer(ctx, p.ID)
	if err != nil && !fresh {
		return NotFound("producer", err)
	}
	if !fresh && before.Market != p.Market {
		return NotFound("producer", sql.ErrNoRows)
	}
	if p.Slug, err = producerSlug(ctx, q, *p, before.Slug); err != nil {
		return err
	}
	if p.Approved && (fresh || before.Name != p.Name) {
		if p.Caution, err = Caution(ctx, q, *p); err != nil {
			return err
		}
		p.Approved = p.Caution == ""
	}
	if err := q.PutProducer(ctx, producerRow(*p, s.Now(), version)); err != nil {
		return fmt.Errorf("write producer: %w", err)
	}
	if err := s.auditProducer(ctx, tx, *p, before, fresh); err != nil {
		return err
	}
	if fresh || (before.Name == p.Name && before.Approved == sqldb.Flag(p.Approved)) {
		return nil
	}
	return s.relist(ctx, tx, *p, version)
}

// inLine reads a producer that is to be changed, with its market's next version: the market's row puts those
// who write in line.
func inLine(
	ctx context.Context, q *catalogdb.Queries, market, producerID string,
) (p Producer, version int64, err error) {
	if version, err = q.RaiseMarketVersion(ctx, market); err != nil {
		return p, 0, NotFound("market", err)
	}
	row, err := q.GetProducer(ctx, producerID)
	if err != nil {
		return p, 0, NotFound("producer", err)
	}
	p, err = producerOf(row)
	return p, version, err
}

// ApproveProducer says whether a producer's products are shown and sold.
func (s *Store) ApproveProducer(
	ctx context.Context, market, producerID string, approved bool,
) (p Producer, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := catalogdb.New(tx)
		var version int64
		if p, version, err = inLine(ctx, q, market, producerID); err != nil || p.Approved == approved {
			return err
		}
		p.Approved, p.Suspended = approved, !approved
		err = q.ApproveProducer(ctx, catalogdb.ApproveProducerParams{
			ID: p.ID, Approved: sqldb.Flag(approved),
			UpdatedAt: s.Now().UnixMilli(), Version: version,
		})
		if err != nil {
			return fmt.Errorf("approve a producer: %w", err)
		}
		if err := s.decided(ctx, tx, p); err != nil {
			return err
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
		slug = naming.Slugify(p.Name)
	}
	owner, err := q.ProducerBySlug(ctx, catalogdb.ProducerBySlugParams{Market: p.Market, Slug: slug})
	if errors.Is(err, sql.ErrNoRows) || owner == p.ID {
		return slug, nil
	}
	if err != nil {
		return "", NotFound("producer", err)
	}
	if p.Slug != "" {
		return "", slugTaken()
	}
	return distinctSlug(slug, p.ID), nil
}

func slugTaken() error {
	return fault.New(fault.Conflict, "slug_taken", "That address is taken by another in this market.",
		fault.Field{Name: "slug", Message: "This is taken."})
}

// distinctSlug makes a slug that is taken unique by the random end of an ID.
func distinctSlug(slug, id string) string { return slug + "-" + id[len(id)-8:] }

// relist brings a producer's products in line with its approval and name.
func (s *Store) relist(ctx context.Context, tx *sqldb.Tx, p Producer, version int64) error {
	q := catalogdb.New(tx)
	err := q.RelistProducts(ctx, catalogdb.RelistProductsParams{
		ProducerID: p.ID, Version: version,
		Approved: sqldb.Flag(p.Approved),
	})
	if err != nil {
		return fmt.Errorf("list the products of a producer: %w", err)
	}
	const batch = 300
	for after := ""; ; {
		ids, err := q.ProductsOfProducer(ctx, catalogdb.ProductsOfProducerParams{
			ProducerID: p.ID, ID: after,
			Limit: batch,
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		products, err := s.productsIn(ctx, tx.Querier, ids)
		if err != nil {
			return err
		}
		if err := s.Index.Put(ctx, tx, documents(products)); err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// Producer reads a producer, approved or not; the fault is NotFound when there is none.
func (s *Store) Producer(ctx context.Context, producerID string) (Producer, error) {
	row, err := s.Read().GetProducer(ctx, producerID)
	if err != nil {
		return Producer{}, NotFound("producer", err)
	}
	return producerOf(row)
}

// ProducerByName finds a producer of a market by its name; see identity. The fault is NotFound when there is
// none; then like is the name of one that differs by its marks only, if there is one.
func (s *Store) ProducerByName(
	ctx context.Context, market, name string,
) (p Producer, like string, err error) {
	name = strings.Join(strings.Fields(name), " ")
	rows, err := s.Read().ProducersByName(ctx,
		catalogdb.ProducersByNameParams{Market: market, NameKey: naming.SortKey(name)})
	if err != nil {
		return p, "", fmt.Errorf("find a producer: %w", sqldb.Classify(err))
	}
	for _, row := range rows {
		if naming.Identity(row.Name) == naming.Identity(name) {
			p, err := producerOf(row)
			return p, "", err
		}
		if like == "" {
			like = row.Name
		}
	}
	return p, like, NotFound("producer", sql.ErrNoRows)
}

// Producers reads producers in the order of their IDs; those that are not there are left out.
func (s *Store) Producers(ctx context.Context, ids []string) ([]Producer, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	byID := make(map[string]Producer, len(ids))
	ofIDs, arg := sqldb.In(s.DB.Read(), "id", 1, ids)
	err := sqldb.EachRow(ctx, s.DB.Read(), `SELECT id, market, name, slug, town, tagline, story,
		certifications, approved, image, created_at, decided_at, decided_by_kind, order_minimum, holidays
		FROM producer WHERE `+ofIDs, []any{arg}, func(scan sqldb.Scanner) error {
		var p Producer
		var certifications, decidedBy, holidays string
		var decidedAt int64
		err := scan(&p.ID, &p.Market, &p.Name, &p.Slug, &p.Town, &p.Tagline, &p.Story, &certifications,
			&p.Approved, &p.Image, &p.CreatedAt, &decidedAt, &decidedBy, &p.OrderMinimum, &holidays)
		if err != nil {
			return err
		}
		if p.Holidays, err = ReadHolidays(holidays); err != nil {
			return err
		}
		p.Suspended = IsSuspended(p.Approved, decidedAt, decidedBy)
		p.Certifications, err = ReadList(certifications)
		byID[p.ID] = p
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read producers: %w", err)
	}
	producers := make([]Producer, 0, len(ids))
	for _, producerID := range ids {
		if p, ok := byID[producerID]; ok {
			producers = append(producers, p)
		}
	}
	return producers, nil
}

func producerOf(row catalogdb.Producer) (Producer, error) {
	certifications, err := ReadList(row.Certifications)
	if err != nil {
		return Producer{}, err
	}
	holidays, err := ReadHolidays(row.Holidays)
	return Producer{
		ID: row.ID, Market: row.Market, Name: row.Name, Slug: row.Slug, Town: row.Town, Tagline: row.Tagline,
		Story:          row.Story,
		Certifications: certifications, Approved: row.Approved == 1, Image: row.Image, ImageAlt: row.ImageAlt,
		CreatedAt:    row.CreatedAt,
		Suspended:    IsSuspended(row.Approved == 1, row.DecidedAt, row.DecidedByKind),
		OrderMinimum: row.OrderMinimum, Holidays: holidays,
	}, err
}

// IsSuspended reports whether somebody has decided that a producer may not sell. Who gives herself a name
// that has to be looked at waits for the operator like an applicant.
func IsSuspended(approved bool, decidedAt int64, decidedBy string) bool {
	return !approved && decidedAt > 0 && decidedBy != audit.Producer
}

func producerRow(p Producer, now time.Time, version int64) catalogdb.PutProducerParams {
	return catalogdb.PutProducerParams{
		ID: p.ID, Market: p.Market, Name: p.Name, NameKey: naming.SortKey(p.Name), Slug: p.Slug, Town: p.Town,
		Tagline: p.Tagline, Story: p.Story,
		Certifications: StoredList(p.Certifications), Approved: sqldb.Flag(p.Approved), Image: p.Image,
		ImageAlt: p.ImageAlt, CreatedAt: now.UnixMilli(), Version: version, Look: naming.Look(p.Name),
	}
}
