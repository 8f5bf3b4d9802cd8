package catalog

import (
	"context"
	"fmt"
	"strings"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

// ownPage is what a producer says of itself, and how it takes orders.
type ownPage struct {
	Town, Tagline, Story, ImageAlt string
	OrderMinimum                   int64 // minor units of the market's currency
	Holidays                       []Holiday
}

func (p Producer) ownPage() ownPage {
	return ownPage{p.Town, p.Tagline, p.Story, p.ImageAlt, p.OrderMinimum, p.Holidays}
}

func (o ownPage) stamp() string { return stamp.Of(o) }

// check reports what is wrong with it on a day, as a fault with fields.
func (o ownPage) check(today day) error {
	var c checker
	c.line("town", o.Town, 0, naming.MaxName)
	c.line("tagline", o.Tagline, 0, 2*naming.MaxName)
	c.text("story", o.Story, 0, naming.MaxText)
	c.require(!naming.Unseen(strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(o.Story)), "story", "This has characters that cannot be seen. Type it anew, and leave nothing out but them.")
	c.line("image_alt", o.ImageAlt, 0, naming.MaxName)
	c.require(o.OrderMinimum >= 0 && o.OrderMinimum <= maxVariantCost, "order_minimum", "This is not a least amount that can be asked.")
	c.holidays(o.Holidays, today)
	return c.err("producer")
}

// EditProducer changes what a producer says of itself, and how it takes orders.
func (s *service) EditProducer(ctx context.Context, r *catalogv1.EditProducerRequest) (*catalogv1.EditProducerResponse, error) {
	code, err := id.Market(id.Producer, r.GetId())
	if err != nil {
		return nil, err
	}
	if err := rights.Check(ctx, r.GetId(), rights.Owner); err != nil {
		return nil, err
	}
	m, err := s.store.market(ctx, code)
	if err != nil {
		return nil, err
	}
	own := ownPage{r.GetTown(), r.GetTagline(), r.GetStory(), r.GetImageAlt(), r.GetOrderMinimum(), holidaysFromProto(r.GetHolidays())}
	if err := own.check(todayIn(zoneOf(m.TimeZone), s.host.Now())); err != nil {
		return nil, err
	}
	own.Holidays = sortHolidays(own.Holidays)
	p, err := s.store.editProducer(ctx, code, r.GetId(), own, r.GetVersion())
	if err != nil {
		return nil, err
	}
	s.quotes.forget()
	return &catalogv1.EditProducerResponse{Producer: s.versionedProducer(p, m)}, nil
}

// versionedProducer is a producer with the stamp of what EditProducer changes of it. Holidays that are over are left out.
func (s *service) versionedProducer(p Producer, m Market) *catalogv1.Producer {
	out := p.proto()
	out.Version = p.ownPage().stamp()
	if len(p.Holidays) > 0 {
		out.Holidays = holidaysToProto(ahead(p.Holidays, todayIn(zoneOf(m.TimeZone), s.host.Now())))
	}
	return out
}

// editProducer writes what is another thing than before. The market's row puts writers in line.
func (s *store) editProducer(ctx context.Context, market, producerID string, own ownPage, seen string) (p Producer, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := catalogdb.New(tx)
		version, err := q.RaiseMarketVersion(ctx, market)
		if err != nil {
			return found("market", err)
		}
		row, err := q.GetProducer(ctx, producerID)
		if err != nil {
			return found("producer", err)
		}
		if p, err = producerOf(row); err != nil {
			return err
		}
		if p.ownPage().stamp() == own.stamp() {
			return nil
		}
		if err := stamp.Check(seen, p.ownPage().stamp()); err != nil {
			return err
		}
		p.Town, p.Tagline, p.Story, p.ImageAlt, p.OrderMinimum, p.Holidays = own.Town, own.Tagline, own.Story, own.ImageAlt, own.OrderMinimum, own.Holidays
		err = q.EditProducer(ctx, catalogdb.EditProducerParams{
			ID: p.ID, Town: p.Town, Tagline: p.Tagline, Story: p.Story, ImageAlt: p.ImageAlt, OrderMinimum: p.OrderMinimum,
			Holidays: holidaysList(p.Holidays), UpdatedAt: s.now().UnixMilli(), Version: version,
		})
		if err != nil {
			return fmt.Errorf("edit a producer: %w", err)
		}
		return s.told(ctx, tx, "producer.edit", p.ID, nil)
	})
	return p, err
}
