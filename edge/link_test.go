package edge_test

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
)

// TestNothingPersonalIsStoredByTheBrowser walks all that is one visitor's own.
func TestNothingPersonalIsStoredByTheBrowser(t *testing.T) {
	s := edgetest.Open(t)
	path := strings.NewReplacer("{id}", edgetest.PlacedOrder, "{part}", edgetest.OnePart, "{variant}",
		edgetest.Wheel, "{window}",
		edgetest.Saturday, "{key}", "x", "{service}", "ordering")
	for _, rt := range s.Routes {
		if rt.Personal == nil && rt.Live == nil {
			continue
		}
		method, at, _ := strings.Cut(rt.Pattern, " ")
		for _, who := range []string{"", "shopper", "producer", "operator"} {
			if rt.Live != nil && who != "" {
				continue // it goes on; whoever may not see it is answered at once
			}
			answer, _ := s.Send(t, edgetest.Call{
				Method: method, Path: path.Replace(at),
				Header: []string{"Cookie", "session=" + who},
			})
			if answer.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s as %q: %d, Cache-Control %q", rt.Pattern, who, answer.StatusCode,
					answer.Header.Get("Cache-Control"))
			}
		}
	}
	_, lines := s.Listen(t, edgetest.WithOrder)
	edgetest.NextLine(t, lines, "data: ")
}
