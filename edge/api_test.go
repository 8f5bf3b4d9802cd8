package edge

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
)

// describe reads the OpenAPI document, which must be right in itself.
func describe(t testing.TB) (*openapi3.T, routers.Router) {
	t.Helper()
	text, err := static.ReadFile("static/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

// call is one request and what it has to be answered with.
type call struct {
	name    string
	method  string
	path    string
	body    string
	header  []string // name, value, ...
	peer    string   // whose method fails
	fault   error
	status  int
	code    string
	lenient bool // the request itself is against the document
}

const buying = `{"email": "ann@example.org", "name": "Ann", "window_id": "` + saturday +
	`", "payment": {"method": "test", "token": "ok"}}`

var (
	withKey    = []string{"Idempotency-Key", "a-key"}
	asShopper  = []string{"Authorization", "Bearer shopper"}
	asProducer = []string{"Authorization", "Bearer producer"}
	asOperator = []string{"Authorization", "Bearer operator", "Idempotency-Key", "a-key"}
	errDown    = fault.New(fault.Unavailable, "unavailable",
		"A part of the shop is not reachable. Please try again.")
	errShort = fault.New(fault.Conflict, "out_of_stock", "Some of this order is no longer there.",
		fault.Field{Name: wheel, Message: "Only 1 left."})
	conflict    = func(code string) error { return fault.New(fault.Conflict, code, "It does not go.") }
	checkoutAt  = "/api/v1/carts/" + guestCart + "/checkout"
	checkoutErr = func(name string, err error, status int, code string) call {
		return call{
			name: name, method: "POST", path: checkoutAt, body: buying, header: withKey,
			peer: "Checkout", fault: err, status: status, code: code,
		}
	}
)

func calls() []call {
	return []call{
		{name: "markets", method: "GET", path: "/api/v1/markets", status: 200},
		{
			name: "markets while catalog is down", method: "GET", path: "/api/v1/markets",
			peer:  "ListMarkets",
			fault: errDown, status: 503, code: "unavailable",
		},
		{
			name: "markets after a bug", method: "GET", path: "/api/v1/markets", peer: "ListMarkets",
			fault: io.ErrNoProgress, status: 500, code: "internal",
		},
		{name: "categories", method: "GET", path: "/api/v1/categories?market=portland", status: 200},
		{
			name: "categories of nowhere", method: "GET", path: "/api/v1/categories?market=../etc",
			status: 422,
			code:   "invalid",
		},
		{
			name: "products", method: "GET",
			path:   "/api/v1/products?market=portland&q=tomme&allergen_free=egg,nuts&limit=24&facets=true",
			status: 200,
		},
		{
			name: "products without figures", method: "GET", path: "/api/v1/products?market=portland",
			peer: "Availability", fault: errDown, status: 200,
		},
		{
			name: "products without a market", method: "GET", path: "/api/v1/products", status: 422,
			code: "invalid", lenient: true,
		},
		{
			name: "products of no market", method: "GET", path: "/api/v1/products?market=portland",
			peer: "ListProducts", fault: fault.New(fault.NotFound, "not_found", "There is no such market."),
			status: 404, code: "not_found",
		},
		{
			name: "products with a bad limit", method: "GET",
			path:   "/api/v1/products?market=portland&limit=0",
			status: 422, code: "invalid", lenient: true,
		},
		{
			name: "products with a bad cursor", method: "GET",
			path: "/api/v1/products?market=portland&cursor=bad", status: 422, code: "invalid_cursor",
		},
		{name: "a product", method: "GET", path: "/api/v1/products/" + cheese, status: 200},
		{name: "no product", method: "GET", path: "/api/v1/products/nothing", status: 404, code: "not_found"},
		{name: "producers", method: "GET", path: "/api/v1/producers?market=portland", status: 200},
		{name: "a producer", method: "GET", path: "/api/v1/producers/" + dairy, status: 200},
		{
			name: "no producer", method: "GET", path: "/api/v1/producers/nobody", status: 404,
			code: "not_found",
		},
		{name: "windows", method: "GET", path: "/api/v1/windows?market=portland", status: 200},
		{name: "the document", method: "GET", path: "/api/v1/openapi.json", status: 200},

		{
			name: "a new cart", method: "POST", path: "/api/v1/carts", body: `{"market": "portland"}`,
			status: 201,
		},
		{
			name: "a cart of no market", method: "POST", path: "/api/v1/carts",
			body:   `{"market": "atlantis"}`,
			status: 422, code: "invalid",
		},
		{name: "a cart", method: "GET", path: "/api/v1/carts/" + guestCart, status: 200},
		{
			name: "a member's cart", method: "GET", path: "/api/v1/carts/" + membersCart, header: asShopper,
			status: 200,
		},
		{
			name: "somebody else's cart", method: "GET", path: "/api/v1/carts/" + membersCart, status: 404,
			code: "not_found",
		},
		{
			name: "a cart while identity is down", method: "GET", path: "/api/v1/carts/" + membersCart,
			header: asShopper, peer: "GetSession", fault: errDown, status: 503, code: "unavailable",
		},
		{
			name: "a line", method: "PUT", path: "/api/v1/carts/" + guestCart + "/lines/" + wheel,
			body: `{"quantity": 2}`, status: 200,
		},
		{
			name: "a line by weight", method: "PUT", path: "/api/v1/carts/" + guestCart + "/lines/" + slice,
			body: `{"quantity": 0.35}`, status: 200,
		},
		{
			name: "half a piece", method: "PUT", path: "/api/v1/carts/" + guestCart + "/lines/" + wheel,
			body: `{"quantity": 1.5}`, status: 422, code: "invalid",
		},
		{
			name: "less than nothing", method: "PUT", path: "/api/v1/carts/" + guestCart + "/lines/" + wheel,
			body: `{"quantity": -1}`, status: 422, code: "invalid", lenient: true,
		},
		{
			name: "a line of an ordered cart", method: "PUT", path: "/api/v1/carts/" + guestCart + "/lines/" +
				wheel, body: `{"quantity": 2}`, peer: "SetLine", fault: conflict("cart_ordered"), status: 409,
			code: "cart_ordered",
		},
		{
			name: "a line of no cart", method: "PUT", path: "/api/v1/carts/none/lines/" + wheel,
			body: `{"quantity": 2}`, status: 404, code: "not_found",
		},
		{name: "a line that is not JSON", method: "PUT", path: "/api/v1/carts/" + guestCart + "/lines/" +
			wheel, body: `{"quantity": NaN}`, status: 400, code: "bad_json", lenient: true},
		{
			name: "a line in another format", method: "PUT", path: "/api/v1/carts/" + guestCart + "/lines/" +
				wheel, body: `quantity=2`,
			header: []string{"Content-Type", "application/x-www-form-urlencoded"},
			status: 415, code: "unsupported_media_type", lenient: true,
		},
		{
			name: "a line with a price", method: "PUT", path: "/api/v1/carts/" + guestCart + "/lines/" +
				wheel,
			body: `{"quantity": 2, "price": {"amount": 1}}`, status: 422, code: "invalid", lenient: true,
		},
		{
			name: "a huge line", method: "PUT", path: "/api/v1/carts/" + guestCart + "/lines/" + wheel,
			body: `{"quantity": 2` + strings.Repeat(" ", maxBody) + `}`, status: 413, code: "body_too_large",
		},
		{
			name: "a line from another site", method: "PUT", path: "/api/v1/carts/" + guestCart + "/lines/" +
				wheel, body: `{"quantity": 2}`, header: []string{"Sec-Fetch-Site", "cross-site"}, status: 403,
			code: "cross_site",
		},

		{name: "a checkout", method: "POST", path: checkoutAt, body: buying, header: withKey, status: 201},
		{
			name: "a checkout of what was shown", method: "POST", path: checkoutAt,
			body: strings.Replace(buying, "{", `{"shown": "a-stamp", `, 1), header: withKey, status: 201,
		},
		{
			name: "a checkout without a key", method: "POST", path: checkoutAt, body: buying, status: 400,
			code: "idempotency_key_required", lenient: true,
		},
		{
			name: "a checkout with a bad key", method: "POST", path: checkoutAt, body: buying,
			header: []string{"Idempotency-Key", "a b"}, status: 400, code: "idempotency_key_invalid",
			lenient: true,
		},
		{
			name: "a checkout with a long key", method: "POST", path: checkoutAt, body: buying,
			header: []string{"Idempotency-Key", strings.Repeat("k", 129)}, status: 400,
			code: "idempotency_key_invalid", lenient: true,
		},
		{
			name: "a checkout of nothing", method: "POST", path: checkoutAt, body: `{}`, header: withKey,
			status: 422, code: "invalid", lenient: true,
		},
		{
			name: "a checkout of no cart", method: "POST", path: "/api/v1/carts/none/checkout", body: buying,
			header: withKey, status: 404, code: "not_found",
		},
		checkoutErr("out of stock", errShort, 409, "out_of_stock"),
		checkoutErr("window full", conflict("window_full"), 409, "window_full"),
		checkoutErr("window closed", conflict("window_closed"), 409, "window_closed"),
		checkoutErr("in progress", conflict("in_progress"), 409, "in_progress"),
		checkoutErr("declined", fault.New(fault.Declined, "payment_declined", "The payment was declined."),
			402, "payment_declined"),
		checkoutErr("wrong fields", web.Invalid("email", "Enter an e-mail address."), 422, "invalid"),
		checkoutErr("key reused", conflict("idempotency_key_reused"), 422, "idempotency_key_reused"),
		checkoutErr("provider down", fault.New(fault.Unavailable, "payment_unavailable",
			"The provider cannot be reached."), 503, "payment_unavailable"),
		checkoutErr("outcome not known",
			fault.New(fault.Unknown, "unknown", "It is not known whether this happened."), 503, "unknown"),
		checkoutErr("a bug", io.ErrNoProgress, 500, "internal"),

		{name: "own orders", method: "GET", path: "/api/v1/orders", header: asShopper, status: 200},
		{
			name: "a guest's orders", method: "GET", path: "/api/v1/orders", status: 401, code: "no_session",
			lenient: true,
		},
		{
			name: "an order by its token", method: "GET", path: "/api/v1/orders/" + placedOrder,
			header: []string{"Authorization", "Bearer " + orderToken}, status: 200,
		},
		{
			name: "an order by its member", method: "GET", path: "/api/v1/orders/" + placedOrder,
			header: asShopper, status: 200,
		},
		{
			name: "somebody else's order", method: "GET", path: "/api/v1/orders/" + placedOrder,
			header: []string{"Authorization", "Bearer other"}, status: 404, code: "not_found",
		},
		{
			name: "an order without a token", method: "GET", path: "/api/v1/orders/" + placedOrder,
			status: 404,
			code:   "not_found", lenient: true,
		},
		{
			name: "a link to an order", method: "POST", path: "/api/v1/order-links",
			body: `{"number": "T9W4BC", "email": "ann@example.org"}`, status: 202,
		},
		{
			name: "a link to no order's number", method: "POST", path: "/api/v1/order-links",
			body: `{"number": "T9", "email": "ann@example.org"}`, peer: "MailOrderLink",
			fault: web.Invalid("number", "It is six letters."), status: 422, code: "invalid",
		},
		{
			name: "a change", method: "PUT", path: "/api/v1/orders/" + placedOrder,
			body: `{"version": 1, "window_id": "` + saturday + `", "lines": [{"variant_id": "` + wheel +
				`", "quantity": 3}], "payment": {"token": "ok"}, "expected_total": {"amount": 7200, "currency": "USD"}}`, header: []string{"Authorization", "Bearer " + orderToken, "Idempotency-Key", "k"}, status: 200,
		},
		{
			name: "a change of an old version", method: "PUT", path: "/api/v1/orders/" + placedOrder,
			body: `{"version": 1, "lines": []}`, header: append([]string{"Idempotency-Key", "k"},
				asShopper...), peer: "ChangeOrder", fault: conflict("order_changed"), status: 409,
			code: "order_changed", lenient: true,
		},
		{
			name: "a change without a key", method: "PUT", path: "/api/v1/orders/" + placedOrder,
			body: `{"version": 1, "lines": []}`, header: asShopper, status: 400,
			code: "idempotency_key_required", lenient: true,
		},
		{
			name: "somebody else's change", method: "PUT", path: "/api/v1/orders/" + placedOrder,
			body: `{"version": 1, "lines": []}`, header: []string{
				"Authorization", "Bearer other",
				"Idempotency-Key", "k",
			}, status: 404, code: "not_found", lenient: true,
		},
		{
			name: "a cancellation", method: "POST", path: "/api/v1/orders/" + placedOrder + "/cancel",
			header: []string{"Authorization", "Bearer " + orderToken}, status: 200,
		},
		{
			name: "a late cancellation", method: "POST", path: "/api/v1/orders/" + placedOrder + "/cancel",
			header: asShopper, peer: "CancelOrder", fault: conflict("too_late"), status: 409,
			code: "too_late",
		},
		{name: "somebody else's cancellation", method: "POST", path: "/api/v1/orders/" + placedOrder +
			"/cancel", header: []string{"Authorization", "Bearer other"}, status: 404, code: "not_found"},

		{name: "packing", method: "POST", path: "/api/v1/orders/" + placedOrder + "/parts/" + onePart +
			"/advance", body: `{"to": "packed", "packed": [{"variant_id": "` + slice +
			`", "quantity": 0.351}]}`, header: asProducer, status: 200},
		{name: "packing by a shopper", method: "POST", path: "/api/v1/orders/" + placedOrder + "/parts/" +
			onePart + "/advance", body: `{"to": "packed"}`, header: asShopper, status: 403, code: "denied"},
		{name: "packing by nobody", method: "POST", path: "/api/v1/orders/" + placedOrder + "/parts/" +
			onePart + "/advance", body: `{"to": "packed"}`, status: 401, code: "no_session", lenient: true},
		{
			name: "packing in the wrong order", method: "POST", path: "/api/v1/orders/" + placedOrder +
				"/parts/" + onePart + "/advance", body: `{"to": "done"}`, header: asProducer,
			peer:  "AdvancePart",
			fault: conflict("wrong_step"), status: 409, code: "wrong_step",
		},
		{
			name: "a producer's page", method: "PUT", path: "/api/v1/producers/" + dairy, header: asProducer,
			status: 200,
			body:   `{"town": "Sandy", "tagline": "Goats", "story": "We milk.", "image_alt": "Our barn", "order_minimum": {"amount": 2000, "currency": "USD"}, "holidays": [{"from": "2026-12-01", "until": "2026-12-05"}]}`,
		},
		{
			name: "a producer's page in euros", method: "PUT", path: "/api/v1/producers/" + dairy,
			header: asProducer, body: `{"order_minimum": {"amount": 2000, "currency": "EUR"}}`, status: 422,
			code: "invalid",
		},
		{
			name: "another producer's page", method: "PUT", path: "/api/v1/producers/pro_portland_other",
			header: asProducer, body: `{}`, status: 404, code: "not_found",
		},
		{
			name: "a producer's page by a shopper", method: "PUT", path: "/api/v1/producers/" + dairy,
			header: asShopper, body: `{}`, status: 403, code: "denied",
		},
		{
			name: "a producer's orders", method: "GET", path: "/api/v1/producers/" + dairy + "/orders",
			header: asProducer, status: 200,
		},
		{
			name: "another producer's orders", method: "GET",
			path: "/api/v1/producers/pro_portland_other/orders", header: asProducer, status: 404,
			code: "not_found",
		},
		{
			name: "a refund", method: "POST", path: "/api/v1/orders/" + placedOrder + "/refunds",
			body: `{"amount": {"amount": 500, "currency": "USD"}, "reason": "Broken."}`, header: asOperator,
			status: 201,
		},
		{
			name: "a refund of less than nothing", method: "POST", path: "/api/v1/orders/" + placedOrder +
				"/refunds", body: `{"amount": {"amount": -500, "currency": "USD"}}`, header: asOperator,
			status: 422, code: "invalid",
		},
		{
			name: "a refund by a producer", method: "POST", path: "/api/v1/orders/" + placedOrder +
				"/refunds",
			body: `{"amount": {"amount": 500, "currency": "USD"}}`, header: append(asProducer, withKey...),
			status: 403, code: "denied",
		},
		{
			name: "a refund too large", method: "POST", path: "/api/v1/orders/" + placedOrder + "/refunds",
			body: `{"amount": {"amount": 500, "currency": "USD"}}`, header: asOperator, peer: "Refund",
			fault: conflict("refund_too_large"), status: 409, code: "refund_too_large",
		},

		{
			name: "a new account", method: "POST", path: "/api/v1/accounts",
			body: `{"email": "ann@example.org", "password": "long enough", "name": "Ann"}`, status: 202,
		},
		{
			name: "a password that everybody tries", method: "POST", path: "/api/v1/accounts",
			body: `{"email": "ann@example.org", "password": "1234567890"}`, peer: "SignUp",
			fault: web.Invalid("password", "Everybody tries it."), status: 422, code: "invalid",
		},
		{
			name: "too many letters", method: "POST", path: "/api/v1/accounts",
			body: `{"email": "ann@example.org", "password": "long enough"}`, peer: "SignUp",
			fault: fault.New(fault.Exhausted, "too_many_attempts", "Too many letters."), status: 429,
			code: "too_many_attempts",
		},
		{
			name: "an account that is confirmed", method: "POST", path: "/api/v1/accounts/confirm",
			body: `{"token": "new", "password": "long enough", "name": "Ann"}`, status: 201,
		},
		{
			name: "an account that is confirmed late", method: "POST", path: "/api/v1/accounts/confirm",
			body: `{"token": "old", "password": "long enough"}`, status: 404, code: "link_expired",
		},
		{
			name: "an account that is confirmed with another link", method: "POST",
			path: "/api/v1/accounts/confirm", body: `{"token": "thief", "password": "long enough"}`,
			status: 404, code: "link_expired",
		},
		{
			name: "where one is signed in", method: "GET", path: "/api/v1/account/sessions",
			header: asShopper,
			status: 200,
		},
		{
			name: "ending a session", method: "DELETE", path: "/api/v1/account/sessions/phone",
			header: asShopper, status: 204,
		},
		{
			name: "another password", method: "PUT", path: "/api/v1/account/password",
			body: `{"password": "right", "new_password": "long enough"}`, header: asShopper, status: 200,
		},
		{
			name: "another password without the old one", method: "PUT", path: "/api/v1/account/password",
			body: `{"password": "wrong", "new_password": "long enough"}`, header: asShopper, status: 422,
			code: "invalid",
		},
		{
			name: "another address", method: "PUT", path: "/api/v1/account/email",
			body: `{"password": "right", "email": "ann@new.example"}`, header: asShopper, status: 202,
		},
		{
			name: "another address without the password", method: "PUT", path: "/api/v1/account/email",
			body: `{"password": "wrong", "email": "ann@new.example"}`, header: asShopper, status: 422,
			code: "invalid",
		},
		{
			name: "signing in", method: "POST", path: "/api/v1/sessions",
			body: `{"email": "ann@example.org", "password": "right"}`, status: 201,
		},
		{
			name: "signing in with half of what is wanted", method: "POST", path: "/api/v1/sessions",
			body: `{"email": "half@example.org", "password": "right"}`, status: 202,
		},
		{
			name: "the other half", method: "POST", path: "/api/v1/sessions/second-factor",
			body: `{"pending_token": "half", "totp": "123456"}`, status: 201,
		},
		{
			name: "a wrong code", method: "POST", path: "/api/v1/sessions/second-factor",
			body: `{"pending_token": "half", "recovery_code": "none"}`, status: 401, code: "bad_code",
		},
		{
			name: "a code that comes late", method: "POST", path: "/api/v1/sessions/second-factor",
			body: `{"pending_token": "old", "totp": "123456"}`, status: 401, code: "sign_in_expired",
		},
		{
			name: "showing once more who it is", method: "POST", path: "/api/v1/sessions/current/step-up",
			body: `{"password": "right"}`, header: asShopper, status: 200,
		},
		{
			name: "showing nothing", method: "POST", path: "/api/v1/sessions/current/step-up", body: `{}`,
			header: asShopper, status: 401, code: "bad_credentials",
		},
		{
			name: "a wrong password", method: "POST", path: "/api/v1/sessions",
			body: `{"email": "ann@example.org", "password": "wrong"}`, status: 401, code: "bad_credentials",
		},
		{
			name: "too many passwords", method: "POST", path: "/api/v1/sessions",
			body: `{"email": "ann@example.org", "password": "right"}`, peer: "SignIn",
			fault: fault.New(fault.Exhausted, "too_many_attempts", "Too many tries."), status: 429,
			code: "too_many_attempts",
		},
		{
			name: "signing out", method: "DELETE", path: "/api/v1/sessions/current", header: asShopper,
			status: 204,
		},
		{name: "an account", method: "GET", path: "/api/v1/account", header: asShopper, status: 200},
		{
			name: "no account", method: "GET", path: "/api/v1/account", status: 401, code: "no_session",
			lenient: true,
		},
		{name: "addresses", method: "GET", path: "/api/v1/addresses", header: asShopper, status: 200},
		{
			name: "a new address", method: "POST", path: "/api/v1/addresses",
			body: `{"line1": "1 Hill Road", "city": "Portland"}`, header: asShopper, status: 201,
		},
		{
			name: "an address without a street", method: "POST", path: "/api/v1/addresses",
			body: `{"city": "Portland"}`, header: asShopper, status: 422, code: "invalid", lenient: true,
		},
		{
			name: "a changed address", method: "PUT", path: "/api/v1/addresses/" + homeAddress,
			body: `{"line1": "2 Hill Road", "city": "Portland"}`, header: asShopper, status: 200,
		},
		{
			name: "a deleted address", method: "DELETE", path: "/api/v1/addresses/" + homeAddress,
			header: asShopper, status: 204,
		},
	}
}

// TestTheAPIIsAsItsDocumentSays sends real requests and checks every answer, its
// status, its headers and its body, against the OpenAPI document.
func TestTheAPIIsAsItsDocumentSays(t *testing.T) {
	doc, router := describe(t)
	seen := map[string]bool{}
	for _, c := range calls() {
		t.Run(c.name, func(t *testing.T) {
			s := openShop(t, DefaultLimits)
			if c.peer != "" {
				s.peers.fail(c.peer, c.fault)
			}
			answer, body := s.send(t, c) //nolint:bodyclose // send closes it
			if answer.StatusCode != c.status {
				t.Fatalf("status %d, want %d: %s", answer.StatusCode, c.status, body)
			}
			checkProblem(t, c, answer, body)
			operation := checkAgainst(t, router, c, answer, body)
			seen[operation+" "+strconv.Itoa(c.status)] = true
			seen[operation] = true
		})
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			if !seen[method+" "+path] {
				t.Errorf("no call tries %s %s", method, path)
			}
		}
	}
}

func (s *Shop) request(t testing.TB, c call) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), c.method, s.URL+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(c.header); i += 2 {
		r.Header.Set(c.header[i], c.header[i+1])
	}
	return r
}

