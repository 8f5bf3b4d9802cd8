package edge

import (
	"context"
	"net/http"
)

// openAPI answers the document that describes the API.
func (e *site) openAPI(_ context.Context, q *query) (*reply, error) {
	return &reply{status: http.StatusOK, contentType: "application/json", body: e.document}, nil
}
