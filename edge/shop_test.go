package edge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// view is a page as a browser reads it.
type view struct {
	status  int
	header  http.Header
	root    *html.Node
	cookies []*http.Cookie
}

// find gives the elements of a name that have all the attributes: name, value, ... An
// empty value stands for any.
func (v *view) find(element string, attributes ...string) []*html.Node {
	var found []*html.Node
	for n := range v.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == element && has(n, attributes) {
			found = append(found, n)
		}
	}
	return found
}

func has(n *html.Node, attributes []string) bool {
	for i := 0; i+1 < len(attributes); i += 2 {
		value, ok := attribute(n, attributes[i])
		if !ok || (attributes[i+1] != "" && value != attributes[i+1]) {
			return false
		}
	}
	return true
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// value is the value of a form's field.
func (v *view) value(name string) string {
	for _, n := range v.find("input", "name", name) {
		value, _ := attribute(n, "value")
		return value
	}
	return ""
}

func (v *view) text() string {
	var all strings.Builder
	for n := range v.root.Descendants() {
		if n.Type == html.TextNode {
			all.WriteString(n.Data)
		}
	}
	return all.String()
}

// open gets a page, or posts a form to it.
func (s *Shop) open(t *testing.T, path, cookie string, form url.Values) *view {
	t.Helper()
	c := call{
		method: http.MethodGet, path: path,
		header: []string{"Cookie", cookie, "Sec-Fetch-Site", "same-origin"},
	}
	if form != nil {
		c.method, c.body = http.MethodPost, form.Encode()
		c.header = append(c.header, "Content-Type", "application/x-www-form-urlencoded")
	}
	answer, body := s.send(t, c) //nolint:bodyclose // send closes it
	root, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	return &view{answer.StatusCode, answer.Header, root, answer.Cookies()}
}

// TestPagesAreWhole opens every page, and looks at what every page must have: a title,
// one heading, a language, labels on all fields, no script but the shop's own, nothing from elsewhere.
func TestPagesAreWhole(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for path, cookie := range map[string]string{
		"/": "", "/m/portland": "", "/m/portland/producers": "",
		"/m/portland/products?day=2026-11-21&in_stock=1":                    "",
		"/m/portland/products?q=tomme&allergen_free=egg&allergen_free=milk": "", "/p/" + cheese: "",
		"/producers/" + dairy: "", "/api": "",
		"/cart": "cart=" + guestCart, "/checkout": "cart=" + guestCart, "/orders/" + placedOrder: "order=" +
			orderToken, "/sign-in": "", "/sign-up": "", "/not-me?token=good-token": "",
		"/account": "session=shopper", "/producer": "session=producer", "/operator": "session=operator",
		"/operator/orders/" + placedOrder: "session=operator",
		"/operator/producers":             "session=operator", "/operator/calendar": "session=operator",
		"/operator/new-window": "session=operator", "/operator/windows/" + saturday: "session=operator",
		"/operator/mail": "session=operator", "/operator/stuck": "session=operator",
		"/operator/log": "session=operator", "/operator/security": "session=operator",
		"/account/security": "session=shopper", "/account/security/app": "session=shopper",
		"/sign-in/second?with=passkey+totp": "pending=half", "/dev/mail": "",
	} {
		t.Run(path, func(t *testing.T) {
			v := s.open(t, path, cookie, nil)
			if v.status != http.StatusOK {
				t.Fatalf("status %d", v.status)
			}
			if len(v.find("h1")) != 1 || len(v.find("html", "lang", "en-US", "class", "letter")) != 1 ||
				len(v.find("main")) != 1 || len(v.find("meta", "name", "viewport")) != 1 {
				t.Error("a page has one heading, a language, a main part and a viewport")
			}
			for _, element := range []string{"style", "iframe", "object"} {
				if len(v.find(element)) != 0 {
					t.Errorf("there is a %s", element)
				}
			}
			v.checkScripts(t)
			v.checkFields(t)
		})
	}
}

// checkScripts finds no script but those that the page's policy names, and none that holds up the page.
func (v *view) checkScripts(t *testing.T) {
	t.Helper()
	policy := v.header.Get("Content-Security-Policy")
	for _, script := range v.find("script") {
		nonce, _ := attribute(script, "nonce")
		if nonce == "" || !strings.Contains(policy, "script-src 'nonce-"+nonce+"'") ||
			strings.Contains(policy, "unsafe") {
			t.Errorf("a script of nonce %q under the policy %s", nonce, policy)
		}
		if !has(script, []string{"src", "", "defer", ""}) &&
			!has(script, []string{"type", "application/ld+json"}) &&
			!has(script, []string{"type", "speculationrules"}) {
			t.Error("a script is in the way of the page")
		}
	}
}

func (v *view) checkFields(t *testing.T) {
	t.Helper()
	for _, field := range slices.Concat(v.find("input"), v.find("select"), v.find("textarea")) {
		kind, _ := attribute(field, "type")
		id, _ := attribute(field, "id")
		labelled := kind == "hidden" || (id != "" && len(v.find("label", "for", id)) == 1)
		for p := field.Parent; p != nil; p = p.Parent {
			labelled = labelled || p.Data == "label"
		}
		if name, _ := attribute(field, "name"); !labelled {
			t.Errorf("the field %s has no label", name)
		}
	}
	for _, image := range v.find("img") {
		if !has(image, []string{"width", "", "height", ""}) || !hasAlt(image) {
			t.Error("a picture has no size or no alternative text")
		}
	}
}

func hasAlt(n *html.Node) bool {
	_, ok := attribute(n, "alt")
	return ok
}

func TestTextOfProducersIsText(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, path := range []string{"/p/" + cheese, "/producers/" + dairy, "/dev/mail"} {
		v := s.open(t, path, "", nil)
		for _, element := range []string{"b", "young"} {
			if len(v.find(element)) != 0 {
				t.Errorf("%s has an element %s that somebody wrote", path, element)
			}
		}
	}
	if v := s.open(t, "/p/"+cheese, "", nil); !strings.Contains(v.text(), "Hill Tomme <young>") {
		t.Error("the title is not there as it was written")
	}
}

func TestABasketIsMadeByTheFirstThingInIt(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/cart/lines", "", url.Values{"variant_id": {wheel}, "quantity": {"2"}})
	if v.status != http.StatusSeeOther || v.header.Get("Location") != "/cart" || len(v.cookies) != 1 ||
		v.cookies[0].Value != guestCart {
		t.Fatalf("status %d to %s with %v", v.status, v.header.Get("Location"), v.cookies)
	}
	v = s.open(t, "/cart/lines", "cart="+guestCart, url.Values{"variant_id": {wheel}, "quantity": {"1"}})
	if set := s.peers.last["SetLine"].(*orderingv1.SetLineRequest); v.status != http.StatusSeeOther ||
		set.GetQuantity() != 3000 {
		t.Errorf("one more of two is %d", set.GetQuantity())
	}
	v = s.open(t, "/cart/lines", "cart="+guestCart, url.Values{"variant_id": {wheel}, "quantity": {"half"}})
	if v.status != http.StatusUnprocessableEntity || len(v.find("p", "role", "alert")) != 1 {
		t.Errorf("half a piece is answered with %d", v.status)
	}
	v = s.open(t, "/cart/lines/"+wheel, "cart="+guestCart, url.Values{"quantity": {"2"}, "remove": {"1"}})
	if set := s.peers.last["SetLine"].(*orderingv1.SetLineRequest); v.status != http.StatusSeeOther ||
		set.GetQuantity() != 0 {
		t.Errorf("what is removed is set to %d", set.GetQuantity())
	}
}

func typed(key string) url.Values {
	return url.Values{
		"key": {key}, "name": {"Ann <Example>"}, "email": {"ann@example.org"}, "window_id": {saturday},
		"payment": {"test:ok"},
		"note":    {"Ring\r\ntwice"}, "address.line1": {"1 Hill Road"},
	}
}

func TestACheckoutLeadsToItsOrder(t *testing.T) {
	s := openShop(t, DefaultLimits)
	form := s.open(t, "/checkout", "cart="+guestCart, nil)
	key := form.value("key")
	if form.status != http.StatusOK || key == "" {
		t.Fatalf("status %d, key %q", form.status, key)
	}
	v := s.open(t, "/checkout", "cart="+guestCart, typed(key))
	if v.status != http.StatusSeeOther || v.header.Get("Location") != "/orders/"+placedOrder+"?new=1" {
		t.Fatalf("status %d to %s", v.status, v.header.Get("Location"))
	}
	sent := s.peers.last["Checkout"].(*orderingv1.CheckoutRequest)
	if sent.GetIdempotencyKey() != key || sent.GetPaymentMethod() != "test" ||
		sent.GetPaymentToken() != "ok" || sent.GetContact().GetAddress() != nil {
		t.Errorf("ordering was asked for %v", sent)
	}
	toDoor := typed("another")
	toDoor.Set("window_id", evening)
	s.open(t, "/checkout", "cart="+guestCart, toDoor)
	sent = s.peers.last["Checkout"].(*orderingv1.CheckoutRequest)
	if sent.GetContact().GetAddress().GetLine1() != "1 Hill Road" {
		t.Error("a delivery goes nowhere")
	}
	if len(v.cookies) != 3 || v.cookies[0].Path != "/orders/"+placedOrder {
		t.Errorf("cookies %v", v.cookies)
	}
	order := s.open(t, "/orders/"+placedOrder, "order="+v.cookies[0].Value, nil)
	if order.status != http.StatusOK || !strings.Contains(order.text(), "Ann Example") {
		t.Errorf("the order is answered with %d", order.status)
	}
	if other := s.open(t, "/orders/"+placedOrder, "", nil); other.status != http.StatusNotFound {
		t.Errorf("another visitor is answered with %d", other.status)
	}
}

// TestNothingTypedIsLost lets a checkout fail in every way: what was typed stays, what is
// wrong is said beside it, and the key is new only where the order cannot exist.
func TestNothingTypedIsLost(t *testing.T) {
	for _, c := range []struct {
		err    *fault.Error
		status int
		beside string
		newKey bool
	}{
		{web.Invalid("email", "Enter an e-mail address."), 422, "w-email", true},
		{fault.New(fault.Conflict, "out_of_stock", "Short.",
			fault.Field{Name: wheel, Message: "Only 1 left."}), 409, "w-" + wheel, true},
		{fault.New(fault.Conflict, "window_full", "This window is full."), 409, "", true},
		{fault.New(fault.Declined, "payment_declined", "The payment was declined."), 402, "", true},
		{fault.New(fault.Unavailable, "payment_unavailable", "The provider is down."), 503, "", false},
		{fault.New(fault.Unknown, "unknown", "It is not known."), 503, "", false},
	} {
		t.Run(c.err.Code, func(t *testing.T) {
			s := openShop(t, DefaultLimits)
			s.peers.fail("Checkout", c.err)
			v := s.open(t, "/checkout", "cart="+guestCart, typed("the-key"))
			if v.status != c.status || v.value("name") != "Ann <Example>" ||
				v.value("email") != "ann@example.org" || v.value("address.line1") != "1 Hill Road" {
				t.Errorf("status %d, name %q", v.status, v.value("name"))
			}
			if notes := v.find("textarea", "name", "note"); len(notes) != 1 ||
				!strings.Contains(notes[0].FirstChild.Data, "twice") {
				t.Error("the note is lost")
			}
			if len(v.find("input", "name", "window_id", "value", saturday, "checked", "")) != 1 ||
				len(v.find("input", "value", "test:ok", "checked", "")) != 1 {
				t.Error("the window or the payment is lost")
			}
			if len(v.find("div", "role", "alert"))+len(v.find("p", "role", "alert")) != 1 ||
				(c.beside != "" && len(v.find("p", "id", c.beside)) != 1) {
				t.Errorf("nothing says %s", c.err.Message)
			}
			if changed := v.value("key") != "the-key"; changed != c.newKey {
				t.Errorf("the key is %q", v.value("key"))
			}
		})
	}
}

func TestPasswordsAreNeverSentBack(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/sign-in", "", url.Values{
		"email": {"ann@example.org"}, "password": {"wrong-secret"},
		"next": {"/checkout"},
	})
	if v.status != http.StatusUnauthorized || v.value("email") != "ann@example.org" ||
		v.value("password") != "" || v.value("next") != "/checkout" {
		t.Errorf("status %d, email %q, password %q", v.status, v.value("email"), v.value("password"))
	}
}

