package e2e

import (
	"bufio"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// figure sums a replica's metrics that begin like one of these.
func (s *shop) figure(t *testing.T, replica string, begins ...string) (sum int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		fmt.Sprintf("http://127.0.0.1:%d/metrics", s.ports["admin "+replica]), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.figures)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	found := false
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		line := lines.Text()
		if !slices.ContainsFunc(begins, func(b string) bool { return strings.HasPrefix(line, b) }) {
			continue
		}
		n, err := strconv.ParseFloat(line[strings.LastIndex(line, " ")+1:], 64)
		if err != nil {
			t.Fatal(err)
		}
		sum, found = sum+int(n), true
	}
	if !found && strings.HasPrefix(begins[0], "artisan_valkey") {
		t.Fatalf("%s has no figure %s (%d)", replica, begins, answer.StatusCode)
	}
	return sum
}

// asksCatalog is how often a front door has asked the catalogue.
func (s *shop) asksCatalog(t *testing.T, door string) int {
	t.Helper()
	return s.figure(t, door, `artisan_peer_calls_total{outcome="ok",peer="catalog"}`)
}

// usesValkey waits until a front door asks Valkey.
func (s *shop) usesValkey(t *testing.T, door string) {
	t.Helper()
	eventually(t, time.Minute, door+" asks Valkey", func() bool {
		return s.figure(t, door, "artisan_valkey_usable") == 1
	})
}

// opens asks for a page at a front door, which has to give it.
func (s *shop) opens(t *testing.T, door, path string) {
	t.Helper()
	if status, page := s.at(t, door, http.MethodGet, path, "", "", nil); status != http.StatusOK {
		t.Errorf("%s answers %s with %d %s", door, path, status, page)
	}
}

// startsWarm asks a front door that has just started for what the other has, and gives.
func startsWarm(t *testing.T, s *shop) {
	g := s.stock(5, 5)
	paths := []string{
		"/m/" + market, "/m/" + market + "/products", "/p/" + g.productID, "/api/v1/markets",
		"/api/v1/products?market=" + market, "/api/v1/products/" + g.productID,
		"/api/v1/producers?market=" + market, "/api/v1/producers/" + g.producerID,
	}
	warm, fresh := "edge", second("edge")
	s.usesValkey(t, warm)
	s.killOne(fresh)
	s.start()
	s.usesValkey(t, fresh)
	tries := 0
	for _, path := range paths {
		// on a slow machine what is there may be two seconds old before the second asks: then once more
		eventually(t, time.Minute, "the other is given "+path, func() bool {
			tries++
			s.opens(t, warm, path)
			asked, given := s.asksCatalog(t, fresh), s.given(t, fresh)
			s.opens(t, fresh, path)
			if s.given(t, fresh) == given {
				return false
			}
			if n := s.asksCatalog(t, fresh) - asked; n != 0 {
				t.Errorf("it is given %s, and asks the catalogue %d times", path, n)
			}
			return true
		})
	}
	t.Logf("a front door that has just started is given %d pages by the other in %d tries, and asks the "+
		"catalogue for none of them", len(paths), tries)
	missesTogether(t, s)
}

// given is how often a front door was given a page that the other has made.
func (s *shop) given(t *testing.T, door string) int {
	t.Helper()
	return s.figure(t, door, `artisan_cache_second_total{outcome="young"}`)
}

// missesTogether asks both front doors at once for what neither has.
func missesTogether(t *testing.T, s *shop) {
	const searches = 10
	doors := []string{"edge", second("edge")}
	list := func(word string) string { return "/api/v1/products?market=" + market + "&q=" + word }
	both := func() int { return s.asksCatalog(t, doors[0]) + s.asksCatalog(t, doors[1]) }
	alone := both()
	s.opens(t, doors[0], list("alone"))
	each, before := both()-alone, both()
	for n := range searches {
		var all sync.WaitGroup
		for _, door := range doors {
			for range 4 {
				all.Go(func() { s.opens(t, door, list(fmt.Sprint("word", n))) })
			}
		}
		all.Wait()
	}
	asked := both() - before
	t.Logf("two front doors that lack %d lists at once ask the catalogue %d times; one list takes %d", searches,
		asked, each)
	if asked > each*searches*5/4 || each == 0 {
		t.Errorf("they ask the catalogue %d times for %d lists", asked, searches)
	}
}

const (
	// browsers are how many read at once, at both front doors.
	browsers = 4
	// inVain is how many calls in a row go without an answer until nobody asks: see valkey.
	inVain = 5
)

// losesValkey kills Valkey while pages are read, begins it again, and stops it where it is. Each page is
// given, and hardly any waits.
func losesValkey(t *testing.T, s *shop) {
	g := s.stock(5, 5)
	doors := []string{"edge", second("edge")}
	var pages, over atomic.Int64
	var all sync.WaitGroup
	for n := range browsers {
		all.Go(func() {
			for k := n; over.Load() == 0; k++ {
				s.opens(t, doors[k%2], []string{
					"/m/" + market, "/p/" + g.productID,
					fmt.Sprintf("/api/v1/products?market=%s&q=%d-%d", market, n, k),
				}[k%3])
				pages.Add(1)
			}
		})
	}
	defer all.Wait()
	defer over.Store(1)
	more := func(n int64) {
		t.Helper()
		from := pages.Load()
		eventually(t, time.Minute, fmt.Sprint(n, " more pages"),
			func() bool { return pages.Load() >= from+n })
	}
	for _, harm := range []struct {
		name        string
		does, mends func()
	}{{"killed", s.valkey.Kill, s.valkey.Begin}, {"stopped where it is", s.valkey.Hold, s.valkey.Go}} {
		late := map[string]int{}
		for _, door := range doors {
			s.usesValkey(t, door)
			late[door] = s.figure(t, door, `artisan_valkey_calls_total{outcome="late"}`)
		}
		begun := pages.Load()
		harm.does()
		more(300)
		for _, door := range doors {
			eventually(t, time.Minute, door+" asks nobody", func() bool {
				return s.figure(t, door, "artisan_valkey_usable") == 0
			})
			waited := s.figure(t, door, `artisan_valkey_calls_total{outcome="late"}`) - late[door]
			t.Logf("Valkey is %s: at %s %d calls waited in vain, of %d pages", harm.name, door, waited,
				pages.Load()-begun)
			if waited > inVain+2*browsers { // whoever was asking, and what was being put there
				t.Errorf("Valkey is %s: at %s %d calls waited in vain", harm.name, door, waited)
			}
		}
		harm.mends()
		for _, door := range doors {
			s.usesValkey(t, door)
			answered := s.figure(t, door, `artisan_valkey_calls_total{outcome="answered"}`)
			eventually(t, time.Minute, door+" is answered again", func() bool {
				return s.figure(t, door, `artisan_valkey_calls_total{outcome="answered"}`) > answered
			})
		}
		more(50)
	}
}
