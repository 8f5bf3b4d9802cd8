package edge

import (
	"context"
	"net/http"
	"time"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/money"
)

// maxProse bounds a text of several lines, in characters.
const maxProse = 20_000

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
		out.ImageURL = optional(imageURL(key))
	}
	return out
}

// listProducers lists the approved producers of a market.
func (e *site) listProducers(ctx context.Context, q *query) (*reply, error) {
	market, err := q.market()
	if err != nil {
		return nil, err
	}
	limit, err := q.limit(producerPage)
	if err != nil {
		return nil, err
	}
	answer, err := e.catalog.ListProducers(ctx, &catalogv1.ListProducersRequest{Market: market, Limit: limit, Cursor: q.get("cursor")})
	if err != nil {
		return nil, err
	}
	var producers []producerJSON
	for _, p := range answer.GetProducers() {
		producers = append(producers, producerToJSON(p))
	}
	return jsonReply(http.StatusOK, listOf("producers", producers, answer.GetNextCursor()))
}

// getProducer answers an approved producer.
func (e *site) getProducer(ctx context.Context, q *query) (*reply, error) {
	answer, err := e.publicProducer(ctx, q.id)
	if err != nil {
		return nil, err
	}
	out, err := e.producerDetail(ctx, answer)
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, out)
}

// producerDetail is one producer with all that there is to tell.
func (e *site) producerDetail(ctx context.Context, p *catalogv1.Producer) (producerJSON, error) {
	out := producerToJSON(p)
	out.Story, out.Version = p.GetStory(), p.GetVersion()
	if p.GetOrderMinimum() == 0 {
		return out, nil
	}
	in, err := e.place(ctx, p.GetMarket())
	if err != nil {
		return out, err
	}
	least := money.New(p.GetOrderMinimum(), in.currency)
	out.OrderMinimum = &least
	return out, nil
}

// putProducer changes what a producer says of itself, and how it takes orders.
func (e *site) putProducer(v *visit) (*reply, error) {
	producer, at, err := v.ownProducer(v.PathValue("id"))
	if err != nil {
		return nil, err
	}
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	request := &catalogv1.EditProducerRequest{
		Id: producer.GetId(), Town: in.text("town", maxText), Tagline: in.text("tagline", maxText), Story: in.prose("story", maxProse), ImageAlt: in.text("image_alt", maxText),
		Version: v.seenBy(in.text("version", maxText)),
	}
	if least := in.child("order_minimum"); least != nil {
		request.OrderMinimum = least.minor("amount")
		if least.need("currency", 3) != at.currency {
			least.fail("currency", "This is "+at.currency+" in this market.")
		}
		least.close()
	}
	for _, h := range in.list("holidays", maxHolidays) {
		request.Holidays = append(request.Holidays, &catalogv1.Holiday{From: h.need("from", len(time.DateOnly)), Until: h.need("until", len(time.DateOnly))})
		h.close()
	}
	if err := in.done(); err != nil {
		return nil, err
	}
	answer, err := e.catalog.EditProducer(v.Context(), request)
	if err != nil {
		return nil, v.unmatched(err)
	}
	out, err := e.producerDetail(v.Context(), answer.GetProducer())
	if err != nil {
		return nil, err
	}
	return tagged(http.StatusOK, answer.GetProducer().GetVersion(), out)
}

// publicProducer is a producer that the operator has approved; another is not there.
func (e *site) publicProducer(ctx context.Context, producerID string) (*catalogv1.Producer, error) {
	answer, err := e.catalog.GetProducer(ctx, &catalogv1.GetProducerRequest{Id: producerID})
	if err != nil {
		return nil, err
	}
	if !answer.GetProducer().GetApproved() {
		return nil, errNoPage
	}
	return answer.GetProducer(), nil
}
