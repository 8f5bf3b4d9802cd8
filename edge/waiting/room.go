package waiting

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// looking is how often the line moves on.
	looking = 100 * time.Millisecond
	// summing is how often is counted who is before whom.
	summing = 500 * time.Millisecond
	// Furthest is how far behind now a client's many places may be put.
	Furthest = time.Hour
	// oldest is how long a ticket may have waited.
	oldest = 12 * time.Hour
	// Who waits asks again after a part of what is left to wait, within these seconds.
	soonest, latest = 2, 60
	partOfWait      = 5
	// hardly is how many seconds' work may be in a line of which nothing is left to speak of.
	hardly = 0.1
)

// Room is the waiting room of one front door. Its methods are safe for concurrent use.
type Room struct {
	mu sync.Mutex
	// piled is how many of those who were let in wait for a place.
	piled func() int
	open  bool
	// began is when the line began, in Unix milliseconds, by the clock of where it did.
	began int64
	// upTo is how far the line was let in: who came by then, in Unix milliseconds.
	upTo int64
	// own is how far it would be by what is let in here alone: where others are as far, they let in as many.
	own    int64
	looked time.Time
	summed time.Time
	budget float64 // of those who may be let in now
	crowd  crowd
	sums   []float32 // how many are before each step of the crowd, as of the last look
	left   float64   // how many wait, as of the last look
	pace   pace
	past   past
	// speed is how many of those whom the crowd counts are let in a second, here and elsewhere, and counted
	// up to whom that is known.
	speed   float64
	counted int64
	walk    float64 // how many may go on without a line, where there is a bound
	let     int64   // how many were let in, ever
	// lately and before are who was let in lately, so that each counts once however often they show a ticket.
	lately, before map[Basket]bool
	turned         time.Time
	id             uint32
	others         map[uint32]heard
}

// heard is what tickets tell of another front door, and when that was.
type heard struct {
	Door
	at int64
}

// NewRoom makes a room that lets in at most so many visitors a second; as many as can be served where that is
// zero. piled says how many of those who were let in wait for a place.
func NewRoom(most float64, piled func() int) *Room {
	return &Room{
		piled: piled, pace: pace{most: most}, walk: max(most, 1), id: rand.Uint32(), //nolint:gosec // a name
		others: map[uint32]heard{},
	}
}

// Place is what somebody who waits is told.
type Place struct {
	Ticket Ticket
	// Wait is about how long it takes, and Again after how many seconds to ask again.
	Wait  time.Duration
	Again int
}

// Walks reports whether somebody who comes without a ticket may go on, as far as others do not wait who came
// before; at once says that it may only be to a place that is free. Where nobody in the line has ever come
// back they may have gone, and what is free is given to who comes.
func (r *Room) Walks(now time.Time) (may, atOnce bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.look(now)
	if r.open && r.crowd.again > 0 && r.left > max(1, hardly*r.pace.rate) || !r.bounded() {
		return false, false
	}
	return true, r.open
}

// bounded takes one of those who may go on without a line.
func (r *Room) bounded() bool {
	if r.pace.most <= 0 {
		return true
	}
	if r.walk < 1 {
		return false
	}
	r.walk--
	return true
}

// Join gives a place to somebody who has come and is so much apart from others of its client, at the most
// Furthest. The line begins with it where there is none.
func (r *Room) Join(now, came time.Time, apart time.Duration, of Basket) Place {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.look(now)
	if !r.open {
		r.begin(now, came.UnixMilli()-1)
		r.began = came.UnixMilli()
	}
	t := Ticket{Came: max(came.Add(apart).UnixMilli(), r.upTo+1), For: of, New: true}
	p := r.place(now, t, soonest)
	r.crowd.counts(of, t.Came, p.until(now), true)
	return p
}

