package load

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestAShopThatDoesNothingWrongIsFoundSo has one that answers, and one that sometimes loses an answer, which
// is asked for again in the end.
func TestAShopThatDoesNothingWrongIsFoundSo(t *testing.T) {
	for _, wrong := range []string{"", "loses the answer"} {
		t.Run(wrong, func(t *testing.T) {
			f, shop := newFake(t, wrong)
			_, result := sold(t, plan(shop), 30)
			if len(result.Wrong) > 0 {
				t.Errorf("it is held against it: %v", result.Wrong)
			}
			if result.Orders != len(f.orders) || result.Orders < 30 {
				t.Errorf("%d orders are known of %d", result.Orders, len(f.orders))
			}
			if failed := result.Failed > 0; failed != (wrong != "") {
				t.Errorf("%d journeys failed", result.Failed)
			}
			if sum := result.Served + result.Shed + result.Failed; sum != result.Offered {
				t.Errorf("of %d journeys %d have an outcome", result.Offered, sum)
			}
			line := result.String()
			if !strings.HasPrefix(line, "load: ") || !strings.Contains(line, ", 0 lost, p50 ") {
				t.Errorf("programs read %q", line)
			}
		})
	}
}

// TestEachWrongIsFound plants one in a shop after the other.
func TestEachWrongIsFound(t *testing.T) {
	for wrong, want := range map[string]Fault{
		"loses":                  Lost,
		"forgets keys":           Lost,
		"does not confirm":       Lost,
		"sells something else":   Lost,
		"gives one order to two": Lost,
		"orders anew":            Doubled,
		"takes twice":            Doubled,
		"oversells":              Oversold,
		"less than none":         Oversold,
		"gives two one place":    Oversold,
		"leaves in between":      Between,
		"never decides":          Between,
	} {
		t.Run(wrong, func(t *testing.T) {
			t.Parallel()
			_, shop := newFake(t, wrong)
			_, result := sold(t, plan(shop), 12)
			if result.Count(want) == 0 {
				t.Errorf("what is found is %v, and nothing that is %s", result.Wrong, want)
			}
		})
	}
}

// TestEveryClientSendsOnce has a shop hang up on requests without an answer, which net/http's own pool would
// send again.
func TestEveryClientSendsOnce(t *testing.T) {
	for _, c := range []Client{{}, {HTTP2: true}, {Tries: 3}} {
		t.Run(c.Name(), func(t *testing.T) {
			var asked atomic.Int32
			p := plan(serve(t, func(http.ResponseWriter, *http.Request) {
				if asked.Add(1) > 1 {
					panic(http.ErrAbortHandler)
				}
			}))
			if err := p.check(); err != nil {
				t.Fatal(err)
			}
			at, _ := url.Parse(p.URL)
			r := &Run{plan: p, history: newHistory(nil)}
			j := &journey{run: r, client: c, wire: newWire(at, c.HTTP2, false)}
			defer j.wire.close()
			get := ask{kind: Read, method: http.MethodGet, path: "/", want: http.StatusOK}
			if _, o := j.tried(t.Context(), get, time.Now()); o != Served {
				t.Fatal("the first request is not served")
			}
			if _, o := j.tried(t.Context(), get, time.Now()); o != Failed {
				t.Error("a request without an answer did not fail")
			}
			if want := 1 + max(c.Tries, 1); int(asked.Load()) != want {
				t.Errorf("%d requests came, want %d", asked.Load(), want)
			}
			if n := r.history.requests[Read][Failed]; n != max(c.Tries, 1) {
				t.Errorf("%d are counted as failed", n)
			}
		})
	}
}

