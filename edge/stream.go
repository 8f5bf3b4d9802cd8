package edge

import (
	"bytes"
	"net/http"
	"time"
)

// news is what an open page is told for as long as it is open: of what, for what is told of one thing is bounded, and how.
type news struct {
	kind, id string
	tell     func(to *stream)
}

// event is one server-sent event.
func event(name, id string, data []byte) []byte {
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

// stream sends each piece of news at once.
type stream struct {
	w  http.ResponseWriter
	to *http.ResponseController
}

// begin sends the headers of a stream. It reports false where the client is gone.
func (l *stream) begin() bool {
	h := l.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	return l.write([]byte("retry: 3000\n\n"))
}

// write sends a piece at once. It reports false where the client is gone.
func (l *stream) write(piece []byte) bool {
	hasToRead(l.w)
	_, err := l.w.Write(piece)
	if err != nil || l.to.Flush() != nil {
		return false
	}
	return l.to.SetWriteDeadline(time.Time{}) == nil // what waits for news writes nothing, and HTTP/2 ends what is late at once
}
