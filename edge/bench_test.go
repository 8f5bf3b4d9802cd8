package edge

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The warm list is measured beside a bare handler that writes the same bytes,
// through real connections and without them.

func BenchmarkWarmList(b *testing.B) {
	s := openShop(b, DefaultLimits)
	s.warm(b)
	b.Run("edge", func(b *testing.B) { overHTTP(b, s.edge) })
	b.Run("bare", func(b *testing.B) { overHTTP(b, s.bare(b)) })
}

func BenchmarkWarmListInProcess(b *testing.B) {
	s := openShop(b, DefaultLimits)
	s.warm(b)
	b.Run("edge", func(b *testing.B) { inProcess(b, s.edge) })
	b.Run("bare", func(b *testing.B) { inProcess(b, s.bare(b)) })
}

// warm asks once, and makes the list as long as a real one.
func (s *shop) warm(b *testing.B) {
	b.Helper()
	if answer, _ := s.send(b, call{method: http.MethodGet, path: listAt}); answer.StatusCode != http.StatusOK { //nolint:bodyclose // send closes it
		b.Fatal(answer.Status)
	}
	key := "/api/v1/products?market=portland"
	have, _ := s.edge.cache.answers.GetIfPresent(key)
	long := strings.Repeat(string(have.body), 10<<10/len(have.body)+1)
	s.edge.cache.answers.Set(key, freeze(&reply{body: []byte(long), contentType: "application/json"}, false, s.clock.Now()))
}

func (s *shop) bare(b *testing.B) http.Handler {
	b.Helper()
	have, _ := s.edge.cache.answers.GetIfPresent("/api/v1/products?market=portland")
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(have.body)))
		_, _ = w.Write(have.body)
	})
}

func inProcess(b *testing.B, handler http.Handler) {
	r := httptest.NewRequest(http.MethodGet, listAt, nil)
	b.ReportAllocs()
	for b.Loop() {
		handler.ServeHTTP(&sink{header: http.Header{}}, r)
	}
}

// overHTTP has 8 clients ask over connections that are kept, and spends as little on their side as it can.
func overHTTP(b *testing.B, handler http.Handler) {
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
		request := []byte("GET " + listAt + " HTTP/1.1\r\nHost: shop\r\n\r\n")
		answer := make([]byte, 32<<10)
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
