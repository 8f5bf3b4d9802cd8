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
	// leastHeap is what the heap may always have, in bytes: what a shop takes that serves dozens at once, as
	// gcPercent lets it.
	leastHeap = 120 << 20
	// heapGrowth is how many times what lives for long the heap may become: about as much as gcPercent lets
	// it.
	heapGrowth = 3
	// lookEvery and looks are how often, and for how many times, it is looked what lives.
	lookEvery = time.Second / 5
	looks     = 300
	// dear is the part of the work that collecting may be before the limit gives way: by moreRelief at each
	// look while it is too little, up to mostRelief times.
	dear       = 0.04
	moreRelief = 1.1
	mostRelief = 8
)

// boundHeap keeps the heap from growing threefold on what lives for a moment only, as the memory of a
// password's hash or an upload does: the limit follows the least that was alive in the last minute. Where
// many are served at once more is alive than before, and a limit that is met at every turn costs more than it
// is for: then it gives way, within a second or two. A limit that somebody has set stays.
func boundHeap(ctx context.Context) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(leastHeap)
	go func() {
		ticker := time.NewTicker(lookEvery)
		defer ticker.Stop()
		var seen []uint64
		work, relief := readWork(), 1.0
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			seen = append(seen[max(0, len(seen)-looks+1):], liveHeap())
			now := readWork()
			relief = nextRelief(relief, now.since(work))
			work = now
			debug.SetMemoryLimit(int64(relief * float64(heapLimit(seen))))
		}
	}()
}

// heapLimit is the limit after some looks.
func heapLimit(seen []uint64) int64 {
	return max(leastHeap, heapGrowth*int64(slices.Min(seen)))
}

// nextRelief is how many times the limit the heap may have, after it was so many times and collecting took a
// part of the work: more where that is dear, in steps, since a burst is soon over and memory that was given
// way stays taken; and back to the limit within a minute.
func nextRelief(was, part float64) float64 {
	if part <= dear {
		return max(1, was*0.99)
	}
	return min(was*moreRelief, mostRelief)
}

// liveHeap is what lived at the last collection, in bytes.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// work is what the process has done up to its last collection, in seconds of CPU.
type work struct{ collecting, all float64 }

// readWork leaves out what collects only because nothing else is to be done.
func readWork() work {
	samples := []metrics.Sample{
		{Name: "/cpu/classes/gc/mark/assist:cpu-seconds"},
		{Name: "/cpu/classes/gc/mark/dedicated:cpu-seconds"},
		{Name: "/cpu/classes/gc/pause:cpu-seconds"},
		{Name: "/cpu/classes/user:cpu-seconds"},
	}
	metrics.Read(samples)
	collecting := samples[0].Value.Float64() + samples[1].Value.Float64() + samples[2].Value.Float64()
	return work{collecting, collecting + samples[3].Value.Float64()}
}

// since is the part of the work since then that was collecting.
func (w work) since(then work) float64 {
	if w.all <= then.all {
		return 0
	}
	return (w.collecting - then.collecting) / (w.all - then.all)
}
