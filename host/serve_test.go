package host

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestABodyThatNeverComesEndsItsConnection asks as those do who have no token: they are answered before their body is there.
func TestABodyThatNeverComesEndsItsConnection(t *testing.T) {
	refuses := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	server := httptest.NewServer(inTime(refuses, 100*time.Millisecond))
	defer server.Close()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(conn, "POST /rpc/x HTTP/1.1\r\nHost: shop\r\nContent-Length: 1000\r\n\r\nx"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil {
		t.Errorf("the connection is not ended: %v", err)
	}
}

// TestWhatIsAskedForMayTakeLongerThanItsBody reads a body to its end and then waits for the deadline that was.
func TestWhatIsAskedForMayTakeLongerThanItsBody(t *testing.T) {
	const within = 100 * time.Millisecond
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		select {
		case <-r.Context().Done():
		case <-time.After(3 * within):
			w.WriteHeader(http.StatusNoContent)
		}
	})
	server := httptest.NewServer(inTime(slow, within))
	defer server.Close()
	answer, err := http.Post(server.URL, "text/plain", http.NoBody)
	if err == nil {
		_ = answer.Body.Close()
		answer, err = http.Post(server.URL, "text/plain", io.LimitReader(neverEnding('x'), 10))
	}
	if err != nil {
		t.Fatal(err)
	}
	if _ = answer.Body.Close(); answer.StatusCode != http.StatusNoContent {
		t.Errorf("it is answered %d", answer.StatusCode)
	}
}

type neverEnding byte

func (b neverEnding) Read(to []byte) (int, error) {
	for i := range to {
		to[i] = byte(b)
	}
	return len(to), nil
}
