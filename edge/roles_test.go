package edge_test

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
)

// What a visitor is answered, in one letter.
const (
	allowed = 'a' // also where what was sent is not right
	signIn  = 's'
	denied  = 'd'
	missing = 'n' // there is no such thing, for this visitor
)

// everybody are the visitors of the table, in its order. Things are the first shopper's and the
// first producer's.
var everybody = []string{
	"anonymous", "shopper", "another shopper", "producer", "another producer",
	"operator",
}

// roles says what everybody is answered at every route, with what is the first shopper's (cart, order,
// address) and the first producer's (product, part, pack list). A producer is at the own desk.
var roles = map[string]string{
	"GET /api/v1/markets": "aaaaaa", "GET /api/v1/categories": "aaaaaa", "GET /api/v1/products": "aaaaaa",
	"GET /api/v1/products/{id}": "aaaaaa",
	"GET /api/v1/producers":     "aaaaaa", "GET /api/v1/producers/{id}": "aaaaaa",
	"GET /api/v1/windows": "aaaaaa", "GET /api/v1/openapi.json": "aaaaaa",
	"POST /api/v1/carts": "aaaaaa", "POST /api/v1/accounts": "aaaaaa", "POST /api/v1/sessions": "aaaaaa",
	"GET /readyz": "aaaaaa",

	"GET /api/v1/carts/{id}": "nannnn", "PUT /api/v1/carts/{id}/lines/{variant}": "nannnn",
	"POST /api/v1/carts/{id}/checkout": "nannnn",

	"GET /api/v1/orders": "saaaaa", "GET /api/v1/orders/{id}": "nanana",
	"POST /api/v1/orders/{id}/cancel": "nannna", "PUT /api/v1/orders/{id}": "nannnn",
	"POST /api/v1/orders/{id}/parts/{part}/advance": "sddana", "POST /api/v1/orders/{id}/refunds": "sdddda",
	"GET /api/v1/producers/{id}/orders":   "sddana",
	"POST /api/v1/sessions/second-factor": "ssssss", "POST /api/v1/sessions/current/step-up": "saaaaa",
	"POST /passkeys/options": "aaaaaa", "POST /sign-in/passkey": "ssssss",
	"GET /sign-in/second": "ssssss", "POST /sign-in/second": "ssssss", "GET /step-up": "saaaaa",
	"POST /step-up": "saaaaa", "GET /account/security": "saaaaa",
	"POST /account/security/passkeys": "saaaaa", "POST /account/security/passkeys/{id}/delete": "saaaaa",
	"GET /account/security/app": "saaaaa", "POST /account/security/app": "saaaaa",
	"POST /account/security/app/delete": "saaaaa", "POST /account/security/codes": "saaaaa",
	"GET /operator/security": "sdddda", "POST /operator/security": "sdddda",
	"POST /operator/security/reset": "sdddda",
	// as below
	"DELETE /api/v1/sessions/current": "saaaaa", "GET /api/v1/account": "saaaaa",
	"GET /api/v1/account/sessions": "saaaaa", "DELETE /api/v1/account/sessions/{id}": "saaaaa",
	"PUT /api/v1/account/password": "saaaaa", "PUT /api/v1/account/email": "saaaaa",
	"POST /api/v1/accounts/confirm": "nnnnnn",
	"GET /api/v1/addresses":         "saaaaa", "POST /api/v1/addresses": "saaaaa",
	"PUT /api/v1/addresses/{id}":    "sannnn",
	"DELETE /api/v1/addresses/{id}": "saaaaa", // what is not there, or not one's own, is left alone

	"GET /{$}": "aaaaaa", "GET /m/{id}": "aaaaaa", "GET /m/{id}/products": "aaaaaa",
	"GET /m/{id}/producers": "aaaaaa", "GET /m/{id}/suggest": "aaaaaa",
	"GET /p/{id}": "aaaaaa", "GET /producers/{id}": "aaaaaa", "GET /api": "aaaaaa",
	"GET /images/{id}": "nnnnnn", "GET /static/{id}": "aaaaaa",
	"GET /robots.txt": "aaaaaa", "GET /sitemap.xml": "aaaaaa", "GET /sitemaps/{id}": "aaaaaa",
	"GET /m/{id}/feed.xml": "aaaaaa", "GET /me": "aaaaaa",
	"GET /cart": "aaaaaa", "POST /cart/lines": "aaaaaa", "POST /cart/lines/{variant}": "aaaaaa",
	"GET /checkout":         "aaaaaa",
	"GET /checkout/waiting": "aaaaaa",
	"POST /checkout/form":   "aaaaaa", "POST /checkout": "aaaaaa", "GET /sign-in": "aaaaaa",
	"POST /sign-in": "aaaaaa", "GET /sign-up": "aaaaaa",
	"POST /sign-up": "aaaaaa", "GET /dev/mail": "aaaaaa", "POST /sign-out": "aaaaaa",

	"GET /orders/{id}": "nanana", "GET /orders/{id}/events": "nanana",
	"GET /orders/{id}/calendar.ics": "nanana", "POST /orders/{id}/again": "nanana",
	// a letter's token opens it, and none is sent here
	"GET /orders/{id}/confirm": "nnnnnn", "POST /orders/{id}/confirm": "nnnnnn",
	"GET /not-me": "nnnnnn", "POST /not-me": "nnnnnn", // likewise
	"GET /orders/{id}/cancel": "nanana", "POST /orders/{id}/cancel": "nannna",
	"GET /orders/{id}/change": "nannnn", "POST /orders/{id}/change": "nannnn",

	"GET /forgotten": "aaaaaa", "POST /forgotten": "aaaaaa", "GET /reset-password": "aaaaaa",
	"POST /reset-password": "nnnnnn",

	"GET /account/data.json": "saaaaa", "GET /account/new-address": "saaaaa",
	"POST /account/addresses": "saaaaa", "GET /account/addresses/{id}": "sannnn",
	"POST /account/addresses/{id}":        "sannnn",
	"POST /account/addresses/{id}/delete": "saaaaa", // as above
	"GET /confirm":                        "nnnnnn", "POST /confirm": "nnnnnn",
	"GET /account/password": "saaaaa", "POST /account/password": "saaaaa", "GET /account/email": "saaaaa",
	"POST /account/email": "saaaaa",
	// as above
	"POST /account/verify": "saaaaa", "GET /account/sessions": "saaaaa",
	"POST /account/sessions/{id}/end": "saaaaa",
	"GET /account/delete":             "saaaaa", "POST /account/delete": "ssssss",
	"POST /account/sign-out": "saaaaa",
	"GET /account":           "saaaaa", "GET /sell": "saaaaa", "POST /sell": "saaaaa",

	"GET /producer/people": "sddaaa", "POST /producer/people": "sddaaa",
	"POST /producer/people/{person}": "sddana", "GET /producer/people/{person}/remove": "sddana",
	"POST /producer/people/{person}/remove": "sddaaa", "POST /producer/invitations/{id}/delete": "sddaaa",
	"GET /join": "nnnnnn", "POST /join": "nnnnnn",
	"GET /producer/page": "sddaaa", "POST /producer/page": "sddaaa", "POST /producer/page/picture": "sddaaa",
	"POST /producer/page/picture/remove": "sddaaa", "PUT /api/v1/producers/{id}": "sddana",
	"GET /producer": "sddaaa", "POST /producer/windows/{window}/accept": "sddaaa",
	"GET /producer/orders": "sddaaa", "POST /producer/orders": "sddaaa",
	"GET /producer/orders/{id}": "sddana", "GET /producer/pack": "sddaaa", "GET /producer/make": "sddaaa",
	"GET /producer/products": "sddaaa", "POST /producer/products": "sddaaa",
	"POST /producer/goods": "sddaaa", "POST /producer/goods/bulk": "sddaaa",
	"GET /producer/products/{id}/preview": "sddana",
	"GET /producer/new":                   "sddaaa", "GET /producer/products/{id}": "sddana",
	"POST /producer/products/{id}":                         "sddana",
	"POST /producer/products/{id}/pictures":                "sddana",
	"POST /producer/products/{id}/pictures/{key}":          "sddnna",
	"POST /producer/products/{id}/publish":                 "sddana",
	"POST /producer/products/{id}/variants/{variant}":      "sddana",
	"GET /producer/products/{id}/lots":                     "sddana",
	"POST /producer/products/{id}/variants/{variant}/lots": "sddana", "GET /producer/import": "sddaaa",
	"POST /producer/import": "sddaaa", "POST /producer/import/run": "sddaaa",
	"POST /producer/import/drop":  "sddaaa",
	"GET /producer/pack/{window}": "sddaaa", "GET /producer/export": "sddaaa",
	"POST /producer/orders/{id}/parts/{part}": "sddana",

	"GET /operator": "sdddda", "GET /operator/today": "sdddda", "GET /operator/orders/{id}": "sdddda",
	"POST /operator/orders/{id}/refunds": "sdddda",
	"GET /operator/producers":            "sdddda", "POST /operator/producers/{id}/approval": "sdddda",
	"GET /operator/producers/{id}/approval": "sdddda",
	// no rule is there
	"GET /operator/new-weekly": "sdddda", "POST /operator/weekly": "sdddda",
	"GET /operator/weekly/{id}": "sddddn", "POST /operator/weekly/{id}": "sddddn",
	"GET /operator/windows/{id}/cancel": "sdddda", "POST /operator/windows/{id}/cancel": "sdddda",
	"GET /operator/windows/{id}/close": "sdddda", "POST /operator/windows/{id}/close": "sdddda",
	"GET /find-order": "aaaaaa", "POST /find-order": "aaaaaa", "POST /api/v1/order-links": "aaaaaa",
	"GET /operator/calendar":   "sdddda",
	"GET /operator/new-window": "sdddda", "POST /operator/windows": "sdddda",
	"GET /operator/windows/{id}": "sdddda", "POST /operator/windows/{id}": "sdddda",
	"GET /operator/mail":              "sdddda",
	"POST /operator/mail/{id}/resend": "sddddn", "GET /operator/stuck": "sdddda",
	"GET /operator/log": "sdddda", "GET /operator/log.csv": "sdddda", "GET /operator/log.jsonl": "sdddda",
	"POST /operator/stuck/{service}":    "sddddn",
	"POST /operator/orders/{id}/cancel": "sdddda",
	"GET /operator/waiting":             "sdddda", "POST /operator/waiting": "sdddda",
	"POST /operator/waiting/limits": "sdddda",
}

