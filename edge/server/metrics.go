package server

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/artisan-eats/artisan/edge/waiting"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/share"
)

// metrics are what an engineer on call sees of the front door: how long each route
// takes, and what it answers; how much the machine can do, and what is refused because of it.
type metrics struct {
	seconds *prometheus.HistogramVec
	live    prometheus.Gauge
	shed    [web.Tiers]prometheus.Counter
	admits  []prometheus.Collector
}

// tierNames are what the metrics call the tiers.
var tierNames = [web.Tiers]string{"under_way", "checkout", "cart", "browse", "robots"}

func newMetrics() *metrics {
	m := &metrics{seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "artisan_http_seconds", Help: "Time to answer a request from outside.",
		Buckets: []float64{.00025, .001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"route", "status"})}
	m.live = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "artisan_http_live",
		Help: "Open pages that are told how their order stands.",
	})
	return m
}

// watch has the limit's numbers among the metrics.
func (m *metrics) watch(limit *share.Limit) {
	shed := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "artisan_admission_shed_total",
		Help: "Requests that were refused because the machine has too much to do.",
	}, []string{"tier"})
	m.admits = append(m.admits, shed, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "artisan_admission_limit", Help: "How many requests the machine can work on at once, as it finds.",
	}, func() float64 { return float64(limit.Places()) }))
	for t, name := range tierNames {
		m.shed[t] = shed.WithLabelValues(name)
		tier := prometheus.Labels{"tier": name}
		m.admits = append(m.admits, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "artisan_admission_in_use", Help: "Requests that are worked on.", ConstLabels: tier,
		}, func() float64 { used, _ := limit.Used(t); return float64(used) }),
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "artisan_admission_waiting", Help: "Requests that wait for a place.", ConstLabels: tier,
			}, func() float64 { _, waiting := limit.Used(t); return float64(waiting) }))
	}
}

// watchLine has the waiting room's numbers among the metrics.
func (m *metrics) watchLine(state func() waiting.State) {
	for name, of := range map[string]struct {
		help string
		read func(waiting.State) float64
	}{
		"artisan_waiting": {
			"Visitors in the waiting room, as this front door sees them.",
			func(s waiting.State) float64 { return float64(s.Waiting) },
		},
		"artisan_waiting_rate": {
			"Visitors a second that are let in; zero where nobody waits.",
			func(s waiting.State) float64 { return s.Rate },
		},
		"artisan_waiting_seconds": {
			"How long it takes about, whoever comes now.",
			func(s waiting.State) float64 { return s.Wait.Seconds() },
		},
	} {
		m.admits = append(m.admits, prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: of.help},
			func() float64 { return of.read(state()) }))
	}
	m.admits = append(m.admits, prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "artisan_waiting_let_in_total", Help: "Visitors that were let in from the waiting room.",
	}, func() float64 { return float64(state().Let) }))
}

// Register has what an engineer on call sees of the front door collected. A process has one.
func (s *Server) Register(r prometheus.Registerer) error {
	err := errors.Join(r.Register(s.metrics.seconds), r.Register(s.metrics.live), s.together.Register(r))
	for _, c := range s.metrics.admits {
		err = errors.Join(err, r.Register(c))
	}
	return err
}

// observe has a route answer, and counts what it answered.
func (s *Server) observe(route string, answer func(http.ResponseWriter, *http.Request) int) http.Handler {
	usual := s.metrics.seconds.WithLabelValues(route, strconv.Itoa(http.StatusOK))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		status := answer(w, r)
		if status == http.StatusOK {
			usual.Observe(time.Since(begin).Seconds())
			return
		}
		s.metrics.seconds.WithLabelValues(route, strconv.Itoa(status)).Observe(time.Since(begin).Seconds())
	})
}

// outcomes are how often the second level had what, and how often it was waited for.
type outcomes struct{ young, old, none, waited, wrong prometheus.Counter }

// outcomes has them among the metrics.
func (m *metrics) outcomes() *outcomes {
	all := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "artisan_cache_second_total",
		Help: "Looks at Valkey for an answer: young, old or none was there; what was wrong, or waited for.",
	}, []string{"outcome"})
	m.admits = append(m.admits, all)
	of := func(name string) prometheus.Counter { return all.WithLabelValues(name) }
	return &outcomes{of("young"), of("old"), of("none"), of("waited"), of("wrong")}
}

// count counts what a look has found.
func (o *outcomes) count(t *turn) {
	switch {
	case t.young:
		o.young.Inc()
	case t.found != nil:
		o.old.Inc()
	default:
		o.none.Inc()
	}
}
