package waiting

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"
)

// town is a shop and those who want to check out in it, by a clock of its own. It serves so many a second.
type town struct {
	now      time.Time
	serves   float64
	rooms    []*Room
	visitors []*visitor
	asking   map[int64][]*visitor // by the tenth of a second in which they ask again
	piled    []float64            // of each room, who was let in and is not served yet
	served   int
	walked   int
	dice     *rand.Rand
	lastWalk time.Time
	ahead    []time.Duration // of each room, how far its clock is
}

type visitor struct {
	of    Basket
	came  time.Time
	apart time.Duration
	place Place
	leaves,
	greedy, walked bool
	let  time.Time
	room int
}

func newTown(serves float64, rooms int) *town {
	t := &town{
		now: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), serves: serves,
		asking: map[int64][]*visitor{}, piled: make([]float64, rooms), ahead: make([]time.Duration, rooms),
		dice: rand.New(rand.NewPCG(1, 2)),
	}
	for i := range rooms {
		t.rooms = append(t.rooms, NewRoom(0, func() int { return int(t.piled[i]) }))
	}
	return t
}

// clock is what a room's machine takes the time for.
func (t *town) clock(room int) time.Time { return t.now.Add(t.ahead[room]) }

// visitor is somebody new.
func (t *town) visitor() *visitor {
	return &visitor{came: t.now, of: BasketOf(strconv.Itoa(int(t.dice.Int64())))}
}

const tick = 100 * time.Millisecond

func tenth(at time.Time) int64 { return at.UnixMilli() / 100 }

// passes lets time pass, in which so many a second come; each is of a kind.
func (t *town) passes(d time.Duration, perSecond float64, kind func(*visitor)) {
	due := 0.0
	for end := t.now.Add(d); t.now.Before(end); t.now = t.now.Add(tick) {
		for due += perSecond * tick.Seconds(); due >= 1; due-- {
			v := t.visitor()
			v.came = t.now.Add(-time.Duration(due * 1e9 / perSecond))
			t.balance(v)
			kind(v)
			t.visitors = append(t.visitors, v)
			t.comes(v)
		}
		key := tenth(t.now)
		for _, v := range t.asking[key] {
			t.asks(v)
		}
		delete(t.asking, key)
		t.serve()
	}
}

// serve has each room's machine do what it can; who walks in finds a place only where nobody is piled up.
func (t *town) serve() {
	for i := range t.piled {
		can := t.serves / float64(len(t.rooms)) * tick.Seconds()
		before := int(t.piled[i])
		t.piled[i] = max(t.piled[i]-can, 0)
		for range before - int(t.piled[i]) {
			t.rooms[i].Served()
			t.served++
		}
	}
}

func (t *town) comes(v *visitor) {
	r := t.rooms[v.room]
	if may, _ := r.Walks(t.clock(v.room)); may && t.piled[v.room] < t.serves/float64(len(t.rooms))*0.2 {
		t.piled[v.room]++
		t.walked++
		v.let, v.walked, t.lastWalk = t.now, true, t.now
		return
	}
	t.again(v, r.Join(t.clock(v.room), v.came.Add(t.ahead[v.room]), v.apart, v.of))
}

func (t *town) again(v *visitor, p Place) {
	v.place = p
	if v.leaves {
		return
	}
	at := tenth(t.now.Add(time.Duration(p.Again) * time.Second))
	t.asking[at] = append(t.asking[at], v)
}

func (t *town) asks(v *visitor) {
	t.balance(v)
	place, in, ok := t.rooms[v.room].Asks(t.clock(v.room), v.place.Ticket)
	switch {
	case !ok:
		t.comes(v)
	case in:
		v.let = t.now
		t.piled[t.idlest()]++
	default:
		t.again(v, place)
	}
}

// balance sends a request to any front door, and who is let in to the one that has the least to do.
func (t *town) balance(v *visitor) { v.room = t.dice.IntN(len(t.rooms)) }

func (t *town) idlest() (room int) {
	for i := range t.rooms {
		if t.piled[i] < t.piled[room] {
			room = i
		}
	}
	return room
}

func honest(*visitor) {}

// checkOrder fails where somebody was let in long after one who came later, and where somebody who asks is
// forgotten.
func (t *town) checkOrder(tb testing.TB) {
	tb.Helper()
	t.checkOrderBut(tb, 6*time.Second)
}

