package web

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// Reply is an answer, made before any of it is sent: a client that reads slowly
// holds no place in a tier.
type Reply struct {
	Status      int
	ContentType string
	Body        []byte
	// Nonce is what the page's own scripts carry; empty where there is none.
	Nonce   string
	header  http.Header
	cookies []*http.Cookie
}

// JSON answers a body as JSON.
func JSON(status int, body any) (*Reply, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return &Reply{Status: status, ContentType: "application/json", Body: text}, nil
}

// Redirect sends a browser on after a form, to a page of this shop.
func Redirect(to string) *Reply {
	r := &Reply{Status: http.StatusSeeOther}
	return r.Set("Location", to)
}

// Set sets a header, and gives the reply back.
func (r *Reply) Set(name, value string) *Reply {
	if r.header == nil {
		r.header = http.Header{}
	}
	r.header.Set(name, value)
	return r
}

// Location is where the reply leads on to; "" where it does not.
func (r *Reply) Location() string { return r.header.Get("Location") }

// With adds cookies.
func (r *Reply) With(cookies ...*http.Cookie) *Reply {
	r.cookies = append(r.cookies, cookies...)
	return r
}

// Send writes an answer that is for one visitor only.
func (r *Reply) Send(w http.ResponseWriter, to *http.Request) (status int) {
	HasToRead(w)
	h := w.Header()
	if r.Nonce != "" {
		h["Content-Security-Policy"] = PagePolicy(r.Nonce)
		// pages for everybody have nothing that another window could learn
		h["Cross-Origin-Opener-Policy"] = sameOrigin
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
	if r.ContentType != "" {
		h.Set("Content-Type", r.ContentType)
	}
	if r.Status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(r.Body)))
	}
	w.WriteHeader(r.Status)
	Pour(w, r.Body, to.Context().Done())
	return r.Status
}

// Headers of every answer. What is no page may load nothing at all.
var (
	sameOrigin = []string{"same-origin"}
)

// PagePolicy lets a page load what is the shop's own, and run the scripts that carry its nonce only.
func PagePolicy(nonce string) []string {
	return []string{"default-src 'none'; script-src 'nonce-" + nonce +
		"'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"}
}
