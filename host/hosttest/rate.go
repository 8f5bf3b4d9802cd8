package hosttest

import (
	"context"
	"runtime"
	"testing"
)

// Rate is how many times a second a number of clients, at once, do something. It is the
// benchmark's work, and the metric "/s".
func Rate(b *testing.B, clients int, do func(context.Context) error) float64 {
	b.Helper()
	b.SetParallelism(max(1, clients/runtime.GOMAXPROCS(0)))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := do(b.Context()); err != nil {
				b.Error(err)
				return
			}
		}
	})
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "/s")
	return rate
}
