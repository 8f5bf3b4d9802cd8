package peer

import "slices"

// Settle waits until nothing is dialled, and nothing asked of DNS.
func (p *Peer) Settle() {
	for {
		p.mu.Lock()
		busy, changed := p.asking, p.changed
		busy = busy || slices.ContainsFunc(p.addresses, func(a *address) bool { return a.dialling })
		p.mu.Unlock()
		if !busy {
			return
		}
		<-changed
	}
}

// Count counts the addresses, and those that are left out.
func (p *Peer) Count() (all, out int) { return p.count() }
