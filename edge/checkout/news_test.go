package checkout_test

import (
	"testing"

	"github.com/artisan-eats/artisan/edge/checkout"
	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
)

func TestNewsGoOnWhileNobodyCanTellWhoseTheyAre(t *testing.T) {
	s := edgetest.Open(t)
	_, lines := s.Listen(t, edgetest.AsAnn)
	edgetest.NextLine(t, lines, "data: ")
	v := &web.Visit{
		Request: s.Request(t, edgetest.Call{Method: "GET", Path: "/"}), Site: s.Site,
		Account: edgetest.Accounts["shopper"],
	}
	s.Peers.Fail("GetSession", fault.New(fault.Unavailable, "unavailable", "Down."))
	if v.Request.Header.Set("Cookie", edgetest.AsAnn); checkout.HasLeft(v, t.Context()) {
		t.Error("the news end where identity is down")
	}
	s.Peers.Fail("GetSession", nil)
	if checkout.HasLeft(v, t.Context()) {
		t.Error("the news end of who is signed in")
	}
}
