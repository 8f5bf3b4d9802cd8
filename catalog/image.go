package catalog

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// keepUnused is how long a picture that nothing shows is kept. It must outlast the
	// time from a picture's arrival to its first use by far.
	keepUnused = 24 * time.Hour
	// maxResizeAttempts is how often a picture is tried; then its original is served for good.
	maxResizeAttempts = 5
	imagesAtOnce      = 16
	// decodersAtOnce bounds memory: a picture unpacks to 160 MB at most.
	decodersAtOnce = 2
)

var imageKeyShape = regexp.MustCompile(`^[0-9a-f]{64}$`)

// validImageKey reports whether a key is one that PutImage could have given: the
// SHA-256 of a picture. Nothing else gets near a path.
func validImageKey(key string) bool { return imageKeyShape.MatchString(key) }

// images keeps pictures: what is known of them in the database, their bytes beside it. A row is
// written before its bytes and deleted after them, so no bytes are ever without a row.
type images struct {
	store    *store
	bucket   *blob.Bucket
	decoders chan struct{}
}

func newImages(s *store, data string) (*images, error) {
	bucket, err := fileblob.OpenBucket(filepath.Join(data, "blobs"), &fileblob.Options{CreateDir: true, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		return nil, fmt.Errorf("open the directory of pictures: %w", err)
	}
	return &images{s, bucket, make(chan struct{}, decodersAtOnce)}, nil
}

func originalPath(key string) string { return key[:2] + "/" + key + "/original" }

func sizePath(key string, width int, contentType string) string {
	return key[:2] + "/" + key + "/w" + strconv.Itoa(width) + endings[contentType]
}

// endings are those of the files of sizes.
var endings = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}

// upload is a picture that was sent in, and whose it is: a product's or a producer's.
type upload struct {
	productID, producerID string
	content               []byte
	alt                   string
	sizes                 []resized // ready-made
}

// put stores a picture and shows it with its product or producer. The same picture again has no effect but its
// alternative text.
func (im *images) put(ctx context.Context, u upload) (string, error) {
	contentType, size, err := inspect(u.content)
	if err != nil {
		return "", err
	}
	sizesType, err := im.checkWhole(ctx, u)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(u.content)
	key := hex.EncodeToString(sum[:])
	if err := im.store.putImage(ctx, key, contentType, size); err != nil {
		return "", err
	}
	if err := im.bucket.WriteAll(ctx, originalPath(key), u.content, &blob.WriterOptions{ContentType: contentType}); err != nil {
		return "", blobFault("write a picture", err)
	}
	if len(u.sizes) > 0 {
		if err := im.keepSizes(ctx, key, sizesType, u.sizes); err != nil {
			return "", err
		}
	}
	return key, im.store.attachImage(ctx, u, key)
}

// checkWhole unpacks a picture and its sizes, so that a damaged one is refused while its sender listens.
func (im *images) checkWhole(ctx context.Context, u upload) (sizesType string, err error) {
	return sizesType, im.decode(ctx, func() error {
		if _, err := unpack(u.content); err != nil {
			return err
		}
		sizesType, err = inspectSizes(u.sizes)
		return err
	})
}

func (im *images) decode(ctx context.Context, work func() error) error {
	select {
	case im.decoders <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("wait for a turn to unpack a picture: %w", ctx.Err())
	}
	defer func() { <-im.decoders }()
	return work()
}

// get reads a picture in the nearest size that is made: the narrowest that is wide
// enough, or else the widest; the original while none is. A width of zero asks for the widest.
func (im *images) get(ctx context.Context, key string, width int) (content []byte, contentType string, err error) {
	if !validImageKey(key) {
		return nil, "", found("picture", sql.ErrNoRows)
	}
	row, err := im.store.read().GetImage(ctx, key)
	if err != nil {
		return nil, "", found("picture", err)
	}
	path, contentType := originalPath(key), row.ContentType
	if best, ok := nearest(row.Sizes, width); ok {
		path, contentType = sizePath(key, best, row.SizesType), row.SizesType
	}
	content, err = im.bucket.ReadAll(ctx, path)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, "", found("picture", sql.ErrNoRows)
	}
	if err != nil {
		return nil, "", blobFault("read a picture", err)
	}
	return content, contentType, nil
}

// nearest chooses among the widths that are made, which are stored in ascending order.
func nearest(stored string, width int) (best int, ok bool) {
	var widths []int
	if stored == "" || json.Unmarshal([]byte(stored), &widths) != nil || len(widths) == 0 {
		return 0, false
	}
	for _, w := range widths {
		if width > 0 && w >= width {
			return w, true
		}
	}
	return widths[len(widths)-1], true
}

// makeSizes makes the sizes of the pictures that have none. A picture that cannot be
// resized does not hold up the others.
func (im *images) makeSizes(ctx context.Context) error {
	for {
		pending, err := im.store.read().PendingImages(ctx, catalogdb.PendingImagesParams{Attempts: maxResizeAttempts, Limit: imagesAtOnce})
		if err != nil {
			return found("picture", err)
		}
		if len(pending) == 0 {
			return nil
		}
		for _, row := range pending {
			if err := im.makeSizesOf(ctx, row.Key); err != nil {
				return errors.Join(err, im.store.failImage(ctx, row.Key))
			}
		}
	}
}

