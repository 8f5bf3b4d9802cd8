package server_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
)

func status(t *testing.T, s *edgetest.Shop, path string, header ...string) int {
	t.Helper()
	answer, _ := s.Send(t,
		edgetest.Call{
			Method: http.MethodGet, Path: path,
			Header: header,
		})
	return answer.StatusCode
}

func TestWhatIsAskedForOftenIsAskedOnce(t *testing.T) {
	s := edgetest.Open(t)
	for range 20 {
		if got := status(t, s, edgetest.ListAt); got != http.StatusOK {
			t.Fatalf("status %d", got)
		}
	}
	if n := s.Peers.Count("ListProducts"); n != 1 {
		t.Errorf("catalog was asked %d times", n)
	}
}

func TestUnknownParametersDoNotSplitTheCache(t *testing.T) {
	s := edgetest.Open(t)
	for _, path := range []string{
		edgetest.ListAt, edgetest.ListAt + "&utm_source=x", edgetest.ListAt + "&x=1&y=2", edgetest.ListAt +
			"&q=",
		"/api/v1/products?q=&market=portland",
	} {
		status(t, s, path)
	}
	if n := s.Peers.Count("ListProducts"); n != 1 {
		t.Errorf("catalog was asked %d times", n)
	}
}

func TestTogetherAskedIsAskedOnce(t *testing.T) {
	s := edgetest.Open(t)
	release := s.Peers.Suspend("ListProducts")
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() { status(t, s, edgetest.ListAt) })
	}
	for s.Peers.Count("ListProducts") == 0 {
		time.Sleep(time.Millisecond)
	}
	release()
	all.Wait()
	if n := s.Peers.Count("ListProducts"); n != 1 {
		t.Errorf("catalog was asked %d times", n)
	}
}

// TestNothingIsOlderThanTwoSeconds reads again and again while the clock goes on.
func TestNothingIsOlderThanTwoSeconds(t *testing.T) {
	s := edgetest.Open(t)
	status(t, s, edgetest.ListAt)
	s.Clock.Advance(2 * time.Second)
	status(t, s, edgetest.ListAt)
	if n := s.Peers.Count("ListProducts"); n != 2 {
		t.Errorf("after two seconds catalog was asked %d times", n)
	}
	s.Clock.Advance(time.Hour)
	status(t, s, edgetest.ListAt)
	if n := s.Peers.Count("ListProducts"); n != 3 {
		t.Errorf("after an hour catalog was asked %d times", n)
	}
}

func TestPagesOutliveTheirServices(t *testing.T) {
	s := edgetest.Open(t)
	paths := []string{
		edgetest.ListAt, "/api/v1/products/" + edgetest.Cheese, "/api/v1/windows?market=portland",
		"/m/portland",
		"/p/" + edgetest.Cheese,
	}
	for _, path := range paths {
		status(t, s, path)
	}
	for _, method := range []string{
		"ListProducts", "GetProduct", "ListWindows", "GetMarket",
		"Availability",
	} {
		s.Peers.Fail(method, fault.New(fault.Unavailable, "unavailable", "Down."))
	}
	for range 3 {
		s.Clock.Advance(time.Hour)
		for _, path := range paths {
			if got := status(t, s, path); got != http.StatusOK {
				t.Errorf("%s is answered with %d while its services are down", path, got)
			}
		}
	}
	if got := status(t, s, "/api/v1/products?market=portland&q=new"); got != http.StatusServiceUnavailable {
		t.Errorf("what was never asked is answered with %d", got)
	}
}

func TestAServiceThatHangsDelaysNobodyForLong(t *testing.T) {
	s := edgetest.Open(t)
	status(t, s, edgetest.ListAt)
	defer s.Peers.Suspend("ListProducts")()
	s.Clock.Advance(time.Minute)
	if got := status(t, s, edgetest.ListAt); got != http.StatusOK {
		t.Errorf("status %d while catalog hangs", got)
	}
}

func TestWhatIsGoneIsGone(t *testing.T) {
	s := edgetest.Open(t)
	status(t, s, edgetest.ListAt)
	s.Peers.Fail("ListProducts", fault.New(fault.NotFound, "not_found", "There is no such market."))
	s.Clock.Advance(time.Minute)
	if got := status(t, s, edgetest.ListAt); got != http.StatusNotFound {
		t.Errorf("status %d for a market that was closed", got)
	}
}

func TestWhatIsUnchangedIsNotSentAgain(t *testing.T) {
	s := edgetest.Open(t)
	answer, _ := s.Send(t,
		edgetest.Call{Method: "GET", Path: edgetest.ListAt})
	tag := answer.Header.Get("ETag")
	again, body := s.Send(t, edgetest.Call{
		Method: "GET", Path: edgetest.ListAt,
		Header: []string{"If-None-Match", tag},
	})
	if again.StatusCode != http.StatusNotModified || len(body) != 0 || tag == "" {
		t.Errorf("status %d with %d bytes for %s", again.StatusCode, len(body), tag)
	}
	other, _ := s.Send(t, edgetest.Call{
		Method: "GET", Path: edgetest.ListAt,
		Header: []string{"If-None-Match", `W/"other"`},
	})
	if other.StatusCode != http.StatusOK {
		t.Errorf("status %d for another tag", other.StatusCode)
	}
}

func TestAnswersAreSmallerForWhoCanReadThem(t *testing.T) {
	s := edgetest.Open(t)
	_, plain := s.Send(t, edgetest.Call{
		Method: "GET", Path: "/api/v1/openapi.json",
		Header: []string{"Accept-Encoding", "identity"},
	})
	answer, small := s.Send(t, edgetest.Call{
		Method: "GET", Path: "/api/v1/openapi.json",
		Header: []string{"Accept-Encoding", "gzip, br"},
	})
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
	if head, body := s.Send(t,
		edgetest.Call{Method: "HEAD", Path: edgetest.ListAt}); head.StatusCode != http.StatusOK ||
		len(body) != 0 {
		t.Errorf("HEAD: %d with %d bytes", head.StatusCode, len(body))
	}
}
