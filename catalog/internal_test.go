package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/artisan-eats/artisan/catalog/picture"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

// SweepPictures is a service's job that deletes the pictures nobody shows.
func SweepPictures(h *host.Host) func(context.Context) error {
	st := &store{db: h.DB(), now: h.Now, newID: h.NewID}
	images, err := newImages(st, h.Config().Data)
	if err != nil {
		panic(err)
	}
	return images.sweep
}

// MakePictureSizes is a service's job that makes the sizes of the pictures which have none.
func MakePictureSizes(h *host.Host) func(context.Context) error {
	st := &store{db: h.DB(), now: h.Now, newID: h.NewID}
	images, err := newImages(st, h.Config().Data)
	if err != nil {
		panic(err)
	}
	return images.makeSizes
}

// LeavePicture leaves a picture behind as a version does that makes sizes later: shown, and without any.
func LeavePicture(ctx context.Context, h *host.Host, productID string, content []byte, attempts int64) (key string, err error) {
	st := &store{db: h.DB(), now: h.Now, newID: h.NewID}
	images, err := newImages(st, h.Config().Data)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	key = hex.EncodeToString(sum[:])
	if _, err := images.putImage(ctx, key, picture.Header{Type: "image/jpeg", Width: 1, Height: 1}); err != nil {
		return "", err
	}
	err = st.write(ctx, "count attempts", func(q *catalogdb.Queries) error {
		return q.SetImageAttempts(ctx, catalogdb.SetImageAttemptsParams{Key: key, Attempts: attempts})
	})
	if err != nil {
		return "", err
	}
	if err := images.bucket.WriteAll(ctx, originalPath(key), content, nil); err != nil {
		return "", err
	}
	return key, images.attachImage(ctx, upload{productID: productID}, key)
}

// AttemptsAt are how often a picture was tried.
func AttemptsAt(ctx context.Context, h *host.Host, key string) (int64, error) {
	row, err := catalogdb.New(h.DB().Read()).GetImage(ctx, key)
	return row.Attempts, err
}

// SetImportKeys gives a product and its only variant the keys that an earlier version made of their names.
func SetImportKeys(ctx context.Context, h *host.Host, productID, product, variant string) error {
	return h.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE product SET import_key = $2 WHERE id = $1", productID, product); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE variant SET import_key = $2 WHERE product_id = $1", productID, variant)
		return err
	})
}

// AskSales is a service's job that asks what was sold lately.
func AskSales(h *host.Host) func(context.Context) error {
	s := &service{host: h, store: &store{db: h.DB(), now: h.Now, newID: h.NewID}}
	return s.askSales
}
