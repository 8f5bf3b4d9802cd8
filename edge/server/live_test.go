package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

func TestAnOpenPageIsToldOfEachChange(t *testing.T) {
	s := edgetest.Open(t)
	answer, lines := s.Listen(t, edgetest.WithOrder)
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" ||
		answer.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("status %d, %v", answer.StatusCode, answer.Header)
	}
	if got := edgetest.NextLine(t, lines, "data: "); !strings.Contains(got, "Not accepted yet") {
		t.Errorf("the first news are %s", got)
	}
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Order = func(o *orderingv1.Order) {
			o.Version, o.Status, o.Parts[0].Status = 2, state.OrderDone,
				state.PartDone
		}
	})
	s.Peers.Bell <- struct{}{}
	if got := edgetest.NextLine(t, lines, "data: "); !strings.Contains(got, "Enjoy your food.") {
		t.Errorf("the next news are %s", got)
	}
	edgetest.NextLine(t, lines, "event: over")
	for lines.Scan() { //nolint:revive // it ends by itself
	}
	if server.LivePages(s.Front).Used() != 0 || server.Running(s.Front, web.UnderWay) != 0 {
		t.Error("a place is still taken")
	}
}

func TestMorePagesThanPlacesAreSentAway(t *testing.T) {
	s := edgetest.Open(t)
	server.OneLivePage(s.Front)
	_, lines := s.Listen(t, edgetest.WithOrder)
	edgetest.NextLine(t, lines, "data: ")
	answer, _ := s.Listen(t, edgetest.WithOrder)
	if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("status %d, %v", answer.StatusCode, answer.Header)
	}
}
