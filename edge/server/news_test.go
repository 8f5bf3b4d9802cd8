package server_test

import (
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/fault"
)

func TestNewsEndWithTheSessionTheyAreReadUnder(t *testing.T) {
	t.Parallel()
	s := edgetest.Open(t)
	_, lines := s.Listen(t, edgetest.AsAnn)
	edgetest.NextLine(t, lines, "data: ")
	// signed out elsewhere
	s.Peers.Fail("GetSession", fault.New(fault.Unauthenticated, "no_session", "Please sign in."))
	for lines.Scan() { //nolint:revive // it ends by itself
	}
	if lines.Err() != nil || server.LivePages(s.Front).Used() != 0 {
		t.Errorf("%d are told on, %v", server.LivePages(s.Front).Used(), lines.Err())
	}
}
