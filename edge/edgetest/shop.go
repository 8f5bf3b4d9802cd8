package edgetest

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/artisan-eats/artisan/edge"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/edge/web"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

// Shop is a front door before canned peers, with a clock that stands still.
type Shop struct {
	*httptest.Server
	Front *server.Server
	// Routes are what it serves, of which site.
	Routes  []web.Route
	Site    *web.Site
	Peers   *Peers
	Clock   *hosttest.Clock
	Process *host.Process
	// Serving is how many requests are being answered.
	Serving atomic.Int64
}

// Open is a shop with the usual limits.
func Open(t testing.TB, options ...func(*host.Config)) *Shop {
	t.Helper()
	return OpenWithin(t, server.DefaultLimits, options...)
}

// OpenWithin is a shop with limits of one's own.
func OpenWithin(t testing.TB, limits server.Limits, options ...func(*host.Config)) *Shop {
	t.Helper()
	s := &Shop{
		Peers: &Peers{
			Faults: map[string]error{}, Calls: map[string]int{}, block: map[string]chan struct{}{},
			Last:  map[string]any{},
			Stock: map[string]int64{Wheel: 12000, Slice: 3250}, Quoted: 2400, Bell: make(chan struct{}),
		},
		Clock: hosttest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)),
	}
	front := func(h *host.Host) (err error) {
		if err = s.opens(h, limits); err != nil {
			return err
		}
		h.ServePublic(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.Serving.Add(1)
			defer s.Serving.Add(-1)
			s.Front.ServeHTTP(w, r)
		}))
		return s.Front.Register(h.Metrics())
	}
	services := s.Peers.services()
	for i, service := range services {
		services[i].New = func(h *host.Host) error {
			s.Peers.addTroubles(h)
			s.Peers.addLog(h)
			return service.New(h)
		}
	}
	services = append(services, edge.Room().With(front))
	s.Process = hosttest.Open(t, sqldb.SQLite, services,
		append(options, func(c *host.Config) { c.Now = s.Clock.Now })...)
	s.Server = httptest.NewServer(s.Front)
	t.Cleanup(s.Close)
	return s
}

// opens makes the front door of a host.
func (s *Shop) opens(h *host.Host, limits server.Limits) (err error) {
	if s.Site, err = edge.NewSite(h); err != nil {
		return err
	}
	s.Routes = edge.Routes(s.Site)
	s.Front, err = server.New(s.Site, limits, s.Routes)
	return err
}

// Request is a call as it is sent.
func (s *Shop) Request(t testing.TB, c Call) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), c.Method, s.URL+c.Path, strings.NewReader(c.Body))
	if err != nil {
		t.Fatal(err)
	}
	if c.Body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(c.Header); i += 2 {
		r.Header.Set(c.Header[i], c.Header[i+1])
	}
	return r
}

var browser = &http.Client{CheckRedirect: func(*http.Request,
	[]*http.Request,
) error {
	return http.ErrUseLastResponse
}}

// Send makes a call and reads its answer whole.
func (s *Shop) Send(t testing.TB, c Call) (*http.Response, []byte) {
	t.Helper()
	answer, err := browser.Do(s.Request(t, c))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, body
}

// Post sends a form as it is, with headers of one's own.
func (s *Shop) Post(t *testing.T, path, kind, body string, header ...string) *View {
	t.Helper()
	answer, text := s.Send(t, Call{ //nolint:bodyclose // Send closes it
		Method: http.MethodPost, Path: path, Body: body,
		Header: append([]string{"Sec-Fetch-Site", "same-origin", "Content-Type", kind}, header...),
	})
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return &View{Status: answer.StatusCode, Header: answer.Header, Root: root, Cookies: answer.Cookies()}
}

// FormType is how browsers send forms without files.
const FormType = "application/x-www-form-urlencoded"

// Awaits makes the order that is there one that is not confirmed yet; at half past two in Portland its time
// is over.
func (s *Shop) Awaits(holds, queued bool) {
	until := time.Date(2026, 11, 20, 22, 30, 0, 0, time.UTC).UnixMilli()
	s.Peers.Set(func(p *Peers) {
		p.Order = func(o *orderingv1.Order) {
			o.Status, o.ConfirmedAt, o.PaymentMethod, o.ConfirmBy, o.Queued = state.OrderAwaitingConfirmation,
				0, "pickup", until, queued
			if holds {
				o.HoldsUntil = until
			}
		}
	})
}

