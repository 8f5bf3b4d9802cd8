// Package blob keeps bytes under keys: in a directory, for one machine, or in a bucket of a store that speaks
// S3's language, for any number of replicas. Keys are made of small letters, digits, dots, hyphens and
// slashes. What is put is there whole or not at all, and who reads right after it finds it.
package blob

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
)

// Store is where bytes are kept. It is safe for concurrent use.
type Store interface {
	// Put keeps content under a key, in the place of what was there.
	Put(ctx context.Context, key, contentType string, content []byte) error
	// Get reads what is under a key; the error is ErrNone where there is nothing.
	Get(ctx context.Context, key string) ([]byte, error)
	// List answers the keys that begin like a directory, which ends with a slash.
	List(ctx context.Context, under string) ([]string, error)
	// Delete deletes what is under a key, if there is something.
	Delete(ctx context.Context, key string) error
}

// ErrNone is of a key under which there is nothing.
var ErrNone = errors.New("blob: there is nothing under this key")

// Config says where bytes are kept.
type Config struct {
	// Place is s3://bucket/prefix?endpoint=https://host&region=name, or a directory.
	Place string
	// AccessKey and SecretKey open a bucket.
	AccessKey, SecretKey string
}

// Open opens a store. A bucket that refuses is an error that says what to do; one that does not answer just
// now is told of, and asked again by whoever needs it.
func Open(ctx context.Context, c Config, log *slog.Logger) (Store, error) {
	if !strings.Contains(c.Place, "://") {
		return directory(c.Place), nil
	}
	b, err := newBucket(c)
	if err != nil {
		return nil, err
	}
	err = b.reach(ctx)
	var refused refusal
	if errors.As(err, &refused) {
		return nil, fmt.Errorf("the bucket %s at %s cannot be used: %w; look at ARTISAN_BLOBS and its two keys",
			b.name, b.endpoint.Host, refused)
	}
	if err != nil {
		log.WarnContext(ctx, "the bucket of pictures does not answer; it is asked again", "error", err)
	}
	return b, nil
}

var keys = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*(/[a-z0-9][a-z0-9.-]*)*/?$`)

// checkKey refuses what is no key: it would be something else of a directory.
func checkKey(key string) error {
	if !keys.MatchString(key) {
		return fmt.Errorf("blob: %q is no key", key)
	}
	return nil
}
