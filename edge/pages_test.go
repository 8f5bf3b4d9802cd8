package edge_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/artisan-eats/artisan/edge/edgetest"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// TestPagesAreWhole opens every page, and looks at what every page must have: a title,
// one heading, a language, labels on all fields, no script but the shop's own, nothing from elsewhere.
func TestPagesAreWhole(t *testing.T) {
	s := edgetest.Open(t)
	for path, cookie := range map[string]string{
		"/": "", "/m/portland": "", "/m/portland/producers": "",
		"/m/portland/products?day=2026-11-21&in_stock=1":                    "",
		"/m/portland/products?q=tomme&allergen_free=egg&allergen_free=milk": "", "/p/" + edgetest.Cheese: "",
		"/producers/" + edgetest.Dairy: "", "/api": "",
		"/cart": "cart=" + edgetest.GuestCart, "/checkout": "cart=" + edgetest.GuestCart, "/orders/" +
			edgetest.PlacedOrder: "order=" +
			edgetest.OrderToken, "/sign-in": "", "/sign-up": "", "/not-me?token=good-token": "",
		"/account": "session=shopper", "/producer": "session=producer", "/operator": "session=operator",
		"/operator/orders/" + edgetest.PlacedOrder: "session=operator",
		"/operator/producers":                      "session=operator",
		"/operator/calendar":                       "session=operator",
		"/operator/new-window":                     "session=operator", "/operator/windows/" +
			edgetest.Saturday: "session=operator",
		"/operator/mail": "session=operator", "/operator/stuck": "session=operator",
		"/operator/log": "session=operator", "/operator/security": "session=operator",
		"/account/security": "session=shopper", "/account/security/app": "session=shopper",
		"/sign-in/second?with=passkey+totp": "pending=half", "/dev/mail": "",
	} {
		t.Run(path, func(t *testing.T) {
			v := s.Open(t, path, cookie, nil)
			if v.Status != http.StatusOK {
				t.Fatalf("status %d", v.Status)
			}
			if len(v.Find("h1")) != 1 || len(v.Find("html", "lang", "en-US", "class", "letter")) != 1 ||
				len(v.Find("main")) != 1 || len(v.Find("meta", "name", "viewport")) != 1 {
				t.Error("a page has one heading, a language, a main part and a viewport")
			}
			for _, element := range []string{"style", "iframe", "object"} {
				if len(v.Find(element)) != 0 {
					t.Errorf("there is a %s", element)
				}
			}
			checkScripts(t, v)
			checkFields(t, v)
		})
	}
}

// checkScripts finds no script but those that the page's policy names, and none that holds up the page.
func checkScripts(t *testing.T, v *edgetest.View) {
	t.Helper()
	policy := v.Header.Get("Content-Security-Policy")
	for _, script := range v.Find("script") {
		nonce, _ := edgetest.Attribute(script, "nonce")
		if nonce == "" || !strings.Contains(policy, "script-src 'nonce-"+nonce+"'") ||
			strings.Contains(policy, "unsafe") {
			t.Errorf("a script of nonce %q under the policy %s", nonce, policy)
		}
		if !edgetest.HasAll(script, []string{"src", "", "defer", ""}) &&
			!edgetest.HasAll(script, []string{"type", "application/ld+json"}) &&
			!edgetest.HasAll(script, []string{"type", "speculationrules"}) {
			t.Error("a script is in the way of the page")
		}
	}
}

func checkFields(t *testing.T, v *edgetest.View) {
	t.Helper()
	for _, field := range slices.Concat(v.Find("input"), v.Find("select"), v.Find("textarea")) {
		kind, _ := edgetest.Attribute(field, "type")
		id, _ := edgetest.Attribute(field, "id")
		labelled := kind == "hidden" || (id != "" && len(v.Find("label", "for", id)) == 1)
		for p := field.Parent; p != nil; p = p.Parent {
			labelled = labelled || p.Data == "label"
		}
		if name, _ := edgetest.Attribute(field, "name"); !labelled {
			t.Errorf("the field %s has no label", name)
		}
	}
	for _, image := range v.Find("img") {
		if !edgetest.HasAll(image, []string{"width", "", "height", ""}) || !hasAlt(image) {
			t.Error("a picture has no size or no alternative text")
		}
	}
}

func hasAlt(n *html.Node) bool {
	_, ok := edgetest.Attribute(n, "alt")
	return ok
}

func TestDesksDoWhatTheyShow(t *testing.T) {
	s := edgetest.Open(t)
	desk := s.Open(t, "/producer", "session=producer", nil)
	forms := desk.Find("form", "action", "/producer/orders/"+edgetest.PlacedOrder+"/parts/"+edgetest.OnePart)
	if len(forms) != 1 {
		t.Fatalf("there are %d forms for the part", len(forms))
	}
	v := s.Open(t, "/producer/orders/"+edgetest.PlacedOrder+"/parts/"+edgetest.OnePart, "session=producer",
		url.Values{"to": {"accepted"}, "back": {"/producer"}})
	sent := s.Peers.Last["AdvancePart"].(*orderingv1.AdvancePartRequest)
	if v.Status != http.StatusSeeOther || sent.GetTo() != "accepted" {
		t.Errorf("status %d, %v", v.Status, sent)
	}
	if v = s.Open(t, "/producer?producer=pro_portland_other", "session=producer",
		nil); v.Status != http.StatusNotFound {
		t.Errorf("another producer's desk is answered with %d", v.Status)
	}
}

func TestPicturesAreKeptForEver(t *testing.T) {
	s := edgetest.Open(t)
	for range 2 {
		v := s.Open(t, "/images/tomme.jpg?w=320", "", nil)
		if v.Status != http.StatusOK || v.Header.Get("Content-Type") != "image/jpeg" ||
			!strings.Contains(v.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("status %d, %v", v.Status, v.Header)
		}
	}
	if n := s.Peers.Count("GetImage"); n != 1 {
		t.Errorf("catalog was asked %d times", n)
	}
	for _, path := range []string{
		"/images/tomme.jpg?w=321", "/images/nothing", "/images/..%2f..%2fetc",
		"/static/openapi.json", "/static/nothing.css",
	} {
		if v := s.Open(t, path, "", nil); v.Status < 400 || v.Status > 499 {
			t.Errorf("%s is answered with %d", path, v.Status)
		}
	}
}
