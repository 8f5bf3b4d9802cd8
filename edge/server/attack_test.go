package server_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/host"
)

// Each test here is something that one client did to the shop, and what others noticed of it: nothing.

// TestSilentStreamsStopNoCheckout opens requests of which the bodies never come: as many as may be on three
// connections, and then 250 on each of five, which are ended for being too many.
func TestSilentStreamsStopNoCheckout(t *testing.T) {
	s := openStreet(t)
	open := func(connections, streams int) {
		for range connections {
			f, err := s.speak(t, stranger, 1<<16-1)
			for n := 0; n < streams && err == nil; n++ {
				err = f.begin(edgetest.Call{
					Method: "POST", Path: edgetest.CheckoutAt,
					Header: append([]string{"Content-Length", "100"}, edgetest.WithKey...),
				}, false)
			}
		}
	}
	open(3, 32)
	until(t, func() bool { return server.DearBodies(s.Front).Used() == server.MaxReadingOfOne })
	open(5, 250)
	s.checksOut(t, 20)
	if got := server.DearBodies(s.Front).Used(); got > server.MaxReadingOfOne {
		t.Errorf("one client has %d bodies arriving", got)
	}
}

// TestCheckoutsHavePlacesOfTheirOwn fills every place for bodies that others than checkouts have.
func TestCheckoutsHavePlacesOfTheirOwn(t *testing.T) {
	s := openStreet(t)
	for server.OrdinaryBodies(s.Front).Enter(nil) == nil { //nolint:revive // until it is full
	}
	if status, body := s.as(t, honest,
		edgetest.Call{
			Method: "PUT", Path: edgetest.LineAt,
			Body: `{"quantity": 2}`,
		}); status != http.StatusServiceUnavailable {
		t.Fatalf("a cart is answered %d %s", status, body)
	}
	s.checksOut(t, 1)
}

const slowUpload = "POST " + edgetest.ImportAt +
	" HTTP/1.1\r\nHost: shop\r\nSec-Fetch-Site: same-origin\r\nCookie: __Host-session=producer\r\n" +
	"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n\r\n--x\r\n"

// TestSlowUploadsLeaveOtherMakersPlaces begins an upload again and again, each of which never goes on.
func TestSlowUploadsLeaveOtherMakersPlaces(t *testing.T) {
	s := openStreet(t)
	// or the first is given up while a slow machine begins the others
	server.WaitForBodies(s.Front, time.Minute, time.Minute)
	taken := func() bool { return server.Uploads(s.Front).Used() == 1 }
	for range 50 { // a busy machine may refuse one for another reason
		conn, err := s.dial(t, stranger)
		if err != nil {
			t.Fatal(err)
		}
		answered := make(chan struct{})
		go func() {
			defer close(answered)
			if answer, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil {
				_ = answer.Body.Close()
			}
		}()
		_, _ = io.WriteString(conn, slowUpload)
		until(t, func() bool { return taken() || isClosed(answered) })
		if taken() {
			break
		}
	}
	refused := 0
	for range 7 {
		conn, err := s.dial(t, stranger)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, slowUpload)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _ = answer.Body.Close(); answer.StatusCode >= http.StatusTooManyRequests &&
			answer.Header.Get("Retry-After") != "" {
			refused++
		}
	}
	if refused != 7 || !taken() {
		t.Errorf("%d are refused, %d take a place", refused, server.Uploads(s.Front).Used())
	}
	status, body := s.as(t, honest, edgetest.Call{
		Method: "POST", Path: edgetest.ImportAt, Body: "--x--\r\n",
		Header: []string{
			"Cookie", "__Host-session=operator", "Content-Type",
			"multipart/form-data; boundary=x",
		},
	})
	if status >= http.StatusTooManyRequests {
		t.Errorf("another maker is answered %d %s", status, body)
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// TestOneOrdersTokenTakesFewLiveStreams opens the news of one order as often as it is let.
func TestOneOrdersTokenTakesFewLiveStreams(t *testing.T) {
	s := openStreet(t)
	open := 0
	for n := range 200 {
		conn, err := s.dial(t, fmt.Sprintf("127.0.0.%d", 2+n%10)) // from many places: it is the order's share
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, "GET "+edgetest.OrderAt+
			"/events HTTP/1.1\r\nHost: shop\r\nCookie: __Secure-order="+edgetest.OrderToken+"\r\n\r\n")
		answer, err := http.ReadResponse(bufio.NewReader(conn),
			nil)
		if err != nil {
			t.Fatal(err)
		}
		switch answer.StatusCode {
		case http.StatusOK:
			open++
		case http.StatusTooManyRequests:
		default:
			t.Fatalf("status %d", answer.StatusCode)
		}
	}
	if open != server.MaxLiveOfOrder || server.LivePages(s.Front).Used() != open {
		t.Errorf("%d pages are told, and %d places taken", open, server.LivePages(s.Front).Used())
	}
	mine := server.ShareOf(s.Front, "order", "another")
	if err := server.LivePages(s.Front).Enter(mine); err != nil {
		t.Errorf("another order has no place: %v", err)
	}
}

