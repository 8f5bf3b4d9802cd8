package host

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestABodyThatNeverComesEndsItsConnection asks as those do who have no token: they are answered before their
// body is there.
func TestABodyThatNeverComesEndsItsConnection(t *testing.T) {
	refuses := http.HandlerFunc(func(w http.ResponseWriter,
		_ *http.Request,
	) {
		w.WriteHeader(http.StatusUnauthorized)
	})
	server := httptest.NewServer(inTime(refuses, 100*time.Millisecond))
	defer server.Close()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(conn,
		"POST /rpc/x HTTP/1.1\r\nHost: shop\r\nContent-Length: 1000\r\n\r\nx"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil {
		t.Errorf("the connection is not ended: %v", err)
	}
}

// TestWhatIsAskedForMayTakeLongerThanItsBody reads a body to its end and then waits for the deadline that
// was.
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

// TestAnAnswerThatNobodyTakesEnds asks for more than the network keeps and reads none of it.
func TestAnAnswerThatNobodyTakesEnds(t *testing.T) {
	ended := make(chan struct{})
	endless := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		piece := make([]byte, 1<<20)
		for {
			if _, err := w.Write(piece); err != nil {
				close(ended)
				return
			}
		}
	})
	server := httptest.NewServer(inTime(endless, 100*time.Millisecond))
	defer server.Close()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "GET /metrics HTTP/1.1\r\nHost: shop\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(time.Minute):
		_ = conn.Close()
		t.Error("it is written for ever")
	}
	if newServer(endless, slog.New(slog.DiscardHandler)).HTTP2.WriteByteTimeout == 0 {
		t.Error("HTTP/2 has no deadline")
	}
}

// TestAnAnswerMayTakeLongerThanItsPieces takes each piece after the time of the one before.
func TestAnAnswerMayTakeLongerThanItsPieces(t *testing.T) {
	const within = 50 * time.Millisecond
	goOn := make(chan struct{})
	news := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range 3 {
			_, _ = io.WriteString(w, "x")
			_ = http.NewResponseController(w).Flush()
			<-goOn
		}
	})
	server := httptest.NewServer(inTime(news, within))
	defer server.Close()
	answer, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	for range 3 {
		<-time.After(2 * within)
		goOn <- struct{}{}
	}
	if all, err := io.ReadAll(answer.Body); err != nil || string(all) != "xxx" {
		t.Errorf("read %q, %v", all, err)
	}
}

type neverEnding byte

func (b neverEnding) Read(to []byte) (int, error) {
	for i := range to {
		to[i] = byte(b)
	}
	return len(to), nil
}
