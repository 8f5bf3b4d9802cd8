package edge

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// freeFrom is what the last list that was asked for leaves out, and of which day it is.
func (s *Shop) freeFrom() string {
	r := s.peers.last["ListProducts"].(*catalogv1.ListProductsRequest)
	return strings.Join(r.GetAllergenFree(), ",") + " " + r.GetGoodOn()
}

func TestWhatIsChosenIsRememberedForTheVisit(t *testing.T) {
	s := openShop(t, DefaultLimits)
	to, visit := s.chooses(t, "/m/portland/products?chosen=1&allergen_free=egg&day=2026-11-21&sort=", "")
	if to != "/m/portland/products?allergen_free=egg&day=2026-11-21" ||
		visit != "visit=allergen_free=egg&day=2026-11-21" {
		t.Fatalf("it leads to %s with %s", to, visit)
	}
	v := s.open(t, "/m/portland/products?q=bread", visit, nil)
	if s.freeFrom() != "egg 2026-11-21" || v.header.Get("Cache-Control") != "private, max-age=0" ||
		len(v.cookies) != 0 {
		t.Errorf("a search leaves out %q, %s", s.freeFrom(), v.header.Get("Cache-Control"))
	}
	v.says(t, http.StatusOK, "No egg ×", "Sat, Nov 21 ×")
	s.open(t, "/m/portland/products?q=rye&allergen_free=milk&day=2026-11-28", visit, nil)
	if s.freeFrom() != "milk,egg 2026-11-28" {
		t.Errorf("an address that says something itself leaves out %q", s.freeFrom())
	}
}

// chooses follows an address by which something is chosen. It gives where that leads, and the visit's cookie
// from then on.
func (s *Shop) chooses(t *testing.T, at, visit string) (to, after string) {
	t.Helper()
	v := s.open(t, at, visit, nil)
	to, after = v.header.Get("Location"), visit
	if v.status != http.StatusSeeOther || strings.Contains(to, web.ChosenParam) ||
		v.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s is answered with %d to %s, %s", at, v.status, to, v.header.Get("Cache-Control"))
	}
	for _, c := range v.cookies {
		if after = c.Name + "=" + c.Value; c.MaxAge != 0 {
			after = ""
		}
		if !c.HttpOnly || c.MaxAge > 0 {
			t.Errorf("%s sets %v", at, c)
		}
	}
	return to, after
}

func TestOnlyWhatWasSeenChosenIsRemoved(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for asked, want := range map[string]string{
		"chosen=1": "visit=allergen_free=egg%2Cmilk", // "see everything"
		// a tab from before
		"chosen=1&allergen_free=nuts&day=2026-11-28":                     "visit=allergen_free=egg%2Cmilk%2Cnuts&day=2026-11-28",
		"chosen=1&chosen=egg&allergen_free=milk&day=2026-11-21":          "visit=allergen_free=milk&day=2026-11-21",
		"chosen=1&chosen=egg&chosen=milk&allergen_free=egg%2Cdust&day=x": "visit=allergen_free=egg",
		"chosen=egg%2Cmilk": "",
	} {
		if _, after := s.chooses(t, "/m/portland/products?"+asked,
			"visit=allergen_free=egg%2Cmilk&day=2026-11-21"); after != want {
			t.Errorf("%s leaves %q, want %q", asked, after, want)
		}
	}
}

// TestNoLinkRemovesAllergensInPassing follows what is on a market's first page and on a list without goods:
// only the chip removes.
func TestNoLinkRemovesAllergensInPassing(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.more = 1 })
	const visit = "visit=allergen_free=egg"
	for at, removing := range map[string]int{"/m/portland": 1, "/m/portland/products?cursor=1": 1} {
		followed, removed := 0, 0
		for _, link := range s.open(t, at, visit, nil).find("a") {
			href, _ := attribute(link, "href")
			if !strings.Contains(href, web.ChosenParam+"=") {
				continue
			}
			followed++
			if _, after := s.chooses(t, href, visit); !strings.Contains(after, "egg") {
				removed++
			}
		}
		if removed != removing || followed <= removing {
			t.Errorf("%s: %d of %d links remove what is avoided", at, removed, followed)
		}
	}
}

func TestAListWithoutGoodsSaysOnceWhereToGo(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.more = 1 })
	v := s.open(t, "/m/portland/products?cursor=1", "", nil)
	if said := strings.Count(strings.ToLower(v.text()), "see everything"); said != 1 ||
		len(v.find("a", "href", "/m/portland/products?chosen=1")) != 1 {
		t.Errorf("it says %d times where everything is", said)
	}
}

