package trade

import (
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/rights"
)

// OwnProducer is a producer that the visitor works for, and its market; ErrNoPage for anybody else. From here
// on the visit may do what the visitor may do for this producer, and nothing for another.
func OwnProducer(v *web.Visit, producerID string) (*catalogv1.Producer, *web.Market, error) {
	if !v.ActsFor(producerID) {
		return nil, nil, web.ErrNoPage
	}
	producer, err := v.Site.Producer(v.Context(), producerID)
	if err != nil {
		return nil, nil, err
	}
	in, err := v.Site.Market(v.Context(), producer.GetMarket())
	if err != nil {
		return nil, nil, err
	}
	limits := rights.Limits{}
	if may, limited := web.LimitsOf(v.Account)[producerID]; limited {
		limits[producerID] = may
	}
	v.Request = v.Request.WithContext(rights.With(v.Context(), limits)) // of this desk only
	return producer, in, nil
}
