package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"time"
)

const (
	// leastHeap is what the heap may always have, in bytes.
	leastHeap = 96 << 20
	// heapGrowth is how many times what lives for long the heap may become: a little more than gcPercent lets it.
	heapGrowth = 4
	// lookEvery and looks are how often, and for how many times, it is looked what lives.
	lookEvery = time.Second
	looks     = 60
)

// boundHeap keeps the heap from growing threefold on what lives for a moment only, as the memory of a password's hash or an upload
// does: the limit follows the least that was alive in the last minute. A limit that somebody has set stays.
func boundHeap(ctx context.Context) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(leastHeap)
	go func() {
		ticker := time.NewTicker(lookEvery)
		defer ticker.Stop()
		var seen []uint64
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			seen = append(seen[max(0, len(seen)-looks+1):], liveHeap())
			debug.SetMemoryLimit(heapLimit(seen))
		}
	}()
}

// heapLimit is the limit after some looks.
func heapLimit(seen []uint64) int64 {
	return max(leastHeap, heapGrowth*int64(slices.Min(seen)))
}

// liveHeap is what lived at the last collection, in bytes.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
