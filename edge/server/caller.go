package server

import (
	"net/http"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/share"
)

// caller is who makes a visit, as far as the server counts it: to a network, and to an account once that is
// known.
type caller struct {
	server *Server
	visit  *web.Visit
	tier   web.Tier
	// client is the share of the network that it comes from, and member that of the account.
	client, member *share.Client
	// letGo gives back the place that the body has; nil without one.
	letGo func()
}

// begin begins a visit. It ends with end.
func (s *Server) begin(r *http.Request, t web.Tier) *caller {
	c := &caller{
		server: s, visit: web.NewVisit(s.site, r), tier: t,
		client: share.OriginOf(r.Context()).Client,
	}
	c.visit.Counts = c.counts
	return c
}

func (c *caller) end() {
	if c.letGo != nil {
		c.visit.Body = nil
		c.letGo()
	}
	c.leaveAccount()
}

// pace counts the work of a request, and what is dear at all replicas of the front door.
func (c *caller) pace(rt *web.Route) error {
	n := units(rt)
	if err := c.client.Pace(c.visit.Context(), n); err != nil || !dear(rt) {
		return err
	}
	return c.server.together.Pace(c.visit.Context(), c.client, n)
}

// leaveAccount counts the visit to its account no more.
func (c *caller) leaveAccount() {
	if c.member != nil {
		c.member.Leave(kindOf(c.tier))
		c.member.Release()
		c.member = nil
	}
}

// counts counts the visit to an account too, wherever that is used from; to none without an ID.
func (c *caller) counts(account string) error {
	c.leaveAccount()
	if account == "" || c.client == nil {
		return nil
	}
	member := c.server.clients.Acquire(share.Named("account", account))
	if !member.Take(kindOf(c.tier), c.server.part(c.tier).Running) {
		member.Release()
		return share.ErrShare
	}
	c.member = member
	return nil
}

// read takes in the request's body. Files are taken only of who may send them; the page of a file
// that is too large says so itself.
func (c *caller) read(w http.ResponseWriter, rt *web.Route) (err error) {
	v := c.visit
	switch {
	case v.Request.ContentLength == 0:
	case packed(v.Request):
		return errPacked
	case rt.Upload == nil:
		v.Body, c.letGo, err = c.server.bodies.read(w, v.Request, c.client, c.tier)
	default:
		if err := v.Check(rt); err != nil {
			return err
		}
		v.Body, c.letGo, err = c.server.bodies.upload(w, v.Request, c.client, c.member, rt.Upload(v))
		if fault.Is(err, errBodyTooLarge.Code) {
			v.Oversized, err = err, nil
		}
	}
	return err
}

// bringsPassword reports whether there is a password to look at where none has to be.
func bringsPassword(v *web.Visit, rt *web.Route) bool {
	if !rt.MayPassword {
		return false
	}
	typed, err := v.Form()
	return err == nil && typed.Get("password") != ""
}

// enterPasswords takes one of the client's places for passwords, and counts the work beyond what the route's
// usual is. Whoever entered must exit.
func (c *caller) enterPasswords(rt *web.Route) error {
	more := passwordUnits - units(rt)
	if err := c.client.Pace(c.visit.Context(), more); err != nil {
		return err
	}
	if more > 0 {
		if err := c.server.together.Pace(c.visit.Context(), c.client, more); err != nil {
			return err
		}
	}
	return c.client.Enter(c.visit.Context(), share.Passwords, passwords)
}
