package share

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const (
	apart = iota
	dear
	middle
	cheap
	cheapest
)

// fair is a limit whose tiers weigh as those of the front door.
func fair(b Bounds) *Limit {
	c := Cap{
		Running: 1 << 10, Waiting: 1 << 10, Patience: time.Second,
		Hurried: 50 * time.Millisecond,
	}
	own := Tier{Cap: c}
	own.Running = 4
	tier := func(weight int, within time.Duration) Tier {
		return Tier{Cap: c, Weight: weight, Within: within}
	}
	return NewLimit(b, []Tier{
		own, tier(8, 200*time.Millisecond), tier(4, 50*time.Millisecond), tier(3, 50*time.Millisecond),
		tier(1, 50*time.Millisecond),
	}, errFull)
}

// machine does the work of a limit, all that is let in at the same time, and takes as long as it says.
type machine struct {
	limit *Limit
	takes func(tier, running int) time.Duration
	all   sync.WaitGroup

	running, most    atomic.Int64
	done, sent, lost [cheapest + 1]atomic.Int64
}

// work does one piece of a tier's work.
func (m *machine) work(t int) {
	m.all.Go(func() {
		m.sent[t].Add(1)
		if m.limit.Enter(context.Background(), t) != nil {
			m.lost[t].Add(1)
			return
		}
		running := m.running.Add(1)
		m.most.Store(max(m.most.Load(), running))
		took := m.takes(t, int(running))
		time.Sleep(took)
		m.running.Add(-1)
		m.limit.Leave(t, took)
		m.done[t].Add(1)
	})
}

// comes has so many pieces of a tier's work come each ten milliseconds.
func (m *machine) comes(lasts time.Duration, each map[int]int) {
	for range lasts / (10 * time.Millisecond) {
		for t, n := range each {
			for range n {
				m.work(t)
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestTheLimitFallsWithWhatTheMachineCanDoAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		perSecond := 1000.0
		m := &machine{limit: fair(Bounds{8, 128, 512})}
		// a machine that does so many a second, whatever the number at once
		m.takes = func(_, running int) time.Duration {
			return max(time.Duration(float64(running)/perSecond*float64(time.Second)), time.Millisecond)
		}
		seen := func() int { return m.limit.Places() }
		m.comes(5*time.Second, map[int]int{dear: 40}) // four times what it can do
		busy := seen()
		if busy < 150 || busy > 350 {
			t.Errorf("1,000 a second within 200 ms are about 200 at once, the limit is %d", busy)
		}
		perSecond = 100
		m.comes(5*time.Second, map[int]int{dear: 40})
		slow := seen()
		if slow > 40 {
			t.Errorf("100 a second within 200 ms are about 20 at once, the limit is %d", slow)
		}
		perSecond = 1000
		m.comes(10*time.Second, map[int]int{dear: 40})
		if back := seen(); back < 100 {
			t.Errorf("ten seconds later the limit is %d, and was %d before", back, busy)
		}
		m.all.Wait()
	})
}

func TestTheCheapestIsRefusedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &machine{limit: fair(Bounds{16, 16, 16}), takes: func(int, int) time.Duration {
			return 20 * time.Millisecond // 8 each ten milliseconds
		}}
		m.comes(10*time.Second, map[int]int{dear: 4, middle: 4, cheap: 4, cheapest: 4})
		m.all.Wait()
		part := func(t int) float64 { return float64(m.done[t].Load()) / float64(m.sent[t].Load()) }
		parts := []float64{part(dear), part(middle), part(cheap), part(cheapest)}
		if !slices.IsSortedFunc(parts, func(a, b float64) int { return -compare(a, b) }) || parts[0] < 0.99 ||
			parts[3] > 0.2 || parts[3] == 0 {
			t.Errorf("of the tiers, the dearest first, these parts were done: %.2f", parts)
		}
		if most := m.most.Load(); most > 16 {
			t.Errorf("%d were worked on at once", most)
		}
	})
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func TestATierUsesWhatOthersLeaveButForWhatIsKept(t *testing.T) {
	l := fair(Bounds{32, 32, 32})
	taken := func(t int) (n int) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // who would have to wait does not
		for l.Enter(ctx, t) == nil {
			n++
		}
		return n
	}
	if n := taken(cheap); n != 32-8-4-1 {
		t.Errorf("alone, the third tier has %d of 32 places", n)
	}
	if n := taken(dear); n != 8 {
		t.Errorf("%d places were kept for the first tier", n)
	}
	if n := taken(middle); n != 4 {
		t.Errorf("%d places were kept for the second tier", n)
	}
	if n := taken(apart); n != 4 {
		t.Errorf("who is apart has %d places of its own four", n)
	}
}

