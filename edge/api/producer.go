package api

import (
	"context"
	"net/http"
	"time"

	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/money"
)

const producerPage = 50

type producerJSON struct {
	ID             string   `json:"id"`
	Market         string   `json:"market"`
	Name           string   `json:"name"`
	Slug           string   `json:"slug"`
	Town           string   `json:"town"`
	Tagline        string   `json:"tagline"`
	Certifications []string `json:"certifications"`
	ImageURL       *string  `json:"image_url"`
	Story          string   `json:"story,omitempty"`
	// OrderMinimum and Version are only of one producer.
	OrderMinimum *money.Amount `json:"order_minimum,omitempty"`
	Holidays     []holidayJSON `json:"holidays"`
	Version      string        `json:"version,omitempty"`
}

type holidayJSON struct {
	From  string `json:"from"`
	Until string `json:"until"`
}

func producerToJSON(p *catalogv1.Producer) producerJSON {
	out := producerJSON{
		ID: p.GetId(), Market: p.GetMarket(), Name: p.GetName(), Slug: p.GetSlug(), Town: p.GetTown(),
		Tagline: p.GetTagline(), Certifications: some(p.GetCertifications()), Holidays: []holidayJSON{},
	}
	for _, h := range p.GetHolidays() {
		out.Holidays = append(out.Holidays, holidayJSON{h.GetFrom(), h.GetUntil()})
	}
	if key := p.GetImage(); key != "" {
		out.ImageURL = optional(web.ImageURL(key))
	}
	return out
}

// ListProducers lists the approved producers of a market.
func ListProducers(ctx context.Context, q *web.Query) (*web.Reply, error) {
	market, err := market(q)
	if err != nil {
		return nil, err
	}
	limit, err := q.Limit(producerPage)
	if err != nil {
		return nil, err
	}
	answer, err := q.Site.Catalog.ListProducers(ctx,
		&catalogv1.ListProducersRequest{Market: market, Limit: limit, Cursor: q.Get("cursor")})
	if err != nil {
		return nil, err
	}
	var producers []producerJSON
	for _, p := range answer.GetProducers() {
		producers = append(producers, producerToJSON(p))
	}
	return web.JSON(http.StatusOK, listOf("producers", producers, answer.GetNextCursor()))
}

// GetProducer answers an approved producer.
func GetProducer(ctx context.Context, q *web.Query) (*web.Reply, error) {
	answer, err := trade.PublicProducer(ctx, q.Site, q.ID)
	if err != nil {
		return nil, err
	}
	out, err := producerDetail(ctx, q.Site, answer)
	if err != nil {
		return nil, err
	}
	return web.JSON(http.StatusOK, out)
}

// producerDetail is one producer with all that there is to tell.
func producerDetail(ctx context.Context, site *web.Site, p *catalogv1.Producer) (producerJSON, error) {
	out := producerToJSON(p)
	out.Story, out.Version = p.GetStory(), p.GetVersion()
	if p.GetOrderMinimum() == 0 {
		return out, nil
	}
	in, err := site.Market(ctx, p.GetMarket())
	if err != nil {
		return out, err
	}
	least := money.New(p.GetOrderMinimum(), in.Currency)
	out.OrderMinimum = &least
	return out, nil
}

// PutProducer changes what a producer says of itself, and how it takes orders.
func PutProducer(v *web.Visit) (*web.Reply, error) {
	producer, at, err := trade.OwnProducer(v, v.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	request := &catalogv1.EditProducerRequest{
		Id: producer.GetId(), Town: in.Text("town", web.MaxText), Tagline: in.Text("tagline", web.MaxText),
		Story: in.Prose("story", trade.MaxProse), ImageAlt: in.Text("image_alt", web.MaxText),
		Version: seenBy(v, in.Text("version", web.MaxText)),
	}
	if least := in.Child("order_minimum"); least != nil {
		request.OrderMinimum = least.Minor("amount")
		if least.Need("currency", 3) != at.Currency {
			least.Fail("currency", "This is "+at.Currency+" in this market.")
		}
		least.Close()
	}
	for _, h := range in.List("holidays", trade.MaxHolidays) {
		request.Holidays = append(request.Holidays,
			&catalogv1.Holiday{
				From:  h.Need("from", len(time.DateOnly)),
				Until: h.Need("until", len(time.DateOnly)),
			})
		h.Close()
	}
	if err := in.Done(); err != nil {
		return nil, err
	}
	answer, err := v.Site.Catalog.EditProducer(v.Context(), request)
	if err != nil {
		return nil, unmatched(v, err)
	}
	out, err := producerDetail(v.Context(), v.Site, answer.GetProducer())
	if err != nil {
		return nil, err
	}
	return tagged(http.StatusOK, answer.GetProducer().GetVersion(), out)
}
