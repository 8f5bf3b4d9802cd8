package web

import (
	"bytes"
	"net/http"
	"time"
)

// News is what an open page is told for as long as it is open: of what, for what is told of one thing is
// bounded, and how.
type News struct {
	Kind, Id string
	Tell     func(to *Stream)
}

// Event is one server-sent event.
func Event(name, id string, data []byte) []byte {
	var out bytes.Buffer
	if name != "" {
		out.WriteString("event: " + name + "\n")
	}
	if id != "" {
		out.WriteString("id: " + id + "\n")
	}
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		out.WriteString("data: ")
		out.Write(bytes.TrimSuffix(line, []byte("\r")))
		out.WriteByte('\n')
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// Stream sends each piece of news at once.
type Stream struct {
	W  http.ResponseWriter
	To *http.ResponseController
}

// Begin sends the headers of a stream. It reports false where the client is gone.
func (l *Stream) Begin() bool {
	h := l.W.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	return l.Write([]byte("retry: 3000\n\n"))
}

// Write sends a piece at once. It reports false where the client is gone.
func (l *Stream) Write(piece []byte) bool {
	HasToRead(l.W)
	_, err := l.W.Write(piece)
	if err != nil || l.To.Flush() != nil {
		return false
	}
	// what waits for news writes nothing, and HTTP/2 ends what is late at once
	return l.To.SetWriteDeadline(time.Time{}) == nil
}
