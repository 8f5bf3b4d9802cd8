package waiting

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math"
	"time"
)

// Ticket is a place in the line.
type Ticket struct {
	// Came is where in the line it is, in Unix milliseconds: when it was asked for, or later where its client
	// had its share of places already.
	Came int64
	// Let is when whoever has it was let in, in Unix milliseconds; zero for who waits.
	Let int64
	// UpTo is how far the line was let in where it was shown last, in Unix milliseconds, and At when that
	// was: so front doors hear of each other by those who wait.
	UpTo, At int64
	// Began is when the line began that it is a place in, in Unix milliseconds.
	Began int64
	// Door is the front door that showed it last, and how things stand there.
	Door Door
	// For is the basket that is checked out. It is good for no other.
	For Basket
	// New says that it was never shown yet.
	New bool
}

// Door is what front doors hear of each other.
type Door struct {
	ID uint32
	// Rate is how many it can serve a second, and Waiting how many it sees wait.
	Rate, Waiting float32
}

// Basket tells baskets from each other.
type Basket [8]byte

// BasketOf is the one behind the name of a cart, or behind a session where its cart has no name.
func BasketOf(name string) (b Basket) {
	sum := sha256.Sum256([]byte(name))
	copy(b[:], sum[:])
	return b
}

const (
	// keeps is how long somebody who was let in may take, and how long a place is kept for somebody who does
	// not come when it is their turn.
	keeps = 15 * time.Minute

	// A ticket begins with one of these.
	ticketShown, ticketNew = 1, 2

	ticketSize = 1 + 5*8 + 3*4 + 8
	markSize   = 16
)

// Keys sign tickets. The first signs, all are believed.
type Keys [][]byte

// Sign makes a ticket one that can be believed.
func (k Keys) Sign(t Ticket) string {
	text := make([]byte, 0, ticketSize+markSize)
	kind := byte(ticketShown)
	if t.New {
		kind = ticketNew
	}
	text = append(text, kind)
	for _, at := range []int64{t.Came, t.Let, t.UpTo, t.At, t.Began} {
		text = binary.BigEndian.AppendUint64(text, uint64(at)) //nolint:gosec // a time, there and back
	}
	door := t.Door
	for _, part := range []uint32{door.ID, math.Float32bits(door.Rate), math.Float32bits(door.Waiting)} {
		text = binary.BigEndian.AppendUint32(text, part)
	}
	text = append(text, t.For[:]...)
	return base64.RawURLEncoding.EncodeToString(append(text, mark(k[0], text)...))
}

// Read is the ticket that was signed; false where that was not done here.
func (k Keys) Read(signed string) (t Ticket, ok bool) {
	text, err := base64.RawURLEncoding.DecodeString(signed)
	if err != nil || len(text) != ticketSize+markSize || text[0] != ticketShown && text[0] != ticketNew {
		return Ticket{}, false
	}
	said, shown := text[:ticketSize], text[ticketSize:]
	for _, key := range k {
		if hmac.Equal(mark(key, said), shown) {
			t.New = said[0] == ticketNew
			for i, to := range []*int64{&t.Came, &t.Let, &t.UpTo, &t.At, &t.Began} {
				*to = int64(binary.BigEndian.Uint64(said[1+8*i:])) //nolint:gosec // a time, there and back
			}
			door := said[1+5*8:]
			t.Door = Door{
				binary.BigEndian.Uint32(door), math.Float32frombits(binary.BigEndian.Uint32(door[4:])),
				math.Float32frombits(binary.BigEndian.Uint32(door[8:])),
			}
			copy(t.For[:], door[3*4:])
			return t, true
		}
	}
	return Ticket{}, false
}

func mark(key, text []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	return mac.Sum(nil)[:markSize]
}
