package e2e

import (
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/e2e/browser"
	"github.com/artisan-eats/artisan/quick"
)

// crowds has checkouts of no basket come until it is told to stop: so whoever else comes
// has to wait.
func (s *shop) crowds() (stop func()) {
	ended, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for often := time.Tick(100 * time.Millisecond); ; {
			select {
			case <-stopped:
				return
			case <-often:
				_, _ = s.ask("POST", "/carts/crt_portland_00000000000000000000000000/checkout", object{})
			}
		}
	}()
	return sync.OnceFunc(func() { close(stopped); <-ended })
}

// inLineForLong is somebody in the waiting room of a demo market that lets in nobody for a long time.
func inLineForLong(t *testing.T, e browser.Eyes) *person {
	t.Helper()
	s := openDemo(t, "ARTISAN_CHECKOUTS_A_SECOND=0.001")
	p := s.visitor(t, e)
	p.fillsBasket(creek, "1")
	defer s.crowds()()
	p.comesInto("")
	return p
}

// comesInto checks out, and has to wait.
func (p *person) comesInto(note string) {
	p.t.Helper()
	p.opens("/checkout")
	p.isGuest("Larch Hall")
	p.chooses("A test card")
	if note != "" {
		p.fills("Note to the producers", note)
	}
	p.presses("Place the order")
	p.sees("You are in line")
}

// TestPersonWaitsInLineAndIsServedInTurn has people come to a front door that takes no more, who press
// nothing again: on a phone without JavaScript and at a desk with it.
func TestPersonWaitsInLineAndIsServedInTurn(t *testing.T) {
	quick.Leaves(t, "the waiting room in a browser")
	t.Parallel()
	s := openDemo(t, "ARTISAN_CHECKOUTS_A_SECOND=1")
	for _, name := range []string{"phone without JavaScript", "desk"} {
		t.Run(name, func(t *testing.T) {
			p := s.visitor(t, eyes[name])
			p.fillsBasket(creek, "1")
			stop := s.crowds()
			defer stop()
			const note = "Third floor, on the left. Ring twice: "
			p.comesInto(note + name)
			p.sees("Waiting room", "It is your turn in")
			stop()
			id := p.arrives("/orders/")
			p.sees("Thank you", "Ada Lovelace", "Larch Hall")
			if o := s.order(t, id); o.GetPaymentMethod() != "test" {
				t.Errorf("the order is %v", o)
			}
			maker := s.visitor(t, eyes["desk"])
			maker.signsInAs("producer", "/producer/orders/"+id)
			maker.sees(note + name)
		})
	}
}
