package share

import "time"

const (
	// window is how often a limit is looked at, and enough how many pieces of a tier's work tell how long
	// they take.
	window = 250 * time.Millisecond
	enough = 8
	// slower is how many times longer than undisturbed work may take, where that is more than its tier
	// allows.
	slower = 2
	// well is the part of what work may take within which there may be more of it.
	well = 0.9
	// A limit falls by as much as work takes too long, but at most by half, and rises by one step of rise.
	fall = 0.5
	rise = 4
)

// pace is what a limit has seen since it was looked at last.
type pace struct {
	begun time.Time
	most  int  // places that were taken at once
	met   bool // somebody got none at once
}

// took is how long a tier's work took.
type took struct {
	sum time.Duration
	n   int
	// calm is what it takes where hardly anything else is worked on: a slow peer is no overload.
	calm time.Duration
}

// learn counts work that is done, and looks at the limit when it is time to.
func (l *Limit) learn(t *tier, d time.Duration) {
	if d > 0 {
		t.took.sum += d
		t.took.n++
	}
	now := time.Now()
	if t.took.n < enough || now.Sub(l.pace.begun) < window {
		return
	}
	l.look()
	l.pace = pace{begun: now, most: l.used}
}

// look sets the limit by the tier that is the least disturbed: where the others alone take long, it is not
// the machine that has too much to do but a service that they wait for, and their own caps bound them.
func (l *Limit) look() {
	late, known := 0.0, false
	for i := range l.tiers {
		t := &l.tiers[i]
		if t.took.n >= enough {
			if by := t.lateness(l.pace.most <= l.bounds.Least); !known || by < late {
				late, known = by, true
			}
		}
		t.took.sum, t.took.n = 0, 0
	}
	switch {
	case late > 1:
		// so many at once take so long; fewer take as much less
		l.size = min(l.size, float64(l.pace.most)) * max(1/late, fall)
	case late < well && l.pace.met:
		l.size += max(l.size/rise, 1)
	}
	l.size = min(max(l.size, float64(l.bounds.Least)), float64(l.bounds.Most))
}

// lateness is how long a tier's work took, what it may take being 1.
func (t *tier) lateness(calm bool) float64 {
	mean := t.took.sum / time.Duration(t.took.n)
	if calm || mean < t.took.calm {
		t.took.calm = mean
	}
	return float64(mean) / float64(max(t.Within, slower*t.took.calm, 1))
}
