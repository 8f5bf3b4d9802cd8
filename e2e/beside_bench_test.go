package e2e

import (
	"fmt"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

const (
	// besideWarmups are the rounds before the first that counts: the heaps have grown, and statements are
	// prepared.
	besideWarmups = 2
	// besideOrders and besideReads are what a block has of either: about half a second of a quiet machine.
	besideOrders, besideReads = 300, 6000
	// besideSettle is what a shop gets to deliver a block's events and letters, so that the other one's block
	// does not pay for them.
	besideSettle = 400 * time.Millisecond
)

// BenchmarkBeside measures two programs that run side by side, in short blocks that take turns, so that both
// meet the same machine; bench/run gives it the paths of both, else it measures this tree's program against
// itself and so tells how noisy the machine is. For each round it prints the time of the second program's
// block, the first one's being 1.
func BenchmarkBeside(b *testing.B) {
	beside(b, "demo", openBesideDemo, []besideWork{
		{"page", (*besideShop).pages, 0},
		{"list", (*besideShop).lists, 0},
	})
	for _, engine := range sqldbtest.Engines {
		open := func(b *testing.B, program string) *besideShop { return openStocked(b, engine, program) }
		beside(b, string(engine), open, []besideWork{{"checkout", (*besideShop).checkouts, besideSettle}})
	}
}

// besideWork is what is measured of a shop.
type besideWork struct {
	name string
	// block makes a block of work ready, and answers what does it.
	block func(*besideShop) func()
	// settle is how long a shop goes on with it after the answers.
	settle time.Duration
}

func beside(
	b *testing.B, kind string, open func(*testing.B, string) *besideShop, works []besideWork,
) {
	b.Helper()
	var shops [2]*besideShop
	ready := sync.OnceFunc(func() {
		for i, variable := range []string{"ARTISAN_BENCH_BEFORE", "ARTISAN_BENCH_AFTER"} {
			shops[i] = open(b, os.Getenv(variable))
		}
	})
	for _, m := range works {
		b.Run(kind+"/"+m.name, func(b *testing.B) {
			ready()
			for round := -besideWarmups; round < b.N; round++ {
				var took [2]time.Duration
				for _, i := range []int{round & 1, 1 - round&1} {
					do := m.block(shops[i])
					time.Sleep(m.settle)
					start := time.Now()
					do()
					took[i] = time.Since(start)
					time.Sleep(m.settle)
				}
				if round >= 0 {
					ratio := took[1].Seconds() / took[0].Seconds()
					fmt.Printf("\nbeside %s/%s %.6f\n", kind, m.name, ratio)
				}
			}
		})
	}
	for _, s := range shops {
		if s != nil {
			s.kill()
		}
	}
}

// besideShop is a shop of one of the programs.
type besideShop struct {
	*shop
	b        *testing.B
	window   string
	variants []string
}

// openBesideDemo opens the demo, as the first command of the README does. What everybody sees comes from
// memory, whatever the engine.
func openBesideDemo(b *testing.B, program string) *besideShop {
	b.Helper()
	s := closed(b, one, sqldb.SQLite)
	s.program = program
	s.run("up", "edge", "up")
	s.waitReady("edge")
	return &besideShop{shop: s, b: b}
}

// openStocked opens a shop with 300 goods.
func openStocked(b *testing.B, engine sqldb.Engine, program string) *besideShop {
	b.Helper()
	s := closed(b, one, engine)
	s.program = program
	s.start()
	g := s.stock(1_000_000, 100_000)
	shop := &besideShop{s, b, g.pickupID, []string{g.variantID}}
	for i := 1; i < 300; i++ {
		_, id := s.addProduct(g.producerID, fmt.Sprint("Cheese ", i), 1250, 1_000_000)
		shop.variants = append(shop.variants, id)
	}
	return shop
}

// pages are a block of the warm page of all goods, at 8 clients.
func (s *besideShop) pages() func() { return s.reads("/m/portland/products") }

// lists are a block of the API's warm list, at 8 clients.
func (s *besideShop) lists() func() { return s.reads("/api/v1/products?market=portland") }

func (s *besideShop) reads(path string) func() {
	return func() {
		together(s.b, 8, besideReads, func(int) error {
			request, err := http.NewRequestWithContext(s.b.Context(), http.MethodGet, s.listen+path, nil)
			if err != nil {
				return err
			}
			request.Header.Set("Accept-Encoding", "gzip") // as browsers do; nobody unpacks it here
			_, err = fetch(request)
			return err
		})
	}
}

// checkouts are a block of checkouts at 32 clients, of carts that are made before.
func (s *besideShop) checkouts() func() {
	carts := make([]string, besideOrders)
	together(s.b, 32, besideOrders, func(i int) error {
		carts[i] = s.cart(s.b, s.variants[i%len(s.variants)], 1)
		return nil
	})
	return func() {
		together(s.b, 32, besideOrders, func(i int) error { return s.mustBuy(carts[i], s.window) })
	}
}
