package server

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/artisan-eats/artisan/fault"
)

var errDemoAtHome = fault.New(fault.Denied, "demo_only_here",
	"This shop is a demo: its payments are not real, and everybody reads its mail. So it answers this machine only, at its own address, "+
		"and nothing that a proxy hands on. For a shop that others can reach, start one that is no demo: doc/operations.md says how.")

// atHome refuses what a demo gets from elsewhere: by a proxy of its machine, which says so or speaks HTTP/1.0
// as nginx does where it is not told otherwise, or under a name that is not of its machine.
func (s *Server) atHome(r *http.Request) error {
	if !s.site.Demo {
		return nil
	}
	if (r.ProtoMajor == 1 && r.ProtoMinor == 0) || !s.homeName(r.Host) {
		return errDemoAtHome
	}
	for name := range r.Header {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" ||
			strings.HasPrefix(name, "X-Forwarded-") {
			return errDemoAtHome
		}
	}
	return nil
}

// homeName reports whether a request's host is this machine, as a demo's address names it or as every machine
// calls itself. The one that was last is known: reading it costs more than a page from memory may.
func (s *Server) homeName(host string) bool {
	if last := s.lastHome.Load(); last != nil && *last == host {
		return true
	}
	if !s.isHome(host) {
		return false
	}
	known := host
	s.lastHome.Store(&known)
	return true
}

func (s *Server) isHome(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	if name == "" || name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	if ip := net.ParseIP(name); ip != nil {
		return ip.IsLoopback()
	}
	own, err := url.Parse(s.site.Base)
	return err == nil && own.Hostname() == strings.ToLower(name)
}
