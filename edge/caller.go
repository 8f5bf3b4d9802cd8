package edge

import (
	"net/http"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/share"
)

// caller is who makes a visit, as far as the server counts it: to a network, and to an account once that is known.
type caller struct {
	server *server
	visit  *visit
	tier   tier
	// client is the share of the network that it comes from, and member that of the account.
	client, member *share.Client
	// letGo gives back the place that the body has; nil without one.
	letGo func()
}

// begin begins a visit. It ends with end.
func (s *server) begin(r *http.Request, t tier) *caller {
	c := &caller{server: s, visit: newVisit(s.site, r), tier: t, client: share.OriginOf(r.Context()).Client}
	c.visit.counts = c.counts
	return c
}

func (c *caller) end() {
	if c.letGo != nil {
		c.visit.body = nil
		c.letGo()
	}
	c.leaveAccount()
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
	if !member.Take(kindOf(c.tier), c.server.caps[c.tier].Part(ofOne).Running) {
		member.Release()
		return share.ErrShare
	}
	c.member = member
	return nil
}

// read takes in the request's body. Files are taken only of who may send them; the page of a file
// that is too large says so itself.
func (c *caller) read(w http.ResponseWriter, rt *route) (err error) {
	v := c.visit
	switch {
	case v.ContentLength == 0:
	case packed(v.Request):
		return errPacked
	case rt.upload == nil:
		v.body, c.letGo, err = c.server.bodies.read(w, v.Request, c.client, c.tier)
	default:
		if err := v.check(rt); err != nil {
			return err
		}
		v.body, c.letGo, err = c.server.bodies.upload(w, v.Request, c.client, c.member, rt.upload(v))
		if fault.Is(err, errBodyTooLarge.Code) {
			v.oversized, err = err, nil
		}
	}
	return err
}

// bringsPassword reports whether there is a password to look at where none has to be.
func bringsPassword(v *visit, rt *route) bool {
	if !rt.mayPassword {
		return false
	}
	typed, err := v.form()
	return err == nil && typed.Get("password") != ""
}

// enterPasswords takes one of the client's places for passwords, and counts the work beyond what the route's usual is. Whoever entered must exit.
func (c *caller) enterPasswords(rt *route) error {
	if err := c.client.Pace(c.visit.Context(), passwordUnits-rt.units()); err != nil {
		return err
	}
	return c.client.Enter(c.visit.Context(), share.Passwords, passwords)
}