func (t *town) checkOrderBut(tb testing.TB, most time.Duration) {
	tb.Helper()
	line := slices.DeleteFunc(slices.Clone(t.visitors),
		func(v *visitor) bool { return v.leaves || v.greedy || v.walked })
	latestLet := time.Time{}
	overtaken := 0
	for _, v := range slices.Backward(line) { // the last to come first
		if v.let.IsZero() {
			if !latestLet.IsZero() && t.now.Sub(latestLet) > latest*time.Second {
				overtaken++
			}
			continue
		}
		if !latestLet.IsZero() && v.let.Sub(latestLet) > most {
			overtaken++
		}
		if latestLet.IsZero() || v.let.Before(latestLet) {
			latestLet = v.let
		}
	}
	if overtaken > 0 {
		tb.Errorf("%d of %d were let in more than %v after somebody who came later", overtaken, len(line),
			most)
	}
}

// TestTheLineIsLetInInOrderAtTheRateThatIsServed has 20 times as many come as are served, for two minutes, at
// one front door and at three.
func TestTheLineIsLetInInOrderAtTheRateThatIsServed(t *testing.T) {
	for _, rooms := range []int{1, 3} {
		t.Run(strconv.Itoa(rooms), func(t *testing.T) {
			const serves = 20
			town := newTown(serves, rooms)
			town.passes(10*time.Second, serves*0.9, honest)
			before := town.served
			begun := town.now
			town.passes(2*time.Minute, 20*serves, honest)
			if late := town.lastWalk.Sub(begun); late > 5*time.Second {
				t.Errorf("%v after the line began somebody walks in", late)
			}
			rate := float64(town.served-before) / 120
			t.Logf("%d came, %d were served: %.1f a second; %d walked in", len(town.visitors), town.served,
				rate, town.walked)
			if rate < 0.95*serves {
				t.Errorf("%.1f a second are served, %d could be", rate, serves)
			}
			for i := range rooms {
				if town.piled[i] > 3*serves {
					t.Errorf("%.0f pile up", town.piled[i])
				}
			}
			town.checkOrder(t)
		})
	}
}

func TestNobodyIsLostUntilAllAreServed(t *testing.T) {
	town := newTown(30, 2)
	town.passes(20*time.Second, 20*30, honest)
	town.passes(8*time.Minute, 0, honest)
	for i, v := range town.visitors {
		if v.let.IsZero() {
			t.Fatalf("number %d of %d is not let in; %+v", i, len(town.visitors), v.place)
		}
	}
	town.checkOrder(t)
	if s := town.rooms[0].State(town.now); s.Waiting != 0 {
		t.Errorf("%d wait though nobody is there", s.Waiting)
	}
	town.passes(5*time.Second, 1, honest)
	if v := town.visitors[len(town.visitors)-1]; !v.walked {
		t.Error("who comes to an empty room waits")
	}
}

// TestWhoAsksForAThousandPlacesGetsNoFurtherThanItsShare has one client ask for them while others come.
func TestWhoAsksForAThousandPlacesGetsNoFurtherThanItsShare(t *testing.T) {
	town := newTown(30, 1)
	town.passes(5*time.Second, 60, honest)
	for k := range 1000 {
		v := town.visitor()
		v.greedy, v.apart = true, max(0, time.Duration(k-16)*500*time.Millisecond)
		town.visitors = append(town.visitors, v)
		town.again(v, town.rooms[0].Join(town.now, v.came, v.apart, v.of))
	}
	begun := town.now
	town.passes(2*time.Minute, 20*30, honest)
	got, all := 0, 0
	var furthest time.Duration
	for _, v := range town.visitors {
		if v.let.IsZero() {
			continue
		}
		all++
		if v.greedy {
			got++
		}
		furthest = max(furthest, v.came.Sub(begun))
	}
	may := 16 + int(furthest/(500*time.Millisecond)) + 3
	t.Logf("of %d who were let in %d are the one client's, it may have %d; the line came %v far", all, got, may,
		furthest)
	if got > may || got < 16 {
		t.Errorf("it has %d", got)
	}
	town.checkOrder(t)
}

// TestWhoLeavesHoldsUpNobody has nine of ten go away.
func TestWhoLeavesHoldsUpNobody(t *testing.T) {
	const serves = 30
	town := newTown(serves, 1)
	n := 0
	mostly := func(v *visitor) { n++; v.leaves = n%10 != 0 }
	town.passes(20*time.Second, 5*serves, mostly)
	before := town.served
	town.passes(time.Minute, 5*serves, mostly)
	if rate := float64(town.served-before) / 60; rate < 0.9*serves {
		t.Errorf("%.1f a second are served, %d could be", rate, serves)
	}
	for _, v := range town.visitors {
		if !v.leaves && v.let.IsZero() && town.now.Sub(v.came) > 15*time.Second {
			t.Fatalf("who stays waits for %v, for others who have gone", town.now.Sub(v.came))
		}
	}
}

