package intake

import (
	"cmp"
	"context"

	"github.com/artisan-eats/artisan/catalog/feed"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/naming"
)

// admit makes sure that a product has a producer who is in the market, and was not refused before.
func (im *importer) admit(ctx context.Context, p *feed.Product) (bool, error) {
	if im.refused[im.digest(p)] {
		for _, v := range p.Variants {
			if err := im.refuse(v.Row, "", "Its product was refused."); err != nil {
				return false, err
			}
		}
		return false, nil
	}
	if p.Producer == "" {
		return false,
			im.refuseProduct(p, "producer", "The row names no producer: name one for the whole file.")
	}
	if im.only != nil && naming.Identity(p.Producer) != naming.Identity(im.only.Name) {
		why := "This is another producer's: only what " + im.only.Name + " makes is imported here."
		if naming.IsNear(p.Producer, im.only.Name) {
			why += " The names differ by a mark: write it as it is here, or leave it out."
		}
		return false, im.refuseProduct(p, "producer", why)
	}
	maker, err := im.producerOf(ctx, p)
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return false, im.refuseProduct(p, "producer", fault.Of(err).Fields[0].Message)
	}
	if err != nil || maker.like == "" {
		return err == nil, err
	}
	like := maker.like
	maker.like = ""
	return true, im.issue(nearMiss(p.Row, "producer", like, p.Producer, "maker"))
}

// seller is a producer of the file. One that is not stored yet has an ID for the time being.
type seller struct {
	goods.Producer
	stored bool
	// like is the name of another that differs by its marks only, while that is still to be told.
	like string
}

// producerOf finds the producer by name, or makes one up to be stored with its first product.
func (im *importer) producerOf(ctx context.Context, p *feed.Product) (*seller, error) {
	key := naming.Identity(p.Producer)
	if known := im.producers[key]; known != nil {
		return known, nil
	}
	if im.only != nil { // by its ID: names are not unique
		im.producers[key] = im.only
		return im.only, nil
	}
	producer, like, err := im.intake.store.ProducerByName(ctx, im.market.Code, p.Producer)
	made := &seller{Producer: producer, stored: err == nil}
	if err != nil && fault.KindOf(err) == fault.NotFound {
		made.Producer = goods.Producer{
			ID:     im.intake.host.NewID(id.Producer, im.market.Code),
			Market: im.market.Code, Name: p.Producer, Approved: true,
		}
		made.like = cmp.Or(like, im.folded[naming.Fold(p.Producer)])
		err = made.Check()
	}
	if err != nil {
		return nil, err
	}
	im.producers[key] = made
	if im.folded[naming.Fold(p.Producer)] == "" {
		im.folded[naming.Fold(p.Producer)] = made.Name
	}
	return made, nil
}

// storeProducer makes sure that the producer of a plan is in the market.
func (im *importer) storeProducer(ctx context.Context, p *plan) error {
	s := im.producers[naming.Identity(p.file.Producer)]
	if !s.stored {
		made := s.Producer
		made.ID = ""
		made, err := im.intake.store.PutProducer(ctx, made, idempotency.Form{})
		if err != nil {
			return err
		}
		*s = seller{Producer: made, stored: true}
	}
	p.after.ProducerID = s.ID
	return nil
}
