package edge

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
)

const listAt = "/api/v1/products?market=portland"

func (s *Shop) status(t *testing.T, path string, header ...string) int {
	t.Helper()
	answer, _ := s.send(t, call{method: http.MethodGet, path: path, header: header}) //nolint:bodyclose // send closes it
	return answer.StatusCode
}

func TestWhatIsAskedForOftenIsAskedOnce(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for range 20 {
		if got := s.status(t, listAt); got != http.StatusOK {
			t.Fatalf("status %d", got)
		}
	}
	if n := s.peers.count("ListProducts"); n != 1 {
		t.Errorf("catalog was asked %d times", n)
	}
}

func TestUnknownParametersDoNotSplitTheCache(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, path := range []string{
		listAt, listAt + "&utm_source=x", listAt + "&x=1&y=2", listAt + "&q=",
		"/api/v1/products?q=&market=portland",
	} {
		s.status(t, path)
	}
	if n := s.peers.count("ListProducts"); n != 1 {
		t.Errorf("catalog was asked %d times", n)
	}
}

func TestTogetherAskedIsAskedOnce(t *testing.T) {
	s := openShop(t, DefaultLimits)
	release := s.peers.hold("ListProducts")
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() { s.status(t, listAt) })
	}
	for s.peers.count("ListProducts") == 0 {
		time.Sleep(time.Millisecond)
	}
	release()
	all.Wait()
	if n := s.peers.count("ListProducts"); n != 1 {
		t.Errorf("catalog was asked %d times", n)
	}
}

// TestNothingIsOlderThanTwoSeconds reads again and again while the clock goes on.
func TestNothingIsOlderThanTwoSeconds(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.status(t, listAt)
	s.clock.Advance(2 * time.Second)
	s.status(t, listAt)
	if n := s.peers.count("ListProducts"); n != 2 {
		t.Errorf("after two seconds catalog was asked %d times", n)
	}
	s.clock.Advance(time.Hour)
	s.status(t, listAt)
	if n := s.peers.count("ListProducts"); n != 3 {
		t.Errorf("after an hour catalog was asked %d times", n)
	}
}

func TestPagesOutliveTheirServices(t *testing.T) {
	s := openShop(t, DefaultLimits)
	paths := []string{
		listAt, "/api/v1/products/" + cheese, "/api/v1/windows?market=portland", "/m/portland",
		"/p/" + cheese,
	}
	for _, path := range paths {
		s.status(t, path)
	}
	for _, method := range []string{
		"ListProducts", "GetProduct", "ListWindows", "GetMarket",
		"Availability",
	} {
		s.peers.fail(method, fault.New(fault.Unavailable, "unavailable", "Down."))
	}
	for range 3 {
		s.clock.Advance(time.Hour)
		for _, path := range paths {
			if got := s.status(t, path); got != http.StatusOK {
				t.Errorf("%s is answered with %d while its services are down", path, got)
			}
		}
	}
	if got := s.status(t, "/api/v1/products?market=portland&q=new"); got != http.StatusServiceUnavailable {
		t.Errorf("what was never asked is answered with %d", got)
	}
}

func TestAServiceThatHangsDelaysNobodyForLong(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.status(t, listAt)
	defer s.peers.hold("ListProducts")()
	s.clock.Advance(time.Minute)
	if got := s.status(t, listAt); got != http.StatusOK {
		t.Errorf("status %d while catalog hangs", got)
	}
}

func TestWhatIsGoneIsGone(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.status(t, listAt)
	s.peers.fail("ListProducts", fault.New(fault.NotFound, "not_found", "There is no such market."))
	s.clock.Advance(time.Minute)
	if got := s.status(t, listAt); got != http.StatusNotFound {
		t.Errorf("status %d for a market that was closed", got)
	}
}

func TestWhatIsUnchangedIsNotSentAgain(t *testing.T) {
	s := openShop(t, DefaultLimits)
	answer, _ := s.send(t, call{method: "GET", path: listAt}) //nolint:bodyclose // send closes it
	tag := answer.Header.Get("ETag")
	again, body := s.send(t, call{method: "GET", path: listAt, header: []string{"If-None-Match", tag}}) //nolint:bodyclose // send closes it
	if again.StatusCode != http.StatusNotModified || len(body) != 0 || tag == "" {
		t.Errorf("status %d with %d bytes for %s", again.StatusCode, len(body), tag)
	}
	other, _ := s.send(t, call{method: "GET", path: listAt, header: []string{"If-None-Match", `W/"other"`}}) //nolint:bodyclose // send closes it
	if other.StatusCode != http.StatusOK {
		t.Errorf("status %d for another tag", other.StatusCode)
	}
}

func TestAnswersAreSmallerForWhoCanReadThem(t *testing.T) {
	s := openShop(t, DefaultLimits)
	_, plain := s.send(t, call{method: "GET", path: "/api/v1/openapi.json", header: []string{"Accept-Encoding", "identity"}})      //nolint:bodyclose // send closes it
	answer, small := s.send(t, call{method: "GET", path: "/api/v1/openapi.json", header: []string{"Accept-Encoding", "gzip, br"}}) //nolint:bodyclose // send closes it
	if answer.Header.Get("Content-Encoding") != "gzip" || len(small) >= len(plain)/2 {
		t.Fatalf("%d bytes of %d, %v", len(small), len(plain), answer.Header)
	}
	z, err := gzip.NewReader(strings.NewReader(string(small)))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := io.ReadAll(z); err != nil || string(back) != string(plain) {
		t.Errorf("it comes back as %d bytes, %v", len(back), err)
	}
	if head, body := s.send(t, call{method: "HEAD", path: listAt}); head.StatusCode != http.StatusOK || len(body) != 0 { //nolint:bodyclose // send closes it
		t.Errorf("HEAD: %d with %d bytes", head.StatusCode, len(body))
	}
}

func TestAPanicOfALoaderIsItsOwn(t *testing.T) {
	c := newCache(time.Now)
	_, err := c.get(t.Context(), "key", web.Browsing,
		func(context.Context) (*frozen, error) { panic("broken") })
	if fault.KindOf(err) != fault.Internal {
		t.Errorf("the panic came back as %v", err)
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	c := newCache(time.Now)
	body := make([]byte, 1<<20)
	for i := range 100 {
		key := strings.Repeat("k", i+1)
		_, err := c.get(t.Context(), key, web.Browsing, func(context.Context) (*frozen, error) {
			return freeze(&web.Reply{Status: 200, Body: body}, false, time.Now()), nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	c.answers.CleanUp()
	if weight := c.answers.WeightedSize(); weight > cacheBytes {
		t.Errorf("the cache weighs %d bytes of %d", weight, cacheBytes)
	}
}
