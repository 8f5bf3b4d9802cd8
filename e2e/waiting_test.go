package e2e

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
)

// Of waitingTimes as many visitors as are let in, each has an address of its own and comes back as told.
const waitingTimes = 20

// TestTwentyTimesAsManyWaitInLine has a front door that lets in two checkouts a second, and 20 times as many
// who come; one client among them asks for a thousand places.
func TestTwentyTimesAsManyWaitInLine(t *testing.T) {
	quick.Leaves(t, "the waiting room in real processes")
	t.Parallel()
	s := closed(t, one, sqldb.SQLite)
	s.env = append(s.env, "ARTISAN_CHECKOUTS_A_SECOND=2", "ARTISAN_TRUSTED_PROXIES=none")
	s.start()
	l := &line{shop: s, rate: 2}
	l.stands(t, quick.Usually(t, 300, 6, 6, "seconds of a waiting room"))
}

// line is many visitors who check out at a shop that lets in so many a second.
type line struct {
	shop *shop
	rate int
	// ended says that enough were let in.
	ended   atomic.Bool
	let     atomic.Int64
	all     []inLine
	grabbed atomic.Int64
}

// inLine is a visitor.
type inLine struct {
	cart, ticket string
	// sent and answered are of the first request, waits of the last one that was told to wait, and let is
	// when there was an order.
	sent, answered, waits, let time.Time
	err                        error
}

// stands has visitors come for so many seconds, until as many were let in as may be meanwhile.
func (l *line) stands(t *testing.T, seconds int) {
	g := l.shop.stock(1_000_000, 100_000)
	l.all = make([]inLine, waitingTimes*l.rate*seconds)
	side(len(l.all), 32, func(i int) { l.all[i].cart = l.shop.cart(t, g.variantID, 1) })
	var all sync.WaitGroup
	places := quick.Usually(t, 1000, 100, 100, "places of one client")
	all.Go(func() { l.grabs(places) })
	person := make(chan string, 1)
	go func() { person <- l.person(t, g) }()
	begun := time.Now()
	for i := range l.all {
		time.Sleep(time.Until(begun.Add(time.Duration(i) * time.Second / time.Duration(waitingTimes*l.rate))))
		all.Go(func() { l.waits(i, g.pickupID) })
	}
	most := time.Duration(seconds)*time.Second + 2*time.Minute
	eventually(t, most, "as many are let in as may be", func() bool {
		return l.let.Load() >= int64(l.rate*seconds)
	})
	if told := <-person; told != "" {
		t.Error(told)
	}
	l.ended.Store(true)
	lasted := time.Since(begun)
	all.Wait()
	l.check(t, lasted)
}

// side does n things, so many at once.
func side(n, clients int, do func(i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	all.Wait()
}

// clientAt is a client at an address of this machine.
func clientAt(n int) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, byte(n>>8), byte(n))}}
	return &http.Client{
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DisableKeepAlives: true,
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				return dialer.DialContext(ctx, network, addr)
			},
		},
	}
}

// checksOut is one try to order a cart, at a front door.
func checksOut(client *http.Client, door, cart, window, ticket string) (a answer, err error) {
	body := fmt.Sprintf(`{"email": "ada@example.org", "name": "Ada Lovelace", "window_id": %q, `+
		`"payment": {"method": "test", "token": "ok"}}`, window)
	request, err := http.NewRequest(http.MethodPost, door+"/api/v1/carts/"+cart+"/checkout",
		strings.NewReader(body))
	if err != nil {
		return a, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", "k")
	if ticket != "" {
		request.Header.Set("Waiting-Ticket", ticket)
	}
	response, err := client.Do(request)
	if err != nil {
		return a, err
	}
	defer func() { _ = response.Body.Close() }()
	a = answer{status: response.StatusCode, header: response.Header}
	a.raw, err = io.ReadAll(response.Body)
	return a, err
}

// waits comes, and comes back as it is told, until it has an order or all is over.
func (l *line) waits(n int, window string) {
	v := &l.all[n]
	client := clientAt(256 + n)
	for !l.ended.Load() {
		sent := time.Now()
		a, err := checksOut(client, l.shop.listen, v.cart, window, v.ticket)
		if v.sent.IsZero() {
			v.sent, v.answered = sent, time.Now()
		}
		switch {
		case err != nil:
			v.err = err
			return
		case a.status == http.StatusCreated:
			v.let = time.Now()
			l.let.Add(1)
			return
		case a.status != http.StatusServiceUnavailable || a.header.Get("Waiting-Ticket") == "":
			v.err = fmt.Errorf("it is answered with %d %s", a.status, a.raw)
			return
		}
		v.ticket, v.waits = a.header.Get("Waiting-Ticket"), sent
		seconds, err := strconv.Atoi(a.header.Get("Retry-After"))
		if v.err = err; err != nil {
			return
		}
		l.rests(time.Duration(seconds) * time.Second)
	}
}

// rests waits for so long, or until all is over.
func (l *line) rests(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end) && !l.ended.Load(); {
		time.Sleep(min(time.Until(end), time.Second))
	}
}

