package gallery

import (
	"context"
	"database/sql"
	"slices"

	"github.com/artisan-eats/artisan/catalog/goods"
)

// Audience is who asks for a picture. The zero value is anybody.
type Audience struct {
	Producers []string // for whom they act
	Operator  bool
}

// maySee fails with NotFound for a picture that is not for whoever asks. One that an approved producer shows
// is for anybody, and one that nobody shows is for the operator only.
func (im *Gallery) maySee(ctx context.Context, key string, to Audience) error {
	if to.Operator {
		return nil
	}
	makers, err := im.store.Read().ImageMakers(ctx, key)
	if err != nil {
		return goods.NotFound("picture", err)
	}
	for _, maker := range makers {
		if maker.Approved == 1 || slices.Contains(to.Producers, maker.ID) {
			return nil
		}
	}
	return goods.NotFound("picture", sql.ErrNoRows)
}
