package load

import (
	"math/bits"
	"sync"
	"time"
)

// finest is how many buckets an octave of microseconds has: a figure is at most one part in 64 too high.
const (
	finest     = 64
	finestBits = 6
)

// Times are how long things took, in buckets that are the wider the longer. Its methods are safe for
// concurrent use; the zero Times is empty.
type Times struct {
	mu      sync.Mutex
	buckets []uint64
	n       uint64
	longest time.Duration
}

// Note adds one.
func (t *Times) Note(took time.Duration) {
	at := bucket(took)
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.buckets) <= at {
		t.buckets = append(t.buckets, 0)
	}
	t.buckets[at]++
	t.n++
	t.longest = max(t.longest, took)
}

// N is how many there are.
func (t *Times) N() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return int(t.n)
}

// Longest is the longest there is.
func (t *Times) Longest() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.longest
}

// Within is in how much time a part of them, from 0 to 1, was done; zero where there are none.
func (t *Times) Within(part float64) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	left := uint64(part * float64(t.n))
	if float64(left) < part*float64(t.n) || left == 0 {
		left++
	}
	for i, n := range t.buckets {
		if n >= left {
			return min(upper(i), t.longest)
		}
		left -= n
	}
	return t.longest
}

// bucket is where a time belongs: by its microsecond below 64 of them, then by its first seven bits.
func bucket(took time.Duration) int {
	micros := uint64(max(took, 0) / time.Microsecond)
	if micros < finest {
		return int(micros)
	}
	octave := bits.Len64(micros) - finestBits - 1
	return octave*finest + int(micros>>octave)
}

// upper is the longest time of a bucket.
func upper(at int) time.Duration {
	if at < finest {
		return time.Duration(at+1) * time.Microsecond
	}
	octave := at/finest - 1
	first := uint64(at - octave*finest)
	return time.Duration((first+1)<<octave) * time.Microsecond
}

// add adds all of another's.
func (t *Times) add(other *Times) {
	other.mu.Lock()
	defer other.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.buckets) < len(other.buckets) {
		t.buckets = append(t.buckets, 0)
	}
	for i, n := range other.buckets {
		t.buckets[i] += n
	}
	t.n += other.n
	t.longest = max(t.longest, other.longest)
}
