package edge

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

const (
	// maxBody bounds a request's body in bytes.
	maxBody = 1 << 20
	// bodyTimeout bounds the time that a body takes to arrive.
	bodyTimeout = 8 * time.Second
	// maxReading bounds how many bodies arrive at once.
	maxReading = 1024
	// uploadTimeout and maxUploading are the same for bodies of routes that take files.
	uploadTimeout = 3 * time.Minute
	maxUploading  = 4
)

// bodies reads what clients send, before they get a place in a tier: one that sends
// slowly takes no place from others.
type bodies struct {
	places  chan struct{}
	uploads chan struct{}
	timeout time.Duration
}

func newBodies(timeout time.Duration) *bodies {
	return &bodies{make(chan struct{}, maxReading), make(chan struct{}, maxUploading), timeout}
}

// read takes in a whole body, or says why not.
func (b *bodies) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, errBodyTooLarge
	}
	return b.take(w, http.MaxBytesReader(w, r.Body, maxBody), b.places)
}

// upload takes in a body with a file. What is too large is let pass unread, as far as it is not
// twice as large: a browser tells what we say to it only after it has sent all.
func (b *bodies) upload(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if err := b.await(w, time.Now().Add(uploadTimeout)); err != nil {
		return nil, err
	}
	if r.ContentLength > 2*limit {
		return nil, tooLarge(limit)
	}
	body, err := b.take(w, io.LimitReader(r.Body, limit+1), b.uploads)
	if err == nil && int64(len(body)) > limit {
		_, _ = io.CopyN(io.Discard, r.Body, limit)
		return nil, tooLarge(limit)
	}
	return body, err
}

// take reads a body in one of some places.
func (b *bodies) take(w http.ResponseWriter, from io.Reader, places chan struct{}) ([]byte, error) {
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
	default:
		return nil, errOverloaded
	}
	body, err := io.ReadAll(from)
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return body, b.await(w, time.Time{})
	case errors.As(err, &tooLarge):
		return nil, errBodyTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, fault.New(fault.Invalid, "slow_body", "The request took too long to arrive.")
	default:
		return nil, fault.New(fault.Invalid, "bad_request", "The request did not arrive whole.").Because(err)
	}
}

// await bounds when the body of a request has to be there, also where nobody reads it:
// the server itself drains what is left over. The zero time is no bound.
func (b *bodies) await(w http.ResponseWriter, until time.Time) error {
	err := http.NewResponseController(w).SetReadDeadline(until)
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

var errBodyTooLarge = fault.New(fault.Invalid, "body_too_large", "This is too large: 1 MiB at most can be sent.")

// tooLarge refuses a file that a route does not take.
func tooLarge(limit int64) error {
	return fault.Newf(fault.Invalid, errBodyTooLarge.Code, "This file is too large: it may have %d MiB at most.", limit>>20)
}

// requireType refuses a body that does not say it is of a media type.
func requireType(r *http.Request, want string) error {
	got, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := params["charset"]
	if err != nil || got != want || (charset != "" && !strings.EqualFold(charset, "utf-8")) {
		return fault.Newf(fault.Invalid, "unsupported_media_type", "Send the body with Content-Type: %s.", want)
	}
	return nil
}