// check fails where somebody is lost, where more were let in than may be, and where somebody was told to wait
// after one who came later was let in.
func (l *line) check(t *testing.T, lasted time.Duration) {
	t.Helper()
	var served []inLine
	walked := 0 // before there was a line, or anybody in it had come back
	for _, v := range l.all {
		if v.err != nil {
			t.Fatal(v.err)
		}
		if !v.sent.IsZero() && v.let.IsZero() && v.ticket == "" {
			t.Error("somebody is lost")
		}
		if !v.let.IsZero() {
			served = append(served, v)
		}
		if !v.let.IsZero() && v.ticket == "" {
			walked++
		}
	}
	slices.SortFunc(served, func(a, b inLine) int { return a.let.Compare(b.let) })
	latest := make([]time.Time, len(served)+1) // to have come, of those who were let in up to one
	for i, v := range served {
		if latest[i+1] = latest[i]; v.ticket != "" && v.sent.After(latest[i]) {
			latest[i+1] = v.sent
		}
	}
	overtaken := 0
	for _, v := range l.all {
		by, _ := slices.BinarySearchFunc(served, v.waits,
			func(s inLine, at time.Time) int { return s.let.Compare(at) })
		if v.answered.Before(latest[by]) {
			overtaken++
		}
	}
	t.Logf("of %d who came, %d were let in in %.0f s: %.2f a second, %d may be; %d walked in, %d were "+
		"overtaken, and one client had %d of its places", len(l.all), len(served), lasted.Seconds(),
		float64(len(served))/lasted.Seconds(), l.rate, walked, overtaken, l.grabbed.Load())
	if most := int(float64(l.rate)*lasted.Seconds()*1.25) + 2*l.rate; len(served) > most {
		t.Errorf("%d were let in, %d may be", len(served), most)
	}
	if overtaken > 0 {
		t.Errorf("%d were told to wait after somebody was let in who came later", overtaken)
	}
	// what is beyond a share is half a second later each, and so has a place among those who come then
	if may := 16 + int64(lasted/(500*time.Millisecond))/waitingTimes + 8; l.grabbed.Load() > may {
		t.Errorf("one client had %d of its places, and may have %d", l.grabbed.Load(), may)
	}
}

// grabs asks for so many places from one address, and comes back with all of them.
func (l *line) grabs(places int) {
	side(places, places, func(i int) {
		client, ticket := clientAt(1), ""
		for !l.ended.Load() {
			a, err := checksOut(client, l.shop.listen, fmt.Sprintf("crt_%s_%026d", market, i), "none", ticket)
			switch {
			case err != nil:
			case a.status == http.StatusServiceUnavailable && a.header.Get("Waiting-Ticket") != "":
				ticket = a.header.Get("Waiting-Ticket")
			case a.status == http.StatusServiceUnavailable, a.status == http.StatusTooManyRequests:
			default:
				l.grabbed.Add(1)
				return
			}
			l.rests(2 * time.Second)
		}
	})
}

var comesAgain = regexp.MustCompile(`data-again="(\d+)"`)

// waitsAsAPerson places an order as a browser without scripts does, and says what was wrong; "" for nothing.
func (l *line) person(t *testing.T, g goods) string {
	s, door := l.shop, l.shop.listen
	eventually(t, time.Minute, "others are there", func() bool { return l.let.Load() > 0 })
	client := clientAt(2)
	client.Jar, _ = cookiejar.New(nil)
	at, _ := url.Parse(door)
	client.Jar.SetCookies(at, []*http.Cookie{{Name: "cart", Value: s.cart(t, g.variantID, 1)}})
	sent, err := client.PostForm(door+"/checkout", url.Values{
		"key": {"one-of-its-own"}, "as": {""}, "name": {"Grace Hopper"}, "email": {"grace@example.org"},
		"note": {"Third floor"}, "window_id": {g.pickupID}, "payment": {"test:ok"},
	})
	if err != nil {
		return err.Error()
	}
	_ = sent.Body.Close()
	if sent.Header.Get("Location") != "/checkout/waiting" {
		return fmt.Sprintf("a person is answered with %d to %q", sent.StatusCode, sent.Header.Get("Location"))
	}
	for range 1000 {
		text, to, err := reads(client, door+"/checkout/waiting")
		switch again := comesAgain.FindStringSubmatch(text); {
		case err != nil:
			return err.Error()
		case strings.HasPrefix(to, "/orders/"):
			if text, _, err = reads(client, door+to); !strings.Contains(text, "Grace Hopper") {
				return fmt.Sprintf("of what was typed nothing is there: %v %s", err, text)
			}
			return ""
		case again == nil:
			return fmt.Sprintf("the page of who waits leads to %q: %s", to, text)
		default:
			wait, _ := strconv.Atoi(again[1])
			l.rests(time.Duration(wait) * time.Second)
		}
	}
	return "a person waits for ever"
}

// reads is a page, or where it leads.
func reads(client *http.Client, at string) (text, to string, err error) {
	page, err := client.Get(at)
	if err != nil {
		return "", "", err
	}
	defer func() { _ = page.Body.Close() }()
	raw, err := io.ReadAll(page.Body)
	return string(raw), page.Header.Get("Location"), err
}
