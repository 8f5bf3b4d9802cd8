package edge

import (
	"context"
	"net/http"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
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
}

func producerToJSON(p *catalogv1.Producer) producerJSON {
	out := producerJSON{
		ID: p.GetId(), Market: p.GetMarket(), Name: p.GetName(), Slug: p.GetSlug(), Town: p.GetTown(),
		Tagline: p.GetTagline(), Certifications: some(p.GetCertifications()),
	}
	if key := p.GetImage(); key != "" {
		out.ImageURL = optional(imageURL(key))
	}
	return out
}

func (e *edge) listProducers(ctx context.Context, q *query) (*reply, error) {
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

func (e *edge) getProducer(ctx context.Context, q *query) (*reply, error) {
	answer, err := e.publicProducer(ctx, q.id)
	if err != nil {
		return nil, err
	}
	out := producerToJSON(answer)
	out.Story = answer.GetStory()
	return jsonReply(http.StatusOK, out)
}

// publicProducer is a producer that the operator has approved; another is not there.
func (e *edge) publicProducer(ctx context.Context, producerID string) (*catalogv1.Producer, error) {
	answer, err := e.catalog.GetProducer(ctx, &catalogv1.GetProducerRequest{Id: producerID})
	if err != nil {
		return nil, err
	}
	if !answer.GetProducer().GetApproved() {
		return nil, errNoPage
	}
	return answer.GetProducer(), nil
}