// TestWhoNeverComesBackTakesNoPlace has clients that know nothing of tickets try again and again: as many are
// served as can be.
func TestWhoNeverComesBackTakesNoPlace(t *testing.T) {
	const serves = 30
	town := newTown(serves, 1)
	gone := func(v *visitor) { v.leaves = true }
	town.passes(10*time.Second, 5*serves, gone)
	before := town.served
	town.passes(time.Minute, 5*serves, gone)
	if rate := float64(town.served-before) / 60; rate < 0.95*serves {
		t.Errorf("%.1f a second are served, %d could be", rate, serves)
	}
}

func TestAPlaceIsKeptForAWhileAfterItsTurn(t *testing.T) {
	town := newTown(10, 1)
	town.passes(2*time.Second, 200, honest)
	late := town.visitor()
	late.leaves = true
	town.comes(late)
	early := late.place.Ticket
	town.passes(20*time.Minute, 13, honest) // the line goes on all the time
	room := town.rooms[0]
	if !room.Stands() {
		t.Fatal("nobody waits")
	}
	if _, _, ok := room.Asks(town.now, early); ok {
		t.Error("who comes long after their turn is let in")
	}
	fresh := town.visitor()
	fresh.leaves = true
	town.comes(fresh)
	waits := fresh.place.Wait
	for waited := time.Duration(0); ; waited += time.Second {
		if room.upTo >= fresh.place.Ticket.Came {
			break
		}
		if waited > 3*waits+time.Minute {
			t.Fatalf("it is told %v, and waits for %v", waits, waited)
		}
		town.passes(time.Second, 13, honest)
	}
	town.passes(14*time.Minute, 13, honest)
	place, in, ok := room.Asks(town.now, fresh.place.Ticket)
	if !ok || !in {
		t.Fatal("who comes 14 minutes after their turn is not let in")
	}
	pass := place.Ticket
	town.passes(14*time.Minute, 13, honest)
	if _, in, ok := room.Asks(town.now, pass); !ok || !in {
		t.Error("who was let in 14 minutes ago is thrown out")
	}
	town.passes(2*time.Minute, 13, honest)
	if _, _, ok := room.Asks(town.now, pass); ok {
		t.Error("a ticket lets in for ever")
	}
}

// TestAFrontDoorThatDiesLosesNobodysPlace has those who wait at one go on at another one, where others wait
// too.
func TestAFrontDoorThatDiesLosesNobodysPlace(t *testing.T) {
	town := newTown(30, 2)
	town.passes(20*time.Second, 20*30, honest)
	dead := town.rooms[0]
	town.rooms, town.piled = town.rooms[1:], town.piled[1:]
	town.rooms[0].piled = func() int { return int(town.piled[0]) }
	if dead.State(town.now).Waiting == 0 {
		t.Fatal("nobody waited at the first")
	}
	town.passes(8*time.Minute, 0, honest)
	for _, v := range town.visitors {
		if v.let.IsZero() {
			t.Fatal("somebody is lost")
		}
	}
	town.checkOrder(t)
}

func TestABoundIsKept(t *testing.T) {
	town := newTown(1000, 1)
	town.rooms[0] = NewRoom(10, func() int { return int(town.piled[0]) })
	town.passes(time.Minute, 50, honest)
	if town.served > 11*60 || town.served < 9*60 {
		t.Errorf("%d are served in a minute, 10 a second may be", town.served)
	}
	town.checkOrder(t)
}

// TestALineThatBeginsLaterLetsNobodyGoAhead has a front door begin a line of its own while many wait at
// another one, of which it has heard nothing yet.
func TestALineThatBeginsLaterLetsNobodyGoAhead(t *testing.T) {
	const serves = 20
	town := newTown(serves, 2)
	second := town.rooms[1]
	town.rooms = town.rooms[:1]
	town.passes(20*time.Second, 20*serves, honest)
	town.rooms = append(town.rooms, second)
	before := town.served
	v := town.visitor()
	v.room = 1
	town.visitors = append(town.visitors, v)
	town.again(v, second.Join(town.now, v.came, 0, v.of))
	town.passes(time.Minute, 20*serves, honest)
	town.checkOrder(t)
	for _, piled := range town.piled {
		if piled > 3*serves {
			t.Errorf("%.0f pile up", piled)
		}
	}
	if rate := float64(town.served-before) / 60; rate < 0.95*serves {
		t.Errorf("%.1f a second are served, %d could be", rate, serves)
	}
}