func TestAPlaceThatIsLeftGoesToWhoHasLessThanItsShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := fair(Bounds{16, 16, 16}) // shares of 8, 4, 3, 1
		enter := func(tier, n int) {
			for range n {
				go func() { _ = l.Enter(context.Background(), tier) }()
			}
			synctest.Wait()
		}
		enter(cheap, 16)
		enter(cheapest, 1)
		enter(middle, 6)
		enter(dear, 12)
		had := [...]int{dear: 4, middle: 2, cheap: 10}
		for tier, n := range had {
			if used, _ := l.Used(tier); used != n {
				t.Fatalf("tier %d has %d places, and should have %d", tier, used, n)
			}
		}
		var order []int
		for range 10 {
			before := [cheapest + 1]int{}
			for tier := range before {
				before[tier], _ = l.Used(tier)
			}
			before[cheap]--
			l.Leave(cheap, 0)
			for tier := range before {
				if used, _ := l.Used(tier); used > before[tier] {
					order = append(order, tier)
				}
			}
		}
		want := []int{dear, dear, dear, dear, middle, middle, cheapest, dear, dear, cheap}
		if !slices.Equal(order[:7], want[:7]) {
			t.Errorf("the places went to %v, want %v", order, want)
		}
		time.Sleep(time.Minute) // all others give up
	})
}

func TestWhatIsBegunGoesOnThoughTheLimitFalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &machine{limit: fair(Bounds{16, 64, 64})}
		m.takes = func(int, int) time.Duration { return time.Second }
		m.comes(20*time.Millisecond, map[int]int{dear: 20}) // what stays inside: a second each
		synctest.Wait()
		begun := m.running.Load()
		m.limit.mu.Lock()
		m.limit.size = 16
		m.limit.mu.Unlock()
		if begun != 40 || m.lost[dear].Load() != 0 {
			t.Fatalf("%d are under way, %d lost", begun, m.lost[dear].Load())
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()                                   // who would have to wait does not
		for tier := apart; tier <= cheap; tier++ { // what is kept is there all the same, for the others
			err := m.limit.Enter(ctx, tier)
			if kept := tier != dear; kept != (err == nil) {
				t.Errorf("with the limit far below what is under way, tier %d is answered %v", tier, err)
			}
			if err == nil {
				m.limit.Leave(tier, 0)
			}
		}
		m.all.Wait()
		if done := m.done[dear].Load(); done != begun {
			t.Errorf("%d of %d that were begun came to their end", done, begun)
		}
	})
}

// TestAServiceThatIsSlowIsNoOverload has checkouts take ten seconds, because of a peer, while others are
// quick.
func TestAServiceThatIsSlowIsNoOverload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &machine{limit: fair(Bounds{8, 64, 128})}
		m.takes = func(tier, _ int) time.Duration {
			if tier == dear {
				return 10 * time.Second
			}
			return 5 * time.Millisecond
		}
		m.comes(30*time.Second, map[int]int{dear: 4, middle: 4})
		if size := m.limit.Places(); size < 64 {
			t.Errorf("the limit fell to %d", size)
		}
		if lost := m.lost[middle].Load(); lost != 0 {
			t.Errorf("%d of the quick were refused", lost)
		}
		m.all.Wait()
	})
}

// TestWhatTakesLongByItselfIsNoOverload has all work take a second, however little there is of it.
func TestWhatTakesLongByItselfIsNoOverload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &machine{limit: fair(Bounds{8, 64, 128}), takes: func(int, int) time.Duration {
			return time.Second
		}}
		m.comes(time.Minute, map[int]int{dear: 1})
		if size := m.limit.Places(); size < 100 {
			t.Errorf("the limit is %d", size)
		}
		m.all.Wait()
	})
}

// TestTheNewestGoFirstWhereMoreComesThanCanBeDone has a line that stands, and one that does not yet.
func TestTheNewestGoFirstWhereMoreComesThanCanBeDone(t *testing.T) {
	for name, c := range map[string]struct {
		lasts time.Duration
		want  string
	}{
		"a moment": {time.Millisecond, "[0 1 2 3]"},
		"longer":   {standing, "[3 2 1 0]"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := NewGate(Cap{
					Running: 1, Waiting: 8, Patience: time.Minute,
					Hurried: time.Second,
				}, errFull)
				if err := g.Enter(t.Context()); err != nil {
					t.Fatal(err)
				}
				var order []int
				for n := range 4 {
					go func() {
						if err := g.Enter(context.Background()); err != nil {
							t.Error(err)
						}
						order = append(order, n)
					}()
					synctest.Wait()
				}
				time.Sleep(c.lasts + time.Millisecond)
				for range 4 {
					g.Leave()
					synctest.Wait()
				}
				if got := fmt.Sprint(order); got != c.want {
					t.Errorf("they went in as %s", got)
				}
			})
		})
	}
}

// TestWhoComesToALineThatStandsHasLessPatience has one wait long, and who comes late not.
func TestWhoComesToALineThatStandsHasLessPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(Cap{
			Running: 1, Waiting: 8, Patience: time.Minute,
			Hurried: time.Second,
		}, errFull)
		_ = g.Enter(t.Context())
		waits := func() <-chan time.Duration {
			waited := make(chan time.Duration, 1)
			begun := time.Now()
			go func() {
				if err := g.Enter(context.Background()); !errors.Is(err, errFull) {
					t.Errorf("it is answered %v", err)
				}
				waited <- time.Since(begun)
			}()
			synctest.Wait()
			return waited
		}
		early := waits()
		time.Sleep(2 * standing)
		late := waits()
		if long, short := <-early, <-late; long != time.Minute || short != time.Second {
			t.Errorf("who came early waited %v, and who came late %v", long, short)
		}
	})
}
