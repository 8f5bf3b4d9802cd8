package edgetest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/artisan-eats/artisan/edge"
)

// Describe reads the OpenAPI document, which must be right in itself.
func Describe(t testing.TB) (*openapi3.T, routers.Router) {
	t.Helper()
	text, err := edge.Document()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

// CheckAgainst holds a call and its answer against the document of the API, and gives the operation.
func CheckAgainst(t *testing.T, router routers.Router, c Call, answer *http.Response, body []byte) string {
	t.Helper()
	r := httptest.NewRequest(c.Method, c.Path, strings.NewReader(c.Body))
	r.Header = answer.Request.Header
	route, params, err := router.FindRoute(r)
	if err != nil {
		t.Fatal(err)
	}
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{
			AuthenticationFunc:    openapi3filter.NoopAuthenticationFunc,
			IncludeResponseStatus: true,
		},
	}
	if err := openapi3filter.ValidateRequest(t.Context(), input); err != nil && !c.Lenient {
		t.Errorf("the request is not as the document says: %v", err)
	}
	output := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: answer.StatusCode, Header: answer.Header,
		Body: io.NopCloser(bytes.NewReader(body)), Options: input.Options,
	}
	if err := openapi3filter.ValidateResponse(t.Context(), output); err != nil {
		t.Errorf("the answer is not as the document says: %v", err)
	}
	return c.Method + " " + route.Path
}