// TestOneClientsWorkLeavesOthersPlaces asks for more at once than one client may.
func TestOneClientsWorkLeavesOthersPlaces(t *testing.T) {
	t.Parallel()
	one := func(int) string { return stranger }
	many := func(n int) string { return fmt.Sprintf("127.0.0.%d", 2+n%10) }
	const password = `{"email": "ann@example.org", "password": "a long enough one", "name": "Ann"}`
	for name, c := range map[string]struct {
		call, other edgetest.Call
		from        func(int) string
		peer        string
		most        int
	}{
		"carts": {
			edgetest.Call{Method: "GET", Path: "/api/v1/carts/" + edgetest.GuestCart},
			edgetest.Call{},
			one, "GetCart",
			server.DefaultLimits.Bounds.First / server.OfOne,
		},
		"passwords": {
			edgetest.Call{Method: "POST", Path: "/api/v1/accounts", Body: password},
			edgetest.Call{},
			one, "SignUp",
			server.PasswordsOfOne,
		},
		"an account": {
			asWho("shopper"), asWho("other"), many, "ListAddresses",
			server.DefaultLimits.Bounds.First / server.OfOne,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStreet(t)
			release := s.Peers.Suspend(c.peer)
			var all sync.WaitGroup
			defer all.Wait()
			defer release()
			var refused atomic.Int64
			for n := range 200 {
				all.Go(func() {
					if status, _ := s.as(t, c.from(n), c.call); status == http.StatusTooManyRequests {
						refused.Add(1)
					}
				})
			}
			until(t, func() bool { return s.Peers.Count(c.peer) >= c.most && refused.Load() > 0 })
			before := s.Peers.Count(c.peer)
			if before > c.most {
				t.Errorf("%d of one client's are worked on, %d may be", before, c.most)
			}
			if c.other.Path == "" {
				c.other = c.call
			}
			all.Go(func() { s.as(t, honest, c.other) })
			until(t, func() bool { return s.Peers.Count(c.peer) == before+1 })
		})
	}
}

func asWho(who string) edgetest.Call {
	return edgetest.Call{
		Method: "GET", Path: "/api/v1/addresses",
		Header: []string{"Authorization", "Bearer " + who},
	}
}

// longPath is of an answer that no buffer takes.
const longPath = "/m/portland/products?q=long"