// walk is one visit of everybody to every route.
type walk struct {
	*edgetest.Market
	sessions map[string]string
	emails   map[string]string
	accounts map[string]string // their IDs
	things   *strings.Replacer // of the patterns
	private  []string          // what nobody else may read
}

// TestEverybodyAtEveryRoute walks the whole table of routes as everybody, on real services. A
// route that is not in the table above fails.
func TestEverybodyAtEveryRoute(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		w := prepareWalk(t, m)
		before := w.owned(t)
		w.visitForeignDesk(t)
		for _, who := range []string{"anonymous", "another shopper", "another producer"} {
			w.visitAll(t, who)
		}
		if after := w.owned(t); after != before {
			t.Errorf("somebody else has changed it:\n%s\n%s", before, after)
		}
		for _, who := range []string{"shopper", "producer", "operator"} {
			w.visitAll(t, who)
		}
	})
}

func (w *walk) visitAll(t *testing.T, who string) {
	t.Helper()
	routes := w.Routes
	// What ends a session, or takes a thing away, comes last.
	slices.SortStableFunc(routes,
		func(a, b web.Route) int { return cmp.Compare(ends(a.Pattern), ends(b.Pattern)) })
	for _, rt := range routes {
		want, ok := roles[rt.Pattern]
		if !ok {
			t.Errorf("%s is not in the table of roles: as %s it is %c", rt.Pattern, who,
				w.visit(t, who, rt.Pattern, ""))
			continue
		}
		if got := w.visit(t, who, rt.Pattern, ""); got != rune(want[slices.Index(everybody, who)]) {
			t.Errorf("%s as %s: %c, want %c", rt.Pattern, who, got, want[slices.Index(everybody, who)])
		}
	}
}

