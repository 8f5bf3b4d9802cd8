package host

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/share"
)

// guestsOnly is a listener whose connections are guests
type guestsOnly struct {
	net.Listener
}

func (l guestsOnly) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &guest{TCPConn: conn.(*net.TCPConn), origin: &share.Origin{}, leave: func() {}}, nil
}

// TestEveryLengthOfAnAnswerArrivesWhole asks for answers around the length of the server's buffer, with all
// lengths of what is in it beside the body, over one connection.
func TestEveryLengthOfAnAnswerArrivesWhole(t *testing.T) {
	text := strings.Repeat("artisan ", 2*serverBuffer/8)
	at := serveGuests(t, func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("length"))
		switch r.URL.Query().Get("way") {
		case "whole":
			w.Header().Set("Content-Length", strconv.Itoa(n))
			_, _ = io.WriteString(w, text[:n])
		case "chunked":
			_, _ = io.WriteString(w, text[:n/2])
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, text[n/2:n])
		case "halves":
			w.Header().Set("Content-Length", strconv.Itoa(n))
			_, _ = io.WriteString(w, text[:n/2])
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, text[n/2:n])
		}
	})
	for _, way := range []string{"whole", "chunked", "halves"} {
		for n := serverBuffer - 300; n <= serverBuffer+300; n++ {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				got := ask(t, method, at+"?way="+way+"&length="+strconv.Itoa(n))
				if want := text[:n]; method == http.MethodGet && got != want {
					t.Fatalf("%s, %d bytes: %d came", way, n, len(got))
				}
			}
		}
	}
}

// A stream's piece that fills the buffer to the last byte is not kept back: its reader would wait for ever.
func TestAPieceThatFillsTheBufferIsSentAtOnce(t *testing.T) {
	more := make(chan struct{})
	at := serveGuests(t, func(w http.ResponseWriter, _ *http.Request) {
		_ = http.NewResponseController(w).Flush()
		for _, length := range []int{serverBuffer, 2*serverBuffer - 9, serverBuffer - 9} {
			_, _ = io.WriteString(w, strings.Repeat("x", length))
			_ = http.NewResponseController(w).Flush()
			<-more
		}
	})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	for _, length := range []int{serverBuffer, 2*serverBuffer - 9, serverBuffer - 9} {
		if _, err := io.ReadFull(response.Body, make([]byte, length)); err != nil {
			t.Fatal(err)
		}
		more <- struct{}{}
	}
}

func TestOnlyTheBeginningOfALongerAnswerWaits(t *testing.T) {
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
	full := func(begin string) string { return begin + strings.Repeat("x", serverBuffer-len(begin)) }
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"more to come":        {full(head + "9000\r\n\r\n"), true},
		"all of it":           {full(head + "4000\r\n\r\n"), false},
		"not full":            {head + "9000\r\n\r\nxxx", false},
		"no length":           {full("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), false},
		"the header alone":    {strings.Repeat("x", serverBuffer), false},
		"a header that fills": {full(head + "9000\r\nX: ")[:serverBuffer-4] + "\r\n\r\n", false},
		"a length in a body":  {full("HTTP/1.1 200 OK\r\n\r\n\r\nContent-Length: 9000\r\n\r\n"), false},
		"another answer":      {full("HTTP/1.1 206 Partial Content\r\nContent-Length: 9000\r\n\r\n"), false},
		"the middle of one":   {full("HTTP"), false},
	} {
		if got := goesOn([]byte(c.text)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	// exactly what is missing decides
	for length := serverBuffer - 100; length < serverBuffer; length++ {
		begin := head + strconv.Itoa(length) + "\r\n\r\n"
		if got, want := goesOn([]byte(full(begin))), len(begin)+length > serverBuffer; got != want {
			t.Errorf("a body of %d after a header of %d: %v", length, len(begin), got)
		}
	}
}

func serveGuests(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := newServer(handler, slog.New(slog.DiscardHandler))
	go func() { _ = server.Serve(guestsOnly{l}) }()
	t.Cleanup(func() { _ = server.Shutdown(context.Background()) })
	return "http://" + l.Addr().String() + "/"
}

func ask(t *testing.T, method, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
