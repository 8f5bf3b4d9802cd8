package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/quick"
)

const (
	attackWorkers = 8
	honestAlone   = 30 // each from an address of its own
	honestAtOne   = 20 // all from one address
	scarcePlaces  = 60 // of each of the windows
	scarceWindows = 4
	scarcePieces  = 600
)

// TestOneClientWithInventedAddressesTakesNothing has one client order with invented e-mail addresses as fast
// as it can, to pay on pickup, while fifty people order the same goods in the same windows and follow their
// links, twenty of them behind one address.
func TestOneClientWithInventedAddressesTakesNothing(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *shop) {
		g := s.stock(scarcePieces, 1)
		var windows []string
		for range scarceWindows {
			windows = append(windows, s.addWindow("pickup", scarcePlaces))
		}
		letters := s.reads(t)
		orders := int64(quick.Of(t, 848, 150, "invented orders"))
		attack := s.attacks(t, g, windows, orders)
		var all sync.WaitGroup
		var confirmed atomic.Int64
		for i := range honestAlone + honestAtOne {
			from := fmt.Sprint("127.0.0.", 100+max(0, i-honestAtOne))
			all.Go(func() {
				if s.ordersHonestly(t, from, fmt.Sprintf("person%d@honest.example", i), g,
					windows[i%scarceWindows], letters) {
					confirmed.Add(1)
				}
			})
		}
		all.Wait()
		placed := attack.wait()
		if confirmed.Load() != honestAlone+honestAtOne {
			t.Errorf("%d of %d honest orders are confirmed", confirmed.Load(), honestAlone+honestAtOne)
		}
		if placed < orders/2 {
			t.Errorf("the attack placed %d orders only: this proves too little", placed)
		}
		for _, service := range []string{"inventory", "delivery"} {
			eventually(t, 20*time.Second, service+" has what the honest ordered",
				func() bool { return s.holdsIn(t, service, "kept") == confirmed.Load() })
			if held := s.holdsIn(t, service, "held"); held > 5 {
				t.Errorf("%s holds something for %d orders of the attack", service, held)
			}
		}
	})
}

// holdsIn counts the holds of a service that are in a state.
func (s *shop) holdsIn(t testing.TB, service, state string) (n int64) {
	t.Helper()
	s.query(t, service, "SELECT COUNT(*) FROM holds WHERE state = '"+state+"'", &n)
	return n
}

// attack is orders on their way.
type attack struct {
	all    sync.WaitGroup
	placed atomic.Int64
}

func (a *attack) wait() int64 {
	a.all.Wait()
	return a.placed.Load()
}

// attacks begins to order with invented addresses, all from one client. What the shop refuses is not tried
// again.
func (s *shop) attacks(t *testing.T, g goods, windows []string, orders int64) *attack {
	a := &attack{}
	from := s.from("127.0.0.66")
	var next atomic.Int64
	for range attackWorkers {
		a.all.Go(func() {
			for n := next.Add(1); n <= orders; n = next.Add(1) {
				got, err := from.pickup(fmt.Sprintf("invented%d@nowhere.example", n), g,
					windows[n%scarceWindows])
				if err != nil {
					t.Error(err)
					return
				}
				if got.status == http.StatusAccepted || got.status == http.StatusCreated {
					a.placed.Add(1)
				}
			}
		})
	}
	return a
}

// ordersHonestly orders as somebody at a network address, and follows the link of the letter. It reports
// whether that went well.
func (s *shop) ordersHonestly(
	t *testing.T, address, email string, g goods, windowID string, letters *letters,
) bool {
	from := s.from(address)
	got, err := from.pickup(email, g, windowID)
	if err != nil || got.status != http.StatusAccepted || got.body.str("status") != "awaiting_confirmation" {
		t.Errorf("%s is answered %d %s (%v)", email, got.status, got.raw, err)
		return false
	}
	link := letters.wait(t, email)
	at, err := url.Parse(link)
	if err != nil || link == "" {
		t.Errorf("%s has no link: %q", email, link)
		return false
	}
	for _, want := range []string{"", "confirmed already"} { // the second click says that it is
		page := from.opens(t, link)
		if !strings.Contains(page, want) {
			t.Errorf("the page of the link does not say %q", want)
		}
		if err := from.confirms(at); err != nil {
			t.Errorf("%s: %v", email, err)
			return false
		}
	}
	order, err := from.ask("GET", "/orders/"+got.body.str("id"), nil, "Authorization", "Bearer "+
		got.body.str("access_token"))
	if err != nil || order.body.str("status") != "confirmed" {
		t.Errorf("%s follows the link, and the order is %s (%v)", email, order.raw, err)
	}
	return err == nil && order.body.str("status") == "confirmed"
}