// ends ranks routes by what they take away: nothing, a thing, the session, the account.
func ends(pattern string) int {
	switch {
	case pattern == "POST /account/delete":
		return 3
	case pattern == "POST /sign-out", strings.Contains(pattern, "/sessions/current"):
		return 2
	case strings.HasSuffix(pattern, "/cancel"), strings.HasSuffix(pattern, "/delete"),
		strings.HasPrefix(pattern, "DELETE "):
		return 1
	}
	return 0
}

// visitForeignDesk knocks at every page of the first producer's desk as another producer.
func (w *walk) visitForeignDesk(t *testing.T) {
	t.Helper()
	for _, rt := range w.Routes {
		if _, path, _ := strings.Cut(rt.Pattern, " "); path == "/producer" ||
			strings.HasPrefix(path, "/producer/") {
			if got := w.visit(t, "another producer", rt.Pattern, "?producer="+w.Producer); got != missing {
				t.Errorf("%s of somebody else is %c to another producer", rt.Pattern, got)
			}
		}
	}
}

// visit goes to one route, and answers with the letter of what came back.
func (w *walk) visit(t *testing.T, who, pattern, query string) rune {
	t.Helper()
	method, at, _ := strings.Cut(pattern, " ")
	body := strings.ReplaceAll(w.things.Replace(sentTo[pattern]), "{me}", w.accounts[who])
	r, err := http.NewRequestWithContext(t.Context(), method, w.URL+w.path(at)+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", w.things.Replace("session="+w.sessions[who]+"; cart={cart}"))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Idempotency-Key", "a-key")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		return allowed
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	w.checkPrivate(t, who, pattern, string(text))
	return letter(answer)
}

