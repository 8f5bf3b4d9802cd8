package server_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// freeFrom is what the last list that was asked for leaves out, and of which day it is.
func freeFrom(s *edgetest.Shop) string {
	r := s.Peers.Last["ListProducts"].(*catalogv1.ListProductsRequest)
	return strings.Join(r.GetAllergenFree(), ",") + " " + r.GetGoodOn()
}

func TestWhatIsChosenIsRememberedForTheVisit(t *testing.T) {
	s := edgetest.Open(t)
	to, visit := s.Chooses(t, "/m/portland/products?chosen=1&allergen_free=egg&day=2026-11-21&sort=", "")
	if to != "/m/portland/products?allergen_free=egg&day=2026-11-21" ||
		visit != "visit=allergen_free=egg&day=2026-11-21" {
		t.Fatalf("it leads to %s with %s", to, visit)
	}
	v := s.Open(t, "/m/portland/products?q=bread", visit, nil)
	if freeFrom(s) != "egg 2026-11-21" || v.Header.Get("Cache-Control") != "private, max-age=0" ||
		len(v.Cookies) != 0 {
		t.Errorf("a search leaves out %q, %s", freeFrom(s), v.Header.Get("Cache-Control"))
	}
	v.Says(t, http.StatusOK, "No egg ×", "Sat, Nov 21 ×")
	s.Open(t, "/m/portland/products?q=rye&allergen_free=milk&day=2026-11-28", visit, nil)
	if freeFrom(s) != "milk,egg 2026-11-28" {
		t.Errorf("an address that says something itself leaves out %q", freeFrom(s))
	}
}

func TestOnlyWhatWasSeenChosenIsRemoved(t *testing.T) {
	s := edgetest.Open(t)
	for asked, want := range map[string]string{
		"chosen=1": "visit=allergen_free=egg%2Cmilk", // "see everything"
		// a tab from before
		"chosen=1&allergen_free=nuts&day=2026-11-28":                     "visit=allergen_free=egg%2Cmilk%2Cnuts&day=2026-11-28",
		"chosen=1&chosen=egg&allergen_free=milk&day=2026-11-21":          "visit=allergen_free=milk&day=2026-11-21",
		"chosen=1&chosen=egg&chosen=milk&allergen_free=egg%2Cdust&day=x": "visit=allergen_free=egg",
		"chosen=egg%2Cmilk": "",
	} {
		if _, after := s.Chooses(t, "/m/portland/products?"+asked,
			"visit=allergen_free=egg%2Cmilk&day=2026-11-21"); after != want {
			t.Errorf("%s leaves %q, want %q", asked, after, want)
		}
	}
}

// TestNoLinkRemovesAllergensInPassing follows what is on a market's first page and on a list without goods:
// only the chip removes.
func TestNoLinkRemovesAllergensInPassing(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.More = 1 })
	const visit = "visit=allergen_free=egg"
	for at, removing := range map[string]int{"/m/portland": 1, "/m/portland/products?cursor=1": 1} {
		followed, removed := 0, 0
		for _, link := range s.Open(t, at, visit, nil).Find("a") {
			href, _ := edgetest.Attribute(link, "href")
			if !strings.Contains(href, web.ChosenParam+"=") {
				continue
			}
			followed++
			if _, after := s.Chooses(t, href, visit); !strings.Contains(after, "egg") {
				removed++
			}
		}
		if removed != removing || followed <= removing {
			t.Errorf("%s: %d of %d links remove what is avoided", at, removed, followed)
		}
	}
}

func TestWhatComesFromElsewhereChoosesNothing(t *testing.T) {
	s := edgetest.Open(t)
	for _, from := range []string{"cross-site", "same-site", "none"} {
		c := edgetest.Call{
			Method: http.MethodGet, Path: "/m/portland/products?chosen=egg&q=rye",
			Header: []string{"Cookie", "visit=allergen_free=egg", "Sec-Fetch-Site", from},
		}
		answer, _ := s.Send(t, c)
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
	s := edgetest.Open(t)
	var rules struct {
		Prefetch []struct {
			Where struct {
				HrefMatches []string `json:"href_matches"`
			}
		}
	}
	if err := json.Unmarshal([]byte(s.Open(t, "/m/portland", "", nil).Find("script", "type",
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
		edgetest.Cheese: false, "/producers/" + edgetest.Dairy: false, "/m/portland/products": false} {
		if ahead.MatchString(at) != want {
			t.Errorf("%s is fetched ahead: %v", at, !want)
		}
	}
}

func TestAListIsForEverybodyAsLongAsNothingIsRemembered(t *testing.T) {
	s := edgetest.Open(t)
	for _, cookie := range []string{
		"", "cart=" + edgetest.GuestCart, "visit=allergen_free=dust", "visit=%zz",
		"visit=day=1999-01-01",
	} {
		v := s.Open(t, "/m/portland/products", cookie, nil)
		if v.Header.Get("Cache-Control") != "public, max-age=0, must-revalidate" || len(v.Cookies) != 0 ||
			freeFrom(s) != " " {
			t.Errorf("%s: %s, %v, without %q", cookie, v.Header.Get("Cache-Control"), v.Cookies, freeFrom(s))
		}
	}
	if n := s.Peers.Count("ListProducts"); n != 1 {
		t.Errorf("the same list is asked for %d times", n)
	}
	s.Open(t, "/m/portland/products?allergen_free=egg", "", nil)
	asked := s.Peers.Count("ListProducts")
	s.Open(t, "/m/portland/products", "visit=allergen_free=egg", nil)
	if s.Peers.Count("ListProducts") != asked || freeFrom(s) != "egg " {
		t.Error("what is remembered is not the page of who asks for it")
	}
}
