package edge

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/share"
)

// TestTooMuchIsRefusedAtOnce fills the one place of each tier, and sends one more.
func TestTooMuchIsRefusedAtOnce(t *testing.T) {
	one := Cap{Running: 1, Waiting: 0, Patience: time.Minute}
	for _, c := range []struct {
		name   string
		limits Limits
		peer   string
		call   call
	}{
		{"browsing", Limits{Browsing: one}, "ListProducts", call{method: "GET", path: listAt}},
		{"a cart", Limits{Carting: one}, "GetCart", call{method: "GET", path: "/api/v1/carts/" + guestCart}},
		{
			"a checkout",
			Limits{Checkout: one},
			"Checkout",
			call{method: "POST", path: checkoutAt, body: buying, header: withKey},
		},
		{"an order", Limits{UnderWay: one}, "GetOrder", call{method: "GET", path: "/api/v1/orders/" +
			placedOrder, header: []string{"Authorization", "Bearer " + orderToken}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openShop(t, c.limits)
			release := s.peers.hold(c.peer)
			var first sync.WaitGroup
			first.Go(func() {
				if answer, _ := s.send(t, c.call); answer.StatusCode >= 300 { //nolint:bodyclose // send closes it
					t.Errorf("who came first is answered with %d", answer.StatusCode)
				}
			})
			for s.peers.count(c.peer) == 0 {
				time.Sleep(time.Millisecond)
			}
			second := c.call
			if c.name == "browsing" {
				second.path += "&q=another"
			}
			second.status, second.code = http.StatusServiceUnavailable, "overloaded"
			answer, body := s.send(t, second) //nolint:bodyclose // send closes it
			if answer.StatusCode != second.status {
				t.Errorf("status %d: %s", answer.StatusCode, body)
			}
			checkProblem(t, second, answer, body)
			release()
			first.Wait()
		})
	}
}

func TestNoTierTakesTheOthersPlaces(t *testing.T) {
	limits := DefaultLimits
	limits.Browsing, limits.Crawling, limits.Carting = Cap{}, Cap{}, Cap{}
	s := openShop(t, limits)
	for _, c := range []call{
		{method: "GET", path: listAt, status: 503},
		{method: "GET", path: "/api/v1/carts/" + guestCart, status: 503},
		{method: "POST", path: checkoutAt, body: buying, header: withKey, status: 201},
		{
			method: "GET", path: "/api/v1/orders/" + placedOrder,
			header: []string{"Authorization", "Bearer " + orderToken}, status: 200,
		},
	} {
		if answer, _ := s.send(t, c); answer.StatusCode != c.status { //nolint:bodyclose // send closes it
			t.Errorf("%s %s: status %d, want %d", c.method, c.path, answer.StatusCode, c.status)
		}
	}
}

func TestBrowsingGetsAnOldPageWhenThereIsNoPlace(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.status(t, listAt)
	s.edge.gates[web.Browsing] = share.NewGate(Cap{}, web.ErrOverloaded)
	s.clock.Advance(time.Hour)
	if got := s.status(t, listAt); got != http.StatusOK {
		t.Errorf("status %d though there is an old page", got)
	}
}

func TestRobotsHaveTheirOwnPlaces(t *testing.T) {
	limits := DefaultLimits
	limits.Crawling = Cap{}
	s := openShop(t, limits)
	if got := s.status(t, listAt, "User-Agent",
		"Mozilla/5.0 (compatible; Somebot/2.1)"); got != http.StatusServiceUnavailable {
		t.Errorf("a robot is answered with %d", got)
	}
	if got := s.status(t, listAt, "User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"); got != http.StatusOK {
		t.Errorf("a person is answered with %d", got)
	}
}

func TestThoseSentAwayDoNotComeBackTogether(t *testing.T) {
	seen := map[int]bool{}
	for range 200 {
		seconds := web.RetryAfter()
		if seconds < 1 || seconds > 10 {
			t.Fatalf("come back after %d s", seconds)
		}
		seen[seconds] = true
	}
	if len(seen) < 3 {
		t.Errorf("everybody is told one of %v", seen)
	}
}

// BenchmarkRejected is what it costs to send one away.
func BenchmarkRejected(b *testing.B) {
	s := openShop(b, Limits{})
	r, err := http.NewRequest(http.MethodGet, "http://shop.test/api/v1/carts/"+guestCart, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		s.edge.ServeHTTP(&sink{header: http.Header{}}, r)
	}
}

// sink is a response that nobody reads.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }
func (s *sink) WriteHeader(int)             {}
