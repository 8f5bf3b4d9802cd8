package server_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/edge/web"
)

// TestTooMuchIsRefusedAtOnce fills the one place of each tier, and sends one more.
func TestTooMuchIsRefusedAtOnce(t *testing.T) {
	one := server.Cap{Running: 1, Waiting: 0, Patience: time.Minute}
	for _, c := range []struct {
		name   string
		limits server.Limits
		peer   string
		call   edgetest.Call
	}{
		{
			"browsing",
			server.Limits{Browsing: one},
			"ListProducts",
			edgetest.Call{Method: "GET", Path: edgetest.ListAt},
		},
		{
			"a cart",
			server.Limits{Carting: one},
			"GetCart",
			edgetest.Call{Method: "GET", Path: "/api/v1/carts/" + edgetest.GuestCart},
		},
		{
			"a checkout",
			server.Limits{Checkout: one},
			"Checkout",
			edgetest.Call{
				Method: "POST", Path: edgetest.CheckoutAt, Body: edgetest.Buying,
				Header: edgetest.WithKey,
			},
		},
		{
			"an order",
			server.Limits{UnderWay: one},
			"GetOrder",
			edgetest.Call{Method: "GET", Path: "/api/v1/orders/" +
				edgetest.PlacedOrder, Header: []string{"Authorization", "Bearer " + edgetest.OrderToken}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := edgetest.OpenWithin(t, c.limits)
			release := s.Peers.Suspend(c.peer)
			var first sync.WaitGroup
			first.Go(func() {
				if answer, _ := s.Send(t,
					c.call); answer.StatusCode >= 300 {
					t.Errorf("who came first is answered with %d", answer.StatusCode)
				}
			})
			for s.Peers.Count(c.peer) == 0 {
				time.Sleep(time.Millisecond)
			}
			second := c.call
			if c.name == "browsing" {
				second.Path += "&q=another"
			}
			second.Status, second.Code = http.StatusServiceUnavailable, "overloaded"
			answer, body := s.Send(t, second)
			if answer.StatusCode != second.Status {
				t.Errorf("status %d: %s", answer.StatusCode, body)
			}
			edgetest.CheckProblem(t, second, answer, body)
			release()
			first.Wait()
		})
	}
}

func TestNoTierTakesTheOthersPlaces(t *testing.T) {
	limits := server.DefaultLimits
	limits.Browsing, limits.Crawling, limits.Carting = server.Cap{}, server.Cap{}, server.Cap{}
	s := edgetest.OpenWithin(t, limits)
	for _, c := range []edgetest.Call{
		{Method: "GET", Path: edgetest.ListAt, Status: 503},
		{Method: "GET", Path: "/api/v1/carts/" + edgetest.GuestCart, Status: 503},
		{
			Method: "POST", Path: edgetest.CheckoutAt, Body: edgetest.Buying, Header: edgetest.WithKey,
			Status: 201,
		},
		{
			Method: "GET", Path: "/api/v1/orders/" + edgetest.PlacedOrder,
			Header: []string{"Authorization", "Bearer " + edgetest.OrderToken}, Status: 200,
		},
	} {
		if answer, _ := s.Send(t, c); answer.StatusCode != c.Status {
			t.Errorf("%s %s: status %d, want %d", c.Method, c.Path, answer.StatusCode, c.Status)
		}
	}
}

func TestBrowsingGetsAnOldPageWhenThereIsNoPlace(t *testing.T) {
	s := edgetest.Open(t)
	status(t, s, edgetest.ListAt)
	server.CloseTier(s.Front, web.Browsing)
	s.Clock.Advance(time.Hour)
	if got := status(t, s, edgetest.ListAt); got != http.StatusOK {
		t.Errorf("status %d though there is an old page", got)
	}
}

func TestRobotsHaveTheirOwnPlaces(t *testing.T) {
	limits := server.DefaultLimits
	limits.Crawling = server.Cap{}
	s := edgetest.OpenWithin(t, limits)
	if got := status(t, s, edgetest.ListAt, "User-Agent",
		"Mozilla/5.0 (compatible; Somebot/2.1)"); got != http.StatusServiceUnavailable {
		t.Errorf("a robot is answered with %d", got)
	}
	if got := status(t, s, edgetest.ListAt, "User-Agent",
		"Mozilla/5.0 (X11; Linux x86_64)"); got != http.StatusOK {
		t.Errorf("a person is answered with %d", got)
	}
}
