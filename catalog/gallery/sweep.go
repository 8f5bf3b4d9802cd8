package gallery

import (
	"context"
	"fmt"
	"strings"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/sqldb"
)

// Sweep deletes pictures that nothing has shown for a while: first what is known of them, and then their
// bytes, which are noted meanwhile. Who sends the same picture in again has it kept at another place. What a
// sweep that is cut short has noted is deleted by the next one.
func (im *Gallery) Sweep(ctx context.Context) error {
	before := im.store.Now().Add(-keepUnused).UnixMilli()
	keys, err := im.store.Read().UnusedImages(ctx,
		catalogdb.UnusedImagesParams{UsedAt: before, Limit: imagesAtOnce})
	if err != nil {
		return goods.NotFound("picture", err)
	}
	for _, key := range keys {
		if err := im.letGo(ctx, key, before); err != nil {
			return err
		}
	}
	gone, err := im.store.Read().GoneImages(ctx, 2*imagesAtOnce)
	if err != nil {
		return goods.NotFound("picture", err)
	}
	for _, g := range gone {
		if err := im.deleteGone(ctx, kept{g.Key, g.Place}); err != nil {
			return fmt.Errorf("delete the picture %s: %w", g.Key, err)
		}
	}
	return nil
}

// letGo forgets a picture that is still unused, and notes its bytes.
func (im *Gallery) letGo(ctx context.Context, key string, before int64) error {
	return im.store.Write(ctx, "let go of a picture", func(q *catalogdb.Queries) error {
		place, err := q.DeleteUnusedImage(ctx,
			catalogdb.DeleteUnusedImageParams{Key: key, UsedAt: before})
		if sqldb.IsNone(err) {
			return nil
		}
		if err != nil {
			return err
		}
		return q.NoteGoneImage(ctx, catalogdb.NoteGoneImageParams{Key: key, Place: place})
	})
}

// deleteGone deletes what is directly at a place: further down may be another one.
func (im *Gallery) deleteGone(ctx context.Context, at kept) error {
	paths, err := im.blobs.List(ctx, at.under())
	if err != nil {
		return blobFault("list what is of a picture", err)
	}
	for _, path := range paths {
		if strings.Contains(strings.TrimPrefix(path, at.under()), "/") {
			continue
		}
		if err := im.blobs.Delete(ctx, path); err != nil {
			return blobFault("delete a picture", err)
		}
	}
	return im.store.Write(ctx, "forget a picture that is deleted", func(q *catalogdb.Queries) error {
		return q.ForgetGoneImage(ctx, catalogdb.ForgetGoneImageParams{Key: at.key, Place: at.place})
	})
}
