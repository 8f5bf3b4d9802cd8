package valkey

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what an engineer on call sees of the server.
type metrics struct {
	usable                       prometheus.GaugeFunc
	calls                        *prometheus.CounterVec
	answered, late, failed, away prometheus.Counter
}

func newMetrics(c *Client) *metrics {
	m := &metrics{
		usable: prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "artisan_valkey_usable", Help: "Whether Valkey answers, and so is asked.",
		}, func() float64 {
			if c.Usable() {
				return 1
			}
			return 0
		}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "artisan_valkey_calls_total",
			Help: "Calls to Valkey: answered, late, failed, or away, when nobody was asked.",
		}, []string{"outcome"}),
	}
	m.answered, m.late = m.calls.WithLabelValues("answered"), m.calls.WithLabelValues("late")
	m.failed, m.away = m.calls.WithLabelValues("failed"), m.calls.WithLabelValues("away")
	return m
}

func (m *metrics) register(r prometheus.Registerer) error {
	return errors.Join(r.Register(m.usable), r.Register(m.calls))
}
