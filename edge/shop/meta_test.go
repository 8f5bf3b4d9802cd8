package shop_test

import (
	"encoding/json"
	"testing"

	"golang.org/x/net/html"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/host"
)

// data gives the nodes of a page's JSON-LD, by their type.
func data(t *testing.T, v *edgetest.View) map[string]map[string]any {
	t.Helper()
	nodes := map[string]map[string]any{}
	for _, script := range v.Find("script", "type", "application/ld+json") {
		var document struct {
			Context string           `json:"@context"`
			Graph   []map[string]any `json:"@graph"`
		}
		if err := json.Unmarshal([]byte(script.FirstChild.Data), &document); err != nil {
			t.Fatal(err)
		}
		if document.Context != "https://schema.org" {
			t.Errorf("the context is %q", document.Context)
		}
		for _, node := range document.Graph {
			nodes[node["@type"].(string)] = node
		}
	}
	return nodes
}

// property is what a page's meta element of a name says.
func property(v *edgetest.View, name string) string {
	for _, n := range v.Find("meta", "property", name) {
		content, _ := edgetest.Attribute(n, "content")
		return content
	}
	return ""
}

// TestAProductIsToldToMachines reads the product back from what search engines read. Its
// name has markup, which must not end the script.
func TestAProductIsToldToMachines(t *testing.T) {
	v := edgetest.Open(t).Open(t, "/p/"+edgetest.Cheese, "", nil)
	product := data(t, v)["Product"]
	if product["name"] != "Hill Tomme <young>" || product["brand"].(map[string]any)["name"] != "Hill Dairy" ||
		product["url"] != "http://shop.test/p/"+edgetest.Cheese {
		t.Errorf("the product is %v", product)
	}
	offers := product["offers"].([]any)
	first := offers[0].(map[string]any)
	if len(offers) != 2 || first["price"] != "24.00" || first["priceCurrency"] != "USD" ||
		first["availability"] != "https://schema.org/InStock" {
		t.Errorf("the offers are %v", offers)
	}
	if trail := data(t, v)["BreadcrumbList"]["itemListElement"].([]any); len(trail) != 3 {
		t.Errorf("the way to it is %v", trail)
	}
	for name, want := range map[string]string{
		"og:title": "Hill Tomme <young>", "og:type": "product", "og:url": "http://shop.test/p/" +
			edgetest.Cheese,
		"og:image": "http://shop.test/images/tomme.jpg?w=1280", "og:description": "Mild.",
	} {
		if got := property(v, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestAProducerIsToldToMachines(t *testing.T) {
	producer := data(t, edgetest.Open(t).Open(t, "/producers/"+edgetest.Dairy, "", nil))["LocalBusiness"]
	if producer["name"] != "Hill Dairy" ||
		producer["address"].(map[string]any)["addressLocality"] != "Gresham" {
		t.Errorf("the producer is %v", producer)
	}
}

func TestMachinesAreToldHowToSearch(t *testing.T) {
	v := edgetest.Open(t).Open(t, "/", "", nil)
	search := data(t, v)["WebSite"]["potentialAction"].(map[string]any)["target"].(map[string]any)
	if search["urlTemplate"] != "http://shop.test/m/portland/products?q={search_term_string}" {
		t.Errorf("the search is %v", search)
	}
	if len(v.Find("link", "type", "application/rss+xml", "href",
		"http://shop.test/m/portland/feed.xml")) != 1 {
		t.Error("the feed is not told")
	}
}

// TestPagesThatSearchEnginesShouldLeaveAloneSaySo keeps lists without end and pages of one
// visitor out of indexes.
func TestPagesThatSearchEnginesShouldLeaveAloneSaySo(t *testing.T) {
	s := edgetest.Open(t)
	for path, cookie := range map[string]string{
		"/m/portland/products?q=tomme":                    "",
		"/m/portland/products?category=cheese&sort=price": "", "/cart": "cart=" + edgetest.GuestCart,
		"/nothing": "",
	} {
		v := s.Open(t, path, cookie, nil)
		if len(v.Find("meta", "name", "robots", "content", "noindex")) != 1 ||
			len(v.Find("link", "rel", "canonical")) != 0 {
			t.Errorf("%s is for search engines", path)
		}
	}
	for _, path := range []string{
		"/m/portland/products", "/m/portland/products?category=cheese",
		"/m/portland/producers",
	} {
		if v := s.Open(t, path, "", nil); len(v.Find("link", "rel", "canonical", "href", "http://shop.test"+
			path)) != 1 {
			t.Errorf("%s is not for search engines", path)
		}
	}
}

func TestAShopWithoutAnAddressSaysNothingToMachines(t *testing.T) {
	s := edgetest.Open(t, func(c *host.Config) { c.BaseURL = "" })
	for _, path := range []string{"/", "/m/portland", "/p/" + edgetest.Cheese, "/producers/" +
		edgetest.Dairy} {
		v := s.Open(t, path, "", nil)
		var told []*html.Node
		for _, n := range [][]*html.Node{
			v.Find("link", "rel", "canonical"),
			v.Find("meta", "property", "og:url"), v.Find("script", "type", "application/ld+json"),
			v.Find("link", "rel", "alternate"),
		} {
			told = append(told, n...)
		}
		if v.Status != 200 || len(told) != 0 {
			t.Errorf("%s is answered with %d and tells %d things", path, v.Status, len(told))
		}
	}
}
