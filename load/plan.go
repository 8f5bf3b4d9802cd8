package load

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// Plan is who comes, how often, and where to.
type Plan struct {
	// URL is the shop's base URL, without a path.
	URL string
	// Market is where they buy.
	Market string
	// Rate is how many journeys begin in a second, on average: they come by chance, each whether others have
	// come or not.
	Rate float64
	// For is how long they come; zero is until they are told to end.
	For time.Duration
	// Seed decides when they come and what they choose. Two loads with one seed want the same.
	Seed uint64
	// Buying is the part of the journeys that buy; the others only look.
	Buying float64
	// Most is how many journeys are under way at once, 1,000 if it is zero. Who would come beyond that is
	// counted as not offered.
	Most int
	// Clients are what they come with, by turns; one of each kind that tries nothing again if there are
	// none.
	Clients []Client
	// Patience is how long a client waits for an answer, 30 s if it is zero.
	Patience time.Duration
	// Payment is what a checkout says of it; test money that is good, if it says nothing.
	Payment Payment
	// AnyCertificate says that the shop may show any: it is a test.
	AnyCertificate bool
	// Settled is how long after the end nothing may be in between any more, a minute if it is zero.
	Settled time.Duration
	// Told, where it is given, is told of each request that has ended, one after the other.
	Told func(Request)
	// Alone says that nobody else buys in the market meanwhile, so that what is gone in the end has to be
	// what was bought.
	Alone bool
}

// Payment is how an order is paid, as the API has it.
type Payment struct {
	Method string `json:"method"`
	Token  string `json:"token,omitempty"`
}

// Client is a kind of client.
type Client struct {
	// HTTP2 is one whose requests share connections; otherwise each has one, and leaves it to the next.
	HTTP2 bool
	// Tries is how often it tries a request that failed, or was refused because the shop has too much to do,
	// the first time included; zero is once.
	Tries int
}

// Name says what it is.
func (c Client) Name() string {
	name := "HTTP/1.1"
	if c.HTTP2 {
		name = "HTTP/2"
	}
	if c.Tries > 1 {
		name += fmt.Sprintf(", %d tries", c.Tries)
	}
	return name
}

const (
	mostJourneys = 1000
	patience     = 30 * time.Second
	// settledWithin is when at the latest after the load's end nothing is in between any more.
	settledWithin = time.Minute
)

var (
	errNoRate   = errors.New("a load needs a rate above zero, and a part that buys from 0 to 1")
	errNoMarket = errors.New("a load needs the market's code")
)

// check sets what the plan leaves open.
func (p *Plan) check() error {
	at, err := url.Parse(p.URL)
	switch {
	case err != nil || at.Host == "" || (at.Scheme != "http" && at.Scheme != "https"):
		return fmt.Errorf("%q is no base URL of a shop: write http://HOST:PORT or https://HOST", p.URL)
	case p.Rate <= 0 || p.Buying < 0 || p.Buying > 1:
		return errNoRate
	case p.Market == "":
		return errNoMarket
	}
	p.URL = at.Scheme + "://" + at.Host
	p.Most, p.Patience = cmp.Or(p.Most, mostJourneys), cmp.Or(p.Patience, patience)
	p.Settled = cmp.Or(p.Settled, settledWithin)
	p.Payment = cmp.Or(p.Payment, Payment{Method: "test", Token: "ok"})
	if len(p.Clients) == 0 {
		p.Clients = []Client{{}, {HTTP2: true}}
	}
	return nil
}
