package web

import (
	"context"
	"time"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

// Market is a market as pages need it: how its people read amounts and times.
type Market struct {
	Code, Name, Currency, Tag, Country string
	Zone                               *time.Location
	Locale                             *locale.Locale
}

// Text is a sentence in the market's language; see locale.
func (p *Market) Text(sentence string, args ...string) string {
	return p.Locale.Text(sentence, args...)
}

// Count is a sentence about so many; see locale.
func (p *Market) Count(n int64, one, many string, args ...string) string {
	return p.Locale.Count(n, one, many, args...)
}

// Desk is the market for who works there: with its customs, in English.
func (p *Market) Desk() *Market {
	same := *p
	same.Locale = p.Locale.English()
	return &same
}

// Market is a market by its code; ErrNoPage where there is none. While the catalogue does not answer, or not
// soon, it is as it was last.
func (s *Site) Market(ctx context.Context, market string) (*Market, error) {
	if !id.ValidMarket(market) {
		return nil, ErrNoPage
	}
	return lastOf(ctx, s, market, func(ctx context.Context) (*Market, error) {
		answer, err := s.Catalog.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: market})
		if err != nil {
			return nil, err
		}
		return MarketOf(answer.GetMarket()), nil
	})
}

// allMarkets is what all markets are known under.
type allMarkets struct{}

// Markets are all that there are. While the catalogue does not answer, or not soon, they are as they were
// last.
func (s *Site) Markets(ctx context.Context) ([]*catalogv1.Market, error) {
	return lastOf(ctx, s, allMarkets{}, func(ctx context.Context) ([]*catalogv1.Market, error) {
		answer, err := s.Catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
		return answer.GetMarkets(), err
	})
}

// oneProducer is what a producer is known under: an ID.
type oneProducer string

// Producer is one by its ID, for whoever works for it. While the catalogue does not answer, or not soon, it
// is as it was last.
func (s *Site) Producer(ctx context.Context, producerID string) (*catalogv1.Producer, error) {
	return lastOf(ctx, s, oneProducer(producerID), func(ctx context.Context) (*catalogv1.Producer, error) {
		answer, err := s.Catalog.GetProducer(ctx, &catalogv1.GetProducerRequest{Id: producerID})
		return answer.GetProducer(), err
	})
}

// lastOf is what the catalogue answers, or, while it does not, or not soon, what it answered last to who
// asked the same. There are few markets and producers: what is known of them is not forgotten.
func lastOf[T any](ctx context.Context, s *Site, key any, ask func(context.Context) (T, error)) (T, error) {
	asks := func(ctx context.Context) (T, error) {
		now, err := ask(ctx)
		if err == nil {
			s.known.Store(key, now)
		}
		return now, err
	}
	known, ok := s.known.Load(key)
	if !ok {
		return asks(ctx)
	}
	var now T
	err := s.Part(ctx, "catalog", PartPatience, func(ctx context.Context) (err error) {
		now, err = asks(ctx)
		return err
	})
	if fault.Away(err) {
		return known.(T), nil //nolint:forcetypeassert // nothing else is stored under the key
	}
	return now, err
}

// MarketOf is how a market of the catalogue is read by its people. A time zone that is not known is UTC.
func MarketOf(m *catalogv1.Market) *Market {
	zone, err := time.LoadLocation(m.GetTimeZone())
	if err != nil {
		zone = time.UTC
	}
	return &Market{
		m.GetCode(), m.GetName(), m.GetCurrency(), m.GetLocale(), m.GetCountry(), zone,
		locale.New(m.GetLocale(), m.GetCountry()),
	}
}

// Money is an amount as the market's people write it; empty for none.
func (p *Market) Money(m *moneyv1.Money) string {
	if m == nil {
		return ""
	}
	return money.FromProto(m).Format(p.Tag)
}

// Price is what a piece costs, or a kilogram or a pound.
func (p *Market) Price(m *moneyv1.Money, soldBy string) string {
	if soldBy == ByWeight && m != nil {
		return p.Money(&moneyv1.Money{Amount: p.Locale.PerUnit(m.GetAmount()), Currency: m.GetCurrency()}) +
			" / " + p.Locale.WeightUnit()
	}
	return p.Money(m)
}

// ByWeight is how goods are sold that are weighed.
const ByWeight = "weight"

// At is a time as the market's clocks have it.
func (p *Market) At(millis int64) time.Time { return TimeOf(millis).In(p.Zone) }

// Span is a time from and to: "Sat, Nov 21, 9:00 to 11:00 AM".
func (p *Market) Span(from, to int64) string { return p.Locale.Span(p.At(from), p.At(to)) }

// Hours is a span of time within a day.
func (p *Market) Hours(from, to int64) string { return p.Locale.Times(p.At(from), p.At(to)) }

// HourAndMinute is a time of day as forms and schedules have it.
const HourAndMinute = "15:04"

// WallHours are the hours of a schedule.
func (p *Market) WallHours(from, to string) string {
	start, startErr := time.Parse(HourAndMinute, from)
	end, endErr := time.Parse(HourAndMinute, to)
	if startErr != nil || endErr != nil {
		return from + " to " + to
	}
	return p.Locale.Times(start, end)
}

// Amount is a quantity for shoppers: "2", "0.5 lb".
func (p *Market) Amount(milli int64, soldBy string) string {
	if soldBy == ByWeight {
		return p.Locale.Weight(milli)
	}
	return p.Locale.Number(milli)
}

// Amount is a quantity as the fields of desks have it: "2", "0.35 kg".
func Amount(milli int64, soldBy string) string {
	if soldBy == ByWeight {
		return input.Quantity(milli).String() + " kg"
	}
	return input.Quantity(milli).String()
}

// Kept is a quantity for desks: "2", "0.35 kg (0.77 lb)".
func (p *Market) Kept(milli int64, soldBy string) string {
	if soldBy == ByWeight {
		return p.Locale.KeptWeight(milli)
	}
	return input.Quantity(milli).String()
}

// TimeOf reads a time of the services; JSON writes it as RFC 3339 in UTC.
func TimeOf(millis int64) time.Time { return time.UnixMilli(millis).UTC() }
