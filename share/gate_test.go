package share

import (
	"context"
	"errors"
	"testing"
	"time"
)

var errFull = errors.New("full")

func TestWhoWaitsGetsThePlaceThatIsLeft(t *testing.T) {
	g := NewGate(Cap{Running: 1, Waiting: 1, Patience: time.Minute}, errFull)
	if err := g.Enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	entered := make(chan error)
	go func() { entered <- g.Enter(context.Background()) }()
	for g.Waiting() == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := g.Enter(t.Context()); !errors.Is(err, errFull) {
		t.Errorf("a third is answered %v", err)
	}
	g.Leave()
	if err := <-entered; err != nil {
		t.Errorf("who waited is answered %v", err)
	}
	g.Leave()
	if g.Waiting() != 0 || g.Running() != 0 {
		t.Error("places or waiters are left over")
	}
}

func TestWhoGoesAwayWaitsNoLonger(t *testing.T) {
	g := NewGate(Cap{Running: 0, Waiting: 1, Patience: time.Minute}, errFull)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.Enter(ctx); err == nil {
		t.Error("a gate without places let somebody in")
	}
	if g.Waiting() != 0 {
		t.Error("somebody still waits")
	}
}
