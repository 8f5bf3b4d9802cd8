package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/share"
)

// TestEveryRefusalSaysWhenToComeAgainAndAsksNobody walks all routes of a shop that has no place for anybody.
func TestEveryRefusalSaysWhenToComeAgainAndAsksNobody(t *testing.T) {
	s := edgetest.OpenWithin(t, server.Limits{})
	told := map[string]int{}
	for _, rt := range s.Routes {
		if rt.Plain != nil {
			continue
		}
		method, at, _ := strings.Cut(rt.Pattern, " ")
		at = strings.NewReplacer("{$}", "", "{", "", "}", "").Replace(at)
		answer, body := s.Send(t, edgetest.Call{Method: method, Path: at, Header: []string{
			"Sec-Fetch-Site", "same-origin", "Cookie", "session=operator", "Authorization", "Bearer operator",
		}})
		if rt.Waits && !strings.HasPrefix(at, "/api/") { // has a place in line instead
			if answer.StatusCode != http.StatusSeeOther {
				t.Errorf("%s: %d: %s", rt.Pattern, answer.StatusCode, body)
			}
			continue
		}
		wait, err := strconv.Atoi(answer.Header.Get("Retry-After"))
		if answer.StatusCode != http.StatusServiceUnavailable || err != nil || wait < 1 ||
			answer.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, Retry-After %q: %s", rt.Pattern, answer.StatusCode,
				answer.Header.Get("Retry-After"), body)
		}
		says := `"code":"overloaded"`
		if !strings.HasPrefix(at, "/api/") {
			says = fmt.Sprintf("Come back in %d second", wait)
		}
		if !strings.Contains(string(body), says) {
			t.Errorf("%s does not say %q: %s", rt.Pattern, says, body)
		}
		told[answer.Header.Get("Retry-After")]++
	}
	if len(told) < 3 {
		t.Errorf("they are told to come back together: %v", told)
	}
	s.Peers.Set(func(p *edgetest.Peers) {
		if len(p.Calls) != 0 {
			t.Errorf("services were asked before: %v", p.Calls)
		}
	})
}

// TestARefusalIsReadInItsOwnLanguage asks in two languages, again and again, of what is made once for each.
func TestARefusalIsReadInItsOwnLanguage(t *testing.T) {
	s := edgetest.OpenWithin(t, server.Limits{})
	for range 20 {
		for lang, says := range map[string]string{"de": "Einen Moment, bitte", "en": "One moment, please"} {
			_, body := s.Send(t, edgetest.Call{
				Method: "GET", Path: "/cart",
				Header: []string{"Accept-Language", lang},
			})
			if !strings.Contains(string(body), says) {
				t.Fatalf("in %s it says %s", lang, body)
			}
		}
	}
}

func TestNoHeaderSaysHowMuchARequestMatters(t *testing.T) {
	limits := server.DefaultLimits
	limits.Browsing = server.Cap{}
	s := edgetest.OpenWithin(t, limits)
	for _, header := range [][]string{
		{"Priority", "u=0"},
		{"X-Priority", "0"},
		{"X-Request-Priority", "critical"},
		{"Importance", "high"},
		{"X-Tier", "checkout"},
		{"Sec-Purpose", ""},
		{"Idempotency-Key", "a-key"},
	} {
		if got := status(t, s, edgetest.ListAt, header...); got != http.StatusServiceUnavailable {
			t.Errorf("with %v what has no place is answered with %d", header, got)
		}
	}
	answer, body := s.Send(t, edgetest.Call{
		Method: "POST", Path: edgetest.CheckoutAt, Body: edgetest.Buying,
		Header: append([]string{"Priority", "u=7, i", "X-Tier", "browse"}, edgetest.WithKey...),
	})
	if answer.StatusCode != http.StatusCreated {
		t.Errorf("a checkout that says it can wait is answered with %d %s", answer.StatusCode, body)
	}
}

