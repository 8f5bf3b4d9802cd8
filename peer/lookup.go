package peer

import (
	"context"
	"errors"
	"slices"
	"time"
)

const (
	// askEvery is how often DNS is asked while calls are made, and askAgain while none of its addresses
	// answers.
	askEvery, askAgain = 5 * time.Second, time.Second
	// askWithin bounds how long it takes.
	askWithin = 3 * time.Second
)

// mayAsk reports whether DNS is to be asked now; alone, that no replica is connected.
func (p *Peer) mayAsk(now time.Time, alone bool) bool {
	if p.config.At.name == "" || p.asking {
		return false
	}
	every := askEvery
	if alone {
		every = askAgain
	}
	return alone && !p.asked || now.Sub(p.askedAt) >= every
}

// ask asks DNS where the replicas are, beside all calls.
func (p *Peer) ask() {
	ctx, cancel := context.WithTimeout(context.Background(), askWithin)
	defer cancel()
	found, err := p.config.Lookup(ctx, p.config.At.name)
	if err == nil && len(found) == 0 {
		err = errNoAddress
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.tell()
	now := p.config.Now()
	p.asking, p.asked, p.askedAt = false, true, now
	if err != nil {
		if !p.silent {
			p.config.Log.Warn("DNS does not tell where a service is: what it told last counts",
				"peer", p.config.Service, "name", p.config.At.name, "error", err)
		}
		p.silent = true
		return
	}
	p.silent = false
	p.move(p.config.At.named(p.scheme(), found))
	p.keepUp(now, new(bool)) // the new ones are connected before the next call
}

var errNoAddress = errors.New("the name has no address")

// move has the replicas be where they are now. Those that stay keep all that is known of them; calls that are
// under way with one that is gone go on.
func (p *Peer) move(to []base) {
	was := p.addresses
	p.addresses = make([]*address, 0, len(to))
	for _, b := range to {
		at := slices.IndexFunc(was, func(a *address) bool { return a.base == b })
		if at < 0 {
			p.addresses = append(p.addresses, &address{base: b})
		} else {
			p.addresses = append(p.addresses, was[at])
		}
	}
	for _, a := range was {
		if !slices.Contains(p.addresses, a) {
			a.gone = true
			p.drop(a)
		}
	}
}
