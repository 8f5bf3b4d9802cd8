package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// TestAProgramPacksThePartThatItHasRead sends the version of the part along, where it says one.
func TestAProgramPacksThePartThatItHasRead(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.Order = func(o *orderingv1.Order) { o.Parts[0].Moves = 3 } })
	producer := []string{"Authorization", "Bearer producer"}
	answer, text := s.Send(t, edgetest.Call{
		Method: "GET", Path: "/api/v1/orders/" + edgetest.PlacedOrder,
		Header: producer,
	})
	if answer.StatusCode != http.StatusOK || !strings.Contains(string(text), `"version":3`) {
		t.Errorf("the part is %s", text)
	}
	three := int64(3)
	at := "/api/v1/orders/" + edgetest.PlacedOrder + "/parts/" + edgetest.OnePart + "/advance"
	for body, want := range map[string]*int64{
		`{"to": "packed"}`: nil, `{"to": "packed", "version": null}`: nil,
		`{"to": "packed", "version": 3}`: &three,
	} {
		answer, text = s.Send(t, edgetest.Call{
			Method: "POST", Path: at, Header: producer,
			Body: body,
		})
		last, _ := s.Peers.Last["AdvancePart"].(*orderingv1.AdvancePartRequest)
		if answer.StatusCode != http.StatusOK || (last.Moves == nil) != (want == nil) ||
			last.GetMoves() != 0 && last.GetMoves() != *want {
			t.Errorf("%s: status %d, asked for %v: %s", body, answer.StatusCode, last, text)
		}
	}
	if answer, _ = s.Send(t, edgetest.Call{
		Method: "POST", Path: at, Header: producer,
		Body: `{"to": "packed", "version": "x"}`,
	}); answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a version that is none: %d", answer.StatusCode)
	}
}
