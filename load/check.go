package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/gen/state"
)

const (
	// askers is how many look at once whether all is as it was told.
	askers = 8
	// lookAgain is the pause before something is looked at again that is not as it has to be yet.
	lookAgain = 500 * time.Millisecond
)

// Fault is what a shop did wrong.
type Fault string

// The faults.
const (
	Lost     Fault = "lost"     // acknowledged, and not there or not confirmed
	Doubled  Fault = "doubled"  // two orders by one key, or more gone than was bought
	Oversold Fault = "oversold" // more acknowledged than went out of the stock, or less than none left
	Between  Fault = "between"  // neither done nor undone in time
)

// Wrong is one thing that a shop did wrong.
type Wrong struct {
	Fault Fault  `json:"fault"`
	What  string `json:"what"` // the order's, the key's or the variant's ID
	Why   string `json:"why"`
}

// stock is what the shop says that it has.
type stock struct {
	products map[string]bool
	variants map[string]float64 // only those of which it says how many
	windows  map[string]int
}

var errNothing = errors.New("the market shows no products, so there is nothing to buy: is its code right?")

// look asks for all products and windows of the market.
func (r *Run) look(ctx context.Context) (stock, error) {
	found := stock{map[string]bool{}, map[string]float64{}, map[string]int{}}
	err := r.pages(ctx, "/api/v1/products?limit=100&market="+r.market, func(page list) {
		for _, p := range page.Products {
			found.products[p.ID] = true
			for _, v := range p.Variants {
				if v.Available != nil {
					found.variants[v.ID] = *v.Available
				}
			}
		}
	})
	if err != nil {
		return found, err
	}
	if len(found.products) == 0 {
		return found, errNothing
	}
	return found, r.pages(ctx, "/api/v1/windows?limit=100&market="+r.market, func(page list) {
		for _, w := range page.Windows {
			found.windows[w.ID] = w.Remaining
		}
	})
}

type list struct {
	Products []product `json:"products"`
	Windows  []window  `json:"windows"`
	Next     *string   `json:"next_cursor"`
}

// pages reads a list to its end.
func (r *Run) pages(ctx context.Context, path string, each func(list)) error {
	for at := path; ; {
		a, err := r.send(ctx, r.wires[0], ask{method: http.MethodGet, path: at})
		if err != nil {
			return fmt.Errorf("ask the shop: %w", err)
		}
		var page list
		if a.status != http.StatusOK || json.Unmarshal(a.raw, &page) != nil {
			return fmt.Errorf("the shop answers %s with %d %s", at, a.status, a.code())
		}
		each(page)
		if page.Next == nil {
			return nil
		}
		at = path + "&cursor=" + url.QueryEscape(*page.Next)
	}
}

// check holds the shop to the history. Who was told nothing asks again first, with the same key.
func (r *Run) check(ctx context.Context) []Wrong {
	ctx, cancel := context.WithDeadline(ctx, time.Now().Add(r.plan.Settled))
	defer cancel()
	var mu sync.Mutex
	var wrong []Wrong
	var all sync.WaitGroup
	sales := make(chan *Sale)
	for range askers {
		all.Go(func() {
			for s := range sales {
				found := r.checkSale(ctx, s)
				mu.Lock()
				wrong = append(wrong, found...)
				mu.Unlock()
			}
		})
	}
	for _, s := range r.history.sales {
		sales <- s
	}
	close(sales)
	all.Wait()
	wrong = append(wrong, r.once()...)
	return append(wrong, r.checkStock(ctx)...)
}

// checkSale asks what became of a sale, and whether its order is there.
func (r *Run) checkSale(ctx context.Context, s *Sale) []Wrong {
	why := ""
	if !r.until(ctx, func() bool {
		was := s.State
		a, err := r.send(ctx, r.wires[0], s.ask())
		if err != nil {
			why = err.Error()
			return false
		}
		why = fmt.Sprintf("its key is answered with %d %s", a.status, a.code())
		s.told(a)
		if was == Acknowledged { // its key has to be answered with an order, whichever
			return a.status/100 == 2
		}
		return s.State != Unknown
	}) {
		if s.State == Acknowledged {
			return []Wrong{{Lost, s.Order, why}}
		}
		return []Wrong{{Between, s.Key, why}}
	}
	var wrong []Wrong
	for _, other := range s.others {
		wrong = append(wrong, Wrong{Doubled, s.Key, fmt.Sprintf("it made %s and %s", s.Order, other)})
	}
	if s.State == Acknowledged {
		wrong = append(wrong, r.checkOrder(ctx, s)...)
	}
	return wrong
}

