package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"

	"github.com/artisan-eats/artisan/catalog/gallery"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

// picturesOf are those of a service's host.
func picturesOf(h *host.Host) *gallery.Gallery {
	st, err := goods.Open(context.Background(), h.DB(), h.Now, h.NewID, h.Audit)
	if err != nil {
		panic(err)
	}
	images, err := gallery.Open(context.Background(), st, h)
	if err != nil {
		panic(err)
	}
	return images
}

// SweepPictures is a service's job that deletes the pictures nobody shows.
func SweepPictures(h *host.Host) func(context.Context) error { return picturesOf(h).Sweep }

// MakePictureSizes is a service's job that makes the sizes of the pictures which have none.
func MakePictureSizes(h *host.Host) func(context.Context) error { return picturesOf(h).MakeSizes }

// LeavePicture leaves a picture behind as a version does that makes sizes later: shown, and without any.
func LeavePicture(
	ctx context.Context, h *host.Host, productID string, content []byte, attempts int64,
) (key string, err error) {
	sum := sha256.Sum256(content)
	key = hex.EncodeToString(sum[:])
	dir := filepath.Join(h.Config().Data, "blobs", key[:2], key)
	if err := errors.Join(os.MkdirAll(dir, 0o700),
		os.WriteFile(filepath.Join(dir, "original"), content, 0o600)); err != nil {
		return "", err
	}
	return key, h.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := catalogdb.New(tx)
		_, err := q.PutImage(ctx, catalogdb.PutImageParams{
			Key: key, ContentType: "image/jpeg", Width: 1,
			Height: 1, UsedAt: h.Now().UnixMilli(),
		})
		if err != nil {
			return err
		}
		if err := q.SetImageAttempts(ctx,
			catalogdb.SetImageAttemptsParams{Key: key, Attempts: attempts}); err != nil {
			return err
		}
		_, err = q.AttachImage(ctx, catalogdb.AttachImageParams{ProductID: productID, Key: key})
		return err
	})
}

// AttemptsAt are how often a picture was tried.
func AttemptsAt(ctx context.Context, h *host.Host, key string) (int64, error) {
	row, err := catalogdb.New(h.DB().Read()).GetImage(ctx, key)
	return row.Attempts, err
}

// SetImportKeys gives a product and its only variant the keys that an earlier version made of their names.
func SetImportKeys(ctx context.Context, h *host.Host, productID, product, variant string) error {
	return h.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE product SET import_key = $2 WHERE id = $1", productID,
			product); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE variant SET import_key = $2 WHERE product_id = $1", productID,
			variant)
		return err
	})
}

// AskSales is a service's job that asks what was sold lately.
func AskSales(h *host.Host) func(context.Context) error {
	st, err := goods.Open(context.Background(), h.DB(), h.Now, h.NewID, h.Audit)
	if err != nil {
		panic(err)
	}
	s := &service{host: h, store: st}
	return s.askSales
}