func letter(answer *http.Response) rune {
	switch {
	case answer.StatusCode == http.StatusUnauthorized,
		strings.HasPrefix(answer.Header.Get("Location"), "/sign-in"):
		return signIn
	case answer.StatusCode == http.StatusForbidden:
		return denied
	case answer.StatusCode == http.StatusNotFound:
		return missing
	}
	return allowed
}

// checkPrivate finds nothing of the first shopper in what others are answered. The demo's mailbox is
// everybody's.
func (w *walk) checkPrivate(t *testing.T, who, pattern, text string) {
	t.Helper()
	if (who != "anonymous" && !strings.HasPrefix(who, "another")) || pattern == "GET /dev/mail" {
		return
	}
	for _, secret := range w.private {
		if strings.Contains(text, secret) {
			t.Errorf("%s tells %s %q", pattern, who, secret)
		}
	}
}

// path fills in a pattern with the things that belong to the first of each.
func (w *walk) path(pattern string) string { return pathOf(pattern, w.things) }

// pathOf fills in a pattern with things.
func pathOf(pattern string, things *strings.Replacer) string {
	pattern = strings.ReplaceAll(pattern, "{$}", "")
	parts := strings.Split(pattern, "/{id}")
	noun := parts[0][strings.LastIndexByte(parts[0], '/')+1:]
	return things.Replace(strings.Replace(pattern, "{id}", "{"+noun+"}", 1))
}

// sentTo is sent where a route would refuse an empty one before it looks whose the thing is.
var sentTo = map[string]string{
	"POST /api/v1/sessions/second-factor":           `{"pending_token": "none", "totp": "123456"}`,
	"POST /api/v1/sessions/current/step-up":         `{"password": "a long password"}`,
	"POST /passkeys/options":                        `{"purpose": "sign_in"}`,
	"POST /sign-in/passkey":                         "challenge=none&credential=none",
	"POST /sign-in/second":                          "code=123456",
	"POST /producer/people/{person}":                "rights=owner&seen=owner",
	"PUT /api/v1/producers/{id}":                    `{"town": "Portland"}`,
	"PUT /api/v1/orders/{id}":                       `{"version": 1, "lines": [{"variant_id": "{variant}", "quantity": 1}]}`,
	"POST /api/v1/carts":                            `{"market": "portland"}`,
	"PUT /api/v1/carts/{id}/lines/{variant}":        `{"quantity": 1}`,
	"POST /api/v1/carts/{id}/checkout":              `{"email": "x@example.org", "name": "X", "window_id": "{window}", "payment": {"method": "test", "token": "ok"}}`,
	"POST /api/v1/orders/{id}/parts/{part}/advance": `{"to": "accepted"}`,
	"POST /api/v1/orders/{id}/refunds":              `{"amount": {"amount": 1, "currency": "USD"}}`,
	"POST /sign-in":                                 "email=bob%40example.org&password=a+long+password",
	"POST /cart/lines":                              "variant_id={variant}&quantity=1",
	"POST /producer/products/{id}/publish":          "publish=1",
	"POST /account/addresses/{id}":                  "as={me}&line1=3+Low+Road&postal_code=97201&city=Portland&region=OR&country=US",
	"POST /account/addresses":                       "as={me}&line1=3+Low+Road&postal_code=97201&city=Portland&region=OR&country=US", "POST /account/addresses/{id}/delete": "as={me}",
	"POST /account/delete": "as={me}&password=wrong", "POST /account/sessions/{id}/end": "as={me}",
	"POST /account/verify":          "as={me}",
	"POST /api/v1/accounts/confirm": `{"token": "nothing", "password": "a long password"}`,
	"POST /api/v1/addresses":        `{"line1": "2 Low Road", "postal_code": "97201", "city": "Portland", "region": "OR", "country": "US"}`, "PUT /api/v1/addresses/{id}": `{"line1": "3 Low Road", "postal_code": "97201", "city": "Portland", "region": "OR", "country": "US"}`,
}

