package catalog_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/blob/blobtest"
	"github.com/artisan-eats/artisan/catalog"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// TestAPictureIsShownByTheReplicaThatDidNotTakeIt has two of them, each with a disk of its own, and a bucket.
func TestAPictureIsShownByTheReplicaThatDidNotTakeIt(t *testing.T) {
	bucket := blobtest.Bucket(t)
	both := hosttest.Replicas(t, 2, services, func(c *host.Config) {
		c.Blobs, c.BlobsAccessKey, c.BlobsSecretKey = bucket.Place, bucket.AccessKey, bucket.SecretKey
	})
	one, other := open(t, both[0]), both[1]
	loaf := one.sell("Loaf", "bread", 600)
	key := one.putImage(loaf, jpegOf(t, 1300, 900))
	same := shop{
		T: t, CatalogServiceClient: catalogv1connect.NewCatalogServiceClient(other.Client("catalog")),
	}
	for _, width := range []int32{0, 320, 800} {
		want, got := one.getImage(key, width), same.getImage(key, width)
		if !bytes.Equal(got.GetContent(), want.GetContent()) || len(got.GetContent()) == 0 ||
			got.GetContentType() != want.GetContentType() {
			t.Errorf("at %d: %d bytes of %s, want %d", width, len(got.GetContent()), got.GetContentType(),
				len(want.GetContent()))
		}
	}
	for _, p := range both {
		if _, err := os.Stat(filepath.Join(p.Host("catalog").Config().Data, "blobs")); err == nil {
			t.Error("there are pictures on a replica's disk")
		}
	}
}

// TestAPictureThatComesWhileItIsDeletedIsKept has the same picture sent in between the two halves of a sweep:
// what is known of it is gone, and its bytes are about to be.
func TestAPictureThatComesWhileItIsDeletedIsKept(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			clock, data := hosttest.NewClock(time.Now()), ""
			p := hosttest.Open(t, engine, services, func(c *host.Config) { c.Now, data = clock.Now, c.Data })
			s := open(t, p)
			loaf, content := s.sell("Loaf", "bread", 600), jpegOf(t, 330, 300)
			key := s.putImage(loaf, content)
			loaf.Images = nil
			if _, err := s.PutProduct(t.Context(),
				&catalogv1.PutProductRequest{Product: loaf, ReplaceImages: true}); err != nil {
				t.Fatal(err)
			}
			clock.Advance(25 * time.Hour)
			sweep := catalog.SweepPictures(p.Host("catalog"))
			// where nothing can be deleted, a sweep does its first half
			blobs := filepath.Join(data, "blobs")
			if err := os.Rename(blobs, blobs+"-away"); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(blobs, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := sweep(t.Context()); err == nil || !strings.Contains(err.Error(), "delete the picture") {
				t.Fatalf("the first half: %v", err)
			}
			if err := os.Remove(blobs); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(blobs+"-away", blobs); err != nil {
				t.Fatal(err)
			}
			s.putImage(loaf, content)
			s.wants("the second half", sweep(t.Context()), nil)
			s.wants("its size", len(s.getImage(key, 0).GetContent()) > 0, true)
			s.wants("files", files(t, data), 3)
		})
	}
}