// TestClocksThatAreApartLoseNobody has a front door whose clock is five seconds ahead of the other's.
func TestClocksThatAreApartLoseNobody(t *testing.T) {
	town := newTown(30, 2)
	town.ahead[1] = 5 * time.Second
	town.passes(20*time.Second, 20*30, honest)
	town.passes(8*time.Minute, 0, honest)
	for i, v := range town.visitors {
		if v.let.IsZero() {
			t.Fatalf("number %d of %d is not let in; %+v", i, len(town.visitors), v.place)
		}
	}
	if rate := float64(town.served) / (8*60 + 20); rate < 20 {
		t.Errorf("%.1f a second are served", rate)
	}
	town.checkOrderBut(t, 120*time.Second)
}

// TestATicketThatIsShownAgainAndAgainCountsOnce has one visitor ask a thousand times a second, before their
// turn and after it.
func TestATicketThatIsShownAgainAndAgainCountsOnce(t *testing.T) {
	const serves = 30
	town := newTown(serves, 1)
	town.passes(10*time.Second, 5*serves, honest)
	replays := town.visitor()
	replays.leaves = true
	town.comes(replays)
	begun, let := town.served, time.Duration(0)
	for s := range 900 {
		for range 100 {
			if _, in, ok := town.rooms[0].Asks(town.now, replays.place.Ticket); in && ok && let == 0 {
				let = time.Duration(s) * tick
			}
		}
		town.passes(tick, 5*serves, honest)
	}
	if let == 0 {
		t.Error("it is never let in")
	}
	if rate := float64(town.served-begun) / 90; rate < 0.95*serves {
		t.Errorf("%.1f a second are served, %d could be", rate, serves)
	}
	town.checkOrder(t)
}

// TestWhoHoardsTicketsComesNoEarlierInTheNextLine has somebody ask for 10,000 places in a line, and show them
// in the next one, an hour later: at a front door that was there, and at one that has started since.
func TestWhoHoardsTicketsComesNoEarlierInTheNextLine(t *testing.T) {
	const serves = 30
	for name, starts := range map[string]bool{"at the same front door": false, "at a new one": true} {
		t.Run(name, func(t *testing.T) {
			town := newTown(serves, 1)
			town.passes(10*time.Second, 5*serves, honest)
			var hoard []*visitor
			for k := range 10_000 {
				v := town.visitor()
				v.leaves, v.greedy = true, true
				v.place = town.rooms[0].Join(town.now, v.came, time.Duration(k)*time.Millisecond, v.of)
				hoard = append(hoard, v)
			}
			town.passes(time.Hour, 1, honest)
			if starts {
				town.rooms[0] = NewRoom(0, func() int { return int(town.piled[0]) })
			}
			town.passes(10*time.Second, 5*serves, honest)
			for _, v := range hoard {
				if _, in, ok := town.rooms[0].Asks(town.now, v.place.Ticket); in && ok {
					t.Fatal("a ticket of a line that is over lets in")
				}
			}
			town.passes(time.Minute, 5*serves, honest)
			town.checkOrder(t)
		})
	}
}

// TestATicketOfALineThatIsOverIsNoPass has somebody show one where nobody waits: it is good for a while after
// their turn, and then they are like who has none.
func TestATicketOfALineThatIsOverIsNoPass(t *testing.T) {
	town := newTown(10, 1)
	town.passes(5*time.Second, 100, honest)
	v := town.visitor()
	v.leaves = true
	if town.comes(v); v.walked {
		t.Fatal("nobody waits")
	}
	town.passes(3*time.Minute, 0, honest)
	if town.rooms[0].Stands() {
		t.Fatal("somebody waits")
	}
	town.passes(10*time.Minute, 0, honest)
	if _, in, ok := town.rooms[0].Asks(town.now, v.place.Ticket); !in || !ok {
		t.Error("who comes ten minutes late is not let in")
	}
	town.passes(16*time.Minute, 0, honest)
	if _, _, ok := town.rooms[0].Asks(town.now, v.place.Ticket); ok {
		t.Error("a ticket lets in for ever")
	}
}
