package load

import (
	"sync"
	"time"
)

// Kind is what a request is about.
type Kind string

// The kinds of requests.
const (
	Page     Kind = "page"     // for people
	Read     Kind = "read"     // what is the same for everybody, by the API
	Cart     Kind = "cart"     // to make one, and to put something in
	Checkout Kind = "checkout" // to place an order
)

// Kinds are all of them.
var Kinds = []Kind{Page, Read, Cart, Checkout}

// Outcome is how a request went, or a journey: as its worst request.
type Outcome int

// The outcomes, the better first.
const (
	Served  Outcome = iota
	Refused         // with a reason of the trade: it is sold out, the window is full
	Shed            // the shop has too much to do, and says when to come again
	Failed          // there was no answer, or one that says that something is wrong
	outcomes
)

// Request is one that was sent, and what came of it.
type Request struct {
	Kind    Kind
	Outcome Outcome
	Client  string
	Path    string
	// Begun and Ended are of the request itself; it was meant to be sent no later.
	Begun, Ended time.Time
	Status       int // zero where no answer came
	Code         string
	Error        string
}

// Sale is what became of one checkout: of one key. There is at most one request of it under way.
type Sale struct {
	Key, Cart, Variant, Window string
	Quantity                   int
	Begun, Ended               time.Time
	// State is what its visitor was told last.
	State SaleState
	Order string // where it was acknowledged
	token string
	// others are IDs of other orders that its key was answered with.
	others []string
	body   any
}

// SaleState is what is known of a sale.
type SaleState int

// The states of a sale.
const (
	Unknown      SaleState = iota // no answer came, or none that says what became of it
	Acknowledged                  // there is an order
	Declined                      // there is none, and the shop said why
)

// mostOdd bounds how many requests that were not served are kept; all are counted.
const mostOdd = 10_000

// history is what visitors were told.
type history struct {
	mu        sync.Mutex
	sales     []*Sale
	odd       []Request
	requests  map[Kind]*[outcomes]int
	journeys  [outcomes]int
	offered   int
	unoffered int
	underWay  int
	times     map[Kind]*Times
	told      func(Request)
}

func newHistory(told func(Request)) *history {
	h := &history{told: told, requests: map[Kind]*[outcomes]int{}, times: map[Kind]*Times{}}
	for _, kind := range Kinds {
		h.requests[kind], h.times[kind] = &[outcomes]int{}, &Times{}
	}
	return h
}

// begin reports whether a journey may begin: so many are under way at the most.
func (h *history) begin(most int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.underWay >= most {
		h.unoffered++
		return false
	}
	h.underWay++
	h.offered++
	return true
}

func (h *history) end(o Outcome) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.underWay--
	h.journeys[o]++
}

// note keeps how a request went, and of one that was served how long it took from when it was meant to be
// sent.
func (h *history) note(o Request, due time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.requests[o.Kind][o.Outcome]++
	if o.Outcome <= Refused {
		h.times[o.Kind].Note(o.Ended.Sub(due))
	}
	if h.told != nil {
		h.told(o)
	}
	if o.Outcome != Served && len(h.odd) < mostOdd {
		h.odd = append(h.odd, o)
	}
}

func (h *history) sells(s *Sale) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sales = append(h.sales, s)
}
