package sqldbtest

import (
	"io"
	"net"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"
)

// Door leads to a server, and counts who comes through. It may be shut.
type Door struct {
	listener net.Listener
	to       string
	mu       sync.Mutex
	shut     bool
	inside   map[net.Conn]bool
	came     []time.Time
}

// NewDoor makes a door to an address that lives as long as the test.
func NewDoor(t testing.TB, to string) *Door {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &Door{listener: listener, to: to, inside: map[net.Conn]bool{}}
	t.Cleanup(func() { _ = listener.Close(); d.Shut() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go d.lead(conn)
		}
	}()
	return d
}

// Through is a database's URL by way of a door to its server.
func Through(t testing.TB, address string) (d *Door, by string) {
	t.Helper()
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	d = NewDoor(t, at.Host)
	at.Host = d.Address()
	return d, at.String()
}

// Address is where it is.
func (d *Door) Address() string { return d.listener.Addr().String() }

// lead leads one connection to the server, or hangs up where that is away.
func (d *Door) lead(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	if !d.comes(conn) {
		return
	}
	defer d.goes(conn)
	to, err := (&net.Dialer{}).Dial("tcp", d.to)
	if err != nil {
		return
	}
	defer func() { _ = to.Close() }()
	go func() {
		_, _ = io.Copy(to, conn)
		_ = to.Close()
	}()
	_, _ = io.Copy(conn, to)
}

func (d *Door) comes(conn net.Conn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.came = append(d.came, time.Now())
	if !d.shut {
		d.inside[conn] = true
	}
	return !d.shut
}

func (d *Door) goes(conn net.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.inside, conn)
}

// Shut cuts whoever is inside, and hangs up on whoever comes.
func (d *Door) Shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shut = true
	for conn := range d.inside {
		_ = conn.Close()
	}
}

// Open lets in again.
func (d *Door) Open() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shut = false
}

// Inside is how many connections there are.
func (d *Door) Inside() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.inside)
}

// Came is how many came since some moment, and how many of them in the second that most came in.
func (d *Door) Came(since time.Time) (all, inOneSecond int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, _ := slices.BinarySearchFunc(d.came, since, time.Time.Compare)
	came := d.came[at:]
	first := 0
	for i := range came {
		for came[i].Sub(came[first]) >= time.Second {
			first++
		}
		inOneSecond = max(inOneSecond, i-first+1)
	}
	return len(came), inOneSecond
}
