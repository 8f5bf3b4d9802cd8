package edge

import (
	"context"
	"net/http"
)

// openAPI answers the document that describes the API.
func (e *edge) openAPI(context.Context, *query) (*reply, error) {
	document, err := static.ReadFile("static/openapi.json")
	if err != nil {
		return nil, err
	}
	return &reply{status: http.StatusOK, contentType: "application/json", body: document}, nil
}
