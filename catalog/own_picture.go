package catalog

import (
	"context"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/rights"
)

// DropImage takes a producer's picture away; see the contract.
func (s *service) DropImage(
	ctx context.Context, r *catalogv1.DropImageRequest,
) (*catalogv1.DropImageResponse, error) {
	market, err := ownMarket(ctx, r.GetProducerId(), rights.Owner)
	if err != nil {
		return nil, err
	}
	if !goods.ValidImageKey(r.GetKey()) {
		return nil, fault.New(fault.Invalid, "invalid", "This is not a picture.",
			fault.Field{Name: "key", Message: "Say which picture is meant."})
	}
	return &catalogv1.DropImageResponse{}, s.store.DropOwnPicture(ctx, market, r.GetProducerId(), r.GetKey())
}
