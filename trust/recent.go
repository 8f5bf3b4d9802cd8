package trust

import "sync"

// recent remembers things, of which the last size are kept for certain and no more than twice as many. The
// zero value with a size is ready, and safe for concurrent use.
type recent[K comparable, V any] struct {
	size int

	mu           sync.Mutex
	newer, older map[K]V
}

func (r *recent[K, V]) get(key K) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if value, ok := r.newer[key]; ok {
		return value, true
	}
	value, ok := r.older[key]
	if ok {
		r.keep(key, value)
	}
	return value, ok
}

func (r *recent[K, V]) put(key K, value V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep(key, value)
}

func (r *recent[K, V]) keep(key K, value V) {
	if r.newer == nil || len(r.newer) >= r.size {
		r.older, r.newer = r.newer, map[K]V{}
	}
	r.newer[key] = value
}