// client is somebody at a network address of this machine.
type client struct {
	shop *shop
	web  *http.Client
}

func (s *shop) from(address string) client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	web := &http.Client{
		Timeout:       60 * time.Second,
		Transport:     &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: attackWorkers},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s.t.Cleanup(web.CloseIdleConnections)
	return client{s, web}
}

// ask is shop.ask from the client's address.
func (c client) ask(method, path string, body any, headers ...string) (a answer, err error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return a, err
	}
	request, err := http.NewRequest(method, c.shop.listen+"/api/v1"+path, bytes.NewReader(raw))
	if err != nil {
		return a, err
	}
	if body == nil {
		request.Body, request.ContentLength = http.NoBody, 0
	} else {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := c.web.Do(request)
	if err != nil {
		return a, err
	}
	defer func() { _ = response.Body.Close() }()
	a = answer{status: response.StatusCode, header: response.Header}
	if a.raw, err = io.ReadAll(response.Body); err == nil {
		_ = json.Unmarshal(a.raw, &a.body)
	}
	return a, err
}

// pickup orders one piece, to pay when it is picked up.
func (c client) pickup(email string, g goods, windowID string) (answer, error) {
	cart, err := c.ask("POST", "/carts", object{"market": market})
	if err != nil || cart.status != http.StatusCreated {
		return cart, err
	}
	id := cart.body.str("id")
	if line, err := c.ask("PUT", "/carts/"+id+"/lines/"+g.variantID, object{"quantity": 1}); err != nil ||
		line.status != http.StatusOK {
		return line, err
	}
	return c.ask("POST", "/carts/"+id+"/checkout", object{
		"email": email, "name": "Somebody", "window_id": windowID, "payment": object{"method": "pickup"},
	}, "Idempotency-Key", "once")
}

// opens reads a page.
func (c client) opens(t testing.TB, link string) string {
	t.Helper()
	response, err := c.web.Get(link)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("%s: %d (%v)", link, response.StatusCode, err)
	}
	return string(text)
}

// confirms presses the button of the page that a letter leads to.
func (c client) confirms(link *url.URL) error {
	response, err := c.web.PostForm(c.shop.listen+link.Path, url.Values{"token": {link.Query().Get("token")}})
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusSeeOther {
		text, _ := io.ReadAll(response.Body)
		return fmt.Errorf("the link is answered %d %s", response.StatusCode, text)
	}
	return nil
}

// letters are the links of the mailbox by address.
type letters struct {
	mu    sync.Mutex
	links map[string]string
}

// reads reads the mailbox until the test ends.
func (s *shop) reads(t *testing.T) *letters {
	l := &letters{links: map[string]string{}}
	mailbox := notifyv1connect.NewNotifyServiceClient(s.client("notify"))
	ctx, stop := context.WithCancel(t.Context())
	var reading sync.WaitGroup
	reading.Go(func() {
		for ctx.Err() == nil {
			l.read(ctx, mailbox)
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
	t.Cleanup(func() { stop(); reading.Wait() })
	return l
}

var confirmLink = regexp.MustCompile(`http\S+/orders/\S+/confirm\?token=[\w-]+`)

func (l *letters) read(ctx context.Context, mailbox notifyv1connect.NotifyServiceClient) {
	for cursor := ""; ; {
		page, err := mailbox.ListMessages(ctx, &notifyv1.ListMessagesRequest{Limit: 200, Cursor: cursor})
		if err != nil {
			return
		}
		l.mu.Lock()
		for _, m := range page.GetMessages() {
			if link := confirmLink.FindString(m.GetText()); link != "" {
				l.links[m.GetTo()] = link
			}
		}
		l.mu.Unlock()
		if cursor = page.GetNextCursor(); cursor == "" {
			return
		}
	}
}

// wait is the link that somebody was mailed.
func (l *letters) wait(t *testing.T, email string) (link string) {
	for end := time.Now().Add(time.Minute); link == "" && time.Now().Before(end) &&
		t.Context().Err() == nil; time.Sleep(50 * time.Millisecond) {
		l.mu.Lock()
		link = l.links[email]
		l.mu.Unlock()
	}
	return link
}
