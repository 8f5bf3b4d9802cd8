package waiting

import "time"

const (
	// eyeing is how often a pace is looked at, and smooth the part that the newest look has of what is known.
	eyeing = 500 * time.Millisecond
	smooth = 0.3
	// piled is how many seconds' work may wait for a place, and unpiled in how many what is more is to be
	// done.
	piled   = 1.0
	unpiled = 4.0
	// slowest is the part of what can be served that is let in at the least, and more by how much is tried
	// what has never been.
	slowest = 0.3
	more    = 1.03
	// lately is the part of what was that still counts half a second later, and doubt how many count as if
	// all had come.
	lately = 0.9
	doubt  = 5.0
	// least is a pace at which even a shop that does nothing is tried.
	least = 1.0
)

// pace is at what rate visitors are let in: as many a second as are served, and a little more as long as none
// of them has to wait for a place.
type pace struct {
	rate float64 // visitors a second
	most float64 // that it may be; zero for no bound
	// served is how many a second were, and best how many can be as far as is known.
	served, best float64

	// spent are those for whom the line was let in lately, and let those who came: some have gone, and some
	// another front door has not seen. They come a while after, so what was spent just now waits in spending.
	spent, let float64
	spending   [5]float64
	looks      int

	since time.Time
	done  int
	shed  bool // somebody who was let in found no place
}

// look learns from what was done since the last look; waiting are those who were let in and wait for a place,
// and wanted says that somebody is still to be let in.
func (p *pace) look(now time.Time, waiting int, wanted bool) {
	passed := now.Sub(p.since)
	if passed < eyeing {
		return
	}
	p.looks++
	oldest := &p.spending[p.looks%len(p.spending)]
	p.spent, p.let, *oldest = p.spent*lately+*oldest, p.let*lately, 0
	if passed < 8*eyeing { // else nobody came meanwhile, which says nothing
		p.served += (float64(p.done)/passed.Seconds() - p.served) * smooth
		p.learn(float64(waiting), wanted)
	}
	p.since, p.done, p.shed = now, 0, false
}

// learn sets the rate. While somebody who was let in waits for a place, as many as can be are served.
func (p *pace) learn(waiting float64, wanted bool) {
	may := max(piled*p.served, 2)
	full := p.shed || waiting > may
	if full {
		p.best += (p.served - p.best) * smooth
	}
	p.best = max(p.best, p.served)
	switch {
	case p.shed:
		p.rate = min(p.rate, p.best) / 2
	case full:
		p.rate = max(p.best-(waiting-may)/unpiled, slowest*p.best)
	case wanted:
		p.rate = max(p.rate*more, p.best) + 0.05
	}
	p.bound()
}

// spend counts people for whom the line is let in.
func (p *pace) spend(people float64) { p.spending[p.looks%len(p.spending)] += people }

// each is how many come for each one for whom the line is let in.
func (p *pace) each() float64 { return min(max((p.let+doubt)/(p.spent+doubt), 0.25), 4) }

// begins has a line begin at the rate at which visitors are served.
func (p *pace) begins() {
	p.rate = max(p.served, p.best/2)
	p.bound()
	p.spent, p.let, p.spending = 0, 0, [5]float64{}
}

func (p *pace) bound() {
	p.rate = max(p.rate, least)
	if p.most > 0 {
		p.rate = min(p.rate, p.most)
	}
}
