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

// Of waitingTimes as many visitors as are let in, each has an address of its own and comes back as it is told.
const waitingTimes = 20

// TestTwentyTimesAsManyWaitInLine has a front door that lets in five checkouts a second, and 20 times as many
// who come; one client among them asks for a thousand places.
func TestTwentyTimesAsManyWaitInLine(t *testing.T) {
	s := closed(t, one, sqldb.SQLite)
	s.env = append(s.env, "ARTISAN_CHECKOUTS_A_SECOND=5", "ARTISAN_TRUSTED_PROXIES=none")
	s.start()
	waitsInLine(t, s, 5, true)
}

// TestTheLineIsOneAcrossReplicas is the same at two front doors behind HAProxy, which sends who waits to
// either.
func TestTheLineIsOneAcrossReplicas(t *testing.T) {
	haproxy(t)
	s := closed(t, twice, sqldb.Postgres)
	s.env = append(s.env, "ARTISAN_CHECKOUTS_A_SECOND=3")
	s.start()
	waitsInLine(t, s, 6, false)
}

// inLine is a visitor.
type inLine struct {
	cart, ticket string
	came, let    time.Time
	told         int // seconds
	err          error
}

func waitsInLine(t *testing.T, s *shop, rate int, greedy bool) {
	seconds := quick.Usually(t, 300, 15, 10, "seconds of a waiting room")
	g := s.stock(1_000_000, 100_000)
	line := make([]inLine, waitingTimes*rate*seconds)
	side(len(line), 32, func(i int) { line[i].cart = s.cart(t, g.variantID, 1) })
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	var all sync.WaitGroup
	var grabbed atomic.Int64
	if greedy {
		all.Go(func() { s.grabs(1000, end, &grabbed) })
	}
	person := make(chan string, 1)
	all.Go(func() { person <- s.waitsAsAPerson(t, g, end) })
	begun := time.Now()
	for i := range line {
		time.Sleep(time.Until(begun.Add(time.Duration(i) * time.Second / time.Duration(waitingTimes*rate))))
		all.Go(func() { line[i].waits(s, g.pickupID, i, end) })
	}
	all.Wait()
	checkLine(t, line, rate, seconds)
	if told := <-person; told != "" {
		t.Error(told)
	}
	if got := grabbed.Load(); got > 16+3 {
		t.Errorf("one client had %d of its thousand places", got)
	}
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

func (s *shop) checksOut(client *http.Client, cart, window, ticket string) (a answer, err error) {
	body := fmt.Sprintf(`{"email": "ada@example.org", "name": "Ada Lovelace", "window_id": %q, `+
		`"payment": {"method": "test", "token": "ok"}}`, window)
	request, err := http.NewRequest(http.MethodPost, s.listen+"/api/v1/carts/"+cart+"/checkout",
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

// waits comes, and comes back as it is told, until it has an order or the time is over.
func (v *inLine) waits(s *shop, window string, n int, end time.Time) {
	client := clientAt(256 + n)
	for v.came = time.Now(); time.Now().Before(end); {
		a, err := s.checksOut(client, v.cart, window, v.ticket)
		switch {
		case err != nil:
			v.err = err
			return
		case a.status == http.StatusCreated:
			v.let = time.Now()
			return
		case a.status != http.StatusServiceUnavailable || a.header.Get("Waiting-Ticket") == "":
			v.err = fmt.Errorf("it is answered with %d %s", a.status, a.raw)
			return
		}
		v.ticket = a.header.Get("Waiting-Ticket")
		if v.told, err = strconv.Atoi(a.header.Get("Retry-After")); err != nil {
			v.err = err
			return
		}
		time.Sleep(time.Duration(v.told) * time.Second)
	}
}

// checkLine fails where somebody was let in long after who came later, or is lost, or where it is not so many
// a second who are let in.
func checkLine(t *testing.T, line []inLine, rate, seconds int) {
	t.Helper()
	let, overtaken := 0, 0
	var first time.Time // that one was let in of those who came later
	for _, v := range slices.Backward(line) {
		if v.err != nil {
			t.Fatal(v.err)
		}
		if v.let.IsZero() && v.ticket == "" {
			t.Error("somebody is lost")
		}
		late := v.let.Sub(first)
		if v.let.IsZero() {
			late = time.Duration(seconds)*time.Second - first.Sub(line[0].came)
		}
		if !first.IsZero() && late > 8*time.Second {
			overtaken++
		}
		if v.let.IsZero() {
			continue
		}
		if let++; first.IsZero() || v.let.Before(first) {
			first = v.let
		}
	}
	t.Logf("of %d who came in %d s %d were let in, %d a second may be; %d were overtaken", len(line), seconds, let,
		rate, overtaken)
	if let > rate*seconds*5/4+2*rate || let < rate*seconds/2 {
		t.Errorf("%d were let in", let)
	}
	if overtaken > 0 {
		t.Errorf("%d were let in more than 8 s after somebody who came later", overtaken)
	}
}

// grabs asks for so many places from one address, and comes back with all of them.
func (s *shop) grabs(places int, end time.Time, had *atomic.Int64) {
	side(places, 16, func(i int) {
		client, ticket := clientAt(1), ""
		for time.Now().Before(end) {
			a, err := s.checksOut(client, fmt.Sprintf("crt_%s_%026d", market, i), "none", ticket)
			if err == nil && a.status != http.StatusServiceUnavailable && a.status != http.StatusTooManyRequests {
				had.Add(1)
				return
			}
			if err != nil || a.status == http.StatusTooManyRequests {
				return
			}
			if ticket == "" && i < places-16 { // on to the next place
				return
			}
			ticket = a.header.Get("Waiting-Ticket")
			time.Sleep(time.Second)
		}
	})
}

var comesAgain = regexp.MustCompile(`data-again="(\d+)"`)

// waitsAsAPerson places an order as a browser without scripts does, and says what was wrong; "" for nothing.
func (s *shop) waitsAsAPerson(t *testing.T, g goods, end time.Time) string {
	time.Sleep(300 * time.Millisecond) // others are there before
	client := clientAt(2)
	client.Jar, _ = cookiejar.New(nil)
	at, _ := url.Parse(s.listen)
	client.Jar.SetCookies(at, []*http.Cookie{{Name: "cart", Value: s.cart(t, g.variantID, 1)}})
	sent, err := client.PostForm(s.listen+"/checkout", url.Values{
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
	looked := 0
	for ; time.Now().Before(end.Add(5 * time.Second)); looked++ {
		page, err := client.Get(s.listen + "/checkout/waiting")
		if err != nil {
			return err.Error()
		}
		text, _ := io.ReadAll(page.Body)
		_ = page.Body.Close()
		if to := page.Header.Get("Location"); strings.HasPrefix(to, "/orders/") {
			return ""
		}
		again := comesAgain.FindSubmatch(text)
		if page.StatusCode != http.StatusOK || again == nil {
			return fmt.Sprintf("the page of who waits is %d: %s", page.StatusCode, text)
		}
		wait, _ := strconv.Atoi(string(again[1]))
		time.Sleep(time.Duration(wait) * time.Second)
	}
	t.Logf("a person still waits after looking %d times", looked)
	return ""
}