func TestTheFormSaysWhatItWasMadeWith(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for visit, n := range map[string]int{"": 0, "visit=allergen_free=egg": 1} {
		v := s.open(t, "/m/portland/products", visit, nil)
		if len(v.find("input", "type", "hidden", "name", web.ChosenParam, "value", "egg")) != n ||
			len(v.find("input", "name", "allergen_free", "checked", "")) != n {
			t.Errorf("with %q the form does not say that %d allergens are avoided", visit, n)
		}
	}
}

func TestWhatComesFromElsewhereChoosesNothing(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, from := range []string{"cross-site", "same-site", "none"} {
		c := call{
			method: http.MethodGet, path: "/m/portland/products?chosen=egg&q=rye",
			header: []string{"Cookie", "visit=allergen_free=egg", "Sec-Fetch-Site", from},
		}
		answer, _ := s.send(t, c) //nolint:bodyclose // send closes it
		if answer.StatusCode != http.StatusSeeOther ||
			answer.Header.Get("Location") != "/m/portland/products?q=rye" || len(answer.Cookies()) != 0 {
			t.Errorf("%s is answered with %d to %s, %v", from, answer.StatusCode,
				answer.Header.Get("Location"), answer.Cookies())
		}
	}
}

// TestWhatShowsGoodsIsNotFetchedAhead reads the rules as a browser does: "*" is anything, and a name after a
// colon is one part of a path.
func TestWhatShowsGoodsIsNotFetchedAhead(t *testing.T) {
	s := openShop(t, DefaultLimits)
	var rules struct {
		Prefetch []struct {
			Where struct {
				HrefMatches []string `json:"href_matches"`
			}
		}
	}
	if err := json.Unmarshal([]byte(s.open(t, "/m/portland", "", nil).find("script", "type",
		"speculationrules")[0].FirstChild.Data), &rules); err != nil || len(rules.Prefetch) != 1 {
		t.Fatal(rules, err)
	}
	var patterns []string
	for _, pattern := range rules.Prefetch[0].Where.HrefMatches {
		patterns = append(patterns,
			regexp.MustCompile(`:\w+`).ReplaceAllString(strings.ReplaceAll(pattern, "*", ".*"), "[^/]+"))
	}
	ahead := regexp.MustCompile("^(" + strings.Join(patterns, "|") + ")$")
	for at, want := range map[string]bool{"/m/portland/producers": true, "/m/portland": false, "/p/" +
		cheese: false, "/producers/" + dairy: false, "/m/portland/products": false} {
		if ahead.MatchString(at) != want {
			t.Errorf("%s is fetched ahead: %v", at, !want)
		}
	}
}

func TestAListIsForEverybodyAsLongAsNothingIsRemembered(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, cookie := range []string{
		"", "cart=" + guestCart, "visit=allergen_free=dust", "visit=%zz",
		"visit=day=1999-01-01",
	} {
		v := s.open(t, "/m/portland/products", cookie, nil)
		if v.header.Get("Cache-Control") != "public, max-age=0, must-revalidate" || len(v.cookies) != 0 ||
			s.freeFrom() != " " {
			t.Errorf("%s: %s, %v, without %q", cookie, v.header.Get("Cache-Control"), v.cookies, s.freeFrom())
		}
	}
	if n := s.peers.count("ListProducts"); n != 1 {
		t.Errorf("the same list is asked for %d times", n)
	}
	s.open(t, "/m/portland/products?allergen_free=egg", "", nil)
	asked := s.peers.count("ListProducts")
	s.open(t, "/m/portland/products", "visit=allergen_free=egg", nil)
	if s.peers.count("ListProducts") != asked || s.freeFrom() != "egg " {
		t.Error("what is remembered is not the page of who asks for it")
	}
}

func TestMoreOfAListSaysHowMuchThereIs(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.more = 60 })
	v := s.open(t, "/m/portland/products?category=cheese", "", nil)
	v.says(t, http.StatusOK, "24 of 60", "Show 60")
	next := v.find("a", "hx-target", "#goods")
	if len(next) != 1 {
		t.Fatal("nothing leads on")
	}
	href, _ := attribute(next[0], "href")
	here, _ := attribute(next[0], "hx-replace-url")
	s.open(t, href, "", nil).says(t, http.StatusOK, "48 of 60")
	v = s.open(t, here, "", nil)
	v.says(t, http.StatusOK, "48 of 60")
	if n := len(v.find("li", "class", "card")); n != 48 {
		t.Errorf("who comes back sees %d", n)
	}
	href, _ = attribute(v.find("a", "hx-target", "#goods")[0], "href")
	v = s.open(t, href, "", nil)
	if v.says(t, http.StatusOK, "60 of 60"); len(v.find("a", "hx-target", "#goods")) != 0 {
		t.Error("something leads on from the end")
	}
	for _, odd := range []string{"-1", "x", "99999999999999999999", "0"} {
		s.open(t, "/m/portland/products?shown="+odd, "", nil).says(t, http.StatusOK, "24 of 60")
	}
}
