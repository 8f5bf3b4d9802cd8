package server

import (
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/share"
)

// What the tests of whole requests have to know of the server's inside.
const (
	MaxReadingOfOne = maxReadingOfOne
	MaxLiveOfOrder  = maxLiveOfOrder
	OfOne           = ofOne
)

// PasswordsOfOne is how many of one client's passwords are looked at at once.
var PasswordsOfOne = passwords.Running

// OrdinaryBodies, DearBodies, Uploads and LivePages are the places that there are for each.
func OrdinaryBodies(s *Server) *share.Pool { return s.bodies.ordinary }

func DearBodies(s *Server) *share.Pool { return s.bodies.dear }

func Uploads(s *Server) *share.Pool { return s.bodies.uploads }

func LivePages(s *Server) *share.Pool { return s.live }

// OneLivePage leaves a place for one open page.
func OneLivePage(s *Server) { s.live = share.NewPool(share.Live, 1, 1, web.ErrOverloaded) }

// WaitForBodies says how long a body may take, and a pause in one.
func WaitForBodies(s *Server, timeout, grace time.Duration) {
	s.bodies.timeout, s.bodies.grace = timeout, grace
}

// ShareOf is the share of a client by its name.
func ShareOf(s *Server, kind, name string) *share.Client {
	return s.clients.Acquire(share.Named(kind, name))
}

// Running is how many requests of a tier are worked on.
func Running(s *Server, t web.Tier) int {
	running, _ := s.limit.Used(int(t))
	return running
}

// CloseTier leaves no place in a tier.
func CloseTier(s *Server, t web.Tier) {
	closed := DefaultLimits
	caps := []*Cap{&closed.UnderWay, &closed.Checkout, &closed.Carting, &closed.Browsing, &closed.Crawling}
	*caps[t] = Cap{}
	s.limit = closed.limit()
}

// Kept is what the cache has under a key; nil where it has nothing.
func Kept(s *Server, key string) *web.Reply {
	have, ok := s.cache.answers.GetIfPresent(key)
	if !ok {
		return nil
	}
	return &web.Reply{Body: have.body, ContentType: have.contentType[0]}
}

// Keep gives the cache an answer.
func Keep(s *Server, key string, answer *web.Reply, lasting bool) {
	s.cache.answers.Set(key, freeze(answer, lasting, s.site.Host.Now()))
}

// AsksSecond reports whether the cache's second level is there and would be asked.
func AsksSecond(s *Server) bool {
	second := s.cache.second
	return second != nil && second.v.Usable() && second.build.Load() != nil
}

// PacesSlowly has what is dear last so long at all front doors that nothing becomes due while a test runs.
func PacesSlowly(s *Server) { s.together.PerUnit = time.Minute }

// CameBy is when a ticket says that who has it came.
func CameBy(s *Server, signed string) time.Time {
	ticket, ok := s.line.keys.Read(signed)
	if !ok {
		return time.Time{}
	}
	return time.UnixMilli(ticket.Came)
}
