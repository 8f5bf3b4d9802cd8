package web

import (
	"net/url"

	"github.com/artisan-eats/artisan/edge/page"
)

// ImageURL is where a picture is, from the root of the shop.
func ImageURL(key string) string { return (&url.URL{Path: "/images/" + key}).EscapedPath() }

// PictureOf is a picture by its key; the zero Picture where there is none.
func PictureOf(key, alt string) page.Picture {
	if key == "" {
		return page.Picture{}
	}
	return page.Picture{Address: ImageURL(key), Alt: alt}
}
