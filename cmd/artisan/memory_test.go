package main

import (
	"runtime"
	"testing"
)

func TestTheHeapFollowsWhatLivesForLong(t *testing.T) {
	const mega = 1 << 20
	for what, c := range map[string]struct {
		seen []uint64
		want int64
	}{
		"nothing yet":           {[]uint64{0}, 96 * mega},
		"a small shop":          {[]uint64{20 * mega, 22 * mega}, 96 * mega},
		"a burst in it":         {[]uint64{20 * mega, 300 * mega, 300 * mega}, 96 * mega},
		"a large shop":          {[]uint64{500 * mega, 510 * mega}, 2000 * mega},
		"a large shop's bursts": {[]uint64{500 * mega, 900 * mega}, 2000 * mega},
	} {
		if got := heapLimit(c.seen); got != c.want {
			t.Errorf("%s: %d MiB, want %d", what, got/mega, c.want/mega)
		}
	}
	runtime.GC()
	if liveHeap() == 0 {
		t.Error("nothing lives")
	}
}