// inBetween are the states of an order that go on by themselves.
var inBetween = []string{
	state.OrderPlaced, state.OrderHeld, state.OrderAuthorised, state.OrderReleasing,
}

// good are those of one that was acknowledged.
var good = []string{
	state.OrderConfirmed, state.OrderPacked, state.OrderDone, state.OrderAwaitingConfirmation,
}

// checkOrder reads an order as who has its token.
func (r *Run) checkOrder(ctx context.Context, s *Sale) []Wrong {
	var order struct {
		Status string
		Lines  []struct {
			Variant  string `json:"variant_id"`
			Quantity float64
		}
	}
	fault, why := Lost, ""
	if !r.until(ctx, func() bool {
		a, err := r.send(ctx, r.wires[0],
			ask{method: http.MethodGet, path: "/api/v1/orders/" + s.Order, bearer: s.token})
		if err != nil {
			why = err.Error()
			return false
		}
		if a.status != http.StatusOK || json.Unmarshal(a.raw, &order) != nil {
			why = fmt.Sprintf("it is answered with %d %s", a.status, a.code())
			return a.status == http.StatusNotFound
		}
		why = ""
		if fault = Lost; slices.Contains(inBetween, order.Status) {
			fault, why = Between, "it is "+order.Status
		}
		return why == ""
	}) || why != "" {
		return []Wrong{{fault, s.Order, why}}
	}
	switch {
	case !slices.Contains(good, order.Status):
		return []Wrong{{Lost, s.Order, "it is " + order.Status}}
	case len(order.Lines) != 1 || order.Lines[0].Variant != s.Variant ||
		order.Lines[0].Quantity != float64(s.Quantity):
		return []Wrong{{Lost, s.Order, "it is of other goods than were bought"}}
	}
	return nil
}

// until does something until it is so, or ctx ends.
func (r *Run) until(ctx context.Context, so func() bool) bool {
	for {
		if so() {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(lookAgain):
		}
	}
}

// once: no two keys have one order.
func (r *Run) once() (wrong []Wrong) {
	keys := map[string]string{}
	for _, s := range r.history.sales {
		if s.State != Acknowledged {
			continue
		}
		if first := keys[s.Order]; first != "" {
			wrong = append(wrong, Wrong{Lost, s.Key, "it has the order of " + first})
		}
		keys[s.Order] = s.Key
	}
	return wrong
}

// checkStock holds what is left against what was bought. It may take a while until what was set aside for
// orders that failed is back.
func (r *Run) checkStock(ctx context.Context) (wrong []Wrong) {
	if r.until(ctx, func() bool {
		wrong = nil
		now, err := r.look(ctx)
		if err != nil {
			wrong = []Wrong{{Between, r.plan.Market, err.Error()}}
			return false
		}
		wrong = r.compare(now)
		return len(wrong) == 0
	}) {
		return nil
	}
	return wrong
}

func (r *Run) compare(now stock) (wrong []Wrong) {
	goods, places := map[string]float64{}, map[string]int{}
	for _, s := range r.history.sales {
		if s.State == Acknowledged {
			goods[s.Variant] += float64(s.Quantity)
			places[s.Window]++
		}
	}
	for _, v := range slices.Sorted(maps.Keys(r.before.variants)) {
		left, known := now.variants[v]
		if known && left < 0 {
			wrong = append(wrong, Wrong{Oversold, v, fmt.Sprintf("%v are left", left)})
		}
		if r.plan.Alone && known {
			wrong = append(wrong, differ(v, r.before.variants[v]-left, goods[v])...)
		}
	}
	for _, w := range slices.Sorted(maps.Keys(r.before.windows)) {
		left, known := now.windows[w]
		if r.plan.Alone && known {
			wrong = append(wrong, differ(w, float64(r.before.windows[w]-left), float64(places[w]))...)
		}
	}
	return wrong
}

// thousandth is the least quantity that there is.
const thousandth = 0.001

// differ compares what is gone with what was bought.
func differ(what string, gone, bought float64) []Wrong {
	if math.Abs(gone-bought) < thousandth {
		return nil
	}
	why := fmt.Sprintf("%v are gone, and %v were bought", gone, bought)
	if gone > bought {
		return []Wrong{{Doubled, what, why}}
	}
	return []Wrong{{Oversold, what, why}}
}
