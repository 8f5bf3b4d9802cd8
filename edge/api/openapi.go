package api

import (
	"context"
	"net/http"

	"github.com/artisan-eats/artisan/edge/web"
)

// OpenAPI answers the document that describes the API.
func OpenAPI(_ context.Context, q *web.Query) (*web.Reply, error) {
	return &web.Reply{Status: http.StatusOK, ContentType: "application/json", Body: q.Site.Document}, nil
}