// TestWhoIsRefusedKeepsTheConnection sends what has a body: to make a connection anew costs more than to
// refuse.
func TestWhoIsRefusedKeepsTheConnection(t *testing.T) {
	for name, limits := range map[string]server.Limits{
		"at the door":    {},
		"after the body": {Checkout: server.Cap{Running: 0, Waiting: 1, Patience: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			s := edgetest.OpenWithin(t, limits)
			for size, kept := range map[int]bool{0: true, 1 << 18: name != "at the door"} {
				answer, _ := s.Send(t, edgetest.Call{
					Method: "POST", Path: edgetest.CheckoutAt, Header: edgetest.WithKey,
					Body: edgetest.Buying + strings.Repeat(" ", size),
				})
				if answer.StatusCode != http.StatusServiceUnavailable || answer.Close == kept {
					t.Errorf("%d more bytes are answered with %d, and the connection is ended: %v", size,
						answer.StatusCode, answer.Close)
				}
			}
		})
	}
}

// TestOneClientHasAPartOfWhatTheMachineCanDo asks for much at once while there are eight places only.
func TestOneClientHasAPartOfWhatTheMachineCanDo(t *testing.T) {
	limits := server.DefaultLimits
	limits.Bounds = share.Bounds{Least: 8, First: 8, Most: 8}
	s := openStreetWithin(t, limits)
	release := s.Peers.Suspend("GetCart")
	var all sync.WaitGroup
	defer all.Wait()
	defer release()
	call := edgetest.Call{Method: "GET", Path: "/api/v1/carts/" + edgetest.GuestCart}
	const most = 8 / server.OfOne
	var refused atomic.Int64
	for range 100 {
		all.Go(func() {
			if got, _ := s.as(t, stranger, call); got == http.StatusTooManyRequests {
				refused.Add(1)
			}
		})
	}
	until(t, func() bool { return s.Peers.Count("GetCart") >= most && refused.Load() > 0 })
	if got := server.Running(s.Front, web.Carting); got != most {
		t.Errorf("%d of one client's are worked on, %d may be", got, most)
	}
	all.Go(func() { s.as(t, honest, call) })
	until(t, func() bool { return s.Peers.Count("GetCart") == most+1 })
}

func TestWhatIsShedIsCountedByTier(t *testing.T) {
	limits := server.DefaultLimits
	limits.Carting = server.Cap{}
	s := edgetest.OpenWithin(t, limits)
	for range 3 {
		status(t, s, "/cart")
	}
	registry := prometheus.NewRegistry()
	if err := s.Front.Register(registry); err != nil {
		t.Fatal(err)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			if labels := m.GetLabel(); len(labels) > 0 {
				name += " " + labels[0].GetValue()
			}
			got[name] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	for name, want := range map[string]float64{
		"artisan_admission_limit":           float64(server.DefaultLimits.Bounds.First),
		"artisan_admission_shed_total cart": 3, "artisan_admission_shed_total checkout": 0,
		"artisan_admission_in_use browse": 0, "artisan_admission_waiting under_way": 0,
	} {
		if have, ok := got[name]; !ok || have != want {
			t.Errorf("%s is %v, want %v", name, have, want)
		}
	}
}

// BenchmarkRefusal is what it costs to send one away: of a program, of a person, and over HTTP beside a bare
// handler that says the same, with what it took of the CPU, the client's part included.
func BenchmarkRefusal(b *testing.B) {
	s := edgetest.OpenWithin(b, server.Limits{})
	const api = "/api/v1/carts/" + edgetest.GuestCart
	b.Run("program", func(b *testing.B) { inProcess(b, s.Front, api) })
	b.Run("page", func(b *testing.B) { inProcess(b, s.Front, "/cart") })
	b.Run("over HTTP", func(b *testing.B) { spending(b, func() { overHTTP(b, s.Front, api) }) })
	said := httptest.NewRecorder()
	s.Front.ServeHTTP(said, httptest.NewRequest(http.MethodGet, api, nil))
	b.Run("over HTTP, bare", func(b *testing.B) {
		spending(b, func() {
			overHTTP(b, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for name, values := range said.Header() {
					w.Header()[name] = values
				}
				w.WriteHeader(said.Code)
				_, _ = w.Write(said.Body.Bytes())
			}), api)
		})
	})
}

// spending reports what was taken of the CPU, each time.
func spending(b *testing.B, do func()) {
	b.Helper()
	spent := func() float64 {
		var u syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		return float64(u.Utime.Sec+u.Stime.Sec)*1e6 + float64(u.Utime.Usec+u.Stime.Usec)
	}
	before := spent()
	do()
	b.ReportMetric((spent()-before)/float64(b.N), "µs-cpu/op")
}

// sink is a response that nobody reads.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }
func (s *sink) WriteHeader(int)             {}