// doesNotRead asks for much, in as many ways as there are, and reads none of it. It reports how many requests
// of these are answered at once.
func (s street) doesNotRead(t *testing.T, readers, speakers int) int64 {
	t.Helper()
	server.Keep(s.Front, longPath,
		&web.Reply{Body: bytes.Repeat([]byte{'x'}, 4<<20), ContentType: "image/png"}, true)
	for range readers {
		conn, err := s.dial(t, stranger)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, "GET "+longPath+" HTTP/1.1\r\nHost: shop\r\n\r\n")
	}
	const streams = 32
	for range speakers { // each stream's window is closed
		f, err := s.speak(t, stranger, 0)
		for n := 0; n < streams && err == nil; n++ {
			err = f.begin(edgetest.Call{Method: "GET", Path: longPath}, true)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return int64(readers + speakers*streams)
}

// TestReadersThatDoNotReadAreEnded asks for much and reads none of it.
func TestReadersThatDoNotReadAreEnded(t *testing.T) {
	t.Parallel()
	s := openStreet(t)
	open := s.doesNotRead(t, 50, 20)
	until(t, func() bool { return s.Serving.Load() == open })
	s.checksOut(t, 5)
	until(t, func() bool { return s.Serving.Load() == 0 })
}

// TestAStopEndsWhateverIsOpen stops the shop while answers are not read, uploads stand still, handlers wait
// for what never comes and pages wait for news. To stop without an error is to have ended in time.
func TestAStopEndsWhateverIsOpen(t *testing.T) {
	t.Parallel()
	s := openStreet(t)
	release := s.Peers.Suspend("GetCart")
	defer release()
	open := s.doesNotRead(t, 50, 20)
	for n, text := range []string{
		"GET " + edgetest.OrderAt + "/events HTTP/1.1\r\nHost: shop\r\nCookie: __Secure-order=" +
			edgetest.OrderToken +
			"\r\n\r\n",
		"GET /api/v1/carts/" + edgetest.GuestCart + " HTTP/1.1\r\nHost: shop\r\n\r\n",
		"PUT " + edgetest.LineAt +
			" HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{",
		slowUpload,
		"GET / HTTP/1.1\r\nHost: sh",
	} {
		for range 20 {
			conn, err := s.dial(t, stranger)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.WriteString(conn, text)
		}
		until(t, func() bool { return s.Serving.Load() > open+int64(n) || n == 4 })
	}
	if err := s.Process.Stop(); err != nil {
		t.Error(err)
	}
	if got := s.Serving.Load(); got != 0 {
		t.Errorf("%d requests are still being answered", got)
	}
}

// TestHeadersThatDribbleTakeFewConnections begins requests that never get to their end.
func TestHeadersThatDribbleTakeFewConnections(t *testing.T) {
	s := openStreet(t)
	var begun []net.Conn
	for range 600 {
		conn, err := s.dial(t, stranger)
		if err != nil {
			continue
		}
		if _, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: "); err == nil {
			begun = append(begun, conn)
		}
	}
	open := 0
	for _, conn := range begun {
		_ = conn.SetReadDeadline(time.Now().Add(time.Millisecond))
		if _, err := conn.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
			open++ // those that were begun first may have been ended already
		}
	}
	if len(begun) == 0 || open > 512 {
		t.Errorf("one client has %d connections, of %d", open, len(begun))
	}
	s.checksOut(t, 5)
}

// TestHTTP2WantsTLS speaks HTTP/2 in clear to a shop that was not told to.
func TestHTTP2WantsTLS(t *testing.T) {
	for _, asked := range []bool{false, true} {
		s := street{edgetest.Open(t, func(c *host.Config) {
			c.Listen, c.PublicH2C = "127.0.0.1:0",
				asked
		})}
		if err := s.Process.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		protocols := new(http.Protocols)
		protocols.SetUnencryptedHTTP2(true)
		transport := &http.Transport{Protocols: protocols}
		defer transport.CloseIdleConnections()
		r := s.Request(t, edgetest.Call{Method: "GET", Path: "/readyz"})
		r.URL.Host = s.Process.ListenAddr
		answer, err := transport.RoundTrip(r)
		if err == nil {
			_ = answer.Body.Close()
		}
		if (err == nil) != asked {
			t.Errorf("asked for: %v; HTTP/2 in clear is answered with %v", asked, err)
		}
	}
}
