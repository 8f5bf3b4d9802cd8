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
)

// bodies reads what clients send, before they get a place in a tier: one that sends
// slowly takes no place from others.
type bodies struct {
	places  chan struct{}
	timeout time.Duration
}

func newBodies(timeout time.Duration) *bodies {
	return &bodies{make(chan struct{}, maxReading), timeout}
}

// read takes in a whole body, or says why not.
func (b *bodies) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, errBodyTooLarge
	}
	select {
	case b.places <- struct{}{}:
		defer func() { <-b.places }()
	default:
		return nil, errOverloaded
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
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

var errBodyTooLarge = fault.New(fault.Invalid, "body_too_large", "A request may have 1 MiB at most.")

// requireType refuses a body that does not say it is of a media type.
func requireType(r *http.Request, want string) error {
	got, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := params["charset"]
	if err != nil || got != want || (charset != "" && !strings.EqualFold(charset, "utf-8")) {
		return fault.Newf(fault.Invalid, "unsupported_media_type", "Send the body with Content-Type: %s.", want)
	}
	return nil
}
