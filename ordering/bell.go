package ordering

import "sync"

// bells wake those in this process who watch an order. An order has one while
// somebody listens.
type bells struct {
	mu        sync.Mutex
	listeners map[string]map[chan struct{}]bool // by order
}

// listen answers what receives whenever the order may have changed, until stop.
func (b *bells) listen(orderID string) (rung <-chan struct{}, stop func()) {
	bell := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.listeners == nil {
		b.listeners = map[string]map[chan struct{}]bool{}
	}
	if b.listeners[orderID] == nil {
		b.listeners[orderID] = map[chan struct{}]bool{}
	}
	b.listeners[orderID][bell] = true
	return bell, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if delete(b.listeners[orderID], bell); len(b.listeners[orderID]) == 0 {
			delete(b.listeners, orderID)
		}
	}
}

// ring waits for nobody: who has not looked since the last ring will see both changes at once.
func (b *bells) ring(orderIDs ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, orderID := range orderIDs {
		for bell := range b.listeners[orderID] {
			select {
			case bell <- struct{}{}:
			default:
			}
		}
	}
}

// listening counts the orders that somebody listens to.
func (b *bells) listening() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.listeners)
}
