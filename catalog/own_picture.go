package catalog

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

// DropImage takes a producer's picture away; see the contract.
func (s *service) DropImage(ctx context.Context, r *catalogv1.DropImageRequest) (*catalogv1.DropImageResponse, error) {
	market, err := id.Market(id.Producer, r.GetProducerId())
	if err != nil {
		return nil, err
	}
	if err := rights.Check(ctx, r.GetProducerId(), rights.Owner); err != nil {
		return nil, err
	}
	if !validImageKey(r.GetKey()) {
		return nil, fault.New(fault.Invalid, "invalid", "This is not a picture.", fault.Field{Name: "key", Message: "Say which picture is meant."})
	}
	return &catalogv1.DropImageResponse{}, s.store.dropOwnPicture(ctx, market, r.GetProducerId(), r.GetKey())
}

// dropOwnPicture has a producer show none, if it shows the one that is meant. What nothing shows is swept.
func (s *store) dropOwnPicture(ctx context.Context, market, producerID, key string) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := catalogdb.New(tx)
		version, err := q.RaiseMarketVersion(ctx, market)
		if err != nil {
			return found("market", err)
		}
		row, err := q.GetProducer(ctx, producerID)
		if err != nil {
			return found("producer", err)
		}
		if row.Image == "" {
			return nil
		}
		if err := stamp.Check(key, row.Image); err != nil {
			return err
		}
		if _, err := q.SetProducerImage(ctx, catalogdb.SetProducerImageParams{ID: producerID, UpdatedAt: s.now().UnixMilli(), Version: version}); err != nil {
			return fmt.Errorf("take a picture away: %w", err)
		}
		return s.told(ctx, tx, "producer.edit", producerID, map[string]string{"picture": "removed"})
	})
}
