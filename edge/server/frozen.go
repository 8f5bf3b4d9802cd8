package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
)

// frozen is an answer that is the same for everybody, ready to be sent: its headers
// are made once.
type frozen struct {
	body         []byte
	contentType  []string
	length       []string
	etag         []string
	cacheControl []string
	policy       []string // nil for what is no page
	squeezed     func() squeezed
	// lasting answers never change, and are asked for again only to know whether they are still for
	// everybody.
	lasting bool
	nonce   string
	made    time.Time
	attempt attempt
	// superseded is set when another replica has made it anew.
	superseded atomic.Bool
}

// kept is how a route's answers are kept.
type kept struct{ lasting, recalls bool }

// freeze readies an answer of a route.
func (k kept) freeze(r *web.Reply, made time.Time) *frozen {
	f := freeze(r, k.lasting, made)
	if k.recalls {
		f.cacheControl = askedEachTime
	}
	return f
}

// real is how old an answer is that is taken to be so old.
func (k kept) real(age time.Duration) time.Duration {
	if k.lasting {
		return age * lastingFactor
	}
	return age
}

type squeezed struct {
	body   []byte
	length []string
}

var (
	vary    = []string{"Accept-Encoding"}
	gzipped = []string{"gzip"}
	briefly = []string{"public, max-age=0, stale-if-error=21600"}
	forever = []string{"public, max-age=31536000, immutable"}
	// pictures may cease to be for everybody: what is shared asks again.
	picturesFor = []string{"public, max-age=31536000, s-maxage=600, immutable"}
	worthGzip   = 1 << 10
	headerSpace = 512
)

// freeze readies an answer. Only a 200 is the same for everybody.
func freeze(r *web.Reply, lasting bool, made time.Time) *frozen {
	// The nonce is another each time the page is made. A browser that has the page keeps it with its nonce.
	body := r.Body
	if r.Nonce != "" {
		body = bytes.ReplaceAll(body, []byte(r.Nonce), nil)
	}
	sum := sha256.Sum256(body)
	f := &frozen{
		body: r.Body, contentType: []string{r.ContentType}, length: []string{strconv.Itoa(len(r.Body))},
		etag:         []string{`W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`},
		cacheControl: briefly, lasting: lasting, made: made, nonce: r.Nonce,
	}
	if lasting {
		f.cacheControl = forever
	}
	if lasting && isPicture(r.ContentType) {
		f.cacheControl = picturesFor
	}
	if r.Nonce != "" {
		f.policy = web.PagePolicy(r.Nonce)
	}
	f.squeezed = sync.OnceValue(func() squeezed { return squeeze(r.Body, r.ContentType) })
	return f
}

// isPicture reports whether an answer is a picture that is made of dots: one that is drawn is text.
func isPicture(contentType string) bool {
	return contentType != "image/svg+xml" && strings.HasPrefix(contentType, "image/")
}

// squeeze compresses, and answers nothing where that is not worth it.
func squeeze(body []byte, contentType string) squeezed {
	if len(body) < worthGzip || isPicture(contentType) || strings.HasPrefix(contentType, "font/") {
		return squeezed{}
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(body); err != nil || z.Close() != nil {
		return squeezed{}
	}
	return squeezed{out.Bytes(), []string{strconv.Itoa(out.Len())}}
}

// weight is about what it takes in memory, with its compressed twin.
func (f *frozen) weight() uint32 { return uint32(len(f.body)*4/3 + headerSpace) }

func (f *frozen) send(w http.ResponseWriter, r *http.Request) (status int) {
	h := w.Header()
	h["Etag"] = f.etag
	if h["Cache-Control"] == nil {
		h["Cache-Control"] = f.cacheControl
	}
	h["Vary"] = vary
	if match := r.Header["If-None-Match"]; len(match) > 0 && strings.Contains(match[0], f.etag[0]) {
		delete(h, "Content-Security-Policy") // the one that came with the page stays
		w.WriteHeader(http.StatusNotModified)
		return http.StatusNotModified
	}
	if f.policy != nil {
		h["Content-Security-Policy"] = f.policy
	}
	h["Content-Type"] = f.contentType
	body, length := f.body, f.length
	if takesGzip(r) {
		if small := f.squeezed(); small.body != nil {
			body, length = small.body, small.length
			h["Content-Encoding"] = gzipped
		}
	}
	h["Content-Length"] = length
	web.Pour(w, body, r.Context().Done())
	return http.StatusOK
}

func takesGzip(r *http.Request) bool {
	accept := r.Header["Accept-Encoding"]
	return len(accept) > 0 && strings.Contains(accept[0], "gzip") && !strings.Contains(accept[0], "gzip;q=0")
}
