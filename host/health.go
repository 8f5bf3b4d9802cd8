package host

import (
	"context"
	"net/http"
	"net/http/pprof"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/artisan-eats/artisan/fault"
)

// metrics are a process's own; nothing registers globally.
type metrics struct {
	registry *prometheus.Registry
	calls    *prometheus.HistogramVec
	audited  *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "artisan_rpc_seconds", Help: "Time to answer a call between services.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"service", "method", "code"}),
		audited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "artisan_audit_entries_total", Help: "Entries of the security log.",
		}, []string{"service", "action", "outcome"}),
	}
	m.registry.MustRegister(m.calls, m.audited, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observeCall(service, method string, err error, took time.Duration) {
	code := "ok"
	if err != nil {
		code = fault.Of(err).Code
	}
	m.calls.WithLabelValues(service, method, code).Observe(took.Seconds())
}

// Metrics is where a service registers its own.
func (h *Host) Metrics() prometheus.Registerer { return h.process.metrics.registry }

// VersionHeader says in an answer of /readyz, at the admin address and to peers, which version it is.
const VersionHeader = "Artisan-Version"

// addHealth answers whether the process runs and whether it takes requests, to whoever asks. Readiness looks
// at nothing that replicas share.
func (p *Process) addHealth(mux *http.ServeMux) {
	mux.HandleFunc("GET /livez",
		func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(VersionHeader, p.config.Version)
		WriteReady(w, p.ready.Load())
	})
}

// addFigures answers with figures and profiles, to who shows one of the tokens.
func (p *Process) addFigures(mux *http.ServeMux, tokens ...string) {
	p.registerOutboxes()
	for pattern, handler := range map[string]http.Handler{
		"GET /debug/pprof/":        http.HandlerFunc(pprof.Index),
		"GET /debug/pprof/profile": http.HandlerFunc(pprof.Profile),
		"GET /debug/pprof/trace":   http.HandlerFunc(pprof.Trace),
		"GET /metrics":             promhttp.HandlerFor(p.metrics.registry, promhttp.HandlerOpts{}),
	} {
		mux.Handle(pattern, requireToken(handler, tokens...))
	}
}

// WriteReady answers a readiness probe.
func WriteReady(w http.ResponseWriter, ready bool) {
	w.Header().Set("Cache-Control", "no-store")
	if !ready {
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len("ok\n")))
	_, _ = w.Write([]byte("ok\n"))
}

// registerOutboxes shows how many events of each service wait, and how many of them were refused.
func (p *Process) registerOutboxes() {
	for name, h := range p.hosts {
		if h.publisher == nil {
			continue
		}
		labels := prometheus.Labels{"service": name}
		gauge := func(metric, help string, pick func(waiting, refused int64) int64) {
			_ = p.metrics.registry.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: metric,
				Help: help, ConstLabels: labels,
			}, func() float64 {
				ctx, cancel := context.WithTimeout(context.Background(), time.Second)
				defer cancel()
				waiting, refused, err := h.publisher.Pending(ctx)
				if err != nil {
					return -1
				}
				return float64(pick(waiting, refused))
			}))
		}
		gauge("artisan_outbox_waiting", "Events not yet delivered.", func(w, _ int64) int64 { return w })
		gauge("artisan_outbox_refused", "Events that a subscriber refused at least once.",
			func(_, r int64) int64 { return r })
	}
}
