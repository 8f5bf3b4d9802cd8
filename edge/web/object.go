package web

import (
	"mime"
	"net/http"
	"strings"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/fault"
)

// Object reads the body, which must be one JSON object.
func (v *Visit) Object() (*input.Object, error) {
	if err := requireType(v.Request, "application/json"); err != nil {
		return nil, err
	}
	return input.ParseObject(v.Body)
}

// requireType refuses a body that does not say it is of a media type.
func requireType(r *http.Request, want string) error {
	got, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := params["charset"]
	if err != nil || got != want || (charset != "" && !strings.EqualFold(charset, "utf-8")) {
		return fault.Newf(fault.Invalid, "unsupported_media_type", "Send the body with Content-Type: %s.",
			want)
	}
	return nil
}