var browser = &http.Client{CheckRedirect: func(*http.Request,
	[]*http.Request,
) error {
	return http.ErrUseLastResponse
}}

// send makes a call and reads its answer whole.
func (s *Shop) send(t testing.TB, c call) (*http.Response, []byte) {
	t.Helper()
	answer, err := browser.Do(s.request(t, c))
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

func checkProblem(t *testing.T, c call, answer *http.Response, body []byte) {
	t.Helper()
	if c.code == "" {
		return
	}
	var p web.Problem
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if p.Code != c.code || p.Status != c.status || p.Detail == "" {
		t.Errorf("problem %+v, want code %s", p, c.code)
	}
	if strings.Contains(string(body), io.ErrNoProgress.Error()) {
		t.Errorf("the answer shows what went wrong inside: %s", body)
	}
	seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
	if (c.status == 503 || c.status == 429) && (err != nil || seconds < 1) {
		t.Errorf("Retry-After is %q", answer.Header.Get("Retry-After"))
	}
}

func checkAgainst(t *testing.T, router routers.Router, c call, answer *http.Response, body []byte) string {
	t.Helper()
	r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
	r.Header = answer.Request.Header
	route, params, err := router.FindRoute(r)
	if err != nil {
		t.Fatal(err)
	}
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{
			AuthenticationFunc:    openapi3filter.NoopAuthenticationFunc,
			IncludeResponseStatus: true,
		},
	}
	if err := openapi3filter.ValidateRequest(t.Context(), input); err != nil && !c.lenient {
		t.Errorf("the request is not as the document says: %v", err)
	}
	output := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: answer.StatusCode, Header: answer.Header,
		Body: io.NopCloser(bytes.NewReader(body)), Options: input.Options,
	}
	if err := openapi3filter.ValidateResponse(t.Context(), output); err != nil {
		t.Errorf("the answer is not as the document says: %v", err)
	}
	return c.method + " " + route.Path
}
