package catalog

import (
	"context"

	"github.com/artisan-eats/artisan/catalog/goods"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/rights"
)

// EditProducer changes what a producer says of itself, and how it takes orders.
func (s *service) EditProducer(
	ctx context.Context, r *catalogv1.EditProducerRequest,
) (*catalogv1.EditProducerResponse, error) {
	code, err := ownMarket(ctx, r.GetId(), rights.Owner)
	if err != nil {
		return nil, err
	}
	m, err := s.store.Market(ctx, code)
	if err != nil {
		return nil, err
	}
	own := goods.OwnPage{
		Town: r.GetTown(), Tagline: r.GetTagline(), Story: r.GetStory(),
		ImageAlt: r.GetImageAlt(), OrderMinimum: r.GetOrderMinimum(),
		Holidays: holidaysFromProto(r.GetHolidays()),
	}
	if err := own.Check(goods.TodayIn(goods.ZoneOf(m.TimeZone), s.host.Now())); err != nil {
		return nil, err
	}
	own.Holidays = goods.SortHolidays(own.Holidays)
	p, err := s.store.EditProducer(ctx, code, r.GetId(), own, r.GetVersion())
	if err != nil {
		return nil, err
	}
	s.quotes.forget()
	return &catalogv1.EditProducerResponse{Producer: s.versionedProducer(p, m)}, nil
}

// versionedProducer is a producer with the stamp of what EditProducer changes of it. Holidays that are over
// are left out.
func (s *service) versionedProducer(p goods.Producer, m goods.Market) *catalogv1.Producer {
	out := producerToProto(p)
	out.Version = p.OwnPage().Stamp()
	if len(p.Holidays) > 0 {
		out.Holidays = holidaysToProto(goods.Ahead(p.Holidays,
			goods.TodayIn(goods.ZoneOf(m.TimeZone), s.host.Now())))
	}
	return out
}