func (im *images) makeSizesOf(ctx context.Context, key string) error {
	content, err := im.bucket.ReadAll(ctx, originalPath(key))
	if err != nil {
		return blobFault("read a picture", err)
	}
	var sizes []resized
	err = im.decode(ctx, func() error {
		sizes, err = resize(content)
		return err
	})
	if err != nil {
		return fmt.Errorf("resize the picture %s: %w", key, err)
	}
	return im.keepSizes(ctx, key, "image/jpeg", sizes)
}

// keepSizes writes the sizes of a picture and notes that they are there.
func (im *images) keepSizes(ctx context.Context, key, contentType string, sizes []resized) error {
	widths := make([]int, len(sizes))
	for i, s := range sizes {
		widths[i] = s.width
		if err := im.bucket.WriteAll(ctx, sizePath(key, s.width, contentType), s.content, &blob.WriterOptions{ContentType: contentType}); err != nil {
			return blobFault("write a picture", err)
		}
	}
	return im.store.setImageSizes(ctx, key, contentType, widths)
}

// sweep deletes pictures that nothing has shown for a while, their bytes first: a
// sweep that is cut short leaves the row, and with it the work, to the next one.
func (im *images) sweep(ctx context.Context) error {
	before := im.store.now().Add(-keepUnused).UnixMilli()
	keys, err := im.store.read().UnusedImages(ctx, catalogdb.UnusedImagesParams{UsedAt: before, Limit: imagesAtOnce})
	if err != nil {
		return found("picture", err)
	}
	for _, key := range keys {
		err := im.store.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
			// The row is locked from here on: whoever sends the same picture in waits, and writes after us.
			n, err := catalogdb.New(tx).DeleteUnusedImage(ctx, catalogdb.DeleteUnusedImageParams{Key: key, UsedAt: before})
			if err != nil || n == 0 {
				return err
			}
			return im.deleteBytes(ctx, key)
		})
		if err != nil {
			return fmt.Errorf("delete the picture %s: %w", key, err)
		}
	}
	return nil
}

func (im *images) deleteBytes(ctx context.Context, key string) error {
	objects := im.bucket.List(&blob.ListOptions{Prefix: key[:2] + "/" + key + "/"})
	for {
		object, err := objects.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = im.bucket.Delete(ctx, object.Key)
		}
		if err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return blobFault("delete a picture", err)
		}
	}
}

func blobFault(doing string, err error) error {
	return fmt.Errorf("%s: %w", doing, fault.New(fault.Unavailable, "unavailable", "The shop's pictures cannot be reached or written just now. Please try again.").Because(err))
}

// putImage notes a picture before its bytes are written.
func (s *store) putImage(ctx context.Context, key, contentType string, size image.Config) error {
	return s.write(ctx, "write picture", func(q *catalogdb.Queries) error {
		return q.PutImage(ctx, catalogdb.PutImageParams{
			Key: key, ContentType: contentType, Width: int64(size.Width), Height: int64(size.Height), UsedAt: s.now().UnixMilli(),
		})
	})
}

// attachImage adds a picture to its product, behind those it has, or replaces its producer's.
func (s *store) attachImage(ctx context.Context, u upload, key string) error {
	return s.write(ctx, "add picture", func(q *catalogdb.Queries) error {
		if u.producerID != "" {
			return s.setProducerImage(ctx, q, u, key)
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

func (s *store) setProducerImage(ctx context.Context, q *catalogdb.Queries, u upload, key string) error {
	market, err := id.Market(id.Producer, u.producerID)
	if err != nil {
		return err
	}
	version, err := q.RaiseMarketVersion(ctx, market)
	if err != nil {
		return found("market", err)
	}
	n, err := q.SetProducerImage(ctx, catalogdb.SetProducerImageParams{
		ID: u.producerID, Image: key, ImageAlt: u.alt, UpdatedAt: s.now().UnixMilli(), Version: version,
	})
	if err == nil && n == 0 {
		err = found("producer", sql.ErrNoRows)
	}
	return err
}

func (s *store) setImageSizes(ctx context.Context, key, contentType string, widths []int) error {
	return s.write(ctx, "note the sizes of a picture", func(q *catalogdb.Queries) error {
		return q.SetImageSizes(ctx, catalogdb.SetImageSizesParams{Key: key, Sizes: list(widths), SizesType: contentType})
	})
}

func (s *store) failImage(ctx context.Context, key string) error {
	return s.write(ctx, "note a failed picture", func(q *catalogdb.Queries) error { return q.FailImage(ctx, key) })
}

// write runs statements in a transaction of their own.
func (s *store) write(ctx context.Context, doing string, work func(q *catalogdb.Queries) error) error {
	return s.db.Tx(ctx, func(_ context.Context, tx *sqldb.Tx) error {
		if err := work(catalogdb.New(tx)); err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
		return nil
	})
}
