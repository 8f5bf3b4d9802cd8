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
	"github.com/artisan-eats/artisan/money"
)

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
func (e *edge) frame(title string, in *place) page.Frame {
	f := page.Frame{Title: title, Assets: e.assets, Demo: e.host.Config().Demo}
	if in != nil {
		f.Market, f.MarketName = in.code, in.name
	}
	return f
}

// place is a market as pages need it: how its people read amounts and times.
type place struct {
	code, name, currency, locale, country string
	zone                                  *time.Location
}

func (e *edge) place(ctx context.Context, market string) (*place, error) {
	if !id.ValidMarket(market) {
		return nil, errNoPage
	}
	answer, err := e.catalog.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: market})
	if err != nil {
		return nil, err
	}
	return placeOf(answer.GetMarket()), nil
}

func placeOf(m *catalogv1.Market) *place {
	zone, err := time.LoadLocation(m.GetTimeZone())
	if err != nil {
		zone = time.UTC
	}
	return &place{m.GetCode(), m.GetName(), m.GetCurrency(), m.GetLocale(), m.GetCountry(), zone}
}

func (p *place) money(m *moneyv1.Money) string {
	if m == nil {
		return ""
	}
	return money.FromProto(m).Format(p.locale)
}

// price is what a piece or a kilogram costs.
func (p *place) price(m *moneyv1.Money, soldBy string) string {
	if soldBy == byWeight {
		return p.money(m) + " / kg"
	}
	return p.money(m)
}

const byWeight = "weight"

// span is a time from and to: "Sat 21 Nov, 9:00 to 11:00".
func (p *place) span(from, to int64) string {
	start, end := timeOf(from).In(p.zone), timeOf(to).In(p.zone)
	return start.Format(dayThenTime) + " to " + end.Format(hourAndMinute)
}

// hours is a span of time within a day, as the market's clocks show it.
func (p *place) hours(from, to int64) string {
	return timeOf(from).In(p.zone).Format(hourAndMinute) + " to " + timeOf(to).In(p.zone).Format(hourAndMinute)
}

// Days and times as people write them; dayThenTime is for those that are near.
const (
	hourAndMinute = "15:04"
	dayThenTime   = "Mon 2 Jan, 15:04"
	dayAndTime    = "2 Jan 2006, 15:04"
)

// amount is a quantity for people: "2", "0.35 kg".
func amount(milli int64, soldBy string) string {
	if soldBy == byWeight {
		return quantity(milli).String() + " kg"
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