func TestSigningInLeadsToAPageOfTheShop(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for next, want := range map[string]string{
		"/checkout": "/checkout", "": "/account", "https://evil.example": "/account",
		"//evil.example": "/account", `/\evil.example`: "/account", "/a\r\nSet-Cookie: x=y": "/account",
	} {
		v := s.open(t, "/sign-in", "", url.Values{
			"email": {"ann@example.org"}, "password": {"right"},
			"next": {next},
		})
		if v.status != http.StatusSeeOther || v.header.Get("Location") != want || len(v.cookies) != 2 ||
			v.cookies[1].Name != deviceCookie || v.cookies[1].Value != "known" {
			t.Errorf("%q leads to %s (%d)", next, v.header.Get("Location"), v.status)
		}
	}
	v := s.open(t, "/account", "", nil)
	if v.status != http.StatusSeeOther || v.header.Get("Location") != "/sign-in?next=%2Faccount" {
		t.Errorf("a guest is led to %s", v.header.Get("Location"))
	}
}

func TestDesksDoWhatTheyShow(t *testing.T) {
	s := openShop(t, DefaultLimits)
	desk := s.open(t, "/producer", "session=producer", nil)
	forms := desk.find("form", "action", "/producer/orders/"+placedOrder+"/parts/"+onePart)
	if len(forms) != 1 {
		t.Fatalf("there are %d forms for the part", len(forms))
	}
	v := s.open(t, "/producer/orders/"+placedOrder+"/parts/"+onePart, "session=producer",
		url.Values{"to": {"accepted"}, "back": {"/producer"}})
	sent := s.peers.last["AdvancePart"].(*orderingv1.AdvancePartRequest)
	if v.status != http.StatusSeeOther || sent.GetTo() != "accepted" {
		t.Errorf("status %d, %v", v.status, sent)
	}
	if v = s.open(t, "/producer?producer=pro_portland_other", "session=producer",
		nil); v.status != http.StatusNotFound {
		t.Errorf("another producer's desk is answered with %d", v.status)
	}
}

