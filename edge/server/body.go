package server

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/share"
)

const (
	// maxBody bounds a request's body in bytes.
	maxBody = 1 << 20
	// bodyTimeout bounds the time that a body takes to arrive.
	bodyTimeout = 8 * time.Second
	// maxReading bounds how many bodies arrive at once, and maxReadingOfOne those of one client. Checkouts
	// and orders under way have as many places again, of their own.
	maxReading      = 512
	maxReadingOfOne = 64
	// smallBody is what a body has that waits for nothing else, in bytes. There are maxLarge larger ones, and
	// of one client maxLargeOfOne, until they are answered.
	smallBody     = 64 << 10
	maxLarge      = 32
	maxLargeOfOne = 8
	// uploadTimeout, maxUploading and maxUploadingOfOne are the same for bodies of routes that take files. An
	// account has one.
	uploadTimeout     = 3 * time.Minute
	maxUploading      = 4
	maxUploadingOfOne = 2
)

// bodies reads what clients send, before they get a place in a tier: one that sends
// slowly takes no place from others.
type bodies struct {
	ordinary, dear, large, uploads *share.Pool
	spool                          *spool
	timeout, grace                 time.Duration // of a whole body, and of a pause in one
	stopping                       <-chan struct{}
}

// newBodies keeps uploads in a directory while they arrive.
func newBodies(dir string, timeout time.Duration, stopping <-chan struct{}) *bodies {
	return &bodies{
		ordinary: share.NewPool(share.Bodies, maxReading, maxReadingOfOne, web.ErrOverloaded),
		dear:     share.NewPool(share.DearBodies, maxReading, maxReadingOfOne, web.ErrOverloaded),
		large:    share.NewPool(share.LargeBodies, maxLarge, maxLargeOfOne, web.ErrOverloaded),
		uploads:  share.NewPool(share.Uploads, maxUploading, maxUploadingOfOne, web.ErrOverloaded),
		spool:    newSpool(dir),
		timeout:  timeout, grace: bodyGrace, stopping: stopping,
	}
}

// read takes in a whole body, or says why not. It is let go when it is answered.
func (b *bodies) read(
	w http.ResponseWriter, r *http.Request, client *share.Client, t web.Tier,
) (body []byte, letGo func(), err error) {
	if r.ContentLength > maxBody {
		return nil, nil, errBodyTooLarge
	}
	places := b.ordinary
	if t <= web.Checkout {
		places = b.dear
	}
	if err := places.Enter(client); err != nil {
		return nil, nil, err
	}
	defer places.Leave(client)
	letGo = func() {}
	if r.ContentLength < 0 || r.ContentLength > smallBody {
		if err := b.large.Enter(client); err != nil {
			return nil, nil, err
		}
		letGo = func() { b.large.Leave(client) }
	}
	body, err = io.ReadAll(&paced{
		from: http.MaxBytesReader(w, r.Body, maxBody), bodies: b, w: w,
		within: b.timeout,
	})
	return body, letGo, b.arrived(w, err)
}

const (
	// tinyBody is what a body has that comes together with its header, in bytes, and swallowing how long one
	// is waited for that does not.
	tinyBody   = 4 << 10
	swallowing = 20 * time.Millisecond
)

// swallow takes in the body of a request that is refused, where it is there already: the connection can go on
// then. To make another costs more than to refuse.
func (b *bodies) swallow(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength <= 0 || r.ContentLength > tinyBody || r.ProtoMajor != 1 ||
		b.await(w, time.Now().Add(swallowing)) != nil {
		return
	}
	if n, err := io.CopyN(io.Discard, r.Body, r.ContentLength); err == nil && n == r.ContentLength &&
		b.await(w, time.Time{}) == nil {
		r.Body = http.NoBody
	}
}

// upload takes in a body with a file. What is too large is let pass unread, as far as it is not twice as
// large: a browser tells what we say to it only after it has sent all. It is let go when it is answered.
func (b *bodies) upload(
	w http.ResponseWriter, r *http.Request, client, account *share.Client, limit int64,
) (body []byte, letGo func(), err error) {
	if err := b.await(w, time.Now().Add(b.grace)); err != nil {
		return nil, nil, err
	}
	if r.ContentLength > 2*limit {
		return nil, nil, tooLarge(limit)
	}
	if !account.Take(share.Uploads, 1) {
		return nil, nil, share.ErrShare
	}
	defer account.Leave(share.Uploads)
	if err := b.uploads.Enter(client); err != nil {
		return nil, nil, err
	}
	defer b.uploads.Leave(client)
	web.MayTake(w, uploadTimeout+workTimeout)
	whole := &paced{from: r.Body, bodies: b, w: w, within: uploadTimeout}
	body, letGo, err = b.spool.arrive(r, whole, limit+1)
	if err == nil && int64(len(body)) > limit {
		letGo()
		_, _ = io.CopyN(io.Discard, whole, limit)
		return nil, nil, tooLarge(limit)
	}
	return body, letGo, b.arrived(w, err)
}

// arrived says why a body is not there.
func (b *bodies) arrived(w http.ResponseWriter, err error) error {
	var tooLarge *http.MaxBytesError
	var disk *fs.PathError
	switch {
	case err == nil:
		return b.await(w, time.Time{})
	case errors.As(err, &tooLarge):
		return errBodyTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fault.New(fault.Invalid, "slow_body", "The request took too long to arrive.")
	case errors.Is(err, errStopping):
		return errStopping
	case errors.Is(err, web.ErrOverloaded):
		return web.ErrOverloaded
	case errors.As(err, &disk):
		return fault.New(fault.Unavailable, "unavailable",
			"The shop cannot keep a file just now. Please try again in a moment.").Because(err)
	default:
		return fault.New(fault.Invalid, "bad_request", "The request did not arrive whole.").Because(err)
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
	errBodyTooLarge = fault.New(fault.Invalid, "body_too_large",
		"This is too large: 1 MiB at most can be sent.")
	errStopping = fault.New(fault.Unavailable, "stopping",
		"The shop is being started anew. Please send this again in a moment.")
)

var errPacked = fault.New(fault.Invalid, "unsupported_media_type",
	"Send the body as it is, without Content-Encoding.")

// packed reports whether a body is compressed. None is unpacked here: what it becomes is not known before.
func packed(r *http.Request) bool {
	encoding := r.Header.Get("Content-Encoding")
	return encoding != "" && !strings.EqualFold(encoding, "identity")
}

// tooLarge refuses a file that a route does not take.
func tooLarge(limit int64) error {
	return fault.Newf(fault.Invalid, errBodyTooLarge.Code,
		"This file is too large: it may have %d MiB at most.", limit>>20)
}
