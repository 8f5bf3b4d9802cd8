package gallery

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/sqldb"
)

// What a producer may send in before the operator has approved it.
const (
	trialShown = 3       // pictures that its products show
	trialTries = 12      // pictures in all, also those that were refused, or replaced since
	trialBytes = 5 << 20 // of all these
)

// notYet is the code of what has to wait until a producer is approved.
const notYet = "not_approved_yet"

var (
	errTrialShown = fault.Newf(fault.Conflict, notYet,
		"You can show %d pictures until the operator has approved you. Then there is room for more.",
		trialShown)
	errTrialTries = fault.New(fault.Conflict, notYet,
		"You have sent as many pictures as you can before the operator has approved you. Then there is room for more.")
	errTrialBytes = fault.Newf(fault.Conflict, notYet,
		"Your pictures may have %d MiB in all until the operator has approved you. Save this one smaller, or send it then.", trialBytes>>20)
)

// mayUpload counts a picture of a producer that is not approved, and refuses what is too much.
func (im *Gallery) mayUpload(ctx context.Context, u Upload) error {
	return im.store.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := catalogdb.New(tx)
		maker, err := q.MakerOf(ctx,
			catalogdb.MakerOfParams{ProducerID: u.ProducerID, ProductID: u.ProductID})
		if err != nil || maker.Approved == 1 {
			return goods.NotFound("product", err)
		}
		size := int64(len(u.Content))
		for _, ready := range u.Sizes {
			size += int64(len(ready.Content))
		}
		sent, err := q.CountTrial(ctx, catalogdb.CountTrialParams{ProducerID: maker.ID, Bytes: size})
		if err != nil {
			return fmt.Errorf("count a picture: %w", err)
		}
		shown, err := q.CountShown(ctx, maker.ID)
		switch {
		case err != nil:
			return fmt.Errorf("count pictures: %w", err)
		case u.ProductID != "" && shown >= trialShown:
			return errTrialShown
		case sent.Bytes > trialBytes:
			return errTrialBytes
		case sent.Pictures > trialTries:
			return errTrialTries
		}
		return nil
	})
}
