package load

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// mostAnswer bounds what is read of an answer.
const mostAnswer = 8 << 20

// ask is a request before it is sent.
type ask struct {
	kind         Kind
	method, path string
	body         any    // sent as JSON, if there is one
	key, bearer  string // of the headers
	want         int    // the status of what is served
}

// answer is what was told.
type answer struct {
	status int
	header http.Header
	raw    []byte
}

// code is that of a problem.
func (a answer) code() string {
	var told struct{ Code string }
	_ = json.Unmarshal(a.raw, &told)
	return told.Code
}

// send sends a request once.
func (r *Run) send(ctx context.Context, by *wire, q ask) (a answer, err error) {
	ctx, cancel := context.WithTimeout(ctx, r.plan.Patience)
	defer cancel()
	var body io.Reader
	if q.body != nil {
		raw, err := json.Marshal(q.body)
		if err != nil {
			return a, err
		}
		body = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(ctx, q.method, r.plan.URL+q.path, body)
	if err != nil {
		return a, err
	}
	request.GetBody = nil // it is sent once
	if q.body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if q.key != "" {
		request.Header.Set("Idempotency-Key", q.key)
	}
	if q.bearer != "" {
		request.Header.Set("Authorization", "Bearer "+q.bearer)
	}
	response, err := by.do(request)
	if err != nil {
		return a, err
	}
	defer func() { _ = response.Body.Close() }()
	a = answer{status: response.StatusCode, header: response.Header}
	a.raw, err = io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	return a, err
}

// outcome is how a request went that was answered.
func (a answer) outcome(want int) Outcome {
	switch {
	case a.status == want, want == http.StatusOK && a.status/100 == 3:
		return Served
	case a.status == http.StatusCreated, a.status == http.StatusAccepted:
		return Served
	case a.busy():
		return Shed
	case a.status == http.StatusConflict, a.status == http.StatusPaymentRequired:
		return Refused
	}
	return Failed
}

// busy reports whether it says when to come again.
func (a answer) busy() bool {
	return (a.status == http.StatusServiceUnavailable || a.status == http.StatusTooManyRequests) &&
		a.header.Get("Retry-After") != ""
}

// tried sends a request as often as the client does, and keeps how each try went. It was due at a time, and
// every try but the first when it is made.
func (j *journey) tried(ctx context.Context, q ask, due time.Time) (a answer, o Outcome) {
	for n := 1; ; n++ {
		if n > 1 {
			due = time.Now()
		}
		begun := time.Now()
		var err error
		a, err = j.run.send(ctx, j.wire, q)
		request := Request{
			Kind: q.kind, Client: j.client.Name(), Path: q.path, Begun: begun, Ended: time.Now(),
			Status: a.status,
		}
		if o = Failed; err == nil {
			o = a.outcome(q.want)
		} else {
			request.Error = err.Error()
		}
		if request.Outcome = o; o != Served {
			request.Code = a.code()
		}
		j.run.history.note(request, due)
		if o <= Refused || n >= j.client.Tries {
			return a, o
		}
	}
}