// Declare has the basket's line and the order's say something of allergens.
func (s *Shop) Declare(codes []string, stated *bool) {
	s.Peers.Set(func(p *Peers) {
		p.Cart = func(c *orderingv1.Cart) { c.Lines[0].Allergens, c.Lines[0].AllergensStated = codes, stated }
		p.Order = func(o *orderingv1.Order) {
			o.Lines[0].Allergens, o.Lines[0].AllergensStated = codes,
				stated
		}
	})
}

// AsOperator opens a page of the operator's desk, or posts a form to it.
func (s *Shop) AsOperator(t *testing.T, path string, form url.Values) *View {
	t.Helper()
	return s.Open(t, path, "session=operator", form)
}

// Listen opens the news of an order.
func (s *Shop) Listen(t *testing.T, cookie string) (*http.Response, *bufio.Scanner) {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	t.Cleanup(leave)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+OrderAt+"/events?version=-1",
		http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Cookie", cookie)
	answer, err := s.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer, bufio.NewScanner(answer.Body)
}

// NextLine reads up to a line that begins so.
func NextLine(t *testing.T, lines *bufio.Scanner, prefix string) string {
	t.Helper()
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), prefix) {
			return lines.Text()
		}
	}
	t.Fatalf("the news end before %q", prefix)
	return ""
}

// Press sends a card's form as the page's script does.
func (s *Shop) Press(t *testing.T, cookie string, form url.Values) *View {
	t.Helper()
	form.Set("from", "card")
	answer, body := s.Send(t, Call{ //nolint:bodyclose // Send closes it
		Method: http.MethodPost, Path: "/cart/lines", Body: form.Encode(),
		Header: []string{
			"Cookie", cookie, "Sec-Fetch-Site", "same-origin", "HX-Request", "true",
			"Content-Type", "application/x-www-form-urlencoded",
		},
	})
	root, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	return &View{Status: answer.StatusCode, Header: answer.Header, Root: root, Cookies: answer.Cookies()}
}

// Upload posts a form with a file, or without one where it has no name.
func (s *Shop) Upload(t *testing.T, path, cookie string, form url.Values, name string, content []byte) *View {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field := range form {
		if err := w.WriteField(field, form.Get(field)); err != nil {
			t.Fatal(err)
		}
	}
	if name != "" {
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(content)
	}
	_ = w.Close()
	answer, page := s.Send(t, Call{ //nolint:bodyclose // Send closes it
		Method: http.MethodPost, Path: path, Body: body.String(),
		Header: []string{
			"Cookie", cookie, "Sec-Fetch-Site", "same-origin", "Content-Type",
			w.FormDataContentType(),
		},
	})
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return &View{Status: answer.StatusCode, Header: answer.Header, Root: root, Cookies: answer.Cookies()}
}

// Chooses follows an address by which something is chosen. It gives where that leads, and the visit's cookie
// from then on.
func (s *Shop) Chooses(t *testing.T, at, visit string) (to, after string) {
	t.Helper()
	v := s.Open(t, at, visit, nil)
	to, after = v.Header.Get("Location"), visit
	if v.Status != http.StatusSeeOther || strings.Contains(to, web.ChosenParam) ||
		v.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s is answered with %d to %s, %s", at, v.Status, to, v.Header.Get("Cache-Control"))
	}
	for _, c := range v.Cookies {
		if after = c.Name + "=" + c.Value; c.MaxAge != 0 {
			after = ""
		}
		if !c.HttpOnly || c.MaxAge > 0 {
			t.Errorf("%s sets %v", at, c)
		}
	}
	return to, after
}

// Stale makes every session one that has shown who has it eleven minutes ago.
func (s *Shop) Stale(factors ...string) {
	s.Peers.Set(func(p *Peers) {
		p.Session = func(a *identityv1.GetSessionResponse) {
			a.SteppedUpUntil, a.Factors, a.TwoFactors = s.Clock.Now().Add(-time.Minute).UnixMilli(), factors,
				len(factors) > 0
		}
	})
}

// Open gets a page, or posts a form to it.
func (s *Shop) Open(t testing.TB, path, cookie string, form url.Values) *View {
	t.Helper()
	c := Call{
		Method: http.MethodGet, Path: path,
		Header: []string{"Cookie", cookie, "Sec-Fetch-Site", "same-origin"},
	}
	if form != nil {
		c.Method, c.Body = http.MethodPost, form.Encode()
		c.Header = append(c.Header, "Content-Type", "application/x-www-form-urlencoded")
	}
	answer, body := s.Send(t, c) //nolint:bodyclose // Send closes it
	root, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	return &View{Status: answer.StatusCode, Header: answer.Header, Root: root, Cookies: answer.Cookies()}
}
