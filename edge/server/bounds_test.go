package server

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
)

func TestAPanicOfALoaderIsItsOwn(t *testing.T) {
	c := newCache(time.Now)
	_, err := c.get(t.Context(), "key", web.Browsing, kept{},
		func(context.Context) (*web.Reply, time.Time, error) { panic("broken") })
	if fault.KindOf(err) != fault.Internal {
		t.Errorf("the panic came back as %v", err)
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	c := newCache(time.Now)
	body := make([]byte, 1<<20)
	for i := range 100 {
		key := strings.Repeat("k", i+1)
		_, err := c.get(t.Context(), key, web.Browsing, kept{},
			func(context.Context) (*web.Reply, time.Time, error) {
				return &web.Reply{Status: 200, Body: body}, time.Now(), nil
			})
		if err != nil {
			t.Fatal(err)
		}
	}
	c.answers.CleanUp()
	if weight := c.answers.WeightedSize(); weight > cacheBytes {
		t.Errorf("the cache weighs %d bytes of %d", weight, cacheBytes)
	}
}
