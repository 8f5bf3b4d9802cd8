package catalog

import (
	"context"
	"database/sql"
	"errors"

	"github.com/artisan-eats/artisan/catalog/picture"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/id"
)

// putImage notes a picture before its bytes are written, and tells what is known of it.
func (im *images) putImage(ctx context.Context, key string, h picture.Header) (row catalogdb.Image, err error) {
	err = im.store.write(ctx, "write picture", func(q *catalogdb.Queries) (err error) {
		row, err = q.PutImage(ctx, catalogdb.PutImageParams{
			Key: key, ContentType: h.Type, Width: int64(h.Width), Height: int64(h.Height), UsedAt: im.store.now().UnixMilli(),
		})
		return err
	})
	return row, err
}

// attachImage adds a picture to its product, behind those it has, or replaces its producer's.
func (im *images) attachImage(ctx context.Context, u upload, key string) error {
	return im.store.write(ctx, "add picture", func(q *catalogdb.Queries) error {
		if u.producerID != "" {
			return im.setProducerImage(ctx, q, u, key)
		}
		n, err := q.AttachImage(ctx, catalogdb.AttachImageParams{ProductID: u.productID, Key: key, Alt: u.alt})
		if err != nil || n == 0 {
			return errors.Join(err, found("product", sql.ErrNoRows))
		}
		count, err := q.CountImages(ctx, u.productID)
		if err == nil && count > maxPictures {
			err = fault.Newf(fault.Conflict, "too_many_images", "A product may have at most %d pictures.", maxPictures)
		}
		return err
	})
}

func (im *images) setProducerImage(ctx context.Context, q *catalogdb.Queries, u upload, key string) error {
	market, err := id.Market(id.Producer, u.producerID)
	if err != nil {
		return err
	}
	version, err := q.RaiseMarketVersion(ctx, market)
	if err != nil {
		return found("market", err)
	}
	n, err := q.SetProducerImage(ctx, catalogdb.SetProducerImageParams{
		ID: u.producerID, Image: key, ImageAlt: u.alt, UpdatedAt: im.store.now().UnixMilli(), Version: version,
	})
	if err == nil && n == 0 {
		err = found("producer", sql.ErrNoRows)
	}
	return err
}

func (im *images) setImageSizes(ctx context.Context, key, contentType string, widths []int) error {
	return im.store.write(ctx, "note the sizes of a picture", func(q *catalogdb.Queries) error {
		return q.SetImageSizes(ctx, catalogdb.SetImageSizesParams{Key: key, Sizes: list(widths), SizesType: contentType})
	})
}

// tryImage counts an attempt at a picture before it is made. It reports whether there may be another one.
func (im *images) tryImage(ctx context.Context, key string) (ok bool, err error) {
	err = im.store.write(ctx, "count an attempt at a picture", func(q *catalogdb.Queries) error {
		n, err := q.TryImage(ctx, catalogdb.TryImageParams{Key: key, Attempts: maxAttempts})
		ok = n == 1
		return err
	})
	return ok, err
}

// excuseImage takes an attempt back that ended for no fault of the picture's.
func (im *images) excuseImage(ctx context.Context, key string) error {
	return im.store.write(ctx, "take back an attempt at a picture", func(q *catalogdb.Queries) error { return q.ExcuseImage(ctx, key) })
}

// giveUpImage leaves a picture as it is for good.
func (im *images) giveUpImage(ctx context.Context, key string) error {
	return im.store.write(ctx, "give up a picture", func(q *catalogdb.Queries) error {
		return q.SetImageAttempts(ctx, catalogdb.SetImageAttemptsParams{Key: key, Attempts: maxAttempts})
	})
}
