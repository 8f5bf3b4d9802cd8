package delivery

import (
	"slices"

	"github.com/artisan-eats/artisan/hold"
)

// book is the windows and places that one transaction works on, in memory. Its methods are the
// rules; they do no input or output. load fills a book and save writes what changed.
type book struct {
	now     int64              // Unix milliseconds by the database's clock
	windows map[string]*Window // by ID
	holds   map[string]*hold.Hold
	// the window that an order's hold has, or had, a place in; empty for an overbooked one
	places map[string]string

	placed     []string          // orders with a new place
	overbooked map[string]string // orders that found none, with the window
	settled    []string          // orders whose overbooking is over

	// by window: places that unconfirmed holds have; only read where one is asked for
	unconfirmed map[string]int64
}

// hold takes a place for an order until a time. The hold of an order that has a living one is that one,
// extended, whatever became of the window. A percentage is that of an order that is not confirmed.
func (b *book) hold(order, window string, until, percent int64) error {
	h := b.holds[order]
	if renewed, err := h.Renew(b.now, until, b.places[order] == window, percent > 0); renewed || err != nil {
		return err
	}
	b.expire(order)
	w := b.windows[window]
	if w == nil {
		return windowNotFound()
	}
	if err := w.admit(b.now); err != nil {
		return err
	}
	if percent > 0 && b.unconfirmed[window] >= hold.MostUnconfirmed(w.Capacity-w.Taken, percent, 1) {
		return hold.ErrUnconfirmed
	}
	w.move(nil, &w.Held)
	b.place(order, window)
	h.Begin(until, percent > 0)
	return nil
}

// countUnconfirmed adds to the places of unconfirmed holds those of a request's orders whose holds are such.
func (b *book) countUnconfirmed(r request, places int64) {
	for _, order := range []string{r.order, r.insteadOf} {
		if h := b.holds[order]; h != nil && h.Unconfirmed && h.State == hold.Held {
			b.unconfirmed[b.places[order]] += places
		}
	}
}

// holdInsteadOf takes a place, for which another order's that was kept is given back. Where there is none to
// take, that one stays kept.
func (b *book) holdInsteadOf(r request) error {
	until, kept := hold.Until(b.now, r.ttl), b.holds[r.insteadOf]
	if kept == nil || !kept.Unconfirmed || kept.At(b.now) != hold.Held {
		return b.hold(r.order, r.window, until, r.percent)
	}
	before, w := *kept, b.windows[b.places[r.insteadOf]]
	if err := b.release(r.insteadOf); err != nil {
		return err
	}
	err := b.hold(r.order, r.window, until, r.percent)
	if err != nil {
		*kept = before
		w.move(nil, &w.Held)
	}
	return err
}

// keep turns the hold of an order that came to nothing into one of an order that is not confirmed, until a
// time, and answers when it ends; or gives its place back, where such have enough.
func (b *book) keep(order string, until, percent int64) (int64, error) {
	h, w := b.holds[order], b.windows[b.places[order]]
	if h.At(b.now) != hold.Held || w == nil || w.Closed ||
		b.unconfirmed[w.ID] >= hold.MostUnconfirmed(w.Capacity-w.Taken, percent, 1) {
		return 0, b.release(order)
	}
	h.Doubt(until)
	return h.ExpiresAt, nil
}

func (b *book) place(order, window string) {
	b.places[order] = window
	if !slices.Contains(b.placed, order) {
		b.placed = append(b.placed, order)
	}
}

// expire gives back the place of a hold whose time is over.
func (b *book) expire(order string) {
	if b.holds[order].Expire(b.now) {
		w := b.windows[b.places[order]]
		w.move(&w.Held, nil)
	}
}

// yield gives back the place that an order holds, which may be held for it again.
func (b *book) yield(order string) {
	if b.holds[order].Yield() {
		w := b.windows[b.places[order]]
		w.move(&w.Held, nil)
	}
}

// release closes an order's hold and gives its place back.
func (b *book) release(order string) error {
	giveBack, err := b.holds[order].Release()
	if giveBack {
		w := b.windows[b.places[order]]
		w.move(&w.Held, nil)
	}
	return err
}

// confirm makes the place that an order holds taken. When the hold had ended it takes another in the
// same window, also after the cut-off; when there is none the order is overbooked.
func (b *book) confirm(order, window string) {
	switch b.holds[order].Keep() {
	case hold.Kept, hold.Returned:
	case hold.Held:
		w := b.windows[b.places[order]]
		w.move(&w.Held, &w.Taken)
	default:
		if w := b.windows[window]; w != nil && w.Remaining() > 0 {
			w.move(nil, &w.Taken)
			b.place(order, window)
		} else {
			b.place(order, "")
			b.overbooked[order] = window
		}
	}
}

// change gives an order the place that its change has held, and gives the order's own back. One that has
// expired is taken again, also after the cut-off; when there is none the order is overbooked. A change that
// asked for no place leaves the order's.
func (b *book) change(order, by, window string) {
	switch {
	case b.holds[by].State == hold.None:
		return
	case b.holds[order].State != hold.Kept:
		b.cancel(by)
		return
	}
	b.confirm(by, window)
	if w := b.windows[b.places[order]]; w != nil {
		w.move(&w.Taken, nil)
	} else {
		delete(b.overbooked, order)
		b.settled = append(b.settled, order)
	}
	b.place(order, b.places[by])
	if _, lacks := b.overbooked[by]; lacks {
		delete(b.overbooked, by)
		b.overbooked[order] = window
	}
	b.holds[by].Pass()
}

// cancel closes an order's hold and gives its place back, held or taken.
func (b *book) cancel(order string) {
	w := b.windows[b.places[order]]
	switch b.holds[order].Cancel() {
	case hold.Held:
		w.move(&w.Held, nil)
	case hold.Kept:
		if w != nil {
			w.move(&w.Taken, nil)
			return
		}
		delete(b.overbooked, order)
		b.settled = append(b.settled, order)
	default:
	}
}
