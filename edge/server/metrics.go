package server

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what an engineer on call sees of the front door: how long each route
// takes, and what it answers. Refusals of a full tier are its 503.
type metrics struct {
	seconds *prometheus.HistogramVec
	live    prometheus.Gauge
}

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

// Register has what an engineer on call sees of the front door collected. A process has one.
func (s *Server) Register(r prometheus.Registerer) error {
	return errors.Join(r.Register(s.metrics.seconds), r.Register(s.metrics.live))
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
