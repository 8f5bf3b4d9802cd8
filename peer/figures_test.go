package peer_test

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/artisan-eats/artisan/peer"
)

// TestFiguresTellOfEachPeer how its calls went, and how many of its replicas are out.
func TestFiguresTellOfEachPeer(t *testing.T) {
	replicas := openMany(t, 2)
	registry := prometheus.NewRegistry()
	s := caller(t, at(replicas...), func(c *peer.Config) { c.Metrics = registry })
	s.mustRead(10)
	s.peer.Settle()
	replicas[0].does(away)
	replicas[1].does(away)
	s.fails("a write", s.write())
	for _, r := range replicas {
		r.drain()
	}
	s.fails("a write", s.write())
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name := []string{family.GetName()}
			for _, label := range m.GetLabel() {
				name = append(name, label.GetValue())
			}
			got[strings.Join(name, " ")] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	for name, want := range map[string]float64{
		"artisan_peer_calls_total ok trouble": 10, "artisan_peer_calls_total unavailable trouble": 1,
		"artisan_peer_calls_total out trouble": 1, "artisan_peer_retries_total trouble": 0,
		"artisan_peer_addresses trouble": 2, "artisan_peer_addresses_out trouble": 2,
	} {
		if got[name] != want {
			t.Errorf("%s is %v, not %v", name, got[name], want)
		}
	}
}
