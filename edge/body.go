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
	"github.com/artisan-eats/artisan/share"
)

const (
	// maxBody bounds a request's body in bytes.
	maxBody = 1 << 20
	// bodyTimeout bounds the time that a body takes to arrive.
	bodyTimeout = 8 * time.Second
	// maxReading bounds how many bodies arrive at once, and maxReadingOfOne those of one client. Checkouts and orders
	// under way have as many places again, of their own.
	maxReading      = 512
	maxReadingOfOne = 64
	// uploadTimeout, maxUploading and maxUploadingOfOne are the same for bodies of routes that take files. An account has one.
	uploadTimeout     = 3 * time.Minute
	maxUploading      = 4
	maxUploadingOfOne = 2
)

// bodies reads what clients send, before they get a place in a tier: one that sends
// slowly takes no place from others.
type bodies struct {
	ordinary, dear, uploads *share.Pool
	timeout                 time.Duration
	stopping                <-chan struct{}
}

func newBodies(timeout time.Duration, stopping <-chan struct{}) *bodies {
	return &bodies{
		ordinary: share.NewPool(share.Bodies, maxReading, maxReadingOfOne, errOverloaded),
		dear:     share.NewPool(share.DearBodies, maxReading, maxReadingOfOne, errOverloaded),
		uploads:  share.NewPool(share.Uploads, maxUploading, maxUploadingOfOne, errOverloaded),
		timeout:  timeout, stopping: stopping,
	}
}

// read takes in a whole body, or says why not.
func (b *bodies) read(w http.ResponseWriter, r *http.Request, client *share.Client, t tier) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, errBodyTooLarge
	}
	places := b.ordinary
	if t <= checkout {
		places = b.dear
	}
	if err := places.Enter(client); err != nil {
		return nil, err
	}
	defer places.Leave(client)
	return b.take(w, &paced{from: http.MaxBytesReader(w, r.Body, maxBody), bodies: b, w: w, within: b.timeout})
}

// upload takes in a body with a file. What is too large is let pass unread, as far as it is not
// twice as large: a browser tells what we say to it only after it has sent all.
func (b *bodies) upload(w http.ResponseWriter, r *http.Request, client, account *share.Client, limit int64) ([]byte, error) {
	if err := b.await(w, time.Now().Add(bodyGrace)); err != nil {
		return nil, err
	}
	if r.ContentLength > 2*limit {
		return nil, tooLarge(limit)
	}
	if !account.Take(share.Uploads, 1) {
		return nil, share.ErrShare
	}
	defer account.Leave(share.Uploads)
	if err := b.uploads.Enter(client); err != nil {
		return nil, err
	}
	defer b.uploads.Leave(client)
	whole := &paced{from: r.Body, bodies: b, w: w, within: uploadTimeout}
	body, err := b.take(w, io.LimitReader(whole, limit+1))
	if err == nil && int64(len(body)) > limit {
		_, _ = io.CopyN(io.Discard, whole, limit)
		return nil, tooLarge(limit)
	}
	return body, err
}

// take reads a body as it has to come.
func (b *bodies) take(w http.ResponseWriter, from io.Reader) ([]byte, error) {
	body, err := io.ReadAll(from)
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return body, b.await(w, time.Time{})
	case errors.As(err, &tooLarge):
		return nil, errBodyTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, fault.New(fault.Invalid, "slow_body", "The request took too long to arrive.")
	case errors.Is(err, errStopping):
		return nil, errStopping
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

var (
	errBodyTooLarge = fault.New(fault.Invalid, "body_too_large", "This is too large: 1 MiB at most can be sent.")
	errStopping     = fault.New(fault.Unavailable, "stopping", "The shop is being started anew. Please send this again in a moment.")
)

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
