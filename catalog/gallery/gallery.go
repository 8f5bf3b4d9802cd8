package gallery

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/picture"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// keepUnused is how long a picture that nothing shows is kept. It must outlast the
	// time from a picture's arrival to its first use by far.
	keepUnused = 24 * time.Hour
	// maxAttempts is how often a picture is tried to be unpacked; then it is given up.
	maxAttempts  = 3
	imagesAtOnce = 16
	// MaxSizes is how many ready-made sizes may come with a picture.
	MaxSizes = 8
)

// Gallery keeps pictures: what is known of them in the database, their bytes beside it. A row is
// written before its bytes and deleted after them, so no bytes are ever without a row.
type Gallery struct {
	store    *goods.Store
	bucket   *blob.Bucket
	unpacker *picture.Unpacker
}

// Open opens the pictures of a store, which are in a directory of the data's.
func Open(s *goods.Store, data string) (*Gallery, error) {
	bucket, err := fileblob.OpenBucket(filepath.Join(data, "blobs"),
		&fileblob.Options{CreateDir: true, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		return nil, fmt.Errorf("open the directory of pictures: %w", err)
	}
	return &Gallery{s, bucket, picture.NewUnpacker()}, nil
}

func originalPath(key string) string { return key[:2] + "/" + key + "/original" }

func sizePath(key string, width int, contentType string) string {
	return key[:2] + "/" + key + "/w" + strconv.Itoa(width) + endings[contentType]
}

// endings are those of the files of sizes.
var endings = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif",
	"image/webp": ".webp",
}

// Upload is a picture that was sent in, and whose it is: a product's or a producer's.
type Upload struct {
	ProductID, ProducerID string
	Content               []byte
	Alt                   string
	Sizes                 []picture.Size // ready-made
}

// Put stores a picture in its sizes and shows it with its product or producer. The same picture again has no
// effect but its alternative text.
func (im *Gallery) Put(ctx context.Context, u Upload) (string, error) {
	header, err := picture.Inspect(u.Content)
	if err != nil {
		return "", err
	}
	sizesType, err := inspectSizes(u.Sizes)
	if err != nil {
		return "", err
	}
	if err := im.mayUpload(ctx, u); err != nil {
		return "", err
	}
	sum := sha256.Sum256(u.Content)
	key := hex.EncodeToString(sum[:])
	row, err := im.putImage(ctx, key, header)
	if err != nil {
		return "", err
	}
	if row.Sizes == "" {
		if err := im.take(ctx, key, u, header.Type, sizesType); err != nil {
			return "", err
		}
	}
	return key, im.attachImage(ctx, u, key)
}

// take unpacks a picture that came for the first time, and keeps it.
func (im *Gallery) take(ctx context.Context, key string, u Upload, contentType, sizesType string) error {
	var sizes []picture.Size
	err := im.attempt(ctx, key, func() (err error) {
		if sizes = u.Sizes; len(sizes) == 0 {
			sizesType = "image/jpeg"
			sizes, err = im.unpacker.Sizes(ctx, u.Content)
			return err
		}
		return im.unpacker.Check(ctx, contents(u)...)
	})
	if err != nil {
		return err
	}
	if err := im.bucket.WriteAll(ctx, originalPath(key), u.Content,
		&blob.WriterOptions{ContentType: contentType}); err != nil {
		return blobFault("write a picture", err)
	}
	return im.keepSizes(ctx, key, sizesType, sizes)
}

// contents are a picture and its ready-made sizes, each once.
func contents(u Upload) [][]byte {
	all := [][]byte{u.Content}
	for _, s := range u.Sizes {
		if !bytes.Equal(s.Content, u.Content) {
			all = append(all, s.Content)
		}
	}
	return all
}

// inspectSizes finds out whether ready-made sizes are of the widths that are said, all in one format, which
// it answers; it is empty without any.
func inspectSizes(sizes []picture.Size) (contentType string, err error) {
	for i, s := range sizes {
		h, err := picture.Inspect(s.Content)
		if err != nil {
			return "", err
		}
		if h.Width != s.Width || (i > 0 && (h.Type != contentType || s.Width <= sizes[i-1].Width)) {
			const message = "The sizes of a picture are as wide as they say, in one format, the narrowest first."
			return "",
				fault.New(fault.Invalid, "not_that_size", message,
					fault.Field{Name: "content", Message: message})
		}
		contentType = h.Type
	}
	return contentType, nil
}

// Get reads a picture, for whoever may see it, in the nearest size that is made: the narrowest that is wide
// enough, or else the widest; the original while none is. A width of zero asks for the widest.
func (im *Gallery) Get(
	ctx context.Context, key string, width int, to Audience,
) (content []byte, contentType string, err error) {
	if !goods.ValidImageKey(key) {
		return nil, "", goods.NotFound("picture", sql.ErrNoRows)
	}
	row, err := im.store.Read().GetImage(ctx, key)
	if err != nil {
		return nil, "", goods.NotFound("picture", err)
	}
	if err := im.maySee(ctx, key, to); err != nil {
		return nil, "", err
	}
	path, contentType := originalPath(key), row.ContentType
	if best, ok := nearest(row.Sizes, width); ok {
		path, contentType = sizePath(key, best, row.SizesType), row.SizesType
	}
	content, err = im.bucket.ReadAll(ctx, path)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, "", goods.NotFound("picture", sql.ErrNoRows)
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

// Sweep deletes pictures that nothing has shown for a while, their bytes first: a
// sweep that is cut short leaves the row, and with it the work, to the next one.
func (im *Gallery) Sweep(ctx context.Context) error {
	before := im.store.Now().Add(-keepUnused).UnixMilli()
	keys, err := im.store.Read().UnusedImages(ctx,
		catalogdb.UnusedImagesParams{UsedAt: before, Limit: imagesAtOnce})
	if err != nil {
		return goods.NotFound("picture", err)
	}
	for _, key := range keys {
		err := im.store.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
			// The row is locked from here on: whoever sends the same picture in waits, and writes after us.
			n, err := catalogdb.New(tx).DeleteUnusedImage(ctx,
				catalogdb.DeleteUnusedImageParams{Key: key, UsedAt: before})
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

func (im *Gallery) deleteBytes(ctx context.Context, key string) error {
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
	return fmt.Errorf("%s: %w", doing, fault.New(fault.Unavailable, "unavailable",
		"The shop's pictures cannot be reached or written just now. Please try again.").Because(err))
}
