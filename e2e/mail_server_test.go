package e2e

import (
	"bufio"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"
)

// mailServer takes mail for everybody, without TLS, as a relay in one's own network does.
type mailServer struct {
	addr string
	mu   sync.Mutex
	box  map[string][]string // the texts to an address, the oldest first
}

func newMailServer(t *testing.T) *mailServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &mailServer{addr: listener.Addr().String(), box: map[string][]string{}}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s
}

func (s *mailServer) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	lines := bufio.NewReader(conn)
	_, _ = fmt.Fprint(conn, "220 here\r\n")
	for to := ""; ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		answer := "250 well\r\n"
		switch strings.ToUpper(strings.Fields(line + " x")[0]) {
		case "RCPT":
			to = strings.Trim(strings.TrimSpace(line[strings.IndexByte(line, ':')+1:]), "<>")
		case "QUIT":
			answer = "221 bye\r\n"
		case "DATA":
			_, _ = fmt.Fprint(conn, "354 go on\r\n")
			s.keep(to, lines)
		}
		_, _ = fmt.Fprint(conn, answer)
	}
}

// keep reads a mail to its end.
func (s *mailServer) keep(to string, lines *bufio.Reader) {
	var raw strings.Builder
	for {
		line, err := lines.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		raw.WriteString(strings.TrimPrefix(line, "."))
	}
	message, err := mail.ReadMessage(strings.NewReader(raw.String()))
	if err != nil {
		return
	}
	body := message.Body
	if strings.EqualFold(message.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, _ := io.ReadAll(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.box[to] = append(s.box[to], string(text))
}

// newest is the newest text to an address that says something; the test fails when none comes.
func (s *mailServer) newest(t *testing.T, to, says string) (text string) {
	t.Helper()
	eventually(t, time.Minute, "a letter to "+to, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, letter := range s.box[to] {
			if strings.Contains(letter, says) {
				text = letter
			}
		}
		return text != ""
	})
	return text
}
