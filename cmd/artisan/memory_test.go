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
		"nothing yet":           {[]uint64{0}, leastHeap},
		"a small shop":          {[]uint64{20 * mega, 22 * mega}, leastHeap},
		"a burst in it":         {[]uint64{20 * mega, 300 * mega, 300 * mega}, leastHeap},
		"a large shop":          {[]uint64{500 * mega, 510 * mega}, 1500 * mega},
		"a large shop's bursts": {[]uint64{500 * mega, 900 * mega}, 1500 * mega},
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

func TestTheHeapsLimitGivesWayWhereItIsDear(t *testing.T) {
	relief := nextRelief(1, 0.25)
	if relief != moreRelief {
		t.Errorf("a burst has it give way to %g times at once", relief)
	}
	for range looks / 2 {
		relief = nextRelief(relief, 0.25)
	}
	if relief != mostRelief {
		t.Errorf("collecting a quarter of the time, it gives way to %g times", relief)
	}
	for range looks {
		relief = nextRelief(relief, 0.01)
	}
	if relief != 1 {
		t.Errorf("a minute later it is still %g times", relief)
	}
	before := readWork()
	for range 3 {
		runtime.GC()
	}
	if part := readWork().since(before); part <= 0 || part > 1 {
		t.Errorf("of a process that only collects %g is collecting", part)
	}
	if part := before.since(before); part != 0 {
		t.Errorf("of no work %g is collecting", part)
	}
}
