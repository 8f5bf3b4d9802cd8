package edgetest

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
)

// Call is one request and what it has to be answered with.
type Call struct {
	Name    string
	Method  string
	Path    string
	Body    string
	Header  []string // name, value, ...
	Peer    string   // whose method fails
	Fault   error
	Status  int
	Code    string
	Lenient bool // the request itself is against the document
}

// Buying is a checkout as programs send it.
const Buying = `{"email": "ann@example.org", "name": "Ann", "window_id": "` + Saturday +
	`", "payment": {"method": "test", "token": "ok"}}`

// What calls are sent with, and what peers answer that cannot do what they are asked.
var (
	WithKey    = []string{"Idempotency-Key", "a-key"}
	AsProducer = []string{"Authorization", "Bearer producer"}
	ErrDown    = fault.New(fault.Unavailable, "unavailable",
		"A part of the shop is not reachable. Please try again.")
	Conflict = func(code string) error { return fault.New(fault.Conflict, code, "It does not go.") }
)

// CheckProblem checks that an answer is the problem that the call says; nothing where it says none.
func CheckProblem(t testing.TB, c Call, answer *http.Response, body []byte) {
	t.Helper()
	if c.Code == "" {
		return
	}
	var p struct {
		Status       int
		Code, Detail string
	}
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if p.Code != c.Code || p.Status != c.Status || p.Detail == "" {
		t.Errorf("problem %+v, want code %s", p, c.Code)
	}
	if strings.Contains(string(body), io.ErrNoProgress.Error()) {
		t.Errorf("the answer shows what went wrong inside: %s", body)
	}
	seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
	if (c.Status == 503 || c.Status == 429) && (err != nil || seconds < 1) {
		t.Errorf("Retry-After is %q", answer.Header.Get("Retry-After"))
	}
}

// CheckFault checks that an error is a clear no to the client.
func CheckFault(t *testing.T, err error) {
	t.Helper()
	f := fault.Of(err)
	if status := web.StatusOf(f); status < 400 || status > 499 || f.Code == "" || f.Message == "" {
		t.Errorf("the fault is %d %+v", status, f)
	}
}
