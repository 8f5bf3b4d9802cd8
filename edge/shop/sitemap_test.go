package shop_test

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/shop"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/host"
)

// read gets a document for machines.
func read(t *testing.T, s *edgetest.Shop, path string, into any) (contentType string) {
	t.Helper()
	answer, body := s.Send(t,
		edgetest.Call{Method: http.MethodGet, Path: path})
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%s is answered with %d", path, answer.StatusCode)
	}
	if err := xml.Unmarshal(body, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return answer.Header.Get("Content-Type")
}

func addresses(list []shop.SiteAddress) (all []string) {
	for _, a := range list {
		all = append(all, strings.TrimPrefix(a.Address, "http://shop.test"))
	}
	return all
}

// TestEveryPageForEverybodyIsInASitemap goes the way of a search engine: robots.txt, the
// index, each sitemap.
func TestEveryPageForEverybodyIsInASitemap(t *testing.T) {
	s := edgetest.Open(t)
	_, robots := s.Send(t,
		edgetest.Call{Method: http.MethodGet, Path: "/robots.txt"})
	if !strings.Contains(string(robots), "\nSitemap: http://shop.test/sitemap.xml\n") {
		t.Errorf("robots.txt is %s", robots)
	}
	var index shop.SitemapIndex
	if contentType := read(t, s, "/sitemap.xml", &index); contentType != shop.XmlType {
		t.Errorf("the index is %s", contentType)
	}
	var pages []string
	for _, at := range addresses(index.Sitemaps) {
		var list shop.URLSet
		read(t, s, at, &list)
		pages = append(pages, addresses(list.Pages)...)
	}
	if want := []string{
		"/api", "/m/portland", "/m/portland/products", "/m/portland/producers",
		"/producers/" + edgetest.Dairy, "/p/" + edgetest.Cheese,
	}; !slices.Equal(pages, want) {
		t.Errorf("the sitemaps have %q, want %q", pages, want)
	}
	for _, path := range pages {
		v := s.Open(t, path, "", nil)
		if v.Status != http.StatusOK ||
			len(v.Find("link", "rel", "canonical", "href", "http://shop.test"+path)) != 1 {
			t.Errorf("%s is answered with %d, and is not the one address of its page", path, v.Status)
		}
	}
	if changed := index.Sitemaps[1].Changed; changed != "2023-11-14T22:13:20Z" {
		t.Errorf("the last change is %q", changed)
	}
}

func TestASitemapIsAskedForInPages(t *testing.T) {
	s := edgetest.Open(t)
	var list shop.URLSet
	read(t, s, "/sitemaps/products?market=portland&from="+edgetest.Cheese, &list)
	asked := s.Peers.Last["Outline"].(*catalogv1.OutlineRequest)
	if asked.GetFrom() != edgetest.Cheese || asked.GetLimit() != sitemapSize ||
		asked.GetMarket() != "portland" {
		t.Errorf("the catalogue was asked for %v", asked)
	}
	if answer, _ := s.Send(t, edgetest.Call{
		Method: http.MethodGet,
		Path:   "/sitemaps/secrets",
	}); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a sitemap of nothing is answered with %d", answer.StatusCode)
	}
}

// TestTheFeedIsRSS reads the feed back, markup in titles included.
func TestTheFeedIsRSS(t *testing.T) {
	s := edgetest.Open(t)
	var got shop.Feed
	contentType := read(t, s, "/m/portland/feed.xml", &got)
	if contentType != "application/rss+xml; charset=utf-8" || got.Version != "2.0" ||
		len(got.Channel.Items) != 1 {
		t.Fatalf("the feed is %s %+v", contentType, got)
	}
	want := shop.FeedItem{
		Title: "Hill Tomme <young>", Link: "http://shop.test/p/" + edgetest.Cheese,
		ID:          "http://shop.test/p/" + edgetest.Cheese,
		Description: "From Hill Dairy, from $5.67 / lb. Mild.", Category: "Cheese",
		Published: "Fri, 20 Nov 2026 08:00:00 GMT",
	}
	if got.Channel.Items[0] != want {
		t.Errorf("a product is told as %+v", got.Channel.Items[0])
	}
}

// TestAShopThatDoesNotKnowItsAddressHasNoWholeAddresses checks that nothing is made up.
func TestAShopThatDoesNotKnowItsAddressHasNoWholeAddresses(t *testing.T) {
	s := edgetest.Open(t, func(c *host.Config) { c.BaseURL = "" })
	for _, path := range []string{"/sitemap.xml", "/sitemaps/markets", "/m/portland/feed.xml"} {
		if answer, _ := s.Send(t, edgetest.Call{
			Method: http.MethodGet,
			Path:   path,
		}); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s is answered with %d", path, answer.StatusCode)
		}
	}
	if _, robots := s.Send(t, edgetest.Call{Method: http.MethodGet, Path: "/robots.txt"}); strings.Contains(
		string(robots), "Sitemap") {
		t.Errorf("robots.txt is %s", robots)
	}
}
