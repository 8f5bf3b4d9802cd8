package edge

import (
	"bytes"
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

// htmlType is the media type of a page.
const htmlType = "text/html; charset=utf-8"

// render makes a page whole before any of it is sent, so that a page that fails is an error and not half a page.
func render(ctx context.Context, status int, c templ.Component) (*reply, error) {
	var out bytes.Buffer
	nonce := rand.Text()
	if err := c.Render(templ.WithNonce(ctx, nonce), &out); err != nil {
		return nil, err
	}
	return &reply{status: status, contentType: htmlType, body: out.Bytes(), nonce: nonce}, nil
}

// frame is what surrounds a page. The place is nil on a page of no market.
func (e *site) frame(title string, in *place) page.Frame {
	f := page.Frame{Title: title, Assets: e.assets, Demo: e.host.Config().Demo}
	if in != nil {
		f.Market, f.MarketName, f.Locale = in.code, in.name, in.Locale
	}
	return f
}

// shopFrame is the frame of a page that people shop on.
func (e *site) shopFrame(title string, in *place) page.Frame {
	f := e.frame(title, in)
	f.Shopping = true
	return f
}

// deskFrame is the frame of a page that is built of the parts of desks.
func (e *site) deskFrame(title string) page.Frame {
	f := e.frame(title, nil)
	f.Sheet = e.assets.Desk
	return f
}

// place is a market as pages need it: how its people read amounts and times.
type place struct {
	code, name, currency, locale, country string
	zone                                  *time.Location
	*locale.Locale
}

// Text is a sentence in the market's language; see locale.
func (p *place) Text(sentence string, args ...string) string { return p.Locale.Text(sentence, args...) }

// Count is a sentence about so many; see locale.
func (p *place) Count(n int64, one, many string, args ...string) string { return p.Locale.Count(n, one, many, args...) }

// desk is the place for who works there: with its customs, in English.
func (p *place) desk() *place {
	same := *p
	same.Locale = p.English()
	return &same
}

// place is a market by its code; ErrNoPage where there is none.
func (e *site) place(ctx context.Context, market string) (*place, error) {
	if !id.ValidMarket(market) {
		return nil, errNoPage
	}
	answer, err := e.catalog.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: market})
	if err != nil {
		return nil, err
	}
	return placeOf(answer.GetMarket()), nil
}

// placeOf is how a market of the catalogue is read by its people. A time zone that is not known is UTC.
func placeOf(m *catalogv1.Market) *place {
	zone, err := time.LoadLocation(m.GetTimeZone())
	if err != nil {
		zone = time.UTC
	}
	return &place{m.GetCode(), m.GetName(), m.GetCurrency(), m.GetLocale(), m.GetCountry(), zone, locale.New(m.GetLocale(), m.GetCountry())}
}

// money is an amount as the market's people write it; empty for none.
func (p *place) money(m *moneyv1.Money) string {
	if m == nil {
		return ""
	}
	return money.FromProto(m).Format(p.locale)
}

// price is what a piece costs, or a kilogram or a pound.
func (p *place) price(m *moneyv1.Money, soldBy string) string {
	if soldBy == byWeight && m != nil {
		return p.money(&moneyv1.Money{Amount: p.PerUnit(m.GetAmount()), Currency: m.GetCurrency()}) + " / " + p.WeightUnit()
	}
	return p.money(m)
}

// byWeight is how goods are sold that are weighed.
const byWeight = "weight"

// at is a time as the market's clocks have it.
func (p *place) at(millis int64) time.Time { return timeOf(millis).In(p.zone) }

// span is a time from and to: "Sat, Nov 21, 9:00 to 11:00 AM".
func (p *place) span(from, to int64) string { return p.Span(p.at(from), p.at(to)) }

// hours is a span of time within a day.
func (p *place) hours(from, to int64) string { return p.Times(p.at(from), p.at(to)) }

// hourAndMinute is a time of day as forms and schedules have it.
const hourAndMinute = "15:04"

// wallHours are the hours of a schedule.
func (p *place) wallHours(from, to string) string {
	start, startErr := time.Parse(hourAndMinute, from)
	end, endErr := time.Parse(hourAndMinute, to)
	if startErr != nil || endErr != nil {
		return from + " to " + to
	}
	return p.Times(start, end)
}

// amount is a quantity for shoppers: "2", "0.5 lb".
func (p *place) amount(milli int64, soldBy string) string {
	if soldBy == byWeight {
		return p.Weight(milli)
	}
	return p.Number(milli)
}

// amount is a quantity as the fields of desks have it: "2", "0.35 kg".
func amount(milli int64, soldBy string) string {
	if soldBy == byWeight {
		return quantity(milli).String() + " kg"
	}
	return quantity(milli).String()
}

// kept is a quantity for desks: "2", "0.35 kg (0.77 lb)".
func (p *place) kept(milli int64, soldBy string) string {
	if soldBy == byWeight {
		return p.KeptWeight(milli)
	}
	return quantity(milli).String()
}

// paragraphs parts plain text at its blank lines.
func paragraphs(text string) []string {
	var list []string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}
