package catalog

import (
	"context"

	"github.com/artisan-eats/artisan/host"
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
