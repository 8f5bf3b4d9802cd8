package server_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/edge/web"
)

// pageAt is the list of products that people see; listAt is the one for programs.
const pageAt = "/m/portland/products"

// A warm list is measured beside a bare handler that writes the same bytes,
// through real connections and without them.

func BenchmarkWarmList(b *testing.B)          { warmAndBare(b, edgetest.ListAt, overHTTP) }
func BenchmarkWarmListInProcess(b *testing.B) { warmAndBare(b, edgetest.ListAt, inProcess) }
func BenchmarkWarmPage(b *testing.B)          { warmAndBare(b, pageAt, overHTTP) }
func BenchmarkWarmPageInProcess(b *testing.B) { warmAndBare(b, pageAt, inProcess) }

func warmAndBare(b *testing.B, path string, measure func(*testing.B, http.Handler, string)) {
	s := edgetest.Open(b)
	have := warm(b, s, path)
	b.Run("edge", func(b *testing.B) { measure(b, s.Front, path) })
	b.Run("bare", func(b *testing.B) {
		measure(b, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", have.ContentType)
			w.Header().Set("Content-Length", strconv.Itoa(len(have.Body)))
			_, _ = w.Write(have.Body)
		}), path)
	})
}

// warm asks once, and makes the list as long as a real one.
func warm(b *testing.B, s *edgetest.Shop, path string) *web.Reply {
	b.Helper()
	if answer, _ := s.Send(b, edgetest.Call{
		Method: http.MethodGet,
		Path:   path,
	}); answer.StatusCode != http.StatusOK {
		b.Fatal(answer.Status)
	}
	have := server.Kept(s.Front, path)
	if have == nil {
		b.Fatal("the list is not kept")
	}
	have.Body, have.Nonce = bytes.Repeat(have.Body, 10<<10/len(have.Body)+1), "nonce"
	server.Keep(s.Front, path, have, false)
	return have
}

func inProcess(b *testing.B, handler http.Handler, path string) {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host, r.RemoteAddr = "shop.test", "127.0.0.1:1000" // this machine is held to no share
	b.ReportAllocs()
	for b.Loop() {
		handler.ServeHTTP(&sink{header: http.Header{}}, r)
	}
}

// overHTTP has 8 clients ask over connections that are kept, and spends as little on their side as it can.
func overHTTP(b *testing.B, handler http.Handler, path string) {
	server := httptest.NewServer(handler)
	defer server.Close()
	b.SetParallelism(4)
	b.RunParallel(func(next *testing.PB) {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			b.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		request := []byte("GET " + path + " HTTP/1.1\r\nHost: shop.test\r\n\r\n")
		answer := make([]byte, 64<<10)
		size := roundTrip(b, conn, request, answer, 0)
		for next.Next() {
			roundTrip(b, conn, request, answer, size)
		}
	})
}

// roundTrip sends a request and reads an answer of a size; when that is not known yet, what comes.
func roundTrip(b *testing.B, conn net.Conn, request, answer []byte, size int) int {
	if _, err := conn.Write(request); err != nil {
		b.Error(err)
	}
	if size > 0 {
		if _, err := io.ReadFull(conn, answer[:size]); err != nil {
			b.Error(err)
		}
		return size
	}
	_ = conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	for {
		n, err := conn.Read(answer[size:])
		size += n
		if err != nil {
			_ = conn.SetReadDeadline(time.Time{})
			return size
		}
	}
}
