package catalog

import (
	"context"
	"database/sql"
	"slices"
)

// audience is who asks for a picture. The zero value is anybody.
type audience struct {
	producers []string // for whom they act
	operator  bool
}

// maySee fails with NotFound for a picture that is not for whoever asks. One that an approved producer shows is
// for anybody, and one that nobody shows is for the operator only.
func (im *images) maySee(ctx context.Context, key string, to audience) error {
	if to.operator {
		return nil
	}
	makers, err := im.store.read().ImageMakers(ctx, key)
	if err != nil {
		return found("picture", err)
	}
	for _, maker := range makers {
		if maker.Approved == 1 || slices.Contains(to.producers, maker.ID) {
			return nil
		}
	}
	return found("picture", sql.ErrNoRows)
}
