package guard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/artisan-eats/artisan/fault"
)

// crowd has requests of clients enter a queue one after the other, and answers who was called, in which
// order, once all have left.
func crowd(t *testing.T, q *queue, clients []string) (called []string, turnedAway map[string]int) {
	t.Helper()
	turnedAway = map[string]int{}
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		for _, client := range clients {
			go func() {
				err := q.enter(t.Context(), client)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					turnedAway[client]++
					return
				}
				called = append(called, client)
			}()
			synctest.Wait()
		}
		for q.free == 0 {
			q.leave()
			synctest.Wait()
		}
	})
	return called, turnedAway
}

func TestAHundredConnectionsOfOneClientDoNotStopAnybodyElse(t *testing.T) {
	q := newQueue(1)
	called, turnedAway := crowd(t, q, append(slices.Repeat([]string{"flood"}, 100), "ann", "bob"))
	if want := []string{"flood", "flood", "ann", "bob", "flood"}; !slices.Equal(called[:5], want) {
		t.Errorf("called %q, want first %q", called, want)
	}
	if turnedAway["flood"] != 100-1-hashShare || turnedAway["ann"]+turnedAway["bob"] != 0 {
		t.Errorf("turned away: %v", turnedAway)
	}
	if q.free != 1 || q.waiting != 0 || len(q.lines) != 0 || len(q.turns) != 0 {
		t.Errorf("afterwards: %+v", q)
	}
}

func TestAFullQueueMakesRoomForWhoHasLess(t *testing.T) {
	q := newQueue(1)
	var clients []string
	for n := range hashQueue / hashShare {
		clients = append(clients, slices.Repeat([]string{fmt.Sprint("flood", n)}, hashShare)...)
	}
	called, turnedAway := crowd(t, q, append([]string{"first"}, append(clients, "ann")...))
	if !slices.Contains(called, "ann") || len(turnedAway) != 1 || len(called) != 1+hashQueue {
		t.Errorf("%d called, turned away: %v", len(called), turnedAway)
	}
}

func TestWhoIsTurnedAwayIsToldAtOnceToComeBackLater(t *testing.T) {
	q := newQueue(0)
	q.share = 0
	if err := q.enter(t.Context(), "ann"); fault.KindOf(err) != fault.Unavailable ||
		!fault.Is(err, "overloaded") {
		t.Errorf("turned away with %v", err)
	}
}

func TestWhoGoesAwayLeavesTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1)
		if err := q.enter(t.Context(), "ann"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() { left <- q.enter(ctx, "bob") }()
		synctest.Wait()
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) || q.waiting != 0 || len(q.turns) != 0 {
			t.Errorf("left with %v: %+v", err, q)
		}
		q.leave()
		if q.free != 1 {
			t.Errorf("%d places are free", q.free)
		}
	})
}
