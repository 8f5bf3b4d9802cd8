package gallery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/blob"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/picture"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/host"
)

const givenUpMessage = "This picture could not be opened three times, and is not tried again today. Save it anew as an ordinary JPEG."

var errGivenUp = fault.New(fault.Invalid, picture.TooHard, givenUpMessage,
	fault.Field{Name: "content", Message: givenUpMessage})

// attempt does a work on a picture that may end in the middle of it: it is counted before. What ended it for
// no fault of the picture's is not counted.
func (im *Gallery) attempt(ctx context.Context, key string, work func() error) error {
	ok, err := im.tryImage(ctx, key)
	if err != nil {
		return err
	}
	if !ok {
		return errGivenUp
	}
	err = work()
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return errors.Join(err, im.excuseImage(context.WithoutCancel(ctx), key))
	}
	return err
}

// MakeSizes makes the sizes of the pictures that have none: those of a version that made them later, and
// those that are to be tried again. A picture that cannot be resized does not hold up the others.
func (im *Gallery) MakeSizes(ctx context.Context) error {
	for {
		pending, err := im.store.Read().PendingImages(ctx,
			catalogdb.PendingImagesParams{Attempts: maxAttempts, Limit: imagesAtOnce})
		if err != nil {
			return goods.NotFound("picture", err)
		}
		if len(pending) == 0 {
			return nil
		}
		for _, row := range pending {
			if err := im.makeSizesOf(ctx, kept{row.Key, row.Place}); err != nil {
				return err
			}
		}
	}
}

// makeSizesOf makes the sizes of one picture, or gives it up. An error is not the picture's.
func (im *Gallery) makeSizesOf(ctx context.Context, at kept) error {
	content, err := im.blobs.Get(ctx, at.original())
	if errors.Is(err, blob.ErrNone) {
		return im.giveUpImage(ctx, at.key)
	}
	if err != nil {
		return blobFault("read a picture", err)
	}
	if _, err := picture.Inspect(content); err != nil {
		return im.giveUpImage(ctx, at.key)
	}
	var sizes []picture.Size
	err = im.attempt(ctx, at.key, func() (err error) {
		sizes, err = im.unpacker.Sizes(ctx, content)
		return err
	})
	switch {
	case err != nil && fault.Of(err).Code == picture.TooHard:
		return nil // it is tried again until it is given up
	case err != nil && fault.KindOf(err) == fault.Invalid:
		return im.giveUpImage(ctx, at.key)
	case err != nil:
		return fmt.Errorf("resize the picture %s: %w", at.key, err)
	}
	return im.keepSizes(ctx, at, "image/jpeg", sizes)
}

// keepSizes writes the sizes of a picture and notes that they are there.
func (im *Gallery) keepSizes(ctx context.Context, at kept, contentType string, sizes []picture.Size) error {
	widths := make([]int, len(sizes))
	for i, s := range sizes {
		widths[i] = s.Width
		if err := im.blobs.Put(ctx, at.size(s.Width, contentType), contentType, s.Content); err != nil {
			return blobFault("write a picture", err)
		}
	}
	return im.setImageSizes(ctx, at.key, contentType, widths)
}

// GivenUp are the pictures that are shown and could not be unpacked.
func (im *Gallery) GivenUp(ctx context.Context) ([]host.Trouble, error) {
	rows, err := im.store.Read().GivenUpImages(ctx,
		catalogdb.GivenUpImagesParams{Attempts: maxAttempts, Limit: host.MaxTroubles})
	if err != nil {
		return nil, goods.NotFound("picture", err)
	}
	troubles := make([]host.Trouble, len(rows))
	for i, row := range rows {
		troubles[i] = host.Trouble{
			ID: row.Key, About: row.About, Since: time.UnixMilli(row.UsedAt).UTC(), Attempts: row.Attempts,
			What: "A picture could not be opened, and is shown only as it came. Its maker should save it anew as an ordinary JPEG.",
		}
	}
	return troubles, nil
}

// TryAgain has a picture that was given up tried again.
func (im *Gallery) TryAgain(ctx context.Context, key string) error {
	return im.store.Write(ctx, "have a picture tried again", func(q *catalogdb.Queries) error {
		return q.SetImageAttempts(ctx, catalogdb.SetImageAttemptsParams{Key: key})
	})
}