func TestErrorsHavePagesToo(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for path, want := range map[string]int{
		"/nothing": 404, "/p/nothing": 404, "/m/no%20market": 404,
		"/cart/": 404, "/m/portland/products?cursor=bad": 422,
	} {
		if v := s.open(t, path, "", nil); v.status != want || len(v.find("h1")) != 1 {
			t.Errorf("%s is answered with %d", path, v.status)
		}
	}
	s.peers.fail("GetCart",
		fault.New(fault.Unavailable, "unavailable", "A part of the shop is not reachable."))
	v := s.open(t, "/cart", "cart="+guestCart, nil)
	if v.status != http.StatusServiceUnavailable || v.header.Get("Retry-After") == "" {
		t.Errorf("status %d", v.status)
	}
}

func TestPicturesAreKeptForEver(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for range 2 {
		v := s.open(t, "/images/tomme.jpg?w=320", "", nil)
		if v.status != http.StatusOK || v.header.Get("Content-Type") != "image/jpeg" ||
			!strings.Contains(v.header.Get("Cache-Control"), "immutable") {
			t.Errorf("status %d, %v", v.status, v.header)
		}
	}
	if n := s.peers.count("GetImage"); n != 1 {
		t.Errorf("catalog was asked %d times", n)
	}
	for _, path := range []string{
		"/images/tomme.jpg?w=321", "/images/nothing", "/images/..%2f..%2fetc",
		"/static/openapi.json", "/static/nothing.css",
	} {
		if v := s.open(t, path, "", nil); v.status < 400 || v.status > 499 {
			t.Errorf("%s is answered with %d", path, v.status)
		}
	}
}

func TestAMakerWithoutATownHasNothingToPartItsGoodsFrom(t *testing.T) {
	for town, want := range map[string]string{"": "3 products", "Gresham": "Gresham · 3 products"} {
		s := openShop(t, DefaultLimits)
		s.peers.set(func(p *peers) {
			p.producer = func(p *catalogv1.Producer) {
				p.Town, p.Products = town,
					3
			}
		})
		about := s.open(t, "/m/portland/producers", "", nil).find("p", "class", "by")
		if len(about) == 0 || strings.Join(strings.Fields((&view{root: about[0]}).text()), " ") != want {
			t.Errorf("in %q it does not say %q", town, want)
		}
	}
}
