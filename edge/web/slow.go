package web

import (
	"net/http"
	"time"
)

// Of an answer each piece has to be taken within slowReader.
const pieceSize = 32 << 10

const slowReader = 5 * time.Second

// Pour writes an answer's body to a client that has to read it. Whoever does not is cut off: the server ends
// the connection, or the HTTP/2 stream, of an answer that did not get out whole.
func Pour(w http.ResponseWriter, body []byte, ended <-chan struct{}) {
	if len(body) <= pieceSize {
		_, _ = w.Write(body) //nolint:gosec // made by encoding/json or templ, which escape
		return
	}
	for len(body) > 0 {
		piece := body[:min(len(body), pieceSize)]
		body = body[len(piece):]
		HasToRead(w)
		if _, err := w.Write(piece); err != nil { //nolint:gosec // made by encoding/json or templ, which escape
			return
		}
		select {
		case <-ended:
			return
		default:
		}
	}
}

// HasToRead begins an answer that took work: its first piece has to be taken soon. (What comes from memory
// has the server's own deadline, which is as soon, counted from the request.)
func HasToRead(w http.ResponseWriter) { MayTake(w, slowReader) }

// MayTake sets when the answer, or its next piece, has to be out; an HTTP/2 stream is ended then, written to
// or not.
func MayTake(w http.ResponseWriter, d time.Duration) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(d))
}
