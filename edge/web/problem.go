package web

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"

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
	// PaymentMethods are those by which the same can be ordered all the same.
	PaymentMethods []string `json:"payment_methods,omitempty"`
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
	ErrUnmatched:               http.StatusPreconditionFailed,
	"slow_body":                http.StatusRequestTimeout,
	"body_too_large":           http.StatusRequestEntityTooLarge,
	"unsupported_media_type":   http.StatusUnsupportedMediaType,
}

// StatusOf is the HTTP status of a fault.
func StatusOf(f *fault.Error) int {
	if status, ok := statuses[f.Code]; ok {
		return status
	}
	return f.Kind.Status()
}

// ProblemReply tells a program what went wrong, and by which methods it could pay instead, if there are such.
func ProblemReply(f *fault.Error, pay ...string) *Reply {
	status := StatusOf(f)
	doc := problem{
		Title: http.StatusText(status), Status: status, Code: f.Code, Detail: f.Message, PaymentMethods: pay,
	}
	for _, field := range f.Fields {
		doc.Fields = append(doc.Fields, problemField(field))
		if f.Code == "out_of_stock" {
			doc.Lines = append(doc.Lines, problemLine{field.Name, field.Message})
		}
	}
	body, err := json.Marshal(doc)
	if err != nil {
		body = []byte(
			`{"title":"Internal Server Error","status":500,"code":"internal","detail":"Something went wrong on our side."}`)
	}
	out := &Reply{Status: status, ContentType: "application/problem+json", Body: body}
	return out.Advising(f)
}

// Advising adds the headers that an error's status calls for, and are not there.
func (r *Reply) Advising(f *fault.Error) *Reply {
	switch {
	case IsBusy(r.Status) && r.header.Get("Retry-After") == "":
		r.Set("Retry-After", strconv.Itoa(retryAfter()))
	case r.Status == http.StatusUnauthorized:
		r.Set("WWW-Authenticate", `Bearer realm="shop"`)
	case f.Code == "slow_body":
		r.Set("Connection", "close")
	}
	return r
}

// IsBusy reports whether a status says to come again later.
func IsBusy(status int) bool {
	return status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests
}

// Invalid is the fault of a request with one bad field.
func Invalid(name, message string) *fault.Error {
	return fault.New(fault.Invalid, "invalid", "Some of what was sent is not right.",
		fault.Field{Name: name, Message: message})
}

// ErrOverloaded refuses what is beyond the shop's capacity; it is worth asking again.
var ErrOverloaded = fault.New(fault.Unavailable, "overloaded",
	"The shop is very busy. Please try again in a moment.")

// retryAfter is when to come back, in seconds: spread, so that those who were sent
// away together do not come back together.
func retryAfter() int { return 1 + rand.N(4) } //nolint:gosec // jitter

// ErrNoPage is told where there is nothing, or nothing for this visitor.
var ErrNoPage = fault.New(fault.NotFound, "not_found", "There is nothing at this address.")

// IsAPI reports whether a request is a program's.
func IsAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// ErrUnmatched is the code of what was changed since it was read, for who asked by If-Match.
const ErrUnmatched = "precondition_failed"
