package waiting

import (
	"slices"
	"time"
)

// A crowd counts who is there by when they came, in steps of fine. Who has asked is there until they are to
// ask again. A basket is there once, however often it asks and with however many tickets.
const (
	fine = 10 * time.Millisecond
	// slot is how exactly is known until when, and slots how many there are: 128 s.
	slot  = 100 * time.Millisecond
	slots = 1280
)

type crowd struct {
	// base is the first step that is counted; steps are of Unix time.
	base int64
	// there are those who have asked again, and new those who were told to and have not yet: some never do.
	there, new []int32
	// known is who is there, and until has, for each slot, who is perhaps to be forgotten then.
	known map[Basket]present
	until [slots][]Basket
	seen  int64 // the slot that was looked at last
	again int   // how many in there are

	// joined and returned are how many were given a place lately, and came back with it; stays is the part of
	// those who come who do.
	joined, returned, stays float64

	// In the step that the line is in, rest are left of those who were there when it got there.
	at   int64
	rest float64
}

type present struct {
	step, until int64 // until is a slot
	new         bool
}

func slotOf(at time.Time) int64 { return at.UnixMilli() / slot.Milliseconds() }

func stepOf(ms int64) int64 { return ms / fine.Milliseconds() }

// begins empties the crowd. Nobody in it came before a time.
func (c *crowd) begins(now time.Time, from int64) {
	stays := c.stays
	if stays == 0 {
		stays = 1
	}
	*c = crowd{base: stepOf(from), seen: slotOf(now), stays: stays, known: map[Basket]present{}}
}

// reaches has the crowd count from a time on too that is before what it counts.
func (c *crowd) reaches(from int64) {
	if n := c.base - stepOf(from); n > 0 {
		c.there = slices.Insert(c.there, 0, make([]int32, n)...)
		c.new = slices.Insert(c.new, 0, make([]int32, n)...)
		c.base -= n
	}
}

// counts counts somebody who came at a time until they are to ask again.
func (c *crowd) counts(of Basket, came int64, until time.Time, new bool) {
	p := present{stepOf(came), max(min(slotOf(until), c.seen+slots-1), c.seen+1), new}
	at := p.step - c.base
	if at < 0 {
		return
	}
	for int64(len(c.there)) <= at {
		c.there, c.new = append(c.there, 0), append(c.new, 0)
	}
	if new {
		c.joined++
	}
	if had, ok := c.known[of]; ok {
		c.add(had, -1)
	} else {
		c.until[p.until%slots] = append(c.until[p.until%slots], of)
	}
	c.known[of] = p
	c.add(p, 1)
}

// goesOut takes somebody out who is let in.
func (c *crowd) goesOut(of Basket) {
	if p, ok := c.known[of]; ok {
		c.add(p, -1)
		delete(c.known, of)
	}
}

// returns notes that somebody has come back with their first ticket.
func (c *crowd) returns(of Basket) {
	if p, ok := c.known[of]; !ok || p.new {
		c.returned++
	}
}

func (c *crowd) add(p present, n int32) {
	at := p.step - c.base
	switch {
	case at < 0:
	case p.new:
		c.new[at] += n
	default:
		c.there[at] += n
	}
	if !p.new {
		c.again += int(n)
	}
}

// passes forgets who has not come again.
func (c *crowd) passes(now time.Time) {
	for n := 0; c.seen < slotOf(now) && n < slots; n++ {
		c.seen++
		c.passed(c.seen)
		if c.seen%10 == 0 {
			c.learns()
		}
	}
	c.seen = max(c.seen, slotOf(now))
}

// passed forgets who is there until a slot, and looks later at who has asked again meanwhile.
func (c *crowd) passed(slot int64) {
	of := c.until[slot%slots]
	c.until[slot%slots] = of[:0]
	for _, b := range of {
		p, ok := c.known[b]
		switch {
		case !ok:
		case p.until > slot:
			c.until[p.until%slots] = append(c.until[p.until%slots], b)
		default:
			c.goesOut(b)
		}
	}
}

// learns looks once a second at what part of those who come stay. Who came just now has not come back yet, so
// more count for a while than for ever.
func (c *crowd) learns() {
	const lately = 0.8
	if c.joined > 8 {
		c.stays += (min(c.returned/c.joined, 1) - c.stays) * (1 - lately)
	}
	c.joined, c.returned = c.joined*lately, c.returned*lately
}

// here is how many are in a step, as far as can be told.
func (c *crowd) here(at int64) float64 { return float64(c.there[at]) + c.stays*float64(c.new[at]) }

// goes is how far along the line, from a time on, so many people are, and how many are left over: they are
// too few for another step, or there is nobody else, and then all says so.
func (c *crowd) goes(from int64, people float64) (to int64, left float64, all bool) {
	width := fine.Milliseconds()
	to = from
	for at := max(stepOf(from)-c.base, 0); at < int64(len(c.there)); at++ {
		begins := max((at+c.base)*width, from)
		ends := (at + c.base + 1) * width
		if c.at != at+c.base {
			c.at, c.rest = at+c.base, c.here(at)*float64(ends-begins)/float64(width)
		}
		if c.rest > people {
			each := c.rest / float64(ends-begins) // of a millisecond
			steps := int64(people / each)
			c.rest -= float64(steps) * each
			return begins + steps, people - float64(steps)*each, false
		}
		if c.rest > 0 {
			to = ends
		}
		people -= c.rest
		c.rest = 0
	}
	return to, people, true
}

// between is how many are there who came from a time up to another.
func (c *crowd) between(from, to int64) (people float64) {
	first, last := max(stepOf(from)-c.base, 0), min(stepOf(to)-c.base, int64(len(c.there)))
	for at := first; at < last; at++ {
		people += c.here(at)
	}
	return people
}

// before adds up, for each step from a time on, how many are before it, and answers how many there are in
// all.
func (c *crowd) before(from int64, sums []float32) ([]float32, float64) {
	sum := float64(0)
	first := stepOf(from) - c.base
	for at := range int64(len(c.there)) {
		sums = append(sums, float32(sum))
		if at >= first {
			sum += c.here(at)
		}
	}
	return sums, sum
}

// forget lets go of what is before a time, where that is much.
func (c *crowd) forget(before int64) {
	const much = 1 << 14
	if n := stepOf(before) - c.base; n > much && n < int64(len(c.there)) {
		c.there, c.new = append(c.there[:0], c.there[n:]...), append(c.new[:0], c.new[n:]...)
		c.base += n
	}
}
