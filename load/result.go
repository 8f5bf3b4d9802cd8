package load

import (
	"context"
	"fmt"
	"time"
)

// Result is what came of a load, as a program reads it. Times are milliseconds.
type Result struct {
	Seed   uint64    `json:"seed"`
	Begun  time.Time `json:"begun"`
	Lasted float64   `json:"lasted_ms"`
	// Offered are journeys that began, and NotOffered those that would have, had there been room for them
	// here. Served were answered to their end, a refusal of the trade included; Shed were told to come
	// again; Failed met something that is wrong.
	Offered    int `json:"offered"`
	NotOffered int `json:"not_offered"`
	Served     int `json:"served"`
	Shed       int `json:"shed"`
	Failed     int `json:"failed"`
	// Orders are those that were acknowledged, at once or when their key was asked for again in the end.
	Orders int `json:"orders"`
	// Requests are how requests of a kind went.
	Requests map[Kind]Figures `json:"requests"`
	P50      float64          `json:"p50_ms"`
	P99      float64          `json:"p99_ms"`
	// Wrong is what the shop did wrong.
	Wrong []Wrong `json:"wrong"`
}

// Figures are of the requests of one kind. How long they took counts from when they were meant to be sent,
// and is of those that were served or refused.
type Figures struct {
	Served  int     `json:"served"`
	Refused int     `json:"refused"`
	Shed    int     `json:"shed"`
	Failed  int     `json:"failed"`
	P50     float64 `json:"p50_ms"`
	P90     float64 `json:"p90_ms"`
	P99     float64 `json:"p99_ms"`
	P999    float64 `json:"p999_ms"`
	Longest float64 `json:"longest_ms"`
}

// Check ends the load, looks whether all is as it was told, and answers with what came of it.
func (r *Run) Check(ctx context.Context) Result {
	r.End()
	wrong := r.check(ctx)
	for _, w := range r.wires {
		w.close()
	}
	h := r.history
	h.mu.Lock()
	defer h.mu.Unlock()
	out := Result{
		Seed: r.plan.Seed, Begun: r.begun, Lasted: millis(r.ended.Sub(r.begun)), Offered: h.offered,
		NotOffered: h.unoffered, Served: h.journeys[Served] + h.journeys[Refused], Shed: h.journeys[Shed],
		Failed: h.journeys[Failed], Requests: map[Kind]Figures{}, Wrong: wrong,
	}
	for _, s := range h.sales {
		if s.State == Acknowledged {
			out.Orders++
		}
	}
	all := &Times{}
	for _, kind := range Kinds {
		t, n := h.times[kind], h.requests[kind]
		all.add(t)
		out.Requests[kind] = Figures{
			n[Served], n[Refused], n[Shed], n[Failed], millis(t.Within(0.5)), millis(t.Within(0.9)),
			millis(t.Within(0.99)), millis(t.Within(0.999)), millis(t.Longest()),
		}
	}
	out.P50, out.P99 = millis(all.Within(0.5)), millis(all.Within(0.99))
	return out
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// Count is how many faults of a kind there are.
func (r Result) Count(f Fault) (n int) {
	for _, w := range r.Wrong {
		if w.Fault == f {
			n++
		}
	}
	return n
}

// String is the line that programs read.
func (r Result) String() string {
	return fmt.Sprintf(
		"load: %d offered, %d served, %d shed, %d failed, %d orders, %d lost, p50 %.0f ms, p99 %.0f ms",
		r.Offered, r.Served, r.Shed, r.Failed, r.Orders, r.Count(Lost), r.P50, r.P99)
}