// Asks reports whether it is the turn of somebody who has a ticket, and else where in the line they are. It
// fails for a ticket that is not good any more.
func (r *Room) Asks(now time.Time, t Ticket) (p Place, in, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.look(now)
	at := now.UnixMilli()
	if at-t.Came > oldest.Milliseconds() || t.Came-at > 2*Furthest.Milliseconds() {
		return Place{}, false, false
	}
	if t.Let != 0 {
		return Place{Ticket: t}, true, at-t.Let < keeps.Milliseconds()
	}
	r.hear(now, t)
	if !r.open || t.Came <= r.upTo {
		if at-t.At > keeps.Milliseconds() && r.past.expired(at, t.Came) {
			return Place{}, false, false
		}
		r.letsIn(now, t.For)
		t.Let, t.New = at, false
		return Place{Ticket: t}, true, true
	}
	t.New = false
	p = r.place(now, t, latest)
	r.crowd.counts(t.For, t.Came, p.until(now), false)
	return p, false, true
}

// remembered is how long somebody is at least known who was let in, so that they count once.
const remembered = 10 * time.Second

// letsIn counts somebody who is let in.
func (r *Room) letsIn(now time.Time, of Basket) {
	r.crowd.goesOut(of)
	if now.Sub(r.turned) > remembered || r.lately == nil {
		r.lately, r.before, r.turned = map[Basket]bool{}, r.lately, now
	}
	if r.lately[of] || r.before[of] {
		return
	}
	r.lately[of] = true
	r.let++
	r.pace.let++
	r.walk--
}

// hear takes over what another front door says of the line by a ticket. Of two lines that have begun apart
// the older one is the line: who is in the newer one came later.
func (r *Room) hear(now time.Time, t Ticket) {
	if t.New {
		r.crowd.returns(t.For)
	}
	said := min(t.At, now.UnixMilli())
	if t.Door.ID == r.id || now.UnixMilli()-said > 2*latest*1000 {
		return
	}
	if had := r.others[t.Door.ID]; said > had.at {
		r.others[t.Door.ID] = heard{t.Door, said}
	}
	from := max(t.UpTo, now.Add(-Furthest).UnixMilli())
	switch {
	case !r.open && t.Came > max(r.upTo, t.UpTo):
		r.begin(now, max(r.upTo, from))
		r.began, r.speed = t.Began, max(r.speed, float64(t.Door.Rate))
	case r.open && t.Began < r.began && t.UpTo < r.upTo:
		r.crowd.reaches(from)
		r.began, r.upTo, r.own, r.counted, r.summed = t.Began, from, from, from, time.Time{}
		r.speed = max(r.speed, float64(t.Door.Rate))
	case r.open && t.Began <= r.began:
		r.began, r.upTo = t.Began, max(r.upTo, t.UpTo)
	}
}

// Back is what somebody is told who was let in and found no place: to ask again at once, by the same ticket.
// Full says that there was none for anybody.
func (r *Room) Back(t Ticket, full bool) Place {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pace.shed = r.pace.shed || full
	return Place{Ticket: t, Again: soonest}
}

// Stands reports whether somebody waits, as of the last look.
func (r *Room) Stands() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open
}

// Served counts a checkout that was worked on, whatever came of it.
func (r *Room) Served() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pace.done++
}

// State is what is measured of a room: how many wait, at which rate a second they are let in, and how many
// were, ever.
type State struct {
	Waiting int
	Rate    float64
	Let     int64
	// Wait is about how long it takes whoever comes now.
	Wait time.Duration
}

// State is how things stand.
func (r *Room) State(now time.Time) State {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.look(now)
	s := State{Let: r.let}
	if r.open {
		s.Waiting, s.Rate, s.Wait = int(r.left), r.pace.rate, r.wait(r.left)
	}
	return s
}

// begin opens the room: nobody who came up to a time waits.
func (r *Room) begin(now time.Time, upTo int64) {
	r.open, r.upTo, r.own = true, upTo, upTo
	r.looked, r.summed, r.budget = now, now, 0
	r.crowd.begins(now, upTo)
	r.sums, r.left = r.sums[:0], 0
	r.pace.begins()
	r.speed, r.counted = r.pace.rate, upTo
}

