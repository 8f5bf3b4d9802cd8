package catalog

import (
	"context"

	"github.com/artisan-eats/artisan/catalog/goods"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
)

// PutProducer makes (without an ID) or changes a producer.
func (s *service) PutProducer(
	ctx context.Context, r *catalogv1.PutProducerRequest,
) (*catalogv1.PutProducerResponse, error) {
	p := producerFromProto(r.GetProducer())
	if err := goods.OwnMarket(id.Producer, p.ID, &p.Market); err != nil {
		return nil, err
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	hash, err := idempotency.HashOf(r)
	if err != nil {
		return nil, err
	}
	form := idempotency.Form{Owner: p.Market, Key: r.GetKey(), Hash: hash}
	if r.GetApplicant() == "" {
		p, err = s.store.PutProducer(ctx, p, form)
	} else {
		p, err = s.apply(ctx, r.GetApplicant(), p, form)
	}
	if err != nil {
		return nil, err
	}
	s.quotes.forget()
	return &catalogv1.PutProducerResponse{Producer: producerToProto(p)}, nil
}

// GetProducer reads a producer, approved or not.
func (s *service) GetProducer(
	ctx context.Context, r *catalogv1.GetProducerRequest,
) (*catalogv1.GetProducerResponse, error) {
	if _, err := id.Market(id.Producer, r.GetId()); err != nil {
		return nil, err
	}
	p, err := s.store.Producer(ctx, r.GetId())
	if err == nil && !p.Approved {
		p.Caution, err = goods.Caution(ctx, s.store.Read(), p)
	}
	if err != nil {
		return nil, err
	}
	m, err := s.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: p.Market})
	if err != nil {
		return nil, err
	}
	return &catalogv1.GetProducerResponse{Producer: s.versionedProducer(p, marketFromProto(m.GetMarket()))},
		nil
}

// ApproveProducer lets a producer's products be shown and sold, or takes that back. Idempotent.
func (s *service) ApproveProducer(
	ctx context.Context, r *catalogv1.ApproveProducerRequest,
) (*catalogv1.ApproveProducerResponse, error) {
	market, err := id.Market(id.Producer, r.GetId())
	if err != nil {
		return nil, err
	}
	p, err := s.store.ApproveProducer(ctx, market, r.GetId(), r.GetApproved())
	if err != nil {
		return nil, err
	}
	s.quotes.forget()
	return &catalogv1.ApproveProducerResponse{Producer: producerToProto(p)}, nil
}

// ListProducers lists a market's producers by name; those who wait for approval by how long they do.
func (s *service) ListProducers(
	ctx context.Context, r *catalogv1.ListProducersRequest,
) (*catalogv1.ListProducersResponse, error) {
	asked, err := makersFromProto(r)
	if err != nil {
		return nil, err
	}
	sh, err := s.indexes.fresh(ctx, r.GetMarket())
	if err != nil {
		return nil, err
	}
	ids, published, next := sh.listMakers(asked)
	producers, err := s.store.Producers(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := &catalogv1.ListProducersResponse{NextCursor: next}
	for _, p := range producers {
		if !p.Approved {
			if p.Caution, err = goods.Caution(ctx, s.store.Read(), p); err != nil {
				return nil, err
			}
		}
		message := producerToProto(p)
		message.Products = published[p.ID]
		out.Producers = append(out.Producers, message)
	}
	return out, nil
}

// apply makes a producer that waits for the operator, at an account's wish. An account has one that waits,
// however many forms it sends, and at once: any more are answered with that one. Its forms are its own.
func (s *service) apply(
	ctx context.Context, account string, p goods.Producer, form idempotency.Form,
) (goods.Producer, error) {
	var c goods.Checker
	c.Line("applicant", account, 1, naming.MaxName)
	if err := c.Refusal("application"); err != nil {
		return p, err
	}
	p.ID, p.Approved, form.Owner = "", false, account
	made, err := s.store.Apply(ctx, account, p, form)
	if sqldb.IsUnique(err) { // another one came first, and is the one that waits
		made, err = s.store.Apply(ctx, account, p, form)
	}
	return made, err
}

// ownMarket is the market of a producer, for whom whoever calls may do what a right allows.
func ownMarket(ctx context.Context, producerID, right string) (code string, err error) {
	if code, err = id.Market(id.Producer, producerID); err != nil {
		return "", err
	}
	return code, rights.Check(ctx, producerID, right)
}
