package host

import (
	"bytes"
	"net"
	"strconv"
	"sync"
)

// serverBuffer is how much net/http gathers of an answer before it writes, in bytes.
const serverBuffer = 4 << 10

// gathered are buffers for what waits for the rest of its answer.
var gathered = sync.Pool{New: func() any { return new([serverBuffer]byte) }}

// Write sends the first buffer of a longer answer together with what follows it: one call and one packet for
// most pages, where the server would make two of each.
func (g *guest) Write(p []byte) (int, error) {
	if g.first == nil {
		if !goesOn(p) {
			return g.TCPConn.Write(p)
		}
		g.first = gathered.Get().(*[serverBuffer]byte)
		return copy(g.first[:], p), nil
	}
	both := net.Buffers{g.first[:], p}
	n, err := both.WriteTo(g.TCPConn)
	gathered.Put(g.first)
	g.first = nil
	return max(0, int(n)-serverBuffer), err
}

var (
	answerBegins = []byte("HTTP/1.1 200 OK\r\n")
	headerEnds   = []byte("\r\n\r\n")
	lengthBegins = []byte("\r\nContent-Length: ")
)

// goesOn reports whether what is written is a full buffer that begins an answer of which more is to come for
// certain.
func goesOn(p []byte) bool {
	if len(p) != serverBuffer || !bytes.HasPrefix(p, answerBegins) {
		return false
	}
	header, body, whole := bytes.Cut(p, headerEnds)
	_, after, has := bytes.Cut(header, lengthBegins)
	if !whole || !has || len(body) == 0 {
		return false
	}
	text, _, _ := bytes.Cut(after, headerEnds[:2])
	length, err := strconv.Atoi(string(text))
	return err == nil && length > len(body)
}
