package server

import (
	"context"
	"net/http"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/share"
)

const (
	// maxLive bounds how many pages are told of news at once. Beyond it a page just stays as it is.
	maxLive = 1024
	// maxLiveOfOne bounds how many of those one client has, and maxLiveOfOrder how many pages of one order
	// are told.
	maxLiveOfOne, maxLiveOfOrder = 64, 8
)

// serveLive tells an open page of news, as server-sent events. Who asks is looked at within the route's tier;
// the waiting has places of its own.
func (s *Server) serveLive(w http.ResponseWriter, r *http.Request, rt *web.Route) (status int) {
	c := s.begin(r, rt.Tier)
	defer c.end()
	if err := c.client.Pace(r.Context(), units(rt)); err != nil {
		return s.fail(w, r, err)
	}
	if err := s.live.Enter(c.client); err != nil {
		return s.fail(w, r, err)
	}
	defer s.live.Leave(c.client)
	n, err := c.news(rt)
	if err != nil {
		return s.fail(w, r, err)
	}
	told := s.clients.Acquire(share.Named(n.Kind, n.Id))
	defer told.Release()
	if !told.Take(share.Live, maxLiveOfOrder) {
		return s.fail(w, r, share.ErrShare)
	}
	defer told.Leave(share.Live)
	s.metrics.live.Inc()
	defer s.metrics.live.Dec()
	n.Tell(&web.Stream{W: w, To: http.NewResponseController(w)})
	return http.StatusOK
}

// news asks for what the page is to be told, for who may hear it.
func (c *caller) news(rt *web.Route) (news *web.News, err error) {
	v := c.visit
	p, err := c.server.admit(v.Context(), c.client, rt.Tier)
	if err != nil {
		return nil, err
	}
	defer func() { p.leave(err) }()
	ctx, cancel := context.WithTimeout(v.Context(), answerTimeout)
	defer cancel()
	whole := v.Context()
	defer func() { v.Request = v.Request.WithContext(audit.With(whole, audit.ActorOf(v.Context()))) }()
	v.Request = v.Request.WithContext(ctx)
	return rt.Live(v)
}
