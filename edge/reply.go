package edge

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// reply is an answer, made before any of it is sent: a client that reads slowly
// holds no place in a tier.
type reply struct {
	status      int
	contentType string
	body        []byte
	// nonce is what the page's own scripts carry; empty where there is none.
	nonce   string
	header  http.Header
	cookies []*http.Cookie
}

// jsonReply answers a body as JSON.
func jsonReply(status int, body any) (*reply, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return &reply{status: status, contentType: "application/json", body: text}, nil
}

// redirect sends a browser on after a form, to a page of this shop.
func redirect(to string) *reply {
	r := &reply{status: http.StatusSeeOther}
	return r.set("Location", to)
}

// set sets a header, and gives the reply back.
func (r *reply) set(name, value string) *reply {
	if r.header == nil {
		r.header = http.Header{}
	}
	r.header.Set(name, value)
	return r
}

// with adds cookies.
func (r *reply) with(cookies ...*http.Cookie) *reply {
	r.cookies = append(r.cookies, cookies...)
	return r
}

// send writes an answer that is for one visitor only.
func (r *reply) send(w http.ResponseWriter, to *http.Request) (status int) {
	hasToRead(w)
	h := w.Header()
	if r.nonce != "" {
		h["Content-Security-Policy"] = pagePolicy(r.nonce)
		h["Cross-Origin-Opener-Policy"] = sameOrigin // pages for everybody have nothing that another window could learn
	}
	for name, values := range r.header {
		h[name] = values
	}
	for _, cookie := range r.cookies {
		http.SetCookie(w, cookie)
	}
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	if r.contentType != "" {
		h.Set("Content-Type", r.contentType)
	}
	if r.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(r.body)))
	}
	w.WriteHeader(r.status)
	pour(w, r.body, to.Context().Done())
	return r.status
}

// Headers of every answer. What is no page may load nothing at all.
var (
	noSniff    = []string{"nosniff"}
	noReferrer = []string{"no-referrer"}
	onlyOrigin = []string{"strict-origin-when-cross-origin"}
	dataPolicy = []string{"default-src 'none'; frame-ancestors 'none'"}
	sameOrigin = []string{"same-origin"}
	always     = []string{"max-age=31536000; includeSubDomains"}
)

// secure sets the headers of every answer. There are few, for each costs at each answer: a page's own policy lets
// nothing foreign in that could ask for a camera.
func (s *server) secure(h http.Header, page bool) {
	h["X-Content-Type-Options"] = noSniff
	h["Content-Security-Policy"] = dataPolicy
	h["Referrer-Policy"] = noReferrer
	if page {
		h["Referrer-Policy"] = onlyOrigin
	}
	if s.site.jar.https {
		h["Strict-Transport-Security"] = always
	}
}

// pagePolicy lets a page load what is the shop's own, and run the scripts that carry its nonce only.
func pagePolicy(nonce string) []string {
	return []string{"default-src 'none'; script-src 'nonce-" + nonce + "'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"}
}

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
	// lasting answers never change, and are asked for again only to know whether they are still for everybody.
	lasting bool
	made    time.Time
	attempt attempt
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
func freeze(r *reply, lasting bool, made time.Time) *frozen {
	// The nonce is another each time the page is made. A browser that has the page keeps it with its nonce.
	body := r.body
	if r.nonce != "" {
		body = bytes.ReplaceAll(body, []byte(r.nonce), nil)
	}
	sum := sha256.Sum256(body)
	f := &frozen{
		body: r.body, contentType: []string{r.contentType}, length: []string{strconv.Itoa(len(r.body))},
		etag:         []string{`W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`},
		cacheControl: briefly, lasting: lasting, made: made,
	}
	if lasting {
		f.cacheControl = forever
	}
	if lasting && slices.Contains(imageTypes, r.contentType) {
		f.cacheControl = picturesFor
	}
	if r.nonce != "" {
		f.policy = pagePolicy(r.nonce)
	}
	f.squeezed = sync.OnceValue(func() squeezed { return squeeze(r.body, r.contentType) })
	return f
}

// squeeze compresses, and answers nothing where that is not worth it.
func squeeze(body []byte, contentType string) squeezed {
	if len(body) < worthGzip || (contentType != "image/svg+xml" && (strings.HasPrefix(contentType, "image/") || strings.HasPrefix(contentType, "font/"))) {
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
	pour(w, body, r.Context().Done())
	return http.StatusOK
}

func takesGzip(r *http.Request) bool {
	accept := r.Header["Accept-Encoding"]
	return len(accept) > 0 && strings.Contains(accept[0], "gzip") && !strings.Contains(accept[0], "gzip;q=0")
}
