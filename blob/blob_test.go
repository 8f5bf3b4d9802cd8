package blob_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/artisan-eats/artisan/blob"
	"github.com/artisan-eats/artisan/blob/blobtest"
)

var quiet = slog.New(slog.DiscardHandler)

// each runs a test on a directory and on a bucket of a real server.
func each(t *testing.T, test func(t *testing.T, s blob.Store)) {
	for name, where := range map[string]func(*testing.T) blob.Config{
		"directory": func(t *testing.T) blob.Config {
			return blob.Config{Place: t.TempDir() + "/not/there/yet"}
		},
		"bucket": func(t *testing.T) blob.Config { return blobtest.Bucket(t) },
	} {
		t.Run(name, func(t *testing.T) {
			s, err := blob.Open(t.Context(), where(t), quiet)
			if err != nil {
				t.Fatal(err)
			}
			test(t, s)
		})
	}
}

func TestWhatIsPutIsThereUntilItIsDeleted(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		ctx := t.Context()
		if _, err := s.Get(ctx, "ab/abc/original"); !errors.Is(err, blob.ErrNone) {
			t.Errorf("what was never put: %v", err)
		}
		first, second := bytes.Repeat([]byte{0, 1, 255}, 1<<20), []byte("another")
		for _, content := range [][]byte{first, second, nil} {
			if err := s.Put(ctx, "ab/abc/original", "image/jpeg", content); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Get(ctx, "ab/abc/original"); err != nil || !bytes.Equal(got, content) {
				t.Errorf("%d bytes came back of %d: %v", len(got), len(content), err)
			}
		}
		for range 2 { // what is gone is deleted
			if err := s.Delete(ctx, "ab/abc/original"); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Get(ctx, "ab/abc/original"); !errors.Is(err, blob.ErrNone) {
			t.Errorf("what was deleted: %v", err)
		}
	})
}

func TestAListHasAllThatIsUnderAKey(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		want := []string{"ab/abc/original", "ab/abc/other/original", "ab/abc/w320.jpg"}
		for _, key := range append(want, "ab/abcd/original", "cd/cde/original") {
			if err := s.Put(t.Context(), key, "image/jpeg", []byte(key)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.List(t.Context(), "ab/abc/")
		if slices.Sort(got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v", got, err)
		}
		if got, err := s.List(t.Context(), "ef/efg/"); err != nil || len(got) != 0 {
			t.Errorf("of nothing: %v, %v", got, err)
		}
	})
}

func TestWhatIsNoKeyIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		for _, key := range []string{
			"", "/", "../x", "a/../../x", "/etc/passwd", "a//b", "A", "a b", "a/.b", "a%2fb",
		} {
			_, get := s.Get(t.Context(), key)
			_, list := s.List(t.Context(), key)
			for _, err := range []error{
				get, list, s.Put(t.Context(), key, "", nil), s.Delete(t.Context(), key),
			} {
				if err == nil || errors.Is(err, blob.ErrNone) {
					t.Errorf("%q: %v", key, err)
				}
			}
		}
	})
}

func TestAPlaceThatIsNoneIsSaidInOneLine(t *testing.T) {
	keys := blobtest.Bucket(t)
	with := func(change func(c *blob.Config)) blob.Config {
		c := keys
		change(&c)
		return c
	}
	place := func(place string) blob.Config { return with(func(c *blob.Config) { c.Place = place }) }
	for says, c := range map[string]blob.Config{
		"cannot be read: it looks like s3://bucket": place("ftp://pictures"),
		"cannot be read: it looks like":             place("s3://pictures?endpoint=%zz"),
		"has a key in it":                           place("s3://anyone:secret@pictures"),
		"its keys are missing":                      with(func(c *blob.Config) { c.SecretKey = "" }),
		`names no bucket, but ""`:                   place("s3:///prefix"),
		`names no bucket, but "P!ctures"`:           place("s3://P!ctures"),
		`has "reigon"`:                              place("s3://pictures?reigon=x"),
		"the region in ARTISAN_BLOBS is none":       place("s3://pictures?region=US East"),
		"not the address of a host":                 place("s3://pictures?endpoint=s3.example"),
		"is not https, and beyond this machine":     place("s3://pictures?endpoint=http://s3.example"),
		"the prefix in ARTISAN_BLOBS":               place("s3://pictures/A%20B"),
		"cannot be used: 404 NoSuchBucket; look at": place(
			strings.Replace(keys.Place, "s3://pictures/", "s3://elsewhere/", 1)),
		"cannot be used: 403 ": with(func(c *blob.Config) { c.SecretKey = "not it" }),
	} {
		_, err := blob.Open(t.Context(), c, quiet)
		switch {
		case err == nil || !strings.Contains(err.Error(), says):
			t.Errorf("%s: %v, want %q", c.Place, err, says)
		case strings.Contains(err.Error(), "\n"),
			c.SecretKey != "" && strings.Contains(err.Error(), c.SecretKey):
			t.Errorf("it says %q", err)
		}
	}
}

// TestABucketThatDoesNotAnswerIsAskedAgain has each request fail the first time, and then all of them.
func TestABucketThatDoesNotAnswerIsAskedAgain(t *testing.T) {
	var asked atomic.Int64
	var down atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n := asked.Add(1); n%2 == 1 || down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = fmt.Fprint(w, "<Error><Code>SlowDown</Code></Error>")
		}
	}))
	t.Cleanup(server.Close)
	c := blob.Config{
		Place: "s3://pictures?endpoint=" + server.URL, AccessKey: "anyone", SecretKey: "secret",
	}
	s, err := blob.Open(t.Context(), c, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), "a/b", "image/jpeg", []byte("c")); err != nil || asked.Load() != 4 {
		t.Errorf("after %d requests: %v", asked.Load(), err)
	}
	down.Store(true)
	if err := s.Put(t.Context(), "a/b", "image/jpeg", []byte("c")); err == nil ||
		!strings.Contains(err.Error(), "503 SlowDown") {
		t.Errorf("it is said of a bucket that is down: %v", err)
	}
	if s, err = blob.Open(t.Context(), c, quiet); err != nil || s == nil {
		t.Errorf("a shop does not start while its bucket is down: %v", err)
	}
}
