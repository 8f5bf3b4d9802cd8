package peer

import (
	"github.com/prometheus/client_golang/prometheus"
)

// How calls go, in figures.
const (
	outcomeOK          = "ok"
	outcomeUnavailable = "unavailable" // answered so
	outcomeLost        = "lost"        // the connection is lost; whether it had an effect is not known
	outcomeUnsent      = "unsent"      // it certainly did not reach the service
	outcomeEnded       = "ended"       // the caller went away, or its time was over
	outcomeOut         = "out"         // no replica could be called
	outcomeSlow        = "slow"        // it was not asked, for it answers too late
)

// figures are of one peer.
type figures struct {
	calls *prometheus.CounterVec
	tries prometheus.Counter
}

// register makes a peer's figures. Nil keeps them for nobody.
func (p *Peer) register(metrics prometheus.Registerer) {
	labels := prometheus.Labels{"peer": p.config.Service}
	p.figures = figures{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "artisan_peer_calls_total", ConstLabels: labels,
			Help: "Calls to services of other processes, each try of them, by how they went.",
		}, []string{"outcome"}),
		tries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "artisan_peer_retries_total", ConstLabels: labels,
			Help: "Calls to services of other processes that were tried again.",
		}),
	}
	if metrics == nil {
		return
	}
	gauge := func(name, help string, count func(all, out int) int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels},
			func() float64 { return float64(count(p.count())) })
	}
	metrics.MustRegister(p.figures.calls, p.figures.tries,
		gauge("artisan_peer_addresses", "Replicas of a service of other processes that are known.",
			func(all, _ int) int { return all }),
		gauge("artisan_peer_addresses_out", "Replicas of a service of other processes that are left out.",
			func(_, out int) int { return out }))
}

// count counts the addresses, and those that are left out.
func (p *Peer) count() (all, out int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.config.Now()
	for _, a := range p.addresses {
		if a.out(now) {
			out++
		}
	}
	return len(p.addresses), out
}
