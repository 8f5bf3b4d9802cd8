package goods

import (
	"context"
	"fmt"
	"strings"

	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

// OwnPage is what a producer says of itself, and how it takes orders.
type OwnPage struct {
	Town, Tagline, Story, ImageAlt string
	OrderMinimum                   int64 // minor units of the market's currency
	Holidays                       []Holiday
}

// OwnPage is what a producer says of itself now.
func (p Producer) OwnPage() OwnPage {
	return OwnPage{p.Town, p.Tagline, p.Story, p.ImageAlt, p.OrderMinimum, p.Holidays}
}

// Stamp tells it from what it was before.
func (o OwnPage) Stamp() string { return stamp.Of(o) }

// Check reports what is wrong with it on a day, as a fault with fields.
func (o OwnPage) Check(today Day) error {
	var c Checker
	c.Line("town", o.Town, 0, naming.MaxName)
	c.Line("tagline", o.Tagline, 0, 2*naming.MaxName)
	c.Text("story", o.Story, 0, naming.MaxText)
	c.Require(!naming.Unseen(strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(o.Story)), "story",
		"This has characters that cannot be seen. Type it anew, and leave nothing out but them.")
	c.Line("image_alt", o.ImageAlt, 0, naming.MaxName)
	c.Require(o.OrderMinimum >= 0 && o.OrderMinimum <= MaxVariantCost, "order_minimum",
		"This is not a least amount that can be asked.")
	c.holidays(o.Holidays, today)
	return c.Refusal("producer")
}

// EditProducer writes what is another thing than before. The market's row puts writers in line.
func (s *Store) EditProducer(
	ctx context.Context, market, producerID string, own OwnPage, seen string,
) (p Producer, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := catalogdb.New(tx)
		var version int64
		if p, version, err = inLine(ctx, q, market, producerID); err != nil {
			return err
		}
		if p.OwnPage().Stamp() == own.Stamp() {
			return nil
		}
		if err := stamp.Check(seen, p.OwnPage().Stamp()); err != nil {
			return err
		}
		p.Town, p.Tagline, p.Story, p.ImageAlt, p.OrderMinimum, p.Holidays = own.Town, own.Tagline, own.Story,
			own.ImageAlt, own.OrderMinimum, own.Holidays
		err = q.EditProducer(ctx, catalogdb.EditProducerParams{
			ID: p.ID, Town: p.Town, Tagline: p.Tagline, Story: p.Story, ImageAlt: p.ImageAlt,
			OrderMinimum: p.OrderMinimum,
			Holidays:     holidaysList(p.Holidays), UpdatedAt: s.Now().UnixMilli(), Version: version,
		})
		if err != nil {
			return fmt.Errorf("edit a producer: %w", err)
		}
		return s.Audit(ctx, tx, "producer.edit", p.ID, nil)
	})
	return p, err
}

// DropOwnPicture has a producer show none, if it shows the one that is meant. What nothing shows is swept.
func (s *Store) DropOwnPicture(ctx context.Context, market, producerID, key string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := catalogdb.New(tx)
		version, err := q.RaiseMarketVersion(ctx, market)
		if err != nil {
			return NotFound("market", err)
		}
		row, err := q.GetProducer(ctx, producerID)
		if err != nil {
			return NotFound("producer", err)
		}
		if row.Image == "" {
			return nil
		}
		if err := stamp.Check(key, row.Image); err != nil {
			return err
		}
		if _, err := q.SetProducerImage(ctx, catalogdb.SetProducerImageParams{
			ID:        producerID,
			UpdatedAt: s.Now().UnixMilli(), Version: version,
		}); err != nil {
			return fmt.Errorf("take a picture away: %w", err)
		}
		return s.Audit(ctx, tx, "producer.edit", producerID, map[string]string{"picture": "removed"})
	})
}
