// Package broadcast tells those of one process who wait for something that it may have changed. It carries
// nothing and keeps nothing: whoever is notified looks for himself, and from time to time without it, for
// another process may have made the change.
package broadcast

import "sync"

// Topics are what is waited for, by names. The zero Topics are ready for use, by any number at once.
type Topics struct {
	mu        sync.Mutex
	listeners map[string]map[chan struct{}]bool // by topic; none without a listener
}

// Listen answers what receives whenever a topic is notified, until stop.
func (t *Topics) Listen(topic string) (notified <-chan struct{}, stop func()) {
	listener := make(chan struct{}, 1)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.listeners == nil {
		t.listeners = map[string]map[chan struct{}]bool{}
	}
	if t.listeners[topic] == nil {
		t.listeners[topic] = map[chan struct{}]bool{}
	}
	t.listeners[topic][listener] = true
	return listener, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if delete(t.listeners[topic], listener); len(t.listeners[topic]) == 0 {
			delete(t.listeners, topic)
		}
	}
}

// Notify waits for nobody: who has not looked since the last time will see both changes at once.
func (t *Topics) Notify(topics ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, topic := range topics {
		for listener := range t.listeners[topic] {
			select {
			case listener <- struct{}{}:
			default:
			}
		}
	}
}

// Heard counts the topics that somebody listens to.
func (t *Topics) Heard() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.listeners)
}
