package gallery

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/blob"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/picture"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/host"
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

// Gallery keeps pictures: what is known of them in the database, their bytes in a store beside it. A row is
// written before its bytes, and what is to be deleted is noted before it is, so no bytes are ever without a
// row.
type Gallery struct {
	store    *goods.Store
	blobs    blob.Store
	unpacker *picture.Unpacker
}

// Open opens the pictures of a store, which are where the process was told, or in a directory of its data's.
func Open(ctx context.Context, s *goods.Store, h *host.Host) (*Gallery, error) {
	c := h.Config()
	blobs, err := blob.Open(ctx, blob.Config{
		Place: cmp.Or(c.Blobs, filepath.Join(c.Data, "blobs")), AccessKey: c.BlobsAccessKey,
		SecretKey: c.BlobsSecretKey,
	}, h.Log())
	return &Gallery{s, blobs, picture.NewUnpacker()}, err
}

// kept is where the bytes of a picture are.
type kept struct{ key, place string }

// under is what their names begin with. Without a place it is the beginning of all that are there.
func (k kept) under() string {
	if k.place == "" {
		return k.key[:2] + "/" + k.key + "/"
	}
	return k.key[:2] + "/" + k.key + "/" + k.place + "/"
}

func (k kept) original() string { return k.under() + "original" }

func (k kept) size(width int, contentType string) string {
	return k.under() + "w" + strconv.Itoa(width) + endings[contentType]
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
		if err := im.take(ctx, kept{key, row.Place}, u, header.Type, sizesType); err != nil {
			return "", err
		}
	}
	return key, im.attachImage(ctx, u, key)
}

// take unpacks a picture that came for the first time, and keeps it.
func (im *Gallery) take(ctx context.Context, at kept, u Upload, contentType, sizesType string) error {
	var sizes []picture.Size
	err := im.attempt(ctx, at.key, func() (err error) {
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
	if err := im.blobs.Put(ctx, at.original(), contentType, u.Content); err != nil {
		return blobFault("write a picture", err)
	}
	return im.keepSizes(ctx, at, sizesType, sizes)
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
	at := kept{key, row.Place}
	path, contentType := at.original(), row.ContentType
	if best, ok := nearest(row.Sizes, width); ok {
		path, contentType = at.size(best, row.SizesType), row.SizesType
	}
	content, err = im.blobs.Get(ctx, path)
	if errors.Is(err, blob.ErrNone) {
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

func blobFault(doing string, err error) error {
	return fmt.Errorf("%s: %w", doing, fault.New(fault.Unavailable, "unavailable",
		"The shop's pictures cannot be reached or written just now. Please try again.").Because(err))
}
