package edge

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/artisan-eats/artisan/fault"
)

// problem is an RFC 9457 problem document. Code is stable, for programs; Detail is for people.
type problem struct {
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Code   string         `json:"code"`
	Detail string         `json:"detail"`
	Fields []problemField `json:"fields,omitempty"`
	Lines  []problemLine  `json:"lines,omitempty"`
}

type problemField struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

// problemLine is a line of the cart that cannot be had as asked.
type problemLine struct {
	VariantID string `json:"variant_id"`
	Message   string `json:"message"`
}

// statuses are the codes whose HTTP status is not the one of their kind.
var statuses = map[string]int{
	"bad_json":                 http.StatusBadRequest,
	"bad_request":              http.StatusBadRequest,
	"idempotency_key_required": http.StatusBadRequest,
	"idempotency_key_invalid":  http.StatusBadRequest,
	"idempotency_key_reused":   http.StatusUnprocessableEntity,
	"method_not_allowed":       http.StatusMethodNotAllowed,
	errUnmatched:               http.StatusPreconditionFailed,
	"slow_body":                http.StatusRequestTimeout,
	"body_too_large":           http.StatusRequestEntityTooLarge,
	"unsupported_media_type":   http.StatusUnsupportedMediaType,
}

// statusOf is the HTTP status of a fault.
func statusOf(f *fault.Error) int {
	if status, ok := statuses[f.Code]; ok {
		return status
	}
	return f.Kind.Status()
}

// problemReply tells a program what went wrong.
func problemReply(f *fault.Error) *reply {
	status := statusOf(f)
	doc := problem{Title: http.StatusText(status), Status: status, Code: f.Code, Detail: f.Message}
	for _, field := range f.Fields {
		doc.Fields = append(doc.Fields, problemField(field))
		if f.Code == "out_of_stock" {
			doc.Lines = append(doc.Lines, problemLine{field.Name, field.Message})
		}
	}
	body, err := json.Marshal(doc)
	if err != nil {
		body = []byte(`{"title":"Internal Server Error","status":500,"code":"internal","detail":"Something went wrong on our side."}`)
	}
	out := &reply{status: status, contentType: "application/problem+json", body: body}
	return out.advising(f)
}

// advising adds the headers that an error's status calls for.
func (r *reply) advising(f *fault.Error) *reply {
	switch {
	case isBusy(r.status):
		r.set("Retry-After", strconv.Itoa(retryAfter()))
	case r.status == http.StatusUnauthorized:
		r.set("WWW-Authenticate", `Bearer realm="shop"`)
	case f.Code == "slow_body":
		r.set("Connection", "close")
	}
	return r
}

// isBusy reports whether a status says to come again later.
func isBusy(status int) bool {
	return status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests
}

// invalid is the fault of a request with one bad field.
func invalid(name, message string) *fault.Error {
	return fault.New(fault.Invalid, "invalid", "Some of what was sent is not right.", fault.Field{Name: name, Message: message})
}
