package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
)

// TestASlowBodyIsCutOff sends a body that never ends, with a place for one
// checkout only: neither is the connection kept, nor the place taken.
func TestASlowBodyIsCutOff(t *testing.T) {
	limits := server.DefaultLimits
	limits.Carting = server.Cap{Running: 1}
	s := edgetest.OpenWithin(t, limits)
	server.WaitForBodies(s.Front, 100*time.Millisecond, time.Minute)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn,
		"PUT %s HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{",
		edgetest.LineAt)
	if answer, _ := s.Send(t, edgetest.Call{
		Method: http.MethodPut, Path: edgetest.LineAt,
		Body: `{"quantity": 2}`,
	}); answer.StatusCode != http.StatusOK {
		t.Errorf("another visitor was answered %d while a body came slowly", answer.StatusCode)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusRequestTimeout || !answer.Close {
		t.Errorf("status %d, closing %v; want 408 and a closed connection", answer.StatusCode, answer.Close)
	}
}

// FuzzRequests sends anything anywhere. Nothing is our fault, and every answer
// to a program that is an error is a problem with a code.
func FuzzRequests(f *testing.F) {
	f.Add("POST", "/api/v1/carts", "", "application/json", "", `{"market": "portland"}`)
	f.Add("PUT", edgetest.LineAt, "", "application/json", "", `{"quantity": 2}`)
	f.Add("POST", edgetest.CheckoutAt, "", "application/json; charset=utf-8", "key", edgetest.Buying)
	f.Add("GET", "/api/v1/products", "market=portland&limit=3&cursor=x", "", "", "")
	f.Add("POST", "/checkout", "", "application/x-www-form-urlencoded", "", "key=k&name=%00")
	f.Add("POST", "/cart/lines", "", "application/x-www-form-urlencoded", "", "variant_id="+edgetest.Wheel+
		"&quantity=1")
	f.Add("GET", "/images/../x", "w=320", "", "", "")
	s := edgetest.Open(f)
	f.Fuzz(func(t *testing.T, method, path, query, contentType, key, body string) {
		r := &http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{},
			Body:          io.NopCloser(strings.NewReader(body)),
			ContentLength: int64(len(body)), Host: "shop.test",
		}
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Idempotency-Key", key)
		r.Header.Set("Cookie", "cart="+edgetest.GuestCart+"; session=shopper")
		w := httptest.NewRecorder()
		s.Front.ServeHTTP(w, r.WithContext(t.Context()))
		if w.Code >= 500 {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
		if strings.HasPrefix(path, "/api/") && w.Code >= 400 &&
			!strings.Contains(w.Body.String(), `"code":`) {
			t.Errorf("status %d without a code: %s", w.Code, w.Body)
		}
	})
}

// TestWhoIsRefusedNeedNotSendTheBody is sent away on its headers alone.
func TestWhoIsRefusedNeedNotSendTheBody(t *testing.T) {
	s := edgetest.OpenWithin(t, server.Limits{})
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn,
		"PUT %s HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n{", edgetest.LineAt)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status %d", answer.StatusCode)
	}
}