// TestWhoHasNoRoomIsNotOffered has a shop that answers nobody.
func TestWhoHasNoRoomIsNotOffered(t *testing.T) {
	f, shop := newFake(t, "")
	p := plan(shop)
	p.Most = 3
	r, err := Begin(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	f.mu.Lock() // from now on nobody is answered
	for end := time.Now().Add(time.Minute); r.unoffered() == 0 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	f.mu.Unlock()
	result := r.Check(t.Context())
	if result.NotOffered == 0 {
		t.Error("more came than there was room for, and nobody counts them")
	}
	if len(result.Wrong) > 0 || result.Failed > 0 {
		t.Errorf("%v, %v", result, result.Wrong)
	}
}

func (r *Run) unoffered() int {
	r.history.mu.Lock()
	defer r.history.mu.Unlock()
	return r.history.unoffered
}

// TestWhoComesLateCountsFromWhenTheyWereMeantTo has a machine that was busy for a second before anybody came.
func TestWhoComesLateCountsFromWhenTheyWereMeantTo(t *testing.T) {
	begun := time.Now().Add(-time.Second)
	next := newArrivals(Plan{Rate: 1000, Seed: 3}, begun)
	_, shop := newFake(t, "")
	p := plan(shop)
	if err := p.check(); err != nil {
		t.Fatal(err)
	}
	at, _ := url.Parse(p.URL)
	r := &Run{plan: p, market: "t", history: newHistory(nil)}
	for range 20 {
		due, ok := next.wait(t.Context())
		if !ok || due.Sub(begun) > time.Second/2 {
			t.Fatalf("who was due long ago waits until %v", due)
		}
		j := &journey{run: r, wire: newWire(at, false, false), due: due}
		j.reads(t.Context(), "/api/v1/products", nil)
		j.wire.close()
	}
	if soonest := r.history.times[Read].Within(0); soonest < time.Second/2 {
		t.Errorf("an answer a second late counts as %v", soonest)
	}
}

// TestOneSeedIsOneLoad draws arrivals and choices twice.
func TestOneSeedIsOneLoad(t *testing.T) {
	draw := func(seed uint64) (all []time.Duration) {
		begun := time.Now().Add(-time.Hour)
		next := newArrivals(Plan{Rate: 10, Seed: seed}, begun)
		for range 100 {
			due, _ := next.wait(t.Context())
			all = append(all, due.Sub(begun), time.Duration(chanceOf(seed, uint64(len(all))).Int64()))
		}
		return all
	}
	if !slices.Equal(draw(1), draw(1)) {
		t.Error("two loads with one seed differ")
	}
	if slices.Equal(draw(1), draw(2)) {
		t.Error("two seeds are one load")
	}
}

// TestArrivalsComeAtTheirRate looks at 100,000 that are due already: as many a second as they should, and
// their gaps as wide as chance makes them (deviation and mean of a Poisson process are the same).
func TestArrivalsComeAtTheirRate(t *testing.T) {
	const n, rate = 100_000, 1000.0
	begun := time.Now().Add(-time.Hour)
	next, before := newArrivals(Plan{Rate: rate, Seed: 1}, begun), begun
	var sum, squares float64
	for range n {
		due, _ := next.wait(t.Context())
		gap := due.Sub(before).Seconds() * rate
		sum, squares, before = sum+gap, squares+gap*gap, due
	}
	if mean := sum / n; mean < 0.98 || mean > 1.02 {
		t.Errorf("the mean gap is %f of what it should be", mean)
	}
	if square := squares / n; square < 1.9 || square > 2.1 {
		t.Errorf("the mean square gap is %f, want 2", square)
	}
}

// TestNobodyComesAfterTheEnd ends a load's context.
func TestNobodyComesAfterTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := newArrivals(Plan{Rate: 1, Seed: 1}, time.Now().Add(-time.Hour)).wait(ctx); ok {
		t.Error("somebody comes")
	}
}

// TestTimesAreRightToTwoInAHundred compares with what sorting tells.
func TestTimesAreRightToTwoInAHundred(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	var all []time.Duration
	var times Times
	for range 20_000 {
		took := time.Duration(chance.ExpFloat64() * float64(30*time.Millisecond)).Truncate(time.Microsecond)
		all = append(all, took)
		times.Note(took)
	}
	slices.Sort(all)
	for _, part := range []float64{0, 0.001, 0.5, 0.9, 0.99, 0.999, 1} {
		want := all[max(0, int(part*float64(len(all))+0.9999999)-1)]
		if got := times.Within(part); got < want || float64(got) > float64(want)*1.02+2000 {
			t.Errorf("%v of them are within %v, and it says %v", part, want, got)
		}
	}
	var twice Times
	twice.add(&times)
	twice.add(&times)
	if twice.N() != 2*times.N() || twice.Within(0.5) != times.Within(0.5) ||
		twice.Longest() != times.Longest() {
		t.Error("twice the same is something else")
	}
	if (&Times{}).Within(0.99) != 0 {
		t.Error("nothing takes time")
	}
}

// TestAPlanThatCannotBeIsRefused says what to write.
func TestAPlanThatCannotBeIsRefused(t *testing.T) {
	_, shop := newFake(t, "")
	for what, change := range map[string]func(*Plan){
		"no address":      func(p *Plan) { p.URL = "localhost:8080" },
		"no rate":         func(p *Plan) { p.Rate = 0 },
		"more than all":   func(p *Plan) { p.Buying = 1.1 },
		"no market":       func(p *Plan) { p.Market = "" },
		"nobody is there": func(p *Plan) { p.URL = "http://127.0.0.1:1" },
		"nothing is sold": func(p *Plan) { p.Market = "elsewhere" },
	} {
		p := plan(shop)
		change(&p)
		if r, err := Begin(t.Context(), p); err == nil {
			r.End()
			t.Errorf("%s: it begins", what)
		}
	}
}
