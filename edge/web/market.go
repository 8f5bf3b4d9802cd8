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
	known, ok := s.known.Load(market)
	if !ok {
		return s.askMarket(ctx, market)
	}
	var in *Market
	err := s.Part(ctx, "catalog", PartPatience, func(ctx context.Context) (err error) {
		in, err = s.askMarket(ctx, market)
		return err
	})
	if fault.Away(err) {
		return known.(*Market), nil //nolint:forcetypeassert // nothing else is stored
	}
	return in, err
}

// askMarket asks the catalogue, and remembers what it says.
func (s *Site) askMarket(ctx context.Context, market string) (*Market, error) {
	answer, err := s.Catalog.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: market})
	if err != nil {
		return nil, err
	}
	in := MarketOf(answer.GetMarket())
	s.known.Store(market, in)
	return in, nil
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
