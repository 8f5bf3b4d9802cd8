package gallery

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/picture"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/id"
)

// putImage notes a picture before its bytes are written, and tells what is known of it.
func (im *Gallery) putImage(
	ctx context.Context, key string, h picture.Header,
) (row catalogdb.Image, err error) {
	err = im.store.Write(ctx, "write picture", func(q *catalogdb.Queries) (err error) {
		row, err = q.PutImage(ctx, catalogdb.PutImageParams{
			Key: key, ContentType: h.Type, Width: int64(h.Width), Height: int64(h.Height),
			UsedAt: im.store.Now().UnixMilli(),
		})
		if err != nil || row.Sizes != "" || row.Place != "" {
			return err
		}
		// By now whoever lets go of it has done so, or finds that it is used.
		gone, err := q.IsGoneImage(ctx, catalogdb.IsGoneImageParams{Key: key})
		if err != nil || gone == 0 {
			return err
		}
		row.Place = strings.ToLower(rand.Text())
		return q.PlaceImage(ctx, catalogdb.PlaceImageParams{Key: key, Place: row.Place})
	})
	return row, err
}

// attachImage adds a picture to its product, behind those it has, or replaces its producer's.
func (im *Gallery) attachImage(ctx context.Context, u Upload, key string) error {
	return im.store.Write(ctx, "add picture", func(q *catalogdb.Queries) error {
		if u.ProducerID != "" {
			return im.setProducerImage(ctx, q, u, key)
		}
		n, err := q.AttachImage(ctx, catalogdb.AttachImageParams{
			ProductID: u.ProductID, Key: key,
			Alt: u.Alt,
		})
		if err != nil || n == 0 {
			return errors.Join(err, goods.NotFound("product", sql.ErrNoRows))
		}
		count, err := q.CountImages(ctx, u.ProductID)
		if err == nil && count > goods.MaxPictures {
			err = fault.Newf(fault.Conflict, "too_many_images", "A product may have at most %d pictures.",
				goods.MaxPictures)
		}
		return err
	})
}

func (im *Gallery) setProducerImage(ctx context.Context, q *catalogdb.Queries, u Upload, key string) error {
	market, err := id.Market(id.Producer, u.ProducerID)
	if err != nil {
		return err
	}
	version, err := q.RaiseMarketVersion(ctx, market)
	if err != nil {
		return goods.NotFound("market", err)
	}
	n, err := q.SetProducerImage(ctx, catalogdb.SetProducerImageParams{
		ID: u.ProducerID, Image: key, ImageAlt: u.Alt, UpdatedAt: im.store.Now().UnixMilli(),
		Version: version,
	})
	if err == nil && n == 0 {
		err = goods.NotFound("producer", sql.ErrNoRows)
	}
	return err
}

func (im *Gallery) setImageSizes(ctx context.Context, key, contentType string, widths []int) error {
	return im.store.Write(ctx, "note the sizes of a picture", func(q *catalogdb.Queries) error {
		return q.SetImageSizes(ctx, catalogdb.SetImageSizesParams{
			Key: key, Sizes: goods.StoredList(widths),
			SizesType: contentType,
		})
	})
}

// tryImage counts an attempt at a picture before it is made. It reports whether there may be another one.
func (im *Gallery) tryImage(ctx context.Context, key string) (ok bool, err error) {
	err = im.store.Write(ctx, "count an attempt at a picture", func(q *catalogdb.Queries) error {
		n, err := q.TryImage(ctx, catalogdb.TryImageParams{Key: key, Attempts: maxAttempts})
		ok = n == 1
		return err
	})
	return ok, err
}

// excuseImage takes an attempt back that ended for no fault of the picture's.
func (im *Gallery) excuseImage(ctx context.Context, key string) error {
	return im.store.Write(ctx, "take back an attempt at a picture",
		func(q *catalogdb.Queries) error { return q.ExcuseImage(ctx, key) })
}

// giveUpImage leaves a picture as it is for good.
func (im *Gallery) giveUpImage(ctx context.Context, key string) error {
	return im.store.Write(ctx, "give up a picture", func(q *catalogdb.Queries) error {
		return q.SetImageAttempts(ctx, catalogdb.SetImageAttemptsParams{Key: key, Attempts: maxAttempts})
	})
}
