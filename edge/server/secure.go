package server

import (
	"net/http"
)

var noSniff = []string{"nosniff"}

var noReferrer = []string{"no-referrer"}

var onlyOrigin = []string{"strict-origin-when-cross-origin"}

var dataPolicy = []string{"default-src 'none'; frame-ancestors 'none'"}

var always = []string{"max-age=31536000; includeSubDomains"}

// secure sets the headers of every answer. There are few, for each costs at each answer: a page's own policy
// lets nothing foreign in that could ask for a camera.
func (s *Server) secure(h http.Header, page bool) {
	h["X-Content-Type-Options"] = noSniff
	h["Content-Security-Policy"] = dataPolicy
	h["Referrer-Policy"] = noReferrer
	if page {
		h["Referrer-Policy"] = onlyOrigin
	}
	if s.site.Cookies.Https {
		h["Strict-Transport-Security"] = always
	}
}
