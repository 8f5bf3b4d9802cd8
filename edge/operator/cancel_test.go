package operator_test

import (
	"net/http"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
)

func TestWhatStaysInACancelledWindowIsATroubleThatLeadsThere(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.Stays = true })
	v := s.AsOperator(t, "/operator/stuck", nil)
	v.Says(t, http.StatusOK, "Orders that stay in a cancelled window",
		"2 orders stay in this window, which is cancelled.", "The window")
	if len(v.Find("a", "href", "/operator/windows/"+edgetest.Saturday)) != 1 {
		t.Error("nothing leads to the window")
	}
	if len(v.Find("form", "action", "/operator/stuck/ordering")) != 0 {
		t.Error("a button promises what nobody does")
	}
}