// owned is what the first shopper has, as the shopper reads it.
func (w *walk) owned(t *testing.T) string {
	t.Helper()
	var all []any
	for _, path := range []string{
		"/api/v1/orders/{orders}", "/api/v1/carts/{carts}", "/api/v1/addresses",
		"/api/v1/products/{products}",
	} {
		all = append(all, w.Ask(t, http.StatusOK, edgetest.Call{
			Method: "GET", Path: w.things.Replace(path),
			Header: []string{"Authorization", "Bearer " + w.sessions["shopper"]},
		}))
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// prepareWalk gives the first shopper a cart, an order and an address, and makes the others.
func prepareWalk(t *testing.T, m *edgetest.Market) *walk {
	t.Helper()
	w := &walk{
		Market: m, sessions: map[string]string{}, accounts: map[string]string{},
		private: []string{"Ann Privately", "1 Secret Road", "ann@private.example"},
	}
	addOtherProducer(t, m)
	w.emails = map[string]string{
		"shopper": "ann@private.example", "another shopper": "bob@example.org",
		"producer": "dairy@example.org", "another producer": "other@example.org",
		"operator": "op@example.org",
	}
	for _, who := range []string{"shopper", "another shopper"} {
		email := w.emails[who]
		body, name := edgetest.Password,
			map[string]string{"shopper": "Ann Privately", "another shopper": "Bob"}[who]
		m.Member(t, email, body, name)
	}
	for who, email := range w.emails {
		w.sessions[who] = m.Token(t, email)
	}
	for who, token := range w.sessions {
		w.accounts[who] = m.Ask(t, 200,
			edgetest.Call{
				Method: "GET", Path: "/api/v1/account",
				Header: []string{"Authorization", "Bearer " + token},
			})["id"].(string)
	}
	own := []string{"Authorization", "Bearer " + w.sessions["shopper"], "Idempotency-Key", "own"}
	fill := func() string {
		cart := m.Ask(t, 201, edgetest.Call{
			Method: "POST", Path: "/api/v1/carts", Body: `{"market": "portland"}`,
			Header: own,
		})["id"].(string)
		m.Ask(t, 200, edgetest.Call{
			Method: "PUT", Path: "/api/v1/carts/" + cart + "/lines/" + m.Piece,
			Body: `{"quantity": 1}`, Header: own,
		})
		return cart
	}
	order := m.Ask(t, 201, edgetest.Call{
		Method: "POST", Path: "/api/v1/carts/" + fill() + "/checkout", Header: own,
		Body: `{"email": "ann@private.example", "name": "Ann Privately", "window_id": "` + m.Windows +
			`", "payment": {"method": "test", "token": "ok"}}`,
	})
	address := m.Ask(t, 201, edgetest.Call{
		Method: "POST", Path: "/api/v1/addresses",
		Body: `{"line1": "1 Secret Road", "postal_code": "97201", "city": "Portland", "region": "OR", "country": "US"}`, Header: own,
	})["id"].(string)
	cart, id := fill(), order["id"].(string)
	part := order["parts"].([]any)[0].(map[string]any)["id"].(string)
	w.things = strings.NewReplacer(
		"{carts}", cart, "{cart}", cart, "{orders}", id, "{addresses}", address, "{part}", part, "{variant}",
		m.Piece, "{window}", m.Windows, "{windows}", m.Windows,
		"{products}", m.Product, "{p}", m.Product, "{producers}", m.Producer, "{m}", "portland", "{images}",
		"nothing", "{key}", "nothing", "{static}", "style.css",
		"{person}", w.accounts["producer"], "{invitations}", "inv_x_nothing",
		"{sitemaps}", "markets", "{mail}", "msg_x_nothing", "{service}", "payments", "{passkeys}",
		"key_x_01k8y6v0xq7d3mz1n5r2t9w4bc",
	)
	return w
}

func addOtherProducer(t *testing.T, m *edgetest.Market) {
	t.Helper()
	made, err := catalogv1connect.NewCatalogServiceClient(m.Process.Client("catalog")).PutProducer(
		t.Context(), &catalogv1.PutProducerRequest{
			Producer: &catalogv1.Producer{Market: "portland", Name: "Low Farm", Approved: true},
		})
	if err != nil {
		t.Fatal(err)
	}
	_, err = identityv1connect.NewIdentityServiceClient(m.Process.Client("identity")).EnsureAccount(
		t.Context(), &identityv1.EnsureAccountRequest{
			Email: "other@example.org", Password: edgetest.Password, Name: "Low", Roles: []string{"producer"},
			ProducerIds: []string{made.GetProducer().GetId()},
		})
	if err != nil {
		t.Fatal(err)
	}
}
