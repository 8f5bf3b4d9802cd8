package catalog

import (
	"context"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/once"
)

// PutProducer makes (without an ID) or changes a producer.
func (s *service) PutProducer(ctx context.Context, r *catalogv1.PutProducerRequest) (*catalogv1.PutProducerResponse, error) {
	p := producerFromProto(r.GetProducer())
	if err := ownMarket(id.Producer, p.ID, &p.Market); err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	hash, err := once.HashOf(r)
	if err != nil {
		return nil, err
	}
	form := once.Form{Owner: p.Market, Key: r.GetKey(), Hash: hash}
	if r.GetApplicant() == "" {
		p, err = s.store.putProducer(ctx, p, form)
	} else {
		p, err = s.apply(ctx, r.GetApplicant(), p, form)
	}
	if err != nil {
		return nil, err
	}
	s.quotes.forget()
	return &catalogv1.PutProducerResponse{Producer: p.proto()}, nil
}

// ownMarket makes sure that a thing which has an ID is of the market it is said to be
// of; a market that is left out is the ID's.
func ownMarket(kind, thing string, market *string) error {
	if thing == "" {
		return nil
	}
	of, err := id.Market(kind, thing)
	if err != nil {
		return err
	}
	if *market == "" {
		*market = of
	}
	if *market != of {
		return fault.New(fault.NotFound, "not_found", "There is no such thing in this market.")
	}
	return nil
}

// GetProducer reads a producer, approved or not.
func (s *service) GetProducer(ctx context.Context, r *catalogv1.GetProducerRequest) (*catalogv1.GetProducerResponse, error) {
	if _, err := id.Market(id.Producer, r.GetId()); err != nil {
		return nil, err
	}
	p, err := s.store.producer(ctx, r.GetId())
	if err == nil && !p.Approved {
		p.Caution, err = caution(ctx, s.store.read(), p)
	}
	if err != nil {
		return nil, err
	}
	m, err := s.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: p.Market})
	if err != nil {
		return nil, err
	}
	return &catalogv1.GetProducerResponse{Producer: s.versionedProducer(p, marketFromProto(m.GetMarket()))}, nil
}

// ApproveProducer lets a producer's products be shown and sold, or takes that back. Idempotent.
func (s *service) ApproveProducer(ctx context.Context, r *catalogv1.ApproveProducerRequest) (*catalogv1.ApproveProducerResponse, error) {
	market, err := id.Market(id.Producer, r.GetId())
	if err != nil {
		return nil, err
	}
	p, err := s.store.approveProducer(ctx, market, r.GetId(), r.GetApproved())
	if err != nil {
		return nil, err
	}
	s.quotes.forget()
	return &catalogv1.ApproveProducerResponse{Producer: p.proto()}, nil
}

// ListProducers lists a market's producers by name; those who wait for approval by how long they do.
func (s *service) ListProducers(ctx context.Context, r *catalogv1.ListProducersRequest) (*catalogv1.ListProducersResponse, error) {
	asked, err := stallsFromProto(r)
	if err != nil {
		return nil, err
	}
	sh, err := s.shelves.fresh(ctx, r.GetMarket())
	if err != nil {
		return nil, err
	}
	ids, published, next := sh.listStalls(asked)
	producers, err := s.store.producers(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := &catalogv1.ListProducersResponse{NextCursor: next}
	for _, p := range producers {
		if !p.Approved {
			if p.Caution, err = caution(ctx, s.store.read(), p); err != nil {
				return nil, err
			}
		}
		message := p.proto()
		message.Products = published[p.ID]
		out.Producers = append(out.Producers, message)
	}
	return out, nil
}