// look lets the line move on as far as it is time to.
func (r *Room) look(now time.Time) {
	r.pace.look(now, r.piled(), r.open)
	passed := now.Sub(r.looked)
	if passed < looking {
		return
	}
	r.looked = now
	if most := r.pace.most; most > 0 {
		r.walk = min(r.walk+most*passed.Seconds(), max(most, 1))
	}
	if !r.open {
		r.past.notes(now.UnixMilli(), now.UnixMilli())
		return
	}
	r.budget += r.share(now) / r.pace.each() * min(passed, time.Second).Seconds()
	to, left, all := r.crowd.goes(r.own+1, r.budget)
	r.pace.spend(r.budget - left)
	r.own, r.budget = max(r.own, to-1), left
	r.upTo = max(r.upTo, r.own)
	if all {
		r.open = false
		return
	}
	r.past.notes(now.UnixMilli(), r.upTo)
	const slowly = 10 // seconds
	part := min(passed.Seconds()/slowly, 1)
	r.speed += (r.crowd.between(r.counted, r.upTo)/passed.Seconds() - r.speed) * part
	r.speed, r.counted = max(r.speed, min(least, r.pace.rate)/2), r.upTo
	r.crowd.passes(now)
	r.crowd.forget(r.own)
	if now.Sub(r.summed) >= summing {
		r.sums, r.left = r.crowd.before(r.upTo+1, r.sums[:0])
		r.summed = now
	}
}

// recent is how long what was heard of another front door counts.
const recent = 5 * time.Second

// share is how many a second of those whom this front door sees are to be let in: as many as all of them can
// serve, for the part of all who wait whom it sees.
func (r *Room) share(now time.Time) float64 {
	own := r.left + 1
	rate, all := r.pace.rate, own
	for id, h := range r.others {
		if now.UnixMilli()-h.at > recent.Milliseconds() {
			delete(r.others, id)
			continue
		}
		rate, all = rate+float64(h.Rate), all+float64(h.Waiting)
	}
	return rate * own / all
}

// place says where in the line a ticket is. Who is told to come back does so within so many seconds.
func (r *Room) place(now time.Time, t Ticket, within int) Place {
	ahead := r.left
	if at := stepOf(t.Came) - r.crowd.base; at >= 0 && at < int64(len(r.sums)) {
		ahead = float64(r.sums[at])
	}
	t.UpTo, t.At, t.Began = r.upTo, now.UnixMilli(), r.began
	t.Door = Door{r.id, float32(r.pace.rate), float32(r.left + 1)}
	wait := r.wait(ahead + 1)
	again := int(math.Ceil(wait.Seconds() / partOfWait))
	if waited := (t.At - t.Came) / 1000; waited >= 0 { // what is told at first is a guess
		again = min(again, int(waited))
	}
	return Place{Ticket: t, Wait: wait, Again: max(min(again, latest, within), soonest)}
}

// until is when somebody is to ask again.
func (p Place) until(now time.Time) time.Time { return now.Add(time.Duration(p.Again) * time.Second) }

func (r *Room) wait(people float64) time.Duration {
	return time.Duration(people / r.speed * float64(time.Second))
}

// past is how far the line was let in at each of the last seconds, as far back as a place is kept. While
// there was none, and before all that is known, that is who came by then.
type past struct {
	upTo [int(keeps / time.Second)]int64
	last int64 // the second that was noted last
}

func (p *past) notes(now, upTo int64) {
	second, all := now/1000, int64(len(p.upTo))
	for at := max(p.last, second-all+1); at <= second; at++ {
		p.upTo[at%all] = min(upTo, at*1000)
	}
	p.last = second
}

// expired reports whether it was somebody's turn so long ago that their place is not kept any more.
func (p *past) expired(now, came int64) bool {
	all := int64(len(p.upTo))
	return came <= p.upTo[(now/1000+1)%all]
}
