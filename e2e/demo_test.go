package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/sqldb"
)

// TestTheDemoMarketIsMadeOnceAndStays runs the newcomer's first command, twice.
func TestTheDemoMarketIsMadeOnceAndStays(t *testing.T) {
	t.Parallel()
	s := closed(t, one, sqldb.SQLite)
	var first int
	for start := range 2 {
		s.run("demo", "edge", "up")
		s.waitReady("edge")
		products := s.countProducts(t, "portland")
		if first = max(first, products); products < 300 || products != first {
			t.Errorf("start %d: %d products, %d before", start, products, first)
		}
		if err := s.procs["demo"].cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if <-s.procs["demo"].exited; s.procs["demo"].err != nil {
			t.Errorf("start %d ended with %v", start, s.procs["demo"].err)
		}
		for _, said := range []string{s.listen, "shopper@", "producer@", "operator@"} {
			if out := s.procs["demo"].out.String(); !strings.Contains(out,
				strings.TrimPrefix(said, "http://")) {
				t.Errorf("start %d did not say %s: %s", start, said, out)
			}
		}
	}
}

func (s *shop) countProducts(t *testing.T, market string) (n int) {
	t.Helper()
	for cursor := ""; ; {
		page := s.must(t, 200, "GET", fmt.Sprintf("/products?market=%s&limit=100&cursor=%s", market, cursor),
			nil)
		n += len(page.body.list("products"))
		if cursor = page.body.str("next_cursor"); cursor == "" {
			return n
		}
	}
}

// TestNoDeskOfTheDemoIsEmpty looks for an order in every state that stays, of the market and of the maker
// whom one can sign in as.
func TestNoDeskOfTheDemoIsEmpty(t *testing.T) {
	t.Parallel()
	s := closed(t, one, sqldb.SQLite) // whose pictures nobody waits for
	s.openAgain()
	orders := orderingv1connect.NewOrderingServiceClient(s.client("ordering"))
	look := func(what string, request *orderingv1.ListOrdersRequest) {
		t.Helper()
		if answer, err := orders.ListOrders(t.Context(), request); err != nil ||
			len(answer.GetOrders()) == 0 {
			t.Errorf("no order is %s, %v", what, err)
		}
	}
	for _, status := range []string{
		state.OrderConfirmed, state.OrderPacked, state.OrderDone,
		state.OrderCancelled, state.OrderFailed, state.OrderAwaitingConfirmation,
	} {
		look(status, &orderingv1.ListOrdersRequest{Market: "portland", Statuses: []string{status}})
	}
	maker := s.must(t, 200, "GET", "/products?market=portland&q=thomas+creek",
		nil).body.list("products")[0].obj("producer").str("id")
	for _, part := range state.PartStates() {
		look("a part that is "+part,
			&orderingv1.ListOrdersRequest{ProducerId: maker, PartStatuses: []string{part}})
	}
}
